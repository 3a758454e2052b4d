import assert from "node:assert/strict";
import { routesFor } from "../../../test/support/route_configs.ts";
import { drawnNumber, runtimeOf, withDrawableFractions } from "./test_chance.ts";

function weighted(...weights: readonly number[]): string {
  const clusters = weights.map((weight, index) => `{ name: c${index}, weight: ${weight} }`);
  return `{ match: { prefix: / }, route: { weighted_clusters: { clusters: [${clusters.join(", ")}] } } }`;
}

function fraction(key: string, numerator: number): string {
  const value = `{ default_value: { numerator: ${numerator} }, runtime_key: "${key}" }`;
  return `{ match: { prefix: /, runtime_fraction: ${value} }, route: { cluster: c } }`;
}

Deno.test("withDrawableFractions makes one part of nothing, and leaves the rest", () => {
  const { virtualHosts: [host] } = withDrawableFractions(routesFor(fraction("a", 0), fraction("b", 7), weighted(1)));
  assert.deepEqual(host!.routes.map(({ match }) => match.runtimeFraction?.numerator), [1, 7, undefined]);
});

Deno.test("runtimeOf switches off every key but the one that is named", () => {
  const routes = routesFor(fraction("a", 50), fraction("b", 50), fraction("", 50));
  const [a, b, keyless] = routes.virtualHosts[0]!.routes.map(({ match }) => match.runtimeFraction!);
  const runtime = runtimeOf(routes, { other: 5 }, "b");
  assert.equal(runtime.fraction(a!, 0), false);
  assert.equal(runtime.fraction(b!, 49), true);
  assert.equal(runtime.fraction(b!, 50), false);
  assert.equal(runtime.fraction(keyless!, 0), true);
  assert.equal(runtime.number("other", 0), 5);
});

Deno.test("drawnNumber keeps what a number holds", () => {
  assert.equal(drawnNumber(9_007_199_254_740_991n, routesFor(weighted(3))), 9_007_199_254_740_991);
});

Deno.test("drawnNumber draws the same from weights and fractions as the whole value", () => {
  const value = 2n ** 64n - 1n, drawn = drawnNumber(value, routesFor(weighted(30, 70), weighted(1, 2, 4)))!;
  assert.ok(Number.isSafeInteger(drawn));
  for (const total of [100, 7, 10_000, 1_000_000]) {
    assert.equal(drawn % total, Number(value % BigInt(total)), `${total}`);
  }
});

Deno.test("drawnNumber is null where no number draws the same from all weights", () => {
  const routes = routesFor(weighted(4_294_967_291), weighted(4_294_967_279));
  assert.equal(drawnNumber(2n ** 60n, routes), null);
  assert.equal(drawnNumber(5n, routes), 5);
});
