/**
 * What is not ready, what it waits for, and what became ready: `GET /api/v1/warming` and the topic `warming`
 * (spec/console.md 5.5, 7.3, Appendix B).
 */

/** What has states. */
export type WarmingSubject = "server" | "cluster" | "listener" | "route_config" | "secret" | "runtime_layer";

/** What is waited for. */
export type WaitKind =
  | "dns"
  | "eds"
  | "sds"
  | "rds"
  | "srds"
  | "vhds"
  | "ecds"
  | "lds"
  | "cds"
  | "rtds"
  | "health_check";

/** One step of the server's start. */
export interface StartStep {
  id: "primary_clusters" | "rtds" | "secondary_clusters" | "cds" | "listeners";
  state: "todo" | "waiting" | "done";
  since_ms?: number;
  took_ms?: number;
}

/** One thing that a subject waits for. */
export interface WaitItem {
  kind: WaitKind;
  name: string;
  /** Where it shall come from; empty where that goes without saying. */
  source: string;
  since_ms: number;
  /** When the wait ends by itself; null = never. */
  deadline_ms: number | null;
  attempts: number | null;
  last_error: string;
  next_try_ms: number | null;
  /** A row of Appendix B. */
  hint_id: string;
}

/** Where a subject stands, or has stood: the last phase has no `took_ms`. */
export interface WarmingPhase {
  id: "discovery" | "secrets" | "health_checking" | "routes" | "waiting";
  since_ms: number;
  took_ms?: number;
  done?: number;
  total?: number;
  /** Of first checks: hosts that have answered, and not well. */
  failed?: { host: string; text: string }[];
}

/** One subject that is not ready; its key is `SUBJECT/NAME`. */
export interface WarmingItem {
  subject: WarmingSubject;
  name: string;
  version: string;
  /** Of the object that serves meanwhile; null = none does. */
  active_version: string | null;
  since_ms: number;
  phase: string;
  phases: WarmingPhase[];
  waiting_for: WaitItem[];
  blocks: { subject: WarmingSubject; name: string; text: string }[];
  /** Newer updates took its place before it was ready, so many times. */
  superseded: number;
}

/** An update that was not taken: what was there before is in force. */
export interface RefusedItem {
  subject: WarmingSubject;
  name: string;
  version: string;
  text: string;
  at_ms: number | null;
}

/** Something became what is served. */
export interface Swap {
  /** Rises with each. */
  id: number;
  subject: WarmingSubject;
  name: string;
  /** Versions; empty = there was none. */
  from: string;
  to: string;
  at_ms: number;
  warmed_ms: number;
}

/** One change of state. */
export interface TimelineItem {
  id: number;
  subject: WarmingSubject;
  name: string;
  from: string;
  to: string;
  at_ms: number;
  reason: string;
  version: string;
}

/** Body of `GET /api/v1/warming`. */
export interface WarmingView {
  as_of_ms: number;
  server: { state: string; steps: StartStep[] };
  /** The oldest first, at most so many; `total` says how many there are. */
  items: WarmingItem[];
  total: number;
  refused: RefusedItem[];
  /** Newest first. */
  swaps: Swap[];
  /** Of the last 15 minutes, oldest first. */
  timeline: TimelineItem[];
}

/** Frames of the topic `warming`. */
export type WarmingFrame =
  | { op: "snapshot"; data: WarmingView }
  | { op: "upsert"; key: string; data: WarmingItem }
  | { op: "remove"; key: string; swap: Swap | null }
  | { op: "totals"; total: number; refused: RefusedItem[] }
  | { op: "server"; data: WarmingView["server"] }
  | { op: "timeline"; data: TimelineItem[] };
