import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { XxHash64 } from "../../base/xx_hash64.ts";
import { type NamedHost, namedHost, namedHosts, testBalancer } from "./cases.ts";
import { HashBalancer } from "./hash_balancer.ts";
import { hashKeyOf } from "./hash_key.ts";
import { HashRing, ringCounts } from "./hash_ring.ts";
import { hostShares } from "./host_shares.ts";

const USUAL = { minimumRingSize: 1024, maximumRingSize: 8_388_608 };

function ringOf(hosts: readonly NamedHost[], sizes = USUAL, hashFunction: "XX_HASH" | "MURMUR_HASH_2" = "XX_HASH") {
  const counts = ringCounts(hostShares(hosts, null), sizes);
  return new HashRing(hosts.map((host) => hashKeyOf(host, false)), counts, hashFunction);
}

testBalancer(
  "HashRing",
  (hosts, random) => new HashBalancer(hosts, () => ringOf(hosts, { ...USUAL, minimumRingSize: 16_384 }), random, null),
  { tolerance: 0.15, goesByHash: true },
);

/** `10.0.0.1:80` and so on. */
function hostsAt(...weights: number[]): NamedHost[] {
  return weights.map((weight, index) => namedHost(`10.0.0.${index + 1}:80`, weight));
}

function hex({ high, low }: { readonly high: number; readonly low: number }): string {
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
}

/** The host that a text's hash leads to. */
function hostOf(ring: HashRing, hosts: readonly NamedHost[], text: string, attempt = 0): string {
  const hasher = new XxHash64();
  hasher.hashText(text);
  return hosts[ring.find(hasher.digest.high >>> 0, hasher.digest.low >>> 0, attempt)]!.name;
}

Deno.test("HashRing of three equal hosts is Envoy's", () => {
  const hosts = hostsAt(1, 1, 1), ring = ringOf(hosts);
  assert.equal(ring.size, 1026);
  assert.deepEqual(ringCounts(hostShares(hosts, null), USUAL), {
    counts: Uint32Array.of(342, 342, 342),
    size: 1026,
    least: 342,
    most: 342,
  });
  assert.equal(hex(ring.placeAt(0)), "00674c93dec902e6");
  assert.equal(hosts[ring.placeAt(0).host]!.name, "10.0.0.3:80");
  for (const [text, name] of [["foo", 3], ["bar", 2], ["192.168.0.1", 3], ["session-42", 2]] as const) {
    assert.equal(hostOf(ring, hosts, text), `10.0.0.${name}:80`, text);
  }
});

Deno.test("HashRing gives places by weight", () => {
  const hosts = hostsAt(1, 2, 5), ring = ringOf(hosts);
  const { counts, size, least, most } = ringCounts(hostShares(hosts, null), USUAL);
  assert.deepEqual([[...counts], size, least, most], [[128, 256, 640], 1024, 128, 640]);
  assert.equal(hostOf(ring, hosts, "session-42"), "10.0.0.3:80");
});

Deno.test("HashRing holds its hosts' hashes in order, with either function", () => {
  for (const hashFunction of ["XX_HASH", "MURMUR_HASH_2"] as const) {
    for (const count of [1, 2, 7, 400]) {
      const ring = ringOf(hostsAt(...Array.from({ length: count }, (_, i) => 1 + i % 3)), USUAL, hashFunction);
      let last = "";
      for (let index = 0; index < ring.size; index++) {
        const hash = hex(ring.placeAt(index));
        assert.ok(hash >= last, `${hash} after ${last}`);
        last = hash;
      }
    }
  }
  const [host] = hostsAt(1), one = { minimumRingSize: 1, maximumRingSize: 1 };
  assert.equal(hex(ringOf([host!], one).placeAt(0)), "75041381e7371a08");
  assert.equal(hex(ringOf([host!], one, "MURMUR_HASH_2").placeAt(0)), "bd8f6461ecffb28c");
});

Deno.test("HashRing.find takes the first place at or after a hash, and goes round", () => {
  const hosts = hostsAt(1, 1, 1), ring = ringOf(hosts, { minimumRingSize: 12, maximumRingSize: 12 });
  for (let index = 0; index < ring.size; index++) {
    const { high, low, host } = ring.placeAt(index), next = ring.placeAt((index + 1) % ring.size).host;
    assert.equal(ring.find(high, low, 0), host);
    assert.equal(ring.find(high, low, 1), next);
    assert.equal(ring.find(high, low, ring.size), host);
    const above = low === 0xffff_ffff ? [high + 1, 0] as const : [high, low + 1] as const;
    assert.equal(ring.find(...above, 0), next);
  }
  assert.equal(ring.find(0, 0, 0), ring.placeAt(0).host);
  assert.equal(ring.find(0xffff_ffff, 0xffff_ffff, 0), ring.placeAt(0).host);
});

Deno.test("ringCounts() keeps to the sizes", () => {
  const countsOf = (weights: number[], minimumRingSize: number, maximumRingSize: number) => {
    const { counts, size } = ringCounts(hostShares(hostsAt(...weights), null), { minimumRingSize, maximumRingSize });
    return [[...counts], size];
  };
  assert.deepEqual(countsOf([1, 1, 1], 1, 100), [[1, 1, 1], 3]);
  assert.deepEqual(countsOf([1, 1, 1], 4, 4), [[2, 1, 1], 4]);
  assert.deepEqual(countsOf([1, 1, 1, 1], 2, 2), [[1, 0, 1, 0], 2]);
  assert.deepEqual(countsOf([1, 99], 1024, 1050), [[11, 1039], 1050]);
  assert.deepEqual(countsOf([1, 1], 0, 0), [[0, 0], 0]);
  assert.deepEqual(countsOf([], 1024, 2048), [[], 0]);
  const none = ringOf(hostsAt(1, 1), { minimumRingSize: 0, maximumRingSize: 0 });
  assert.equal(none.find(1, 2, 0), -1);
});

Deno.test("HashRing sends hosts that share a key to the first of them", () => {
  const hosts = [namedHost("10.0.0.1:80"), namedHost("10.0.0.1:80"), namedHost("10.0.0.2:80")];
  const ring = ringOf(hosts), random = new Random(6);
  for (let i = 0; i < 1000; i++) assert.notEqual(ring.find(random.next32(), random.next32(), 0), 1);
});

Deno.test("HashRing leaves every request where it is but those of a host that goes", () => {
  const hosts = Array.from({ length: 20 }, (_, index) => namedHost(`10.0.0.${index}:80`));
  const fewer = hosts.filter((_, index) => index !== 7);
  // Every host has 200 places, with and without the one.
  const before = ringOf(hosts, { ...USUAL, minimumRingSize: 4000 });
  const after = ringOf(fewer, { ...USUAL, minimumRingSize: 3800 });
  const random = new Random(6);
  let moved = 0;
  for (let i = 0; i < 20_000; i++) {
    const high = random.next32(), low = random.next32();
    const host = hosts[before.find(high, low, 0)]!;
    if (host === hosts[7]) moved++;
    else assert.equal(fewer[after.find(high, low, 0)], host);
  }
  assert.ok(Math.abs(moved / 20_000 - 1 / 20) < 0.015, `${moved} requests moved`);
});

Deno.test("namedHosts of the shared cases differ in their keys", () => {
  const keys = namedHosts(1, 1).map((host) =>
    hex(ringOf([host], { minimumRingSize: 1, maximumRingSize: 1 }).placeAt(0))
  );
  assert.notEqual(keys[0], keys[1]);
});
