/**
 * Whether the process is ready: Envoy's four states (spec/operations.md 1.4). Two things make it, how far the start has
 * come and whether health checks are failed, by an operator or by the shutdown; draining listeners do not (1.5).
 */

import type { ServerState } from "../admin/contract/overview.ts";

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
  /** By `/healthcheck/fail`. */
  isFailedByOperator = false;
  /** The shutdown has begun: there is no way back. */
  isEnding = false;

  /** Whether health checks are to be answered with failure. */
  get isHealthFailed(): boolean {
    return this.isFailedByOperator || this.isEnding;
  }

  get state(): ServerState {
    return this.#reached === "LIVE" && this.isHealthFailed ? "DRAINING" : this.#reached;
  }

  /** The stages are passed in order, each once. */
  reach(stage: "INITIALIZING" | "LIVE"): void {
    this.#reached = stage;
  }
}
