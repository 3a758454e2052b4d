/**
 * What one resource says about another, over the whole static configuration: clusters and filters named by routes, names
 * and addresses given twice (spec/http.md 1.1, 2.5, 10.1 and 10.2, spec/upstream.md 2.1, spec/xds.md 2).
 */

import type { PathStep } from "./field_path.ts";
import { checkLbCombinations } from "./lb_combinations.ts";
import { walkMessages } from "./message_walk.ts";
import { unknownConditions } from "./schema/retry_policy.ts";
import { scopedRouteConfigurations, warnOfScopes } from "./scope_warnings.ts";
import { type CanonicalMessage, listIn, messageIn } from "./source_map.ts";

const HCM = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

const CLUSTER = "envoy.config.cluster.v3.Cluster";
const ROUTES = "envoy.config.route.v3.RouteConfiguration";
const OVERRIDES = "typed_per_filter_config";

const RETRY_POLICY = "envoy.config.route.v3.RetryPolicy";

type Report = (path: readonly PathStep[], reason: string) => void;

/** Checks a bootstrap's working tree. What Envoy takes in silence, though it has no effect, is a warning. */
export function checkReferences(bootstrap: CanonicalMessage, report: Report, warn: Report): void {
  const resources = messageIn(bootstrap, "static_resources");
  const clusters = listIn(resources, "clusters");
  const names = new Set<string>();
  clusters.forEach((cluster, index) => {
    const name = String(cluster["name"] ?? "");
    if (names.has(name)) {
      report(["static_resources", "clusters", index, "name"], `cluster manager: duplicate cluster '${name}'`);
    }
    names.add(name);
    checkLbCombinations(cluster, ["static_resources", "clusters", index], report);
  });
  checkLocalCluster(String(messageIn(bootstrap, "cluster_manager")["local_cluster_name"] ?? ""), clusters, report);
  checkListenerAddresses(listIn(resources, "listeners"), report);
  const known = { isKnown: (name: string) => names.has(name) };
  checkReferencesIn("envoy.config.bootstrap.v3.Bootstrap", bootstrap, known, report, warn);
}

/** The clusters there are. */
export interface KnownClusters {
  readonly isKnown: (name: string) => boolean;
}

/** Checks what a message of that name, the working tree of a resource, says of clusters and of its own parts. */
export function checkReferencesIn(
  messageName: string,
  tree: CanonicalMessage,
  clusters: KnownClusters,
  report: Report,
  warn: Report,
): void {
  walkMessages(messageName, tree, (descriptor, message, path) => {
    // Routes that are a resource of their own may come before their clusters, unless they say otherwise.
    const isFetched = path.length === 0 && message["validate_clusters"] !== true;
    if (descriptor.name === ROUTES && !isFetched) checkRoutes(message, path, clusters, report);
    if (descriptor.name === RETRY_POLICY) checkRetryPolicy(message, path, warn);
    if (descriptor.name === CLUSTER) warnOfUnreadEndpoints(message, path, warn);
    if (descriptor.name !== HCM) return;
    checkConnectionManager(message, path, report);
    checkFilterNames(message, path, warn);
    warnOfScopes(message, path, warn);
  });
  checkWeightsBelow(messageName, tree, report);
}

function warnOfUnreadEndpoints(cluster: CanonicalMessage, path: readonly PathStep[], warn: Report): void {
  if (cluster["type"] !== "EDS" || cluster["load_assignment"] === undefined) return;
  warn([...path, "load_assignment"], "an EDS cluster has the endpoints that it is told: has no effect, as in Envoy");
}

/** Checks the weights of every choice among clusters in a message of that name. */
export function checkWeightsBelow(messageName: string, tree: CanonicalMessage, report: Report): void {
  walkMessages(messageName, tree, (descriptor, message, path) => {
    if (descriptor.name === "envoy.config.route.v3.WeightedCluster") checkWeights(message, path, report);
  });
}

/** Envoy takes any word for a condition, and never tries again for it. */
function checkRetryPolicy(policy: CanonicalMessage, path: readonly PathStep[], warn: Report): void {
  for (const word of unknownConditions(String(policy["retry_on"] ?? ""))) {
    warn([...path, "retry_on"], `no condition is named '${word}': ignored, as in Envoy`);
  }
}

/** The cluster that this proxy is a host of: it must be there, and its hosts are all alike. */
function checkLocalCluster(name: string, clusters: readonly CanonicalMessage[], report: Report): void {
  if (name === "") return;
  const index = clusters.findIndex((cluster) => cluster["name"] === name);
  if (index < 0) report(["cluster_manager", "local_cluster_name"], `local cluster '${name}' must be defined`);
  listIn(messageIn(clusters[index] ?? {}, "load_assignment"), "endpoints").forEach(({ priority }, at) => {
    if (Number(priority ?? 0) === 0) return;
    const path = ["static_resources", "clusters", index, "load_assignment", "endpoints", at, "priority"];
    report(path, `Unexpected non-zero priority for local cluster '${name}'.`);
  });
}

/** One address, one listener. Port 0 is a new address each time; a second listener of a name does not count. */
function checkListenerAddresses(listeners: readonly CanonicalMessage[], report: Report): void {
  const names = new Set<string>();
  const taken = new Set<string>();
  listeners.forEach((listener, index) => {
    const name = String(listener["name"] ?? "");
    if (name !== "" && names.has(name)) return;
    names.add(name);
    const additional = listIn(listener, "additional_addresses").map((entry) => messageIn(entry, "address"));
    for (const address of [messageIn(listener, "address"), ...additional]) {
      const text = addressKey(address);
      if (text !== "" && taken.has(text)) {
        report(
          ["static_resources", "listeners", index],
          `error adding listener: '${name}' has duplicate address '${text}' as existing listener`,
        );
      }
      taken.add(text);
    }
  });
}

/** Empty when the address can never be taken twice. */
function addressKey(address: CanonicalMessage): string {
  const pipe = messageIn(address, "pipe")["path"];
  if (typeof pipe === "string") return pipe;
  const socket = messageIn(address, "socket_address");
  const port = Number(socket["port_value"] ?? 0);
  if (port === 0) return "";
  const host = String(socket["address"] ?? "");
  const protocol = socket["protocol"] === "UDP" ? "udp://" : "";
  return protocol + (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
}

/** What one Envoy message allows and this use of it does not. */
function checkConnectionManager(manager: CanonicalMessage, path: readonly PathStep[], report: Report): void {
  if (messageIn(manager, "common_http_protocol_options")["max_response_headers_kb"] !== undefined) {
    report(
      [...path, "common_http_protocol_options", "max_response_headers_kb"],
      "Error: max_response_headers_kb cannot be set on http_connection_manager.",
    );
  }
}

/** A route speaks of a filter by its name in the chain: to none of another name, and to all of that name. */
function checkFilterNames(manager: CanonicalMessage, path: readonly PathStep[], warn: Report): void {
  const names = new Set<string>();
  listIn(manager, "http_filters").forEach((filter, index) => {
    const name = String(filter["name"] ?? "");
    if (names.has(name)) {
      const reason = `second HTTP filter named '${name}' in this chain: what a route says of one it says of both`;
      warn([...path, "http_filters", index, "name"], reason);
    }
    names.add(name);
  });
  const routeConfigurations = [
    [["route_config"], messageIn(manager, "route_config")] as const,
    ...scopedRouteConfigurations(manager),
  ];
  for (const [routesPath, routes] of routeConfigurations) {
    walkMessages(ROUTES, routes, (_, message, messagePath) => {
      for (const name of Object.keys(messageIn(message, OVERRIDES))) {
        if (names.has(name)) continue;
        const reason = `no HTTP filter of this chain is named '${name}', wanted ${
          [...names].join(" or ")
        }: has no effect`;
        warn([...path, ...routesPath, ...messagePath, OVERRIDES, name], reason);
      }
    });
  }
}

function checkRoutes(
  routes: CanonicalMessage,
  path: readonly PathStep[],
  clusters: KnownClusters,
  report: Report,
): void {
  if (routes["validate_clusters"] === false) return;
  listIn(routes, "virtual_hosts").forEach((host, hostIndex) =>
    listIn(host, "routes").forEach((route, routeIndex) => {
      const action = messageIn(route, "route");
      const actionPath = [...path, "virtual_hosts", hostIndex, "routes", routeIndex, "route"];
      checkCluster(action["cluster"], [...actionPath, "cluster"], clusters, report);
      listIn(messageIn(action, "weighted_clusters"), "clusters").forEach((entry, index) =>
        checkCluster(entry["name"], [...actionPath, "weighted_clusters", "clusters", index, "name"], clusters, report)
      );
    })
  );
}

function checkCluster(name: unknown, path: readonly PathStep[], clusters: KnownClusters, report: Report): void {
  if (typeof name !== "string" || name === "" || clusters.isKnown(name)) return;
  report(path, `route: unknown cluster '${name}'`);
}

function checkWeights(weighted: CanonicalMessage, path: readonly PathStep[], report: Report): void {
  const entries = listIn(weighted, "clusters");
  const sum = entries.reduce((total, entry) => total + Number(entry["weight"] ?? 0), 0);
  const bare = entries.findIndex((entry) => entry["weight"] === undefined);
  if (bare !== -1) {
    report([...path, "clusters", bare], "Field 'weight' is missing");
  } else if (entries.length > 0 && sum === 0) {
    report(path, "Sum of weights in the weighted_cluster must be greater than 0.");
  }
  if (sum > 0xffff_ffff) {
    report(path, `The sum of weights of all weighted clusters exceeds 4294967295: found ${sum}`);
  }
}
