/** `core.v3.HealthStatus`: what discovery says of a host's health. */

/** Its names. */
export type HealthStatus = "UNKNOWN" | "HEALTHY" | "UNHEALTHY" | "DRAINING" | "TIMEOUT" | "DEGRADED";
