/** Frames of `GET /api/v1/events` (spec/console.md 7.8, Appendix C). */

import type { ActionItem, ActionsView } from "./actions.ts";
import type { ClusterItem } from "./clusters.ts";
import type { EventItem } from "./events.ts";
import type { ListenerItem } from "./listeners.ts";
import type { Overview } from "./overview.ts";
import type { Page } from "./page.ts";
import type { RuntimeFrame } from "./runtime.ts";
import type { Series } from "./series.ts";
import type { WarmingFrame } from "./warming.ts";
import type { AuditItem } from "./session.ts";
import type { WorkerItem } from "./workers.ts";
import type { XdsFrame } from "./xds.ts";

/** Topics of `GET /api/v1/events?topics=`. */
export type Topic =
  | "overview"
  | "clusters"
  | "listeners"
  | "workers"
  | "runtime"
  | "xds"
  | "warming"
  | "events"
  | "audit"
  | "actions";

/** First frame of every stream. */
export interface HelloFrame {
  server_time_ms: number;
  /** Changes with the process: the client then loads everything anew. */
  boot_id: string;
  heartbeat_s: number;
  topics: Topic[];
}

/** Frames of the topic `overview`: a snapshot with the last five minutes, then one tick a second. */
export type OverviewFrame =
  | { op: "snapshot"; data: Overview; history: Series }
  | { op: "tick"; data: Overview };

/** Frames of a list topic. `upsert` and `remove` carry one item each, by its key. */
export type ListFrame<Item> =
  | { op: "snapshot"; data: Page<Item> }
  | { op: "upsert"; key: string; data: Item }
  | { op: "remove"; key: string };

/** The stream could not be resumed where the client left it: snapshots follow. */
export interface GapFrame {
  reason: "unknown_id" | "ring_overflow" | "client_behind";
  resume: "snapshot";
}

/** What a frame's `event` says its `data` is. Unknown events and ops are to be ignored. */
export interface SseFrames {
  hello: HelloFrame;
  gap: GapFrame;
  overview: OverviewFrame;
  clusters: ListFrame<ClusterItem>;
  listeners: ListFrame<ListenerItem>;
  workers: ListFrame<WorkerItem>;
  warming: WarmingFrame;
  runtime: RuntimeFrame;
  xds: XdsFrame;
  audit: ListFrame<AuditItem>;
  actions: { op: "snapshot"; data: ActionsView } | {
    op: "upsert";
    key: string;
    data: ActionItem;
    state: Omit<ActionsView, "items">;
  };
  events: { op: "snapshot"; data: EventItem[] } | { op: "upsert"; key: string; data: EventItem };
}

/** One frame as it stands in the stream: `id`, `event` and the parsed `data`. */
export type SseFrame = { [Event in keyof SseFrames]: { id: number; event: Event; data: SseFrames[Event] } }[
  keyof SseFrames
];
