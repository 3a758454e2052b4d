/**
 * Whether the process is ready: Envoy's four states (spec/operations.md 1.4). Two things make it, how far the start has
 * come and whether health checks are failed by hand or by shutdown; draining listeners do not (1.5).
 */

import type { ServerState } from "../admin/api_types.ts";

/** `ServerInfo.State`, as the gauge `server.state` shows it. */
export const STATE_NUMBERS: Readonly<Record<ServerState, number>> = {
  LIVE: 0,
  DRAINING: 1,
  PRE_INITIALIZING: 2,
  INITIALIZING: 3,
};

/** How far the process is. */
export class ServerStage {
  #reached: "PRE_INITIALIZING" | "INITIALIZING" | "LIVE" = "PRE_INITIALIZING";
  /** By `/healthcheck/fail`, or by the shutdown. */
  isHealthFailed = false;

  get state(): ServerState {
    return this.#reached === "LIVE" && this.isHealthFailed ? "DRAINING" : this.#reached;
  }

  /** The stages are passed in order, each once. */
  reach(stage: "INITIALIZING" | "LIVE"): void {
    this.#reached = stage;
  }
}
