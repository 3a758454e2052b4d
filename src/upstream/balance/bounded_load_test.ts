import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { BoundedLoad } from "./bounded_load.ts";
import { type NamedHost, namedHosts } from "./cases.ts";
import { hostShares } from "./host_shares.ts";

function bounded(hosts: readonly NamedHost[], factor: number): BoundedLoad {
  const load = {
    get activeRequests() {
      return hosts.reduce((sum, host) => sum + host.activeRequests, 0);
    },
  };
  return new BoundedLoad(hosts, hostShares(hosts, null).shares, factor, load);
}

function busy(hosts: readonly NamedHost[], ...counts: number[]): readonly NamedHost[] {
  hosts.forEach((host, index) => host.activeRequests = counts[index]!);
  return hosts;
}

Deno.test("BoundedLoad keeps a host up to its slots, and not past them", () => {
  // (requests + 1) * 1.2 over four hosts.
  const cases: Array<[counts: number[], keeps: boolean]> = [
    [[0, 0, 0, 0], true],
    [[1, 0, 0, 0], true],
    [[2, 0, 0, 0], false],
    [[2, 2, 2, 2], true],
    [[3, 2, 2, 2], true],
    [[4, 2, 2, 2], true],
    [[5, 2, 2, 2], false],
  ];
  for (const [counts, keeps] of cases) {
    const choice = bounded(busy(namedHosts(1, 1, 1, 1), ...counts), 120).choose(0, 77);
    assert.equal(choice === 0, keeps, `${counts}`);
  }
});

Deno.test("BoundedLoad gives heavier hosts more slots", () => {
  const hosts = busy(namedHosts(1, 3), 3, 3);
  // 8 slots in all: 2 and 6.
  assert.equal(bounded(hosts, 110).choose(0, 1), 1);
  assert.equal(bounded(hosts, 110).choose(1, 1), 1);
});

Deno.test("BoundedLoad sends the same hash to the same other host, and different ones anywhere", () => {
  const hosts = busy(namedHosts(1, 1, 1, 1, 1), 9, 0, 0, 0, 0), bound = bounded(hosts, 100);
  const found = new Map<number, number>();
  for (let hash = 0; hash < 400; hash++) {
    const choice = bound.choose(0, hash);
    assert.equal(bound.choose(0, hash), choice);
    found.set(choice, (found.get(choice) ?? 0) + 1);
  }
  assert.deepEqual([...found.keys()].sort(), [1, 2, 3, 4]);
  for (const count of found.values()) assert.ok(count > 60 && count < 140, `${count}`);
});

Deno.test("BoundedLoad takes the least overloaded where all are", () => {
  const hosts = namedHosts(1, 1, 1);
  busy(hosts, 9, 7, 8);
  // What the cluster counts may lag behind what hosts do.
  const bound = new BoundedLoad(hosts, hostShares(hosts, null).shares, 100, { activeRequests: 2 });
  assert.equal(bound.choose(0, 5), 1);
  assert.equal(bound.choose(1, 5), 1);
  busy(hosts, 7, 7, 8);
  assert.equal(bound.choose(0, 5), 0);
});

Deno.test("BoundedLoad keeps every host within its bound while requests come in", () => {
  const hosts = namedHosts(1, 1, 2, 4), bound = bounded(hosts, 125), random = new Random(11);
  for (let total = 1; total <= 2_000; total++) {
    hosts[bound.choose(random.below(2), random.next32())]!.activeRequests++;
    for (const { weight, activeRequests, name } of hosts) {
      assert.ok(activeRequests <= Math.ceil(Math.ceil(total * 1.25) * weight / 8) + 1, `${name}: ${activeRequests}`);
    }
  }
});
