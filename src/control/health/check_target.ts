/** Where a host is checked, and whether it is (spec/upstream.md 5.3, 5.5). */
import type { EndpointConfig } from "../../config/cluster_config.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import type { TransportAddress } from "../../transport/transport.ts";

/**
 * The address that checks connect to: a host whose address for checks changed is another host (spec/upstream.md 4.3). A
 * port of its own goes before that of the address, which may be the endpoint's or its own too.
 */
export function checkAddress({ address, healthCheck }: EndpointConfig): TransportAddress {
  const target = healthCheck.address ?? address;
  if (target.kind === "pipe" || healthCheck.port === 0) return target;
  return { ...target, port: healthCheck.port };
}

/** Whether active checks decide about this endpoint. */
export function isChecked(checks: readonly HealthCheckConfig[], { healthCheck }: EndpointConfig): boolean {
  return checks.length > 0 && !healthCheck.isDisabled;
}

/** The flags of active checking that a new host starts with: unhealthy until it has passed. */
export function startFlags(
  checks: readonly HealthCheckConfig[],
  endpoint: EndpointConfig,
  ignoresNewHosts: boolean,
): number {
  if (!isChecked(checks, endpoint)) return 0;
  return HealthFlag.FAILED_ACTIVE_HC | (ignoresNewHosts ? HealthFlag.PENDING_ACTIVE_HC : 0);
}

/** The host that a check names: the endpoint's, else the check's, else the cluster. */
export function checkHost({ healthCheck }: EndpointConfig, configured: string, cluster: string): string {
  return healthCheck.hostname || configured || cluster;
}
