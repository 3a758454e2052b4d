import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { XxHash64 } from "../../base/xx_hash64.ts";
import { type NamedHost, namedHost, testBalancer } from "./cases.ts";
import { HashBalancer } from "./hash_balancer.ts";
import { hashKeyOf } from "./hash_key.ts";
import { hostShares } from "./host_shares.ts";
import { MaglevTable, slotCounts } from "./maglev_table.ts";

const USUAL_SIZE = 65_537;

function tableOf(hosts: readonly NamedHost[], size = USUAL_SIZE): MaglevTable {
  return new MaglevTable(hosts.map((host) => hashKeyOf(host, false)), hostShares(hosts, null), size);
}

testBalancer("MaglevTable", (hosts, random) => new HashBalancer(hosts, () => tableOf(hosts), random, null), {
  tolerance: 0.05,
  goesByHash: true,
});

/** `10.0.0.1:80` and so on. */
function hostsAt(...weights: number[]): NamedHost[] {
  return weights.map((weight, index) => namedHost(`10.0.0.${index + 1}:80`, weight));
}

/** The last number of the host at each slot. */
function slots(hosts: readonly NamedHost[], size: number): number[] {
  const table = tableOf(hosts, size);
  return Array.from({ length: size }, (_, slot) => Number(/(\d+):80/.exec(hosts[table.find(0, slot, 0)]!.name)![1]));
}

function countsOf(weights: number[], size: number): number[] {
  const counts = weights.map(() => 0);
  for (const number of slots(hostsAt(...weights), size)) counts[number - 1]!++;
  return counts;
}

/** The host that a text's hash leads to. */
function hostOf(table: MaglevTable, hosts: readonly NamedHost[], text: string): string {
  const hasher = new XxHash64();
  hasher.hashText(text);
  return hosts[table.find(hasher.digest.high >>> 0, hasher.digest.low >>> 0, 0)]!.name;
}

Deno.test("MaglevTable is filled as Envoy's", () => {
  assert.deepEqual(slots(hostsAt(1, 1, 1), 7), [3, 2, 1, 3, 2, 1, 1]);
  assert.deepEqual(slots(hostsAt(1, 2, 5), 11), [2, 3, 1, 3, 3, 2, 3, 1, 2, 3, 3]);
  assert.deepEqual(countsOf([1, 1, 1], USUAL_SIZE), [21_846, 21_846, 21_845]);
  assert.deepEqual(countsOf([1, 2, 5], USUAL_SIZE), [8_193, 16_385, 40_959]);
  const hosts = hostsAt(1, 1, 1), table = tableOf(hosts);
  for (const [text, name] of [["foo", 3], ["bar", 3], ["session-42", 2]] as const) {
    assert.equal(hostOf(table, hosts, text), `10.0.0.${name}:80`, text);
  }
});

Deno.test("MaglevTable does not care for the order that hosts come in", () => {
  const hosts = hostsAt(1, 2, 5);
  assert.deepEqual(slots([hosts[2]!, hosts[0]!, hosts[1]!], 11), slots(hosts, 11));
  // Keys are compared as bytes: UTF-16 has the last two the other way round.
  const odd = ["b", "a", "\uff5e", "\u{1f600}"].map((name) => namedHost(name));
  const table = tableOf(odd, 101), turned = [...odd].reverse(), other = tableOf(turned, 101);
  for (let slot = 0; slot < 101; slot++) assert.equal(odd[table.find(0, slot, 0)], turned[other.find(0, slot, 0)]);
});

Deno.test("MaglevTable.find takes the remainder of a whole hash", () => {
  const hosts = hostsAt(1, 1, 1, 1, 1), random = new Random(8);
  for (const size of [7, USUAL_SIZE, 999_983]) {
    const table = tableOf(hosts, size);
    for (let i = 0; i < 200; i++) {
      const high = random.next32(), low = random.next32();
      const hash = (BigInt(high) << 32n) | BigInt(low), slot = (value: bigint) => Number(value % BigInt(size));
      assert.equal(table.find(high, low, 0), table.find(0, slot(hash), 0));
      for (const attempt of [1, 2, 77]) {
        const other = hash ^ (2n ** 64n - BigInt(attempt));
        assert.equal(table.find(high, low, attempt), table.find(0, slot(other), 0), `attempt ${attempt}`);
      }
    }
  }
});

Deno.test("slotCounts() tells what a table's hosts will have", () => {
  const random = new Random(8);
  for (let round = 0; round < 200; round++) {
    const weights = Array.from({ length: 1 + random.below(20) }, () => 1 + random.below(round % 2 === 0 ? 9 : 1));
    for (const size of [2, 7, 101, 1009]) {
      const hosts = hostsAt(...weights),
        told = slotCounts(hostShares(hosts, null), size),
        { counts } = tableOf(hosts, size);
      for (const which of ["least", "most"] as const) {
        const room = 1 + Math.max(...weights) * weights.length / weights.reduce((sum, weight) => sum + weight, 0);
        assert.ok(Math.abs(told[which] - counts[which]) <= room, `${which} of ${weights} in ${size}`);
      }
    }
  }
  assert.deepEqual(slotCounts(hostShares(hostsAt(1, 1, 1), null), USUAL_SIZE), { least: 21_845, most: 21_846 });
  assert.deepEqual(slotCounts(hostShares(hostsAt(1, 2, 5), null), USUAL_SIZE), { least: 8_193, most: 40_959 });
  assert.deepEqual(tableOf(hostsAt(1, 2, 5)).counts, { least: 8_193, most: 40_959 });
  assert.deepEqual(slotCounts(hostShares([], null), USUAL_SIZE), { least: 0, most: 0 });
  assert.deepEqual(tableOf([]).counts, { least: 0, most: 0 });
});

Deno.test("MaglevTable leaves most slots as they are when a host goes", () => {
  const hosts = Array.from({ length: 20 }, (_, index) => namedHost(`10.0.0.${index}:80`));
  const fewer = hosts.filter((_, index) => index !== 7);
  const before = tableOf(hosts), after = tableOf(fewer);
  let moved = 0, others = 0;
  for (let slot = 0; slot < USUAL_SIZE; slot++) {
    const host = hosts[before.find(0, slot, 0)]!;
    if (host === hosts[7]) moved++;
    else if (fewer[after.find(0, slot, 0)] !== host) others++;
  }
  assert.ok(Math.abs(moved / USUAL_SIZE - 1 / 20) < 0.001, `${moved} slots of the host that went`);
  // The paper has a few percent of the rest for tables a hundred times the number of hosts; this one is larger.
  assert.ok(others / USUAL_SIZE < 0.03, `${others} other slots moved`);
});

Deno.test("MaglevTable takes shares that localities leave", () => {
  const hosts = hostsAt(1, 1, 1);
  const shares = hostShares(hosts, [0.25, 0.25, 0.5]);
  const table = new MaglevTable(hosts.map((host) => hashKeyOf(host, false)), shares, 101);
  const counts = [0, 0, 0];
  for (let slot = 0; slot < 101; slot++) counts[table.find(0, slot, 0)]!++;
  assert.deepEqual(counts.map((count) => Math.round(count / 10)), [3, 3, 5]);
});
