/**
 * The icons, drawn here so that nothing is loaded. Each level has a shape of its own: state is never told by colour
 * alone. An icon beside its word is decoration and hidden from screen readers.
 */

import type { JSX } from "preact";
import type { Level } from "../../src/admin/contract/problem.ts";

/** Icons that are not levels. */
export type IconName =
  | "actions"
  | "api"
  | "audit"
  | "certs"
  | "chevron"
  | "close"
  | "clusters"
  | "config"
  | "copy"
  | "done"
  | "edit"
  | "events"
  | "help"
  | "link"
  | "listeners"
  | "logs"
  | "menu"
  | "minus"
  | "overload"
  | "overview"
  | "pause"
  | "play"
  | "plus"
  | "requests"
  | "routes"
  | "runtime"
  | "search"
  | "stats"
  | "table"
  | "theme"
  | "undo"
  | "user"
  | "warming"
  | "workers"
  | "xds";

const STROKES: Readonly<Record<IconName, string>> = {
  actions: "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
  api: "M5.5 4L2 8l3.5 4M10.5 4L14 8l-3.5 4",
  audit: "M4 2h8v12H4zM6 5.5h4M6 8h4M6 10.5h2",
  certs: "M8 1.8l5 2v4c0 3.2-2 5.4-5 6.4-3-1-5-3.2-5-6.4v-4zM5.8 8l1.6 1.6 3-3.2",
  chevron: "M6 4l4 4-4 4",
  close: "M4 4l8 8M12 4l-8 8",
  clusters: "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
  config: "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
  copy: "M6 6h7v7H6zM10 6V3H3v7h3",
  done: "M3 8.5l3.5 3.5L13 5",
  edit: "M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z",
  events: "M3 4h2M8 4h5M3 8h2M8 8h5M3 12h2M8 12h5",
  help: "M6 6a2 2 0 1 1 2.6 1.9c-.5.2-.6.6-.6 1.3M8 11.6v.2",
  link: "M6.5 9.5l3-3M5 7L3.3 8.7a2.5 2.5 0 0 0 3.5 3.5L8.5 10.5M7.5 5.5L9.2 3.8a2.5 2.5 0 0 1 3.5 3.5L11 9",
  listeners: "M2 8h7M6 5l3 3-3 3M9 2.5h4.5v11H9",
  logs: "M2.5 3.5l3 2.5-3 2.5M7 9h4.5M2.5 12.5h11",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  minus: "M3 8h10",
  overload: "M2.5 12a6 6 0 1 1 11 0M8 11l2.5-4",
  overview: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3l8 5-8 5z",
  plus: "M8 3v10M3 8h10",
  requests: "M2 5.5h10M9.5 3L12 5.5 9.5 8M14 10.5H4M6.5 8L4 10.5 6.5 13",
  routes: "M3 3v3c0 3 10 1 10 4v3M3 13V9M11 11l2 2 2-2",
  runtime: "M3 4.5h6M12.5 4.5h.500M3 8h1M7.5 8H13M3 11.5h5M11.5 11.5H13M9 3v3h3V3zM4.5 6.5v3h3v-3zM8.5 10v3h3v-3z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3L14 14",
  stats: "M2.5 2.5v11h11M5 11V8M8 11V5M11 11V7",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M7 6.5V13",
  theme: "M8 2a6 6 0 1 0 0 12 6 6 0 1 0 0-12z",
  undo: "M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3L3 6l2.5 3",
  user: "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.5-3 2.5-4 5-4s4.5 1 5 4",
  warming: "M8 2v6l3.5 2M8 14A6 6 0 1 0 8 2",
  workers: "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
  xds: "M8 2v5M8 7l-4.5 4M8 7l4.5 4M6.5 2h3M2 11h3v3H2zM11 11h3v3h-3z",
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
