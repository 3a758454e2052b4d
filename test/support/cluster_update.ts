/** A cluster as main sends it to workers, made of its configuration: for tests that have no main. */
import type { ClusterConfig } from "../../src/config/cluster_config.ts";
import type { ClusterUpdate } from "../../src/config/config_change.ts";
import type { HostConfig } from "../../src/config/host_config.ts";
import { discoveryFlags } from "../../src/config/host_health.ts";

/** Its endpoints are its hosts, with ids by their order and slots from `firstSlot` on. */
export function clusterUpdate(config: ClusterConfig, incarnation = 1, limitSlot = 0, firstSlot = 0): ClusterUpdate {
  const hosts = config.assignment.endpoints.map((endpoint, id): HostConfig => ({
    id,
    slot: firstSlot + id,
    endpoint,
    flags: discoveryFlags(endpoint.healthStatus),
    warmSinceMs: 0,
  }));
  return { config, incarnation, limitSlot, hosts, policy: config.assignment.policy };
}
