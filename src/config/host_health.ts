/**
 * What is known of a host's health: flags that discovery, active checks and outlier detection set, each its own, and what
 * they come to together (spec/upstream.md 4.1). Main keeps them, workers choose hosts by them.
 */

/** The names of {@link HealthStatus}. */
export const HEALTH_STATUSES = ["UNKNOWN", "HEALTHY", "UNHEALTHY", "DRAINING", "TIMEOUT", "DEGRADED"] as const;
/** `core.v3.HealthStatus`: what discovery says of a host's health. */
export type HealthStatus = typeof HEALTH_STATUSES[number];

/** One bit each. Their names are Envoy's, as `/clusters` prints them. */
export const HealthFlag = {
  FAILED_ACTIVE_HC: 1 << 0,
  FAILED_OUTLIER_CHECK: 1 << 1,
  FAILED_EDS_HEALTH: 1 << 2,
  DEGRADED_ACTIVE_HC: 1 << 3,
  DEGRADED_EDS_HEALTH: 1 << 4,
  PENDING_DYNAMIC_REMOVAL: 1 << 5,
  PENDING_ACTIVE_HC: 1 << 6,
  EXCLUDED_VIA_IMMEDIATE_HC_FAIL: 1 << 7,
  ACTIVE_HC_TIMEOUT: 1 << 8,
  EDS_STATUS_DRAINING: 1 << 9,
} as const;

const UNHEALTHY = HealthFlag.FAILED_ACTIVE_HC | HealthFlag.FAILED_OUTLIER_CHECK | HealthFlag.FAILED_EDS_HEALTH |
  HealthFlag.EDS_STATUS_DRAINING;
const DEGRADED = HealthFlag.DEGRADED_ACTIVE_HC | HealthFlag.DEGRADED_EDS_HEALTH;
const EXCLUDED = HealthFlag.PENDING_ACTIVE_HC | HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL |
  HealthFlag.EDS_STATUS_DRAINING;

/** What discovery alone sets. */
export const DISCOVERY_FLAGS = HealthFlag.FAILED_EDS_HEALTH | HealthFlag.DEGRADED_EDS_HEALTH |
  HealthFlag.EDS_STATUS_DRAINING;

/** What all flags come to. */
export type CoarseHealth = "healthy" | "degraded" | "unhealthy";

/** One bad flag is enough. */
export function coarseHealth(flags: number): CoarseHealth {
  if ((flags & UNHEALTHY) !== 0) return "unhealthy";
  return (flags & DEGRADED) !== 0 ? "degraded" : "healthy";
}

/** The host stays in the list and is left out of what shares are computed from. */
export function isExcluded(flags: number): boolean {
  return (flags & EXCLUDED) !== 0;
}

/** The flags that a `health_status` of discovery sets. */
export function discoveryFlags(status: HealthStatus): number {
  switch (status) {
    case "UNHEALTHY":
    case "TIMEOUT":
      return HealthFlag.FAILED_EDS_HEALTH;
    case "DEGRADED":
      return HealthFlag.DEGRADED_EDS_HEALTH;
    case "DRAINING":
      return HealthFlag.EDS_STATUS_DRAINING;
    default:
      return 0;
  }
}

/** In Envoy's order and words; none means healthy. */
export function flagNames(flags: number): string[] {
  // Nearly all hosts have none, and they may be very many.
  if (flags === 0) return [];
  return Object.entries(HealthFlag).filter(([, flag]) => (flags & flag) !== 0).map(([name]) => name.toLowerCase());
}
