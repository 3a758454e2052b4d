/**
 * The health of a host: what discovery says of it (Envoy's flags), and what the proxy itself saw of late. Until health
 * checks exist the latter is all there is; it is an observation and takes no traffic away (spec/operations.md 6.3.4).
 */
import { HealthFlag } from "../config/host_health.ts";
import type { HostHealth } from "./contract/clusters.ts";
import type { HostStatus } from "./source.ts";

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

/** What flags say, the worst first. */
const VERDICTS: readonly (readonly [flag: number, verdict: HostVerdict])[] = [
  [HealthFlag.FAILED_EDS_HEALTH, { health: "unhealthy", reason: "discovery says it is not healthy" }],
  [HealthFlag.EDS_STATUS_DRAINING, { health: "draining", reason: "discovery says it is draining" }],
  [HealthFlag.PENDING_ACTIVE_HC, { health: "unhealthy", reason: "it waits for its first health check" }],
  [HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, { health: "unhealthy", reason: "it asked to be left out" }],
  [
    HealthFlag.FAILED_ACTIVE_HC | HealthFlag.ACTIVE_HC_TIMEOUT,
    { health: "unhealthy", reason: "health checks get no answer in time" },
  ],
  [HealthFlag.FAILED_ACTIVE_HC, { health: "unhealthy", reason: "health checks fail" }],
  [HealthFlag.FAILED_OUTLIER_CHECK, { health: "unhealthy", reason: "ejected as an outlier" }],
];

/** Not quite well. */
const DEGRADED: readonly (readonly [flag: number, verdict: HostVerdict])[] = [
  [HealthFlag.DEGRADED_EDS_HEALTH, { health: "degraded", reason: "discovery says it is degraded" }],
  [HealthFlag.DEGRADED_ACTIVE_HC, { health: "degraded", reason: "it says so itself when it is checked" }],
];

/** What to say of a host. `lastError` is why its last connect failed, where that is known. */
export function hostVerdict({ flags }: Pick<HostStatus, "flags">, failsInARow: number, lastError: string): HostVerdict {
  const find = (verdicts: typeof VERDICTS) => verdicts.find(([flag]) => (flags & flag) === flag)?.[1];
  const verdict = find(VERDICTS);
  if (verdict !== undefined) return verdict;
  if (failsInARow > 0) {
    const what = failsInARow === 1 ? "the last connect failed" : `the last ${failsInARow} connects failed`;
    const why = lastError === "" ? "" : `: ${lastError}`;
    return { health: "failing", reason: `${what}${why} (as the proxy saw it; no health check says so)` };
  }
  return find(DEGRADED) ?? { health: "healthy", reason: "" };
}
