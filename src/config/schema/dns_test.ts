/** Tests of discovery by DNS in a configuration: what is read, in every spelling, and what is refused. */

import assert from "node:assert/strict";
import { ConfigError } from "../../base/errors.ts";
import { DEFAULT_DNS_RESOLVER, type DnsDiscoveryConfig, type DnsResolverConfig } from "../dns_config.ts";
import { loadBootstrap } from "../load.ts";

const EXTENSIONS = "type.googleapis.com/envoy.extensions";
const DNS_CLUSTER = `${EXTENSIONS}.clusters.dns.v3.DnsCluster`;
const RESOLVER = `${EXTENSIONS}.network.dns_resolver`;

const DEFAULTS: DnsDiscoveryConfig = {
  kind: "dns",
  isLogical: false,
  lookupFamily: "AUTO",
  refreshRateMs: 5000,
  jitterMs: 0,
  respectsTtl: false,
  minRefreshRateMs: 0,
  failureBackoff: null,
  waitsForFirstResult: true,
  resolver: null,
};

const HOST = "{endpoint: {address: {socket_address: {address: a.test, port_value: 80}}}}";
const ONE = `load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [${HOST}]}]}`;

function bootstrap(cluster: string, root = "") {
  const text = `static_resources: {clusters: [{name: c, ${cluster}}]}\n${root}`;
  return loadBootstrap({ file: { text, fileName: "bootstrap.yaml" } });
}

function discovery(cluster: string) {
  return bootstrap(cluster).snapshot.clusters[0]!.discovery;
}

function resolver(cluster: string): DnsResolverConfig | null {
  const found = discovery(`type: STRICT_DNS, ${ONE}, ${cluster}`);
  return found.kind === "dns" ? found.resolver : null;
}

/** `path: reason` of each problem, the cluster's path cut short. */
function refusals(cluster: string, root = ""): string[] {
  try {
    bootstrap(cluster, root);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace("static_resources.clusters[0].", "")}: ${reason}`);
  }
}

Deno.test("a DNS cluster has Envoy's defaults", () => {
  assert.deepEqual(discovery(`type: STRICT_DNS, ${ONE}`), DEFAULTS);
  assert.deepEqual(discovery("type: STRICT_DNS"), DEFAULTS);
  assert.deepEqual(discovery(`type: LOGICAL_DNS, ${ONE}`), { ...DEFAULTS, isLogical: true });
  assert.deepEqual(bootstrap(`type: STRICT_DNS, ${ONE}`).dnsResolver, DEFAULT_DNS_RESOLVER);
});

Deno.test("a DNS cluster's fields are read", () => {
  assert.deepEqual(
    discovery(`type: STRICT_DNS, ${ONE}, dns_refresh_rate: 60s, dns_jitter: 1.5s, respect_dns_ttl: true,
      dns_failure_refresh_rate: {base_interval: 1s, max_interval: 5s}, dns_lookup_family: V4_PREFERRED,
      wait_for_warm_on_init: false`),
    {
      ...DEFAULTS,
      refreshRateMs: 60_000,
      jitterMs: 1500,
      respectsTtl: true,
      failureBackoff: { baseMs: 1000, maxMs: 5000 },
      lookupFamily: "V4_PREFERRED",
      waitsForFirstResult: false,
    },
  );
  const found = discovery(`type: STRICT_DNS, ${ONE}, dns_failure_refresh_rate: {base_interval: 2s}`);
  assert.deepEqual(found.kind === "dns" && found.failureBackoff, { baseMs: 2000, maxMs: 20_000 });
});

Deno.test("cluster_type says by message or by name what type says", () => {
  const typed = (fields: string) =>
    `cluster_type: {name: any, typed_config: {"@type": ${DNS_CLUSTER}${fields}}}, ${ONE}`;
  assert.deepEqual(discovery(typed("")), DEFAULTS);
  assert.deepEqual(discovery(typed(", all_addresses_in_single_endpoint: true")), { ...DEFAULTS, isLogical: true });
  const resolver = { ...DEFAULT_DNS_RESOLVER, servers: [{ host: "10.0.0.1", port: 53 }] };
  assert.deepEqual(
    discovery(typed(`, dns_refresh_rate: 60s, dns_jitter: 1s, respect_dns_ttl: true, dns_min_refresh_rate: 2s,
      dns_failure_refresh_rate: {base_interval: 1s}, dns_lookup_family: ALL, typed_dns_resolver_config:
      {name: cares, typed_config: {"@type": ${RESOLVER}.cares.v3.CaresDnsResolverConfig, resolvers:
      [{socket_address: {address: 10.0.0.1, port_value: 53}}]}}`)),
    {
      ...DEFAULTS,
      refreshRateMs: 60_000,
      jitterMs: 1000,
      respectsTtl: true,
      minRefreshRateMs: 2000,
      failureBackoff: { baseMs: 1000, maxMs: 10_000 },
      lookupFamily: "ALL",
      resolver,
    },
  );
  assert.deepEqual(discovery(`cluster_type: {name: envoy.cluster.dns}, ${ONE}`), DEFAULTS);
  assert.deepEqual(discovery(`cluster_type: {name: envoy.cluster.strict_dns}, ${ONE}`), DEFAULTS);
  assert.deepEqual(discovery(`cluster_type: {name: envoy.cluster.logical_dns}, ${ONE}`), {
    ...DEFAULTS,
    isLogical: true,
  });
  assert.deepEqual(discovery("cluster_type: {name: envoy.cluster.static}"), { kind: "static" });
});

Deno.test("who is asked is read from whichever field says it, the typed one first", () => {
  const old = "dns_resolution_config: {resolvers: [{socket_address: {address: 10.0.0.2, port_value: 5353}}], " +
    "dns_resolver_options: {use_tcp_for_dns_lookups: true, no_default_search_domain: true}}";
  const typed = `typed_dns_resolver_config: {name: x, typed_config: {"@type": ${RESOLVER}`;
  assert.deepEqual(resolver(old), {
    ...DEFAULT_DNS_RESOLVER,
    servers: [{ host: "10.0.0.2", port: 5353 }],
    usesTcp: true,
    ignoresSearchDomains: true,
  });
  assert.deepEqual(
    resolver(`${old}, ${typed}.cares.v3.CaresDnsResolverConfig, resolvers: [
      {socket_address: {protocol: UDP, address: "2001:DB8::1", port_value: 0}}], use_resolvers_as_fallback: true,
      filter_unroutable_families: true, query_timeout_seconds: 2, query_tries: 3, rotate_nameservers: true,
      edns0_max_payload_size: 4096, udp_max_queries: 10, qcache_max_ttl: 5}}`),
    {
      servers: [{ host: "2001:db8::1", port: 53 }],
      isFallback: true,
      usesTcp: false,
      ignoresSearchDomains: false,
      skipsUnroutableFamilies: true,
      queryTimeoutMs: 2000,
      queryTries: 3,
      rotatesServers: true,
      payloadSize: 4096,
    },
  );
  assert.deepEqual(resolver(`${old}, ${typed}.getaddrinfo.v3.GetAddrInfoDnsResolverConfig, num_retries: 1}}`), {
    ...DEFAULT_DNS_RESOLVER,
    queryTries: 2,
  });
  assert.deepEqual(resolver(`${old}, ${typed}.apple.v3.AppleDnsResolverConfig}}`), DEFAULT_DNS_RESOLVER);
});

Deno.test("use_tcp_for_dns_lookups of a cluster counts beside its own servers, of a bootstrap by itself", () => {
  const servers = "dns_resolvers: [{socket_address: {address: 10.0.0.1, port_value: 53}}]";
  const usesTcp = "use_tcp_for_dns_lookups: true";
  assert.equal(resolver(servers)?.usesTcp, false);
  assert.equal(resolver(`${servers}, ${usesTcp}`)?.usesTcp, true);
  assert.equal(resolver(usesTcp), null);
  assert.equal(bootstrap("type: STATIC", usesTcp).dnsResolver.usesTcp, true);
  const written = "dns_resolution_config: {resolvers: [{socket_address: {address: 10.0.0.9, port_value: 53}}]}";
  assert.deepEqual(bootstrap("type: STATIC", `${usesTcp}\n${written}`).dnsResolver, {
    ...DEFAULT_DNS_RESOLVER,
    servers: [{ host: "10.0.0.9", port: 53 }],
  });
});

Deno.test("what Envoy refuses of a DNS cluster is refused in its words", () => {
  const two = `load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [${HOST}, ${HOST}]}]}`;
  const twoLocalities =
    `load_assignment: {cluster_name: c, endpoints: [{lb_endpoints: [${HOST}]}, {lb_endpoints: []}]}`;
  const custom = ONE.replace("port_value", "resolver_name: mine, port_value");
  const single =
    "load_assignment: LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint";
  const resolverName = "load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.resolver_name: ";
  const typed = `typed_dns_resolver_config: {name: x, typed_config: {"@type": ${RESOLVER}`;
  const cases: [cluster: string, wanted: string][] = [
    ["type: LOGICAL_DNS", "load_assignment: LOGICAL_DNS clusters must have a single host"],
    ["type: LOGICAL_DNS, load_assignment: {cluster_name: c}", single],
    [`type: LOGICAL_DNS, ${two}`, single],
    [`type: LOGICAL_DNS, ${twoLocalities}`, single],
    [
      `cluster_type: {name: x, typed_config: {"@type": ${DNS_CLUSTER}, all_addresses_in_single_endpoint: true}}, ${two}`,
      single,
    ],
    [`type: STRICT_DNS, ${custom}`, `${resolverName}STRICT_DNS clusters must NOT have a custom resolver name set`],
    [`type: LOGICAL_DNS, ${custom}`, `${resolverName}LOGICAL_DNS clusters must NOT have a custom resolver name set`],
    [
      `type: STATIC, ${custom}`,
      `${resolverName}Unknown address resolver: mine. Consider setting resolver_name or setting cluster type to ` +
      `'STRICT_DNS' or 'LOGICAL_DNS'`,
    ],
    [
      `type: STRICT_DNS, ${ONE}, dns_failure_refresh_rate: {base_interval: 5s, max_interval: 2s}`,
      "dns_failure_refresh_rate: dns_failure_refresh_rate must have max_interval greater than or equal to the " +
      "base_interval",
    ],
    [
      `cluster_type: {name: x, typed_config: {"@type": ${DNS_CLUSTER},
        dns_failure_refresh_rate: {base_interval: 5s, max_interval: 2s}}}, ${ONE}`,
      "cluster_type.typed_config.dns_failure_refresh_rate: dns_failure_refresh_rate must have max_interval greater " +
      "than or equal to the base_interval",
    ],
    [
      `type: STRICT_DNS, ${ONE}, dns_refresh_rate: 0.001s`,
      "dns_refresh_rate: value must be greater than 0.001s: found 0.001s",
    ],
    [
      `type: STRICT_DNS, ${ONE}, ${typed}.cares.v3.CaresDnsResolverConfig, resolvers: [
        {socket_address: {address: dns.test, port_value: 53}}]}}`,
      "typed_dns_resolver_config.typed_config.resolvers[0].socket_address.address: malformed IP address: dns.test",
    ],
    [
      `type: STRICT_DNS, ${ONE}, ${typed}.cares.v3.CaresDnsResolverConfig, resolvers: [{pipe: {path: /dns}}]}}`,
      "typed_dns_resolver_config.typed_config.resolvers[0].pipe: DNS resolver '/dns' is not an IP address",
    ],
    [
      "cluster_type: {name: envoy.cluster.nosuch}",
      "cluster_type.name: Didn't find a registered cluster factory implementation for name: 'envoy.cluster.nosuch'",
    ],
    [
      "cluster_type: {name: envoy.clusters.redis}",
      "cluster_type.name: cluster type envoy.clusters.redis is known to Envoy, not supported yet",
    ],
  ];
  for (const [cluster, wanted] of cases) assert.deepEqual(refusals(cluster), [wanted], cluster);
});

Deno.test("a STATIC cluster may say what only DNS reads", () => {
  const cluster = "type: STATIC, dns_failure_refresh_rate: {base_interval: 5s, max_interval: 2s}, dns_jitter: 1s, " +
    "dns_lookup_family: V6_ONLY, wait_for_warm_on_init: false";
  assert.deepEqual(discovery(cluster), { kind: "static" });
  const known = ONE.replace("port_value", "resolver_name: envoy.ip, port_value").replace("a.test", "10.0.0.1");
  assert.deepEqual(discovery(`type: STATIC, ${known}`), { kind: "static" });
});
