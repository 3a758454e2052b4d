import assert from "node:assert/strict";
import { routesFor } from "../../test/support/route_configs.ts";
import { requestInput } from "../../test/support/route_inputs.ts";
import { XxHash64 } from "../base/xx_hash64.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { HashPolicies } from "./hash_policy.ts";
import type { RouteInput } from "./route_input.ts";
import { WeightedClusters } from "./weighted_clusters.ts";

function weighted(weights: readonly number[], fields = "", hashPolicy = ""): WeightedClusters {
  const clusters = weights.map((weight, index) => `{ name: c${index}, weight: ${weight} }`).join(", ");
  const route = `weighted_clusters: { ${fields} clusters: [${clusters}] }, hash_policy: [${hashPolicy}]`;
  const { action } = routesFor(`{ match: { prefix: / }, route: { ${route} } }`).virtualHosts[0]!.routes[0]!;
  assert.ok(action.kind === "route" && action.cluster.kind === "weighted");
  return new WeightedClusters(action.cluster, HashPolicies.of(action.hashPolicies));
}

const withRandom = (random: number) => requestInput("GET", "/", {}, { random });
const withNumber = (number: string) => requestInput("GET", "/", { "x-number": number }, { random: 1 });
const withRuntime = (values: Record<string, number>, random: number) =>
  requestInput("GET", "/", {}, { random, runtime: new RuntimeValues(values) });

const BY_NUMBER = "header_name: X-Number,";
const BY_RUNTIME = "runtime_key_prefix: split,";

const cases: Array<[what: string, clusters: WeightedClusters, input: RouteInput, picked: number]> = [
  ["the first number", weighted([2, 0, 3]), withRandom(0), 0],
  ["the last of the first", weighted([2, 0, 3]), withRandom(1), 0],
  ["no number of a weight of 0", weighted([2, 0, 3]), withRandom(2), 2],
  ["the last number", weighted([2, 0, 3]), withRandom(4), 2],
  ["a number past the sum", weighted([2, 0, 3]), withRandom(2 ** 52 + 1), Number((2n ** 52n + 1n) % 5n) < 2 ? 0 : 2],
  ["nothing but the first", weighted([1, 0]), withRandom(7), 0],
  ["nothing but the second", weighted([0, 1]), withRandom(7), 1],
  ["a header's number", weighted([1, 1, 1], BY_NUMBER), withNumber("5"), 2],
  ["the largest number", weighted([1, 1, 1], BY_NUMBER), withNumber("18446744073709551615"), 0],
  ["a signed number", weighted([1, 1, 1], BY_NUMBER), withNumber("+5"), 2],
  ["chance, for a number too large", weighted([1, 1, 1], BY_NUMBER), withNumber("18446744073709551617"), 1],
  ["chance, for no number", weighted([1, 1, 1], BY_NUMBER), withNumber("5x"), 1],
  ["chance, for a negative number", weighted([1, 1, 1], BY_NUMBER), withNumber("-5"), 1],
  ["chance, for an empty header", weighted([1, 1, 1], BY_NUMBER), withNumber(""), 1],
  ["runtime's weights", weighted([1, 1], BY_RUNTIME), withRuntime({ "split.c0": 0 }, 0), 1],
  ["runtime's sum", weighted([1, 1], BY_RUNTIME), withRuntime({ "split.c1": 9 }, 11), 1],
  ["the first, when runtime leaves nothing", weighted([0, 5], BY_RUNTIME), withRuntime({ "split.c1": 0 }, 3), 0],
];

for (const [what, clusters, input, picked] of cases) {
  Deno.test(`WeightedClusters.pick goes by ${what}`, () => assert.equal(clusters.pick(input), picked));
}

Deno.test("WeightedClusters.pick goes by the hash where it should and there is one", () => {
  const clusters = weighted(
    Array.from({ length: 97 }, () => 1),
    "use_hash_policy: true,",
    "{ cookie: { name: k, ttl: 10s } }, { header: { header_name: x-a } }",
  );
  const hasher = new XxHash64();
  hasher.hashText("abc");
  // What Envoy took of so many.
  assert.equal(hasher.digest.modulo(97), 50);
  assert.equal(clusters.pick(requestInput("GET", "/", { "x-a": "abc" }, { random: 3 })), 50);
  assert.equal(clusters.pick(requestInput("GET", "/", {}, { random: 3 })), 3);
});

Deno.test("WeightedClusters.pick leaves the hash alone where it is not asked for", () => {
  const clusters = weighted([1, 1, 1], "", "{ header: { header_name: x-a } }");
  assert.equal(clusters.pick(requestInput("GET", "/", { "x-a": "abc" }, { random: 1 })), 1);
});
