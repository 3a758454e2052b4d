/** What an operator can have the process do, and how it goes: `/api/v1/actions` (spec/console.md 5.14, 7.6). */

/** All there are. */
export const ACTION_KINDS = [
  "healthcheck_fail",
  "healthcheck_ok",
  "drain",
  "shutdown",
  "reset_counters",
  "reopen_logs",
] as const;

/** One of them, as it stands in `POST /api/v1/actions/KIND`. */
export type ActionKind = (typeof ACTION_KINDS)[number];

/** Body of the POST. What a kind has no use for is not looked at. */
export interface ActionRequest {
  reason: string;
  /** `confirm_text` of {@link ActionsView}, for what cannot be undone. */
  confirm?: string | undefined;
  /** Of `drain`: which listeners; all unless given. */
  direction?: "all" | "inbound" | undefined;
  /** Of `drain`: sockets stay open for the drain time. */
  graceful?: boolean | undefined;
  /** Of `drain`: sockets are never closed. */
  skip_exit?: boolean | undefined;
  /** Of `shutdown`: how long load balancers are given to see that health checks fail; 5 unless given. */
  notice_s?: number | undefined;
  /** Of `shutdown`: how long connections are given to go; 30 unless given. */
  wait_s?: number | undefined;
}

/** One step of an action. */
export interface ActionPhase {
  /** `fail_health`, `notice`, `connections`, `stop`; `drain`, `closed`; or `done`. */
  id: string;
  text: string;
  state: "todo" | "active" | "done" | "skipped";
  since_ms: number | null;
  /** When it ends at the latest; null = it has no end of its own. */
  until_ms: number | null;
}

/** An action somebody asked for. Item of the topic `actions`; the key is its id. */
export interface ActionItem {
  id: string;
  kind: ActionKind;
  /** As in the audit. */
  actor: string;
  reason: string;
  state: "running" | "done" | "aborted";
  started_ms: number;
  ended_ms: number | null;
  phases: ActionPhase[];
  /** Those that are still to go, by listener; empty when the action waits for none. */
  listeners: { name: string; active_cx: number }[];
  /** Requests under way, over all listeners. */
  active_rq: number;
  can_abort: boolean;
  /** What came of it, in words; empty while it runs. */
  result: string;
}

/** Body of `GET /api/v1/actions`, and of the topic's snapshot. */
export interface ActionsView {
  /** The latest, newest first. */
  items: ActionItem[];
  /** What is to be typed before what cannot be undone: the node's id, or the host's name where it has none. */
  confirm_text: string;
  health_check_failed: boolean;
  /** `--drain-time-s`. */
  drain_time_s: number;
  /** Which listeners drain by an operator's word; null = none. */
  draining: "all" | "inbound" | null;
  /** Which listeners were stopped for good; null = none. */
  stopped: "all" | "inbound" | null;
}

/** Whether an action cannot be undone, and so needs `confirm`. */
export function needsConfirm(kind: ActionKind, { skip_exit = false }: Pick<ActionRequest, "skip_exit">): boolean {
  return kind === "shutdown" || (kind === "drain" && !skip_exit);
}

/** A file of the support bundle. */
export interface BundleFile {
  name: string;
  text: string;
}
