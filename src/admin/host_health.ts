/**
 * The health of a host: what discovery says of it (Envoy's flags), and what the proxy itself saw of late. Until health
 * checks exist the latter is all there is; it is an observation and takes no traffic away (spec/operations.md 6.3.4).
 */
import type { EndpointConfig } from "../config/cluster_config.ts";
import type { HostHealth } from "./api_types.ts";

/** Envoy's flags of a host in their order, without the slash; none means healthy. */
export function healthFlags({ healthStatus }: EndpointConfig): string[] {
  switch (healthStatus) {
    case "UNHEALTHY":
    case "TIMEOUT":
      return ["failed_eds_health"];
    case "DEGRADED":
      return ["degraded_eds_health"];
    case "DRAINING":
      return ["eds_status_draining"];
    default:
      return [];
  }
}

/** A verdict and the reason for it in words, empty when all is well. */
export interface HostVerdict {
  readonly health: HostHealth;
  readonly reason: string;
}

/** Tells a host that takes no connections from one that does, by counts read once a tick. */
export class ConnectWatch {
  #fails = 0;
  #failed = -1;
  /** The most that ever stood open or answered; connects under way lift it by a few, and only once. */
  #mostOpened = 0;
  #succeeded = -1;

  /** `connectFail`, `total` and `success` are the host's `cx_connect_fail`, `cx_total` and `rq_success`. */
  update(connectFail: number, total: number, success: number): void {
    const opened = total - connectFail;
    if (this.#failed >= 0) {
      const failed = connectFail - this.#failed;
      // An answer proves the host; a connection that neither failed nor answered proves it only when none fails.
      const isProven = success > this.#succeeded || failed <= 0 && opened > this.#mostOpened;
      this.#fails = isProven ? 0 : this.#fails + Math.max(0, failed);
    } else if (success === 0) {
      this.#fails = connectFail;
    }
    this.#failed = connectFail;
    this.#mostOpened = Math.max(this.#mostOpened, opened);
    this.#succeeded = success;
  }

  /** Connects that failed since the last one that did not. */
  get failsInARow(): number {
    return this.#fails;
  }
}

/** What to say of a host. `lastError` is why its last connect failed, where that is known. */
export function hostVerdict(endpoint: EndpointConfig, failsInARow: number, lastError: string): HostVerdict {
  switch (endpoint.healthStatus) {
    case "UNHEALTHY":
    case "TIMEOUT":
      return { health: "unhealthy", reason: "the configuration says it is not healthy" };
    case "DRAINING":
      return { health: "draining", reason: "the configuration says it is draining" };
  }
  if (failsInARow > 0) {
    const what = failsInARow === 1 ? "the last connect failed" : `the last ${failsInARow} connects failed`;
    const why = lastError === "" ? "" : `: ${lastError}`;
    return { health: "failing", reason: `${what}${why} (as the proxy saw it; no health check is running)` };
  }
  if (endpoint.healthStatus === "DEGRADED") {
    return { health: "degraded", reason: "the configuration says it is degraded" };
  }
  return { health: "healthy", reason: "" };
}
