import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { XxHash64 } from "../../base/xx_hash64.ts";
import type { LbConfig, MaglevLbConfig, RingHashLbConfig } from "../../config/lb_config.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { countPicks, type NamedHost, namedHost, namedHosts } from "./cases.ts";
import { NO_PICK_CONTEXT, type PickContext } from "./load_balancer.ts";
import { type BalancerServices, makeBalancer } from "./make_balancer.ts";

const HASHING = { usesHostname: false, hashBalanceFactor: 0, hashPolicies: [] };
const RING: RingHashLbConfig = {
  kind: "RING_HASH",
  minimumRingSize: 1024,
  maximumRingSize: 8_388_608,
  hashFunction: "XX_HASH",
  ...HASHING,
};
const MAGLEV: MaglevLbConfig = { kind: "MAGLEV", tableSize: 65_537, ...HASHING };
const LEAST: LbConfig = {
  kind: "LEAST_REQUEST",
  choiceCount: 2,
  activeRequestBias: { defaultValue: 1, runtimeKey: "bias" },
  slowStart: null,
};

/** Services of a worker, and the gauges that balancers set. */
class Services implements BalancerServices {
  readonly random = new Random(5);
  readonly clock = new ManualClock();
  readonly runtime = new RuntimeValues();
  readonly #store = new StatStore(() => {});
  readonly stats = this.#store.scope("cluster.c");
  readonly load: { activeRequests: number } = { activeRequests: 0 };

  gauges(...names: string[]): number[] {
    return names.map((name) => this.stats.gauge(name, "max").value);
  }
}

function hashOf(text: string, attempt = 0): PickContext {
  const hasher = new XxHash64();
  hasher.hashText(text);
  return {
    ...NO_PICK_CONTEXT,
    hashHigh: hasher.digest.high >>> 0,
    hashLow: hasher.digest.low >>> 0,
    hasHash: true,
    attempt,
  };
}

Deno.test("makeBalancer() makes what is asked for", () => {
  const hosts = namedHosts(3, 1), services = new Services();
  hosts[0]!.activeRequests = 2;
  const share = (lb: LbConfig) => countPicks(makeBalancer(lb, hosts, services), 8_000)["a"]! / 8_000;
  const shares: Array<[lb: LbConfig, expected: number]> = [
    [{ kind: "ROUND_ROBIN", slowStart: null }, 3 / 4],
    [LEAST, 1 / 2],
    [{ kind: "RANDOM" }, 1 / 2],
    [{ ...RING, minimumRingSize: 20_000 }, 3 / 4],
    [MAGLEV, 3 / 4],
  ];
  for (const [lb, expected] of shares) assert.ok(Math.abs(share(lb) - expected) < 0.03, `${lb.kind}: ${share(lb)}`);
});

Deno.test("makeBalancer() reads the bias of LEAST_REQUEST from runtime when the set is made", () => {
  const hosts = namedHosts(3, 1), services = new Services();
  hosts[0]!.activeRequests = 2;
  services.runtime.replace({ bias: 0 });
  const balancer = makeBalancer(LEAST, hosts, services);
  services.runtime.replace({});
  assert.ok(Math.abs(countPicks(balancer, 8_000)["a"]! / 8_000 - 3 / 4) < 0.01);
});

Deno.test("makeBalancer() sets the gauges of a ring before anybody asks for a host", () => {
  const names = ["ring_hash_lb.size", "ring_hash_lb.min_hashes_per_host", "ring_hash_lb.max_hashes_per_host"];
  const services = new Services();
  makeBalancer(RING, namedHosts(1, 1, 1), services);
  assert.deepEqual(services.gauges(...names), [1026, 342, 342]);
  makeBalancer(RING, namedHosts(1, 2, 5), services);
  assert.deepEqual(services.gauges(...names), [1024, 128, 640]);
});

Deno.test("makeBalancer() sets the gauges of a table before anybody asks for a host", () => {
  const names = ["maglev_lb.min_entries_per_host", "maglev_lb.max_entries_per_host"], services = new Services();
  makeBalancer(MAGLEV, namedHosts(1, 1, 1), services);
  assert.deepEqual(services.gauges(...names), [21_845, 21_846]);
  const balancer = makeBalancer(MAGLEV, namedHosts(1, 2, 5), services);
  assert.deepEqual(services.gauges(...names), [8_193, 40_959]);
  balancer.pick(hashOf("foo"));
  assert.deepEqual(services.gauges(...names), [8_193, 40_959]);
});

Deno.test("makeBalancer() gives hosts the parts of a ring that it is told", () => {
  const services = new Services(), hosts = namedHosts(1, 1, 1);
  makeBalancer({ ...RING, minimumRingSize: 8 }, hosts, services, [0.25, 0.25, 0.5]);
  assert.deepEqual(services.gauges("ring_hash_lb.size", "ring_hash_lb.max_hashes_per_host"), [8, 4]);
});

Deno.test("makeBalancer() knows hosts by their key, their name or their address", () => {
  const plain = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"].map((name) => namedHost(name));
  const keyed = (key: unknown, one: NamedHost) =>
    ({ ...one, addressText: "", metadata: { "envoy.lb": { hash_key: key } } }) as NamedHost;
  const sets: Array<[hosts: NamedHost[], usesHostname: boolean]> = [
    [plain.map((one) => keyed(one.name, one)), false],
    [plain.map((one) => keyed(one.name, { ...one, hostname: "other" })), true],
    [plain.map((one) => ({ ...one, hostname: one.name, addressText: "other" })), true],
    // What is no text is as if it were not there.
    [plain.map((one) => ({ ...keyed(7, one), addressText: one.name })), false],
    [plain.map((one) => ({ ...keyed("", one), addressText: one.name })), false],
  ];
  for (const text of ["foo", "bar", "192.168.0.1", "session-42"]) {
    for (const lb of [RING, MAGLEV]) {
      const expected = makeBalancer(lb, plain, new Services()).pick(hashOf(text))!.name;
      for (const [hosts, usesHostname] of sets) {
        assert.equal(makeBalancer({ ...lb, usesHostname }, hosts, new Services()).pick(hashOf(text))!.name, expected);
      }
    }
  }
});

Deno.test("makeBalancer() leads another attempt of the same hash to another host, sooner or later", () => {
  for (const lb of [RING, MAGLEV]) {
    const balancer = makeBalancer(lb, namedHosts(1, 1, 1), new Services());
    const found = Array.from({ length: 20 }, (_, attempt) => balancer.pick(hashOf("foo", attempt))!.name);
    assert.deepEqual([...new Set(found)].sort(), ["a", "b", "c"]);
    assert.deepEqual(found, Array.from({ length: 20 }, (_, attempt) => balancer.pick(hashOf("foo", attempt))!.name));
  }
});

Deno.test("makeBalancer() bounds loads as Envoy does", () => {
  // The hosts of six tries that Envoy had under way at once, by the key that was hashed; a factor of 100.
  const sequences: Array<[lb: RingHashLbConfig | MaglevLbConfig, weights: number[], key: string, hosts: number[]]> = [
    [RING, [1, 1, 1, 1], "a", [1, 1, 2, 2, 1, 2]],
    [RING, [1, 1, 1, 1], "b", [1, 1, 0, 0, 1, 0]],
    [RING, [1, 1, 1, 1], "c", [0, 0, 1, 1, 0, 1]],
    [MAGLEV, [1, 2, 3, 4], "a", [2, 2, 0, 2, 0, 3]],
    [MAGLEV, [1, 2, 3, 4], "b", [2, 2, 0, 2, 0, 1]],
    [MAGLEV, [1, 2, 3, 4], "c", [3, 3, 3, 0, 0, 3]],
  ];
  for (const [lb, weights, key, expected] of sequences) {
    const hosts = weights.map((weight, index) => namedHost(`alive-${index}`, weight)), services = new Services();
    const balancer = makeBalancer({ ...lb, hashBalanceFactor: 100 }, hosts, services);
    const found = expected.map(() => {
      const host = balancer.pick(hashOf(key))!;
      host.activeRequests++;
      services.load.activeRequests++;
      return hosts.indexOf(host);
    });
    assert.deepEqual(found, expected, `${lb.kind} ${key}`);
  }
});
