/** Whether a host may be used that a request asks for by name, whatever the balancer would do (spec/upstream.md 2.4). */
import { coarseHealth, HealthFlag, type HealthStatus } from "../../config/host_health.ts";
import type { SetHost } from "./set_host.ts";

/** Whether what is known of the host, in discovery's words, is among `allowed`. */
export function isOverridable(host: SetHost, allowed: readonly HealthStatus[]): boolean {
  return allowed.includes(statusOf(host));
}

function statusOf({ flags, healthStatus }: SetHost): HealthStatus {
  if ((flags & (HealthFlag.FAILED_ACTIVE_HC | HealthFlag.FAILED_OUTLIER_CHECK)) !== 0) return "UNHEALTHY";
  if ((flags & (HealthFlag.FAILED_EDS_HEALTH | HealthFlag.EDS_STATUS_DRAINING)) !== 0) return healthStatus;
  return coarseHealth(flags) === "degraded" ? "DEGRADED" : healthStatus;
}
