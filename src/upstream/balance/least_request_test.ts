import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { countPicks, type NamedHost, namedHosts, testBalancer } from "./cases.ts";
import { leastRequest } from "./least_request.ts";
import { type LoadBalancer, NO_PICK_CONTEXT } from "./load_balancer.ts";

const USUAL = { choiceCount: 2, bias: 1, slowStart: null };

testBalancer("leastRequest()", (hosts, random) => leastRequest(hosts, random, USUAL), { tolerance: 0.02 });

testBalancer(
  "leastRequest() of all hosts",
  (hosts, random) => leastRequest(hosts, random, { ...USUAL, choiceCount: null }),
  { tolerance: 0.02 },
);

function busy(...counts: number[]): NamedHost[] {
  const hosts = namedHosts(...counts.map(() => 1));
  hosts.forEach((host, position) => host.activeRequests = counts[position]!);
  return hosts;
}

/** Shares of 40,000 picks. */
function shares(balancer: LoadBalancer<NamedHost>): Record<string, number> {
  const picks = countPicks(balancer, 40_000);
  return Object.fromEntries(Object.entries(picks).map(([name, count]) => [name, count / 40_000]));
}

function assertShares(found: Record<string, number>, expected: Record<string, number>, within = 0.012): void {
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
  for (const [name, share] of Object.entries(expected)) {
    assert.ok(Math.abs(found[name]! - share) < within, `${name}: ${found[name]}, ${share} expected`);
  }
}

Deno.test("leastRequest() draws its choices with replacement and takes the first of the least busy", () => {
  // The busiest of n is taken only when all draws hit it: 1 in n^choices.
  for (const choiceCount of [2, 3, 5]) {
    const balancer = leastRequest(busy(0, 1, 2), new Random(4), { ...USUAL, choiceCount });
    const worst = (1 / 3) ** choiceCount, notBest = (2 / 3) ** choiceCount;
    assertShares(shares(balancer), { a: 1 - notBest, b: notBest - worst, c: worst });
  }
  assertShares(shares(leastRequest(busy(3, 3, 3, 3), new Random(4), USUAL)), {
    a: 1 / 4,
    b: 1 / 4,
    c: 1 / 4,
    d: 1 / 4,
  });
});

Deno.test("leastRequest() of all hosts takes any of the least busy alike", () => {
  const balancer = leastRequest(busy(5, 1, 3, 1, 1, 2), new Random(4), { ...USUAL, choiceCount: null });
  assertShares(shares(balancer), { b: 1 / 3, d: 1 / 3, e: 1 / 3 });
});

Deno.test("leastRequest() sees what hosts do at the moment", () => {
  const hosts = busy(0, 1), balancer = leastRequest(hosts, new Random(4), { ...USUAL, choiceCount: null });
  assert.equal(balancer.pick(NO_PICK_CONTEXT), hosts[0]);
  hosts[0]!.activeRequests = 2;
  assert.equal(balancer.pick(NO_PICK_CONTEXT), hosts[1]);
});

Deno.test("leastRequest() weighs a host by its requests and the bias where weights differ", () => {
  const cases: Array<[bias: number, effective: number[]]> = [
    [1, [4 / 4, 2 / 1]],
    [0, [4, 2]],
    [2, [4 / 16, 2 / 1]],
    [0.5, [4 / 2, 2 / 1]],
    [-1, [4 / 4, 2 / 1]],
    [NaN, [4 / 4, 2 / 1]],
  ];
  for (const [bias, effective] of cases) {
    const hosts = namedHosts(4, 2);
    hosts[0]!.activeRequests = 3;
    const [a = 0, b = 0] = effective;
    assertShares(
      shares(leastRequest(hosts, new Random(4), { ...USUAL, bias })),
      { a: a / (a + b), b: b / (a + b) },
      0.001,
    );
  }
});

Deno.test("leastRequest() weighs a host anew each time that it is picked", () => {
  const hosts = namedHosts(2, 1), balancer = leastRequest(hosts, new Random(4), USUAL);
  assertShares(shares(balancer), { a: 2 / 3, b: 1 / 3 }, 0.001);
  hosts[0]!.activeRequests = 3;
  assertShares(shares(balancer), { a: 1 / 3, b: 2 / 3 }, 0.001);
});
