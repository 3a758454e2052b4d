/** What happened once: the topic `events` (spec/console.md 7.8). */

import type { Level } from "./problem.ts";

/** Item of the topic `events`: something that happened once. */
export interface EventItem {
  /** Rises by one. */
  id: number;
  at_ms: number;
  level: Level;
  /** What it is about: `server`, `listener`, `cluster`, `worker`, `config`, `admin`. */
  subject: string;
  /** The subject's name; may be empty. */
  name: string;
  text: string;
  link: string;
}
