/**
 * What every balancer keeps, whatever its policy: each balancer's test hands its constructor to {@link testBalancer}. Seeds
 * are fixed, so a failure comes back.
 */
import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { type BalancedHost, type LoadBalancer, NO_PICK_CONTEXT } from "./load_balancer.ts";

/** Stands in for a host. */
export interface NamedHost extends BalancedHost {
  readonly name: string;
}

/** `a`, `b`, … with these weights, and nothing to do. */
export function namedHosts(...weights: number[]): NamedHost[] {
  return weights.map((weight, position) => {
    const name = String.fromCharCode(97 + position);
    return { name, weight, activeRequests: 0, hashKey: name, warmSinceMs: 0 };
  });
}

/** How often each host was picked in `count` picks. */
export function countPicks(balancer: LoadBalancer<NamedHost>, count: number): Record<string, number> {
  const picks: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const { name } = balancer.pick(NO_PICK_CONTEXT)!;
    picks[name] = (picks[name] ?? 0) + 1;
  }
  return picks;
}

/** Registers the shared tests. `tolerance` is how far a share may be off, as a part of it. */
export function testBalancer(
  policy: string,
  make: (hosts: readonly NamedHost[], random: Random) => LoadBalancer<NamedHost>,
  tolerance: number,
): void {
  Deno.test(`${policy} picks nothing out of nothing`, () => {
    const balancer = make([], new Random(1));
    assert.equal(balancer.pick(NO_PICK_CONTEXT), null);
    assert.equal(balancer.pick(NO_PICK_CONTEXT), null);
  });

  Deno.test(`${policy} picks the only host each time`, () => {
    for (const weight of [1, 7]) {
      const [host] = namedHosts(weight);
      const balancer = make([host!], new Random(1));
      for (let i = 0; i < 10; i++) assert.equal(balancer.pick(NO_PICK_CONTEXT), host);
    }
  });

  for (const weights of [[1, 1, 1], [5, 5], [1, 2, 3], [1, 100], [10, 1, 1, 1], [128, 64, 32, 16, 8]]) {
    Deno.test(`${policy} gives hosts of weights ${weights} their shares`, () => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const seed of [1, 2, 3]) {
        const rounds = 100;
        const picks = countPicks(make(namedHosts(...weights), new Random(seed)), rounds * total);
        for (const { name, weight } of namedHosts(...weights)) {
          const expected = rounds * weight, found = picks[name] ?? 0;
          const room = Math.max(1, expected * tolerance);
          assert.ok(Math.abs(found - expected) <= room, `${name}: ${found} picks, ${expected} expected`);
        }
      }
    });
  }

  Deno.test(`${policy} starts anywhere, by its seed`, () => {
    const first = (seed: number) => make(namedHosts(1, 1, 1, 1), new Random(seed)).pick(NO_PICK_CONTEXT)!.name;
    const starts = new Set<string>();
    for (let seed = 0; seed < 64; seed++) {
      starts.add(first(seed));
      assert.equal(first(seed), first(seed));
    }
    assert.deepEqual([...starts].sort(), ["a", "b", "c", "d"]);
  });
}
