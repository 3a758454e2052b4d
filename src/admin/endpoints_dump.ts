/** The `EndpointsConfigDump` of `/config_dump?include_eds`: every cluster's hosts, rebuilt (spec/operations.md 6.4.2). */
import { coarseHealth } from "../config/host_health.ts";
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import { addressJson } from "./address.ts";
import type { ClusterStatus, ConfigDumpComponent, HostStatus, JsonObject } from "./source.ts";

/** Makes it. */
export function endpointsDump(clusters: readonly ClusterStatus[]): ConfigDumpComponent {
  const fixed = clusters.filter(({ isDynamic }) => !isDynamic).map(assignmentJson);
  const dynamic = clusters.filter(({ isDynamic }) => isDynamic).map(assignmentJson);
  return {
    key: "endpoint",
    message: "EndpointsConfigDump",
    dump: {
      ...fixed.length === 0 ? {} : { static_endpoint_configs: fixed },
      ...dynamic.length === 0 ? {} : { dynamic_endpoint_configs: dynamic },
    },
  };
}

/** Made when it is read: there may be tens of thousands of hosts. */
function assignmentJson(status: ClusterStatus): JsonObject {
  return {
    get endpoint_config() {
      return loadAssignmentJson(status);
    },
  };
}

function loadAssignmentJson({ config, hosts, policy, edsServiceName }: ClusterStatus): JsonObject {
  const groups = new Map<string, HostStatus[]>();
  for (const host of hosts) {
    const { endpoint } = host;
    const { region, zone, subZone } = endpoint.locality;
    const key = JSON.stringify([endpoint.priority, region, zone, subZone]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  const endpoints = [...groups.values()].map(localityJson);
  return {
    "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
    cluster_name: edsServiceName === "" ? config.name : edsServiceName,
    ...endpoints.length === 0 ? {} : { endpoints },
    policy: { ...dropJson(policy), overprovisioning_factor: policy.overprovisioningFactor },
  };
}

/** As in Envoy in parts of a million, whatever the configuration counts in. */
function dropJson({ dropOverloadPercent, dropOverloadCategory }: AssignmentPolicy): JsonObject {
  if (dropOverloadPercent === 0) return {};
  const drop_percentage = { numerator: Math.floor(dropOverloadPercent * 10_000), denominator: "MILLION" };
  return { drop_overloads: [{ category: dropOverloadCategory, drop_percentage }] };
}

function localityJson(group: readonly HostStatus[]): JsonObject {
  const { locality: { region, zone, subZone, weight }, priority } = group[0]!.endpoint;
  return {
    locality: {
      ...region === "" ? {} : { region },
      ...zone === "" ? {} : { zone },
      ...subZone === "" ? {} : { sub_zone: subZone },
    },
    lb_endpoints: group.map(({ endpoint, flags }) => ({
      endpoint: {
        address: addressJson(endpoint.address),
        health_check_config: {},
        ...endpoint.additionalAddresses.length === 0 ? {} : {
          additional_addresses: endpoint.additionalAddresses.map((address) => ({ address: addressJson(address) })),
        },
        ...endpoint.hostname === "" ? {} : { hostname: endpoint.hostname },
      },
      health_status: coarseHealth(flags).toUpperCase(),
      load_balancing_weight: endpoint.weight,
    })),
    load_balancing_weight: weight,
    ...priority === 0 ? {} : { priority },
  };
}
