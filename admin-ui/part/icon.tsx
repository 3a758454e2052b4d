/**
 * The icons, drawn here so that nothing is loaded. Each level has a shape of its own: state is never told by colour
 * alone. An icon beside its word is decoration and hidden from screen readers.
 */

import type { JSX } from "preact";
import type { Level } from "../../src/admin/contract/problem.ts";

/** Icons that are not levels. */
export type IconName =
  | "chevron"
  | "clusters"
  | "copy"
  | "done"
  | "events"
  | "help"
  | "listeners"
  | "overview"
  | "pause"
  | "play"
  | "search"
  | "table"
  | "theme"
  | "workers";

const STROKES: Readonly<Record<IconName, string>> = {
  chevron: "M6 4l4 4-4 4",
  clusters: "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  done: "M3 8.5l3.5 3.5L13 5",
  events: "M3 4h2M8 4h5M3 8h2M8 8h5M3 12h2M8 12h5",
  help: "M6 6a2 2 0 1 1 2.6 1.9c-.5.2-.6.6-.6 1.3M8 11.6v.2",
  listeners: "M2 8h7M6 5l3 3-3 3M9 2.5h4.5v11H9",
  overview: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3l8 5-8 5z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3L14 14",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M7 6.5V13",
  theme: "M8 2a6 6 0 1 0 0 12 6 6 0 1 0 0-12z",
  workers: "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
};

/** A line icon of 16 px. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={STROKES[name]} />
      {name === "theme" && <path d="M8 2a6 6 0 0 0 0 12z" class="icon-half" />}
    </svg>
  );
}

/** The shape of a level: a disc with a tick, a ring with an i, a triangle, an octagon with a cross. */
export function LevelIcon({ level }: { level: Level }): JSX.Element {
  return (
    <svg class={`level-icon is-${level}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {level === "ok" && (
        <>
          <circle cx="8" cy="8" r="7" class="level-fill" />
          <path d="M4.8 8.3l2.3 2.3 4.2-4.8" class="level-mark" />
        </>
      )}
      {level === "info" && (
        <>
          <circle cx="8" cy="8" r="6.2" class="level-ring" />
          <path d="M8 7.2v4M8 4.7v.2" class="level-ring" />
        </>
      )}
      {level === "warn" && (
        <>
          <path d="M8 1.2l7.2 13H.8z" class="level-fill" />
          <path d="M8 6v4M8 12v.2" class="level-mark" />
        </>
      )}
      {level === "bad" && (
        <>
          <path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" class="level-fill" />
          <path d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" class="level-mark" />
        </>
      )}
    </svg>
  );
}
