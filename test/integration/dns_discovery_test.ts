/**
 * Discovery by DNS from a configuration's text to hosts, against a real DNS server: what every outcome makes of the hosts
 * that were there before (spec/upstream.md 3.3, 3.4). Envoy, where there is one, goes through the same rows.
 */
import assert from "node:assert/strict";
import { SystemClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import { SILENT_LOGGER } from "../../src/base/log.ts";
import type { ClusterConfig, LoadAssignment } from "../../src/config/cluster_config.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import type { Discovery, DiscoveryEvents } from "../../src/control/cluster/discovery.ts";
import { DnsResolvers } from "../../src/control/dns/dns_resolvers.ts";
import { LogicalDnsDiscovery } from "../../src/control/dns/logical_dns_discovery.ts";
import { StrictDnsDiscovery } from "../../src/control/dns/strict_dns_discovery.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { type DnsAnswer, type DnsServer, startDnsServer } from "../support/dns_server.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

/** What one name says at first and later, and the hosts that come of both. */
interface Row {
  readonly name: string;
  readonly type: "STRICT_DNS" | "LOGICAL_DNS";
  readonly family?: string;
  /** Null = there is no such name. */
  readonly first: DnsAnswer | null;
  readonly later: DnsAnswer | null;
  readonly firstHosts: readonly string[];
  readonly laterHosts: readonly string[];
  /** The later answers count as failures. */
  readonly fails?: boolean;
  /** Why Envoy is not asked. */
  readonly differs?: string;
}

const ONE = { a: ["10.0.0.1"] }, TWO = { a: ["10.0.0.1", "10.0.0.2"] };
const HOST = "10.0.0.1:80", OTHER = "10.0.0.2:80", SIX = "[2001:db8::1]:80";
const BOTH = { a: ["10.0.0.1"], aaaa: ["2001:db8::1"] };

const STRICT = { type: "STRICT_DNS", family: "V4_ONLY" } as const;
const LOGICAL = { type: "LOGICAL_DNS", family: "V4_ONLY" } as const;
const KEPT = { first: ONE, firstHosts: [HOST], laterHosts: [HOST], fails: true };
const EMPTIED = { first: ONE, firstHosts: [HOST], laterHosts: [] };

const ROWS: readonly Row[] = [
  { name: "more", ...STRICT, first: ONE, later: TWO, firstHosts: [HOST], laterHosts: [HOST, OTHER] },
  { name: "fewer", ...STRICT, first: TWO, later: ONE, firstHosts: [HOST, OTHER], laterHosts: [HOST] },
  {
    name: "twice",
    ...STRICT,
    first: { a: ["10.0.0.1", "10.0.0.1"] },
    later: ONE,
    firstHosts: [HOST],
    laterHosts: [HOST],
  },
  { name: "nxdomain", ...STRICT, ...EMPTIED, later: null },
  { name: "nodata", ...STRICT, ...EMPTIED, later: {} },
  { name: "nodata-both", type: "STRICT_DNS", ...EMPTIED, later: {} },
  { name: "servfail", ...STRICT, ...KEPT, later: { code: "SERVFAIL" } },
  { name: "refused", ...STRICT, ...KEPT, later: { code: "REFUSED" } },
  { name: "silence", ...STRICT, ...KEPT, later: { isSilent: true } },
  { name: "four-fails", type: "STRICT_DNS", ...KEPT, later: { code: "SERVFAIL", only: "A" } },
  { name: "six-fails", type: "STRICT_DNS", ...KEPT, later: { code: "SERVFAIL", only: "AAAA" } },
  { name: "referral", ...STRICT, ...KEPT, later: { isReferral: true }, differs: "it empties the cluster" },
  { name: "back", ...STRICT, first: null, later: ONE, firstHosts: [], laterHosts: [HOST] },
  { name: "after-failure", ...STRICT, first: { code: "SERVFAIL" }, later: ONE, firstHosts: [], laterHosts: [HOST] },
  { name: "auto", type: "STRICT_DNS", first: BOTH, later: ONE, firstHosts: [SIX], laterHosts: [HOST] },
  {
    name: "all",
    type: "STRICT_DNS",
    family: "ALL",
    first: BOTH,
    later: ONE,
    firstHosts: [HOST, SIX],
    laterHosts: [HOST],
  },
  {
    name: "preferred",
    type: "STRICT_DNS",
    family: "V4_PREFERRED",
    first: BOTH,
    later: { aaaa: ["2001:db8::1"] },
    firstHosts: [HOST],
    laterHosts: [SIX],
  },
  {
    name: "logical-first",
    ...LOGICAL,
    first: TWO,
    later: { a: ["10.0.0.2"] },
    firstHosts: [HOST],
    laterHosts: [OTHER],
  },
  { name: "logical-nxdomain", ...LOGICAL, ...KEPT, later: null },
  { name: "logical-nodata", ...LOGICAL, ...KEPT, later: {} },
  { name: "logical-servfail", ...LOGICAL, ...KEPT, later: { code: "SERVFAIL" } },
  { name: "logical-never", ...LOGICAL, first: null, later: {}, firstHosts: [], laterHosts: [], fails: true },
];

Deno.test("discovery makes of every outcome what the rows say", async () => {
  await using dns = startDnsServer();
  const loop = new EventLoop({ clock: new SystemClock() });
  const stats = new StatStore(() => {});
  const resolvers = new DnsResolvers(loadText(dns, []).dnsResolver, loop, new Random(1), stats);
  const clusters = loadText(dns, ROWS).snapshot.clusters;
  for (const { name, first } of ROWS) dns.set(`${name}.test`, first);
  const watched = clusters.map((cluster) => new Watched(cluster, resolvers, loop, stats));
  for (const one of watched) one.discovery.start();
  await Promise.all(watched.map((one) => one.until(1)));
  for (const [index, { name, firstHosts }] of ROWS.entries()) {
    assert.deepEqual(watched[index]!.hosts, firstHosts, name);
    assert.equal(watched[index]!.firstResults, 1, name);
  }
  for (const { name, later } of ROWS) dns.set(`${name}.test`, later);
  // The question after the one that may be under way.
  const later = watched.map((one) => one.ended + 2);
  await Promise.all(watched.map((one, index) => one.until(later[index]!)));
  for (const [index, { name, laterHosts, fails = false }] of ROWS.entries()) {
    assert.deepEqual(watched[index]!.hosts, laterHosts, name);
    assert.equal(watched[index]!.hasFailed, fails || name === "after-failure", name);
  }
  for (const one of watched) one.discovery.close();
  resolvers.close();
  assert.equal(loop.timers.armedCount, 0);
  loop.stop();
});

testNeeding("envoy", `Envoy agrees with the rows of discovery`, async (program) => {
  await using dns = startDnsServer();
  const rows = ROWS.filter(({ differs }) => differs === undefined);
  for (const { name, first } of rows) dns.set(`${name}.test`, first);
  await using envoy = await startEnvoy(program, configuration(dns, rows));
  await untilUpdated(envoy, rows);
  const first = await hostsOf(envoy);
  for (const { name, firstHosts } of rows) assert.deepEqual(first.get(name), firstHosts.toSorted(), name);
  for (const { name, later } of rows) dns.set(`${name}.test`, later);
  const failuresBefore = await countsOf(envoy, "update_failure");
  await untilUpdated(envoy, rows);
  await untilUpdated(envoy, rows);
  const later = await hostsOf(envoy), failures = await countsOf(envoy, "update_failure");
  for (const { name, laterHosts, fails = false } of rows) {
    assert.deepEqual(later.get(name), laterHosts.toSorted(), name);
    assert.equal(failures.get(name)! > failuresBefore.get(name)!, fails, name);
  }
});

Deno.test("a proxy serves from the hosts that its names have at the moment", async () => {
  await using dns = startDnsServer();
  await using origin = startOrigin(() => new Response("here"));
  const config = proxyConfiguration(dns, origin.port);
  dns.set("strict.test", { a: ["127.0.0.1"] });
  dns.set("logical.test", { a: ["127.0.0.9"] });
  await using proxy = await startProxy({ config });
  const answer = async (cluster: string) => {
    const response = await fetch(`${proxy.listenerUrl("web")}/${cluster}`);
    return `${response.status} ${await response.text()}`;
  };
  assert.equal(await answer("strict"), "200 here");
  assert.deepEqual([...origin.requests.map(({ headers }) => headers.get("host"))], ["strict.test"]);
  dns.set("strict.test", { code: "SERVFAIL" });
  dns.set("logical.test", { a: ["127.0.0.1"] });
  await proxy.until("the name failed", async () => await proxy.stat("cluster.strict.update_failure") > 0);
  await proxy.until(
    "the address changed",
    async () => (await proxy.admin("/clusters")).includes("logical::127.0.0.1:"),
  );
  assert.equal(await answer("strict"), "200 here");
  assert.equal(await proxy.stat("cluster.logical.membership_change"), 1);
  dns.set("strict.test", null);
  await proxy.until("the name was gone", async () => await proxy.stat("cluster.strict.membership_total") === 0);
  assert.equal(await answer("strict"), "503 no healthy upstream");
});

/** Routes `/strict` and `/logical` to what `strict.test` and `logical.test` are. */
function proxyConfiguration(dns: DnsServer, port: number): string {
  const extension = "type.googleapis.com/envoy.extensions";
  const clusters = ["strict", "logical"];
  return JSON.stringify({
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    typed_dns_resolver_config: caresResolver(dns),
    static_resources: {
      listeners: [{
        name: "web",
        address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
        filter_chains: [{
          filters: [{
            name: "hcm",
            typed_config: {
              "@type": `${extension}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: "web",
              http_filters: [{
                name: "router",
                typed_config: { "@type": `${extension}.filters.http.router.v3.Router` },
              }],
              route_config: {
                virtual_hosts: [{
                  name: "all",
                  domains: ["*"],
                  routes: clusters.map((cluster) => ({
                    match: { prefix: `/${cluster}` },
                    route: { cluster, auto_host_rewrite: true },
                  })),
                }],
              },
            },
          }],
        }],
      }],
      clusters: clusters.map((name) => ({
        name,
        type: `${name.toUpperCase()}_DNS`,
        dns_lookup_family: "V4_ONLY",
        dns_refresh_rate: "0.050s",
        load_assignment: {
          cluster_name: name,
          endpoints: [{
            lb_endpoints: [{
              endpoint: { address: { socket_address: { address: `${name}.test`, port_value: port } } },
            }],
          }],
        },
      })),
    },
  });
}

function caresResolver(dns: DnsServer) {
  return {
    name: "envoy.network.dns_resolver.cares",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
      resolvers: [{ socket_address: { address: "127.0.0.1", port_value: dns.port } }],
      query_timeout_seconds: 1,
      query_tries: 1,
    },
  };
}

/** A cluster for each row, all asking this server. */
function configuration(dns: DnsServer, rows: readonly Row[]): string {
  return JSON.stringify({
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: {
      clusters: rows.map(({ name, type, family = "AUTO" }) => ({
        name,
        type,
        dns_lookup_family: family,
        dns_refresh_rate: "0.050s",
        load_assignment: {
          cluster_name: name,
          endpoints: [{
            lb_endpoints: [{
              endpoint: { address: { socket_address: { address: `${name}.test.`, port_value: 80 } } },
            }],
          }],
        },
        typed_dns_resolver_config: caresResolver(dns),
      })),
    },
  });
}

function loadText(dns: DnsServer, rows: readonly Row[]) {
  return loadBootstrap({ file: { text: configuration(dns, rows), fileName: "bootstrap.json" } });
}

/** One cluster's discovery. */
class Watched implements DiscoveryEvents {
  readonly discovery: Discovery;
  hosts: readonly string[] = [];
  firstResults = 0;
  ended = 0;
  hasFailed = false;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(
    { name, discovery, assignment }: ClusterConfig,
    resolvers: DnsResolvers,
    loop: EventLoop,
    stats: StatStore,
  ) {
    if (discovery.kind !== "dns") throw new Error(`${name} is found by other means`);
    const resolver = resolvers.resolverFor(discovery.resolver);
    const scope = stats.scope(`cluster.${name}`);
    const failures = scope.counter("update_failure");
    const kind = discovery.isLogical ? LogicalDnsDiscovery : StrictDnsDiscovery;
    this.discovery = new kind(discovery, assignment, {
      loop,
      random: new Random(1),
      log: SILENT_LOGGER,
      stats: scope,
      resolver: {
        resolve: (asked, family, onOutcome) =>
          resolver.resolve(asked, family, (outcome) => {
            onOutcome(outcome);
            this.ended++;
            this.hasFailed = failures.value > 0;
            for (const { count, resolve } of this.#waiting) if (this.ended >= count) resolve();
            this.#waiting = this.#waiting.filter(({ count }) => this.ended < count);
          }),
      },
    }, this);
  }

  /** Resolves when so many questions have ended. */
  until(count: number): Promise<void> {
    if (this.ended >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ count, resolve });
    return promise;
  }

  onEndpoints({ endpoints }: LoadAssignment): void {
    this.hosts = endpoints.map(({ address }) => {
      if (address.kind !== "ip") return address.path;
      return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
    });
  }

  onFirstResult(): void {
    this.firstResults++;
  }

  onWaiting(): void {}
}

/** Resolves when every cluster has had another update, well or not. */
async function untilUpdated(envoy: RunningProxy, rows: readonly Row[]): Promise<void> {
  const ended = async () => {
    const successes = await countsOf(envoy, "update_success"), failures = await countsOf(envoy, "update_failure");
    return new Map(rows.map(({ name }) => [name, successes.get(name)! + failures.get(name)!]));
  };
  const before = await ended();
  await envoy.until("every name was asked for again", async () => {
    const now = await ended();
    return rows.every(({ name }) => now.get(name)! > before.get(name)!);
  });
}

/** A counter by cluster. */
async function countsOf(envoy: RunningProxy, counter: string): Promise<Map<string, number>> {
  const text = await envoy.admin(`/stats?filter=^cluster\\..*\\.${counter}$`);
  return new Map(
    text.trim().split("\n").map((line) => {
      const [stat, value] = line.split(": ");
      return [stat!.split(".")[1]!, Number(value)] as const;
    }),
  );
}

interface ClustersBody {
  readonly cluster_statuses: readonly {
    readonly name: string;
    readonly host_statuses?: readonly {
      readonly address: { readonly socket_address: { readonly address: string; readonly port_value: number } };
    }[];
  }[];
}

/** Addresses of hosts by cluster, sorted. */
async function hostsOf(envoy: RunningProxy): Promise<Map<string, string[]>> {
  const { cluster_statuses } = JSON.parse(await envoy.admin("/clusters?format=json")) as ClustersBody;
  return new Map(
    cluster_statuses.map(({ name, host_statuses = [] }) => [
      name,
      host_statuses.map(({ address: { socket_address: { address, port_value } } }) =>
        address.includes(":") ? `[${address}]:${port_value}` : `${address}:${port_value}`
      ).sort(),
    ]),
  );
}
