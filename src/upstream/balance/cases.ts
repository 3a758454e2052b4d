/**
 * What every balancer keeps, whatever its policy: each balancer's test hands its constructor to {@link testBalancer}. Seeds
 * are fixed, so a failure comes back.
 */
import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { type BalancedHost, type LoadBalancer, NO_PICK_CONTEXT, type PickContext } from "./load_balancer.ts";

/** Stands in for a host. */
export interface NamedHost extends BalancedHost {
  readonly name: string;
  activeRequests: number;
  warmSinceMs: number;
}

/** `a`, `b`, … with these weights, and nothing to do. */
export function namedHosts(...weights: number[]): NamedHost[] {
  return weights.map((weight, position) =>
    namedHost(position < 26 ? String.fromCharCode(97 + position) : `host-${position}`, weight)
  );
}

/** One of this name, which is its address too. */
export function namedHost(name: string, weight = 1): NamedHost {
  return { name, weight, activeRequests: 0, addressText: name, hostname: "", metadata: {}, warmSinceMs: 0 };
}

/** Contexts of requests that nothing is known of, or that have hashes by chance. */
export function contexts(random: Random, hasHash: boolean): () => PickContext {
  return () => ({ ...NO_PICK_CONTEXT, hashHigh: random.next32(), hashLow: random.next32(), hasHash });
}

/** How often each host was picked in `count` picks. */
export function countPicks(
  balancer: LoadBalancer<NamedHost>,
  count: number,
  next: () => PickContext = contexts(new Random(9), false),
): Record<string, number> {
  const picks: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const { name } = balancer.pick(next())!;
    picks[name] = (picks[name] ?? 0) + 1;
  }
  return picks;
}

/** What a policy keeps to. */
export interface BalancerTraits {
  /** How far a share may be off, as a part of it. */
  readonly tolerance: number;
  /** Weights say nothing. */
  readonly ignoresWeights?: boolean;
  /** Requests without a hash are not as those with one. */
  readonly goesByHash?: boolean;
}

/** Registers the shared tests. */
export function testBalancer(
  policy: string,
  make: (hosts: readonly NamedHost[], random: Random) => LoadBalancer<NamedHost>,
  { tolerance, ignoresWeights = false, goesByHash = false }: BalancerTraits,
): void {
  const next = contexts(new Random(3), goesByHash);

  Deno.test(`${policy} picks nothing out of nothing`, () => {
    const balancer = make([], new Random(1));
    assert.equal(balancer.pick(next()), null);
    assert.equal(balancer.pick(next()), null);
  });

  Deno.test(`${policy} picks the only host each time`, () => {
    for (const weight of [1, 7]) {
      const [host] = namedHosts(weight);
      const balancer = make([host!], new Random(1));
      for (let i = 0; i < 10; i++) assert.equal(balancer.pick(next()), host);
    }
  });

  for (const weights of [[1, 1, 1], [5, 5], [1, 2, 3], [1, 100], [10, 1, 1, 1], [128, 64, 32, 16, 8]]) {
    Deno.test(`${policy} gives hosts of weights ${weights} their shares`, () => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const seed of [1, 2, 3]) {
        const count = 100 * total;
        const picks = countPicks(make(namedHosts(...weights), new Random(seed)), count, next);
        for (const { name, weight } of namedHosts(...weights)) {
          const expected = ignoresWeights ? count / weights.length : count * weight / total, found = picks[name] ?? 0;
          // Chance alone moves a count by its root.
          const room = Math.max(1, expected * tolerance, tolerance > 0.01 ? 4 * Math.sqrt(expected) : 0);
          assert.ok(Math.abs(found - expected) <= room, `${name}: ${found} picks, ${expected} expected`);
        }
      }
    });
  }

  Deno.test(`${policy} starts anywhere, by its seed`, () => {
    const unknown = contexts(new Random(3), false);
    const first = (seed: number) => make(namedHosts(1, 1, 1, 1), new Random(seed)).pick(unknown())!.name;
    const starts = new Set<string>();
    for (let seed = 0; seed < 64; seed++) {
      starts.add(first(seed));
      assert.equal(first(seed), first(seed));
    }
    assert.deepEqual([...starts].sort(), ["a", "b", "c", "d"]);
  });

  Deno.test(`${policy} gives each of a thousand hosts its turn`, () => {
    const hosts = Array.from(
      { length: 1_000 },
      (_, position) => namedHost(`10.0.${position >> 8}.${position & 255}:80`),
    );
    const picks = countPicks(make(hosts, new Random(1)), 20_000, next);
    const busiest = Math.max(...Object.values(picks));
    assert.ok(Object.keys(picks).length > 990 && busiest <= 60, `${busiest} picks of the busiest`);
  });
}
