/**
 * The health of a host: what discovery, health checks and outlier detection say of it (Envoy's flags), and what the proxy
 * itself saw of late. The latter is an observation and takes no traffic away (spec/operations.md 6.3.4).
 */
import { HealthFlag } from "../config/host_health.ts";
import type { CheckResult } from "../control/health/health_check_context.ts";
import type { OutlierFigures } from "../control/outlier/outlier_detector.ts";
import type { HostHealth } from "./contract/clusters.ts";

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
const VERDICTS: readonly (readonly [flag: number, health: HostHealth])[] = [
  [HealthFlag.FAILED_EDS_HEALTH, "unhealthy"],
  [HealthFlag.EDS_STATUS_DRAINING, "draining"],
  [HealthFlag.PENDING_ACTIVE_HC, "pending"],
  [HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, "excluded"],
  [HealthFlag.FAILED_ACTIVE_HC, "unhealthy"],
  [HealthFlag.FAILED_OUTLIER_CHECK, "ejected"],
];

const DEGRADED = HealthFlag.DEGRADED_EDS_HEALTH | HealthFlag.DEGRADED_ACTIVE_HC;

/** `isUnchecked`: some health check of it has had no result yet; asked of a host that fails its checks only. */
export function hostHealth(flags: number, failsInARow: number, isUnchecked: () => boolean): HostHealth {
  if (flags !== 0) {
    for (const [flag, health] of VERDICTS) {
      if ((flags & flag) === 0) continue;
      return flag === HealthFlag.FAILED_ACTIVE_HC && isUnchecked() ? "pending" : health;
    }
  }
  if (failsInARow > 0) return "failing";
  return (flags & DEGRADED) === 0 ? "healthy" : "degraded";
}

/** What is known of a host beside its flags. */
export interface HostEvidence {
  readonly failsInARow: number;
  /** Why its last connect failed; empty = nobody told. */
  readonly lastError: string;
  readonly checks: readonly (CheckResult | null)[];
  readonly outlier: OutlierFigures | null;
}

/** Why a host is what it is, in words; empty for one that is well. Times are left to who shows them. */
export function hostReason(health: HostHealth, flags: number, evidence: HostEvidence): string {
  const { failsInARow, lastError, checks, outlier } = evidence;
  switch (health) {
    case "healthy":
      return "";
    case "failing": {
      const what = failsInARow === 1 ? "the last connect failed" : `the last ${failsInARow} connects failed`;
      const why = lastError === "" ? "" : `: ${lastError}`;
      return `${what}${why} (as the proxy saw it; no health check says so)`;
    }
    case "degraded":
      return (flags & HealthFlag.DEGRADED_EDS_HEALTH) !== 0
        ? "discovery says it is degraded"
        : "it says so itself when it is checked";
    case "draining":
      return "discovery says it is draining";
    case "pending":
      return "waits for its first health check";
    case "excluded":
      return "it asked to be left out (x-envoy-immediate-health-check-fail)";
    case "ejected":
      return `ejected as an outlier${outlier?.kind ? `: ${ejectionText(outlier)}` : ""}`;
    case "unhealthy":
      return (flags & HealthFlag.FAILED_EDS_HEALTH) !== 0 ? "discovery says it is not healthy" : checkText(checks);
  }
}

/** The result to show of several: of the first check that fails, or else the first there is. */
export function tellingResult(checks: readonly (CheckResult | null)[]): CheckResult | null {
  return checks.find((result) => result?.isPass === false) ?? checks.find((result) => result !== null) ?? null;
}

/** `failing active check: HTTP 503 ×3`. */
function checkText(checks: readonly (CheckResult | null)[]): string {
  const result = tellingResult(checks);
  if (result === null) return "failing active check";
  const name = result.check === "" ? "" : ` "${result.check}"`;
  const times = result.consecutive > 1 ? ` ×${result.consecutive}` : "";
  if (!result.isPass) return `failing active check${name}: ${result.text}${times}`;
  return `passed its active check${name}${times}, and must pass it more often`;
}

function ejectionText({ kind, ejections }: OutlierFigures): string {
  return `${kind}${ejections > 1 ? `, the ${ejections}. time` : ""}`;
}
