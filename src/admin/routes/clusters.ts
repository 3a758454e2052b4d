/**
 * `/clusters`: the active clusters, their limits and hosts, as text or JSON (spec/operations.md 6.3).
 *
 * Differs from Envoy: with `include_warming` those are listed too that are not ready yet, with what they wait for.
 */
import { isCanary } from "../../config/metadata_config.ts";
import type { CircuitBreakerLimits, EndpointConfig } from "../../config/cluster_config.ts";
import { flagNames, HealthFlag } from "../../config/host_health.ts";
import {
  HOST_COUNTERS,
  HOST_GAUGES,
  HOST_STATS,
  hostStatName,
  hostStatPrefix,
} from "../../observe/stats/host_stats.ts";
import type { StatBook } from "../../observe/stats/stat_book.ts";
import type { Unready } from "../../control/timeline.ts";
import { addressText } from "../../base/address_text.ts";
import { addressJson } from "../address.ts";
import { answer, JSON_TYPE, streamAnswer } from "../answer.ts";
import type { Command } from "../command.ts";
import { parseNameFilter } from "../name_filter.ts";
import { protoJsonList } from "../proto_json.ts";
import type { AdminSource, ClusterOutliers, ClusterStatus, HostStatus, JsonObject } from "../source.ts";

/** Makes the command `/clusters`. */
export function clustersCommand(source: AdminSource): Command {
  return {
    path: "/clusters",
    help: "upstream cluster status",
    isMutating: false,
    params: [
      { name: "filter", help: "Regular expression (Google re2) for filtering clusters by name" },
      { name: "include_warming", help: "Clusters that are not ready too, and what they wait for" },
    ],
    answer(query) {
      const filter = parseNameFilter(query.get("filter") ?? "");
      if (typeof filter === "string") return answer("Invalid re2 regex", 400);
      const all = [...source.clusters(), ...query.has("include_warming") ? source.warmingClusters() : []];
      const clusters = all.filter(({ config }) => filter.search(config.name));
      if (query.get("format") !== "json") return streamAnswer(clustersText(source.stats, clusters));
      return streamAnswer(clustersJson(source.stats, clusters), JSON_TYPE);
    },
  };
}

function* clustersText(stats: StatBook, clusters: readonly ClusterStatus[]): Generator<string> {
  for (const { config, hosts, limits: byPriority, isDynamic, edsServiceName, outliers, warming } of clusters) {
    const line = (key: string, value: string | number | boolean) => `${config.name}::${key}::${value}\n`;
    let text = line("observability_name", config.observabilityName);
    if (warming !== null) text += line("warming", true);
    if (outliers !== null) {
      for (const [name, rate] of clusterRates(outliers)) text += line(`outlier::${name}`, sixDigits(rate));
    }
    for (const [priority, limits] of Object.entries(byPriority)) {
      text += line(`${priority}_priority::max_connections`, limits.maxConnections);
      text += line(`${priority}_priority::max_pending_requests`, limits.maxPendingRequests);
      text += line(`${priority}_priority::max_requests`, limits.maxRequests);
      text += line(`${priority}_priority::max_retries`, maxRetries(limits));
    }
    text += line("added_via_api", isDynamic);
    if (edsServiceName !== "") text += line("eds_service_name", edsServiceName);
    yield text;
    for (const host of hosts) yield hostText(stats, config.name, config.observabilityName, host);
  }
}

function hostText(
  stats: StatBook,
  cluster: string,
  observabilityName: string,
  { endpoint, flags, outlier }: HostStatus,
): string {
  const address = addressText(endpoint.address);
  const line = (key: string, value: string | number | boolean) => `${cluster}::${address}::${key}::${value}\n`;
  const prefix = hostStatPrefix(observabilityName, hostStatName(endpoint, address));
  const flagText = flagNames(flags).map((flag) => `/${flag}`).join("");
  return HOST_STATS.map((name) => line(name, stats.valueOf(`${prefix}.${name}`))).join("") +
    line("hostname", endpoint.hostname) +
    line("health_flags", flagText === "" ? "healthy" : flagText) +
    line("weight", endpoint.weight) +
    line("region", endpoint.locality.region) +
    line("zone", endpoint.locality.zone) +
    line("sub_zone", endpoint.locality.subZone) +
    line("canary", isCanary(endpoint.metadata)) +
    line("priority", endpoint.priority) +
    line("success_rate", outlier?.successRate ?? -1) +
    line("local_origin_success_rate", outlier?.localOriginSuccessRate ?? -1);
}

function clustersJson(stats: StatBook, clusters: readonly ClusterStatus[]): Generator<string> {
  return protoJsonList("cluster_statuses", clusters.values().map((cluster) => clusterJson(stats, cluster)));
}

function clusterJson(
  stats: StatBook,
  { config, hosts, limits, isDynamic, edsServiceName, outliers, warming }: ClusterStatus,
): JsonObject {
  const statuses = hosts.map((host) => hostJson(stats, config.observabilityName, host));
  return {
    name: config.name,
    ...isDynamic ? { added_via_api: true } : {},
    ...percentJson("success_rate_ejection_threshold", outliers?.external.ejectionThreshold),
    ...statuses.length === 0 ? {} : { host_statuses: statuses },
    ...percentJson("local_origin_success_rate_ejection_threshold", outliers?.local.ejectionThreshold),
    circuit_breakers: { thresholds: [limitsJson(limits.default), { priority: "HIGH", ...limitsJson(limits.high) }] },
    observability_name: config.observabilityName,
    ...edsServiceName === "" ? {} : { eds_service_name: edsServiceName },
    ...warming === null ? {} : { warming: warmingJson(warming) },
  };
}

/** As the console has it (spec/console.md 7.3). */
function warmingJson({ name, version, sinceMs, phase, waits, blocks, superseded }: Unready): JsonObject {
  return {
    subject: "cluster",
    name,
    version,
    since_ms: sinceMs,
    phase,
    waiting_for: waits.map(({ kind, subject, source, sinceMs, untilMs, lastError }) => ({
      kind,
      name: subject,
      source,
      since_ms: sinceMs,
      deadline_ms: untilMs,
      last_error: lastError,
    })),
    blocks,
    superseded,
  };
}

/** A limit of 0 is a set wrapper and stays. */
function limitsJson(limits: CircuitBreakerLimits): JsonObject {
  return {
    max_connections: limits.maxConnections,
    max_pending_requests: limits.maxPendingRequests,
    max_requests: limits.maxRequests,
    max_retries: maxRetries(limits),
  };
}

/** Of a budget, what it allows while nothing goes on. */
function maxRetries({ maxRetries, retryBudget }: CircuitBreakerLimits): number {
  return retryBudget === null ? maxRetries : retryBudget.minConcurrency;
}

function hostJson(stats: StatBook, observabilityName: string, { endpoint, flags, outlier }: HostStatus): JsonObject {
  const prefix = hostStatPrefix(observabilityName, hostStatName(endpoint, addressText(endpoint.address)));
  const statJson = (name: string, type: JsonObject) => {
    const value = stats.valueOf(`${prefix}.${name}`);
    return { ...type, ...value === 0 ? {} : { value: String(value) }, name };
  };
  const { region, zone, subZone } = endpoint.locality;
  return {
    address: addressJson(endpoint.address),
    stats: [
      ...HOST_COUNTERS.map((name) => statJson(name, {})),
      ...HOST_GAUGES.map((name) => statJson(name, { type: "GAUGE" })),
    ],
    health_status: healthJson(endpoint, flags),
    ...percentJson("success_rate", outlier?.successRate),
    weight: endpoint.weight,
    ...endpoint.hostname === "" ? {} : { hostname: endpoint.hostname },
    ...endpoint.priority === 0 ? {} : { priority: endpoint.priority },
    ...percentJson("local_origin_success_rate", outlier?.localOriginSuccessRate),
    locality: {
      ...region === "" ? {} : { region },
      ...zone === "" ? {} : { zone },
      ...subZone === "" ? {} : { sub_zone: subZone },
    },
  };
}

function clusterRates({ external, local }: ClusterOutliers): readonly (readonly [name: string, rate: number])[] {
  return [
    ["success_rate_average", external.average],
    ["success_rate_ejection_threshold", external.ejectionThreshold],
    ["local_origin_success_rate_average", local.average],
    ["local_origin_success_rate_ejection_threshold", local.ejectionThreshold],
  ];
}

/** As Envoy prints figures of a cluster; those of hosts have all their digits. */
function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

/** `envoy.type.v3.Percent` as a field; left out where there is nothing to go by. */
function percentJson(name: string, value = -1): JsonObject {
  return value < 0 ? {} : { [name]: value === 0 ? {} : { value } };
}

function edsHealthStatus({ healthStatus }: EndpointConfig): string {
  if (healthStatus === "UNKNOWN") return "HEALTHY";
  return healthStatus === "TIMEOUT" ? "UNHEALTHY" : healthStatus;
}

/** The fields of `HostHealthStatus` that are true, in proto order, around `eds_health_status`. */
const FIELDS_BEFORE_EDS: readonly (readonly [name: string, flag: number])[] = [
  ["failed_active_health_check", HealthFlag.FAILED_ACTIVE_HC],
  ["failed_outlier_check", HealthFlag.FAILED_OUTLIER_CHECK],
];
const FIELDS_AFTER_EDS: readonly (readonly [name: string, flag: number])[] = [
  ["failed_active_degraded_check", HealthFlag.DEGRADED_ACTIVE_HC],
  ["pending_dynamic_removal", HealthFlag.PENDING_DYNAMIC_REMOVAL],
  ["pending_active_hc", HealthFlag.PENDING_ACTIVE_HC],
  ["excluded_via_immediate_hc_fail", HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL],
  ["active_hc_timeout", HealthFlag.ACTIVE_HC_TIMEOUT],
];

function healthJson(endpoint: EndpointConfig, flags: number): JsonObject {
  const found = (fields: typeof FIELDS_BEFORE_EDS) =>
    Object.fromEntries(fields.filter(([, flag]) => (flags & flag) !== 0).map(([name]) => [name, true]));
  return {
    ...found(FIELDS_BEFORE_EDS),
    eds_health_status: edsHealthStatus(endpoint),
    ...found(FIELDS_AFTER_EDS),
  };
}
