/** Finding a route through the tree must be finding it one by one: held by chance over 100,000 tables and requests. */
import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { routesFor } from "../../test/support/route_configs.ts";
import { routeInput } from "../../test/support/route_inputs.ts";
import { Random } from "../base/random.ts";
import type { RouteConfig } from "../config/route_config.ts";
import type { RouteMatchConfig } from "../config/route_match_config.ts";
import { VirtualHost, whyNot } from "./virtual_host.ts";
import { VirtualHostSettings } from "./virtual_host_settings.ts";

const TABLES = 500, REQUESTS_EACH = 200;
const SEGMENTS = ["", "a", "A", "b", "ab", "aB", "api", "apis", "v1", "x.y"] as const;
const KINDS = ["prefix", "prefix", "prefix", "path", "path_separated_prefix", "safe_regex", "connect"] as const;
const PLAIN: Omit<RouteMatchConfig, "path"> = {
  runtimeFraction: null,
  isGrpc: false,
  headers: [],
  queryParameters: [],
  cookies: [],
  tlsContext: null,
  dynamicMetadata: [],
  filterState: [],
};

const OUTER = routesFor("{ match: { prefix: / }, direct_response: { status: 200 } }");
const HOST = OUTER.virtualHosts[0]!;

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[random.below(values.length)]!;
}

function randomPath(random: Random): string {
  let path = "";
  for (let i = random.below(4); i >= 0; i--) path += `/${pick(random, SEGMENTS)}`;
  // Now and then a text that ends inside a segment.
  return random.below(5) === 0 ? path.slice(0, 1 + random.below(path.length)) : path;
}

function randomSpecifier(random: Random): RouteMatchConfig["path"] {
  const kind = pick(random, KINDS);
  if (kind === "connect") return { kind };
  const path = randomPath(random), ignoreCase = random.below(4) === 0;
  if (kind === "path_separated_prefix") return { kind, value: path.replace(/\/+$/, "") || "/a", ignoreCase };
  if (kind === "safe_regex") return { kind, regex: `${path.replaceAll(".", "\\.")}.*` };
  if (kind === "prefix" && random.below(12) === 0) return { kind, value: "", ignoreCase };
  return { kind, value: path, ignoreCase };
}

function randomRoute(random: Random, order: number): RouteConfig {
  const isPresent = { kind: "present", isPresent: true } as const;
  const header = { name: pick(random, ["x-a", "x-b"]), test: isPresent, invert: false, treatMissingAsEmpty: false };
  return {
    ...HOST.routes[0]!,
    name: String(order),
    match: {
      ...PLAIN,
      path: randomSpecifier(random),
      headers: random.below(3) === 0 ? [header] : [],
    },
  };
}

function randomInput(random: Random) {
  const fields: Record<string, string> = {};
  if (random.below(2) === 0) fields["x-a"] = "1";
  if (random.below(2) === 0) fields["x-b"] = "1";
  const isConnect = random.below(10) === 0;
  const path = isConnect ? "" : randomPath(random);
  return routeInput(requestHead(isConnect ? "CONNECT" : "GET", path, fields));
}

Deno.test("a virtual host finds through its tree what it finds one by one, and explains it so", () => {
  const random = new Random(20261124);
  let found = 0;
  for (let table = 0; table < TABLES; table++) {
    const routes = Array.from({ length: 1 + random.below(30) }, (_, order) => randomRoute(random, order));
    const virtualHost = { ...HOST, routes }, settings = new VirtualHostSettings(virtualHost);
    const outer = { configuration: OUTER, virtualHost, settings, formats: TEST_FORMATS };
    const oneByOne = new VirtualHost(outer, Infinity), byPath = new VirtualHost(outer, 0);
    for (let i = 0; i < REQUESTS_EACH; i++) {
      const input = randomInput(random), { pathBytes, pathStart, pathEnd } = input.head;
      const wanted = oneByOne.find(input, pathBytes, pathStart, pathEnd);
      assert.equal(byPath.find(input, pathBytes, pathStart, pathEnd)?.name, wanted?.name, input.head.path);
      const path = pathBytes.subarray(pathStart, pathEnd);
      const explained = oneByOne.routesFor(input)!.routes.find((route) => whyNot(route, input, path) === null);
      assert.equal(explained?.name, wanted?.name, input.head.path);
      if (wanted !== null) found++;
    }
  }
  // A test in which everything or nothing matches would say little.
  assert.ok(found > TABLES * REQUESTS_EACH * 0.3 && found < TABLES * REQUESTS_EACH * 0.95, String(found));
});
