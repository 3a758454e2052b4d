import assert from "node:assert/strict";
import { routeConfiguration } from "../../../test/support/route_configs.ts";
import { requestInput } from "../../../test/support/route_inputs.ts";
import { RouteTable } from "../../route/route_table.ts";
import { explanationLines } from "./explanation.ts";
import { formatContextOf } from "./test_view.ts";

const TABLE = new RouteTable(
  routeConfiguration(`
    virtual_hosts:
    - name: all
      domains: [a.test]
      routes:
      - { name: first, match: { path: /x, query_parameters: [{ name: q }] }, route: { cluster: c } }
      - { match: { path: /x }, route: { cluster: c } }
    - { name: tls, domains: [tls.test], require_tls: ALL, routes: [{ match: { prefix: / }, route: { cluster: c } }] }
  `),
  formatContextOf(() => undefined),
);

function lines(path: string, host: string): string[] {
  return explanationLines(TABLE.explain(requestInput("GET", path, { host })));
}

Deno.test("explanationLines names what was passed over and what was taken", () => {
  assert.deepEqual(lines("/x?q", "a.test"), ['host "a.test": virtual host "all"', 'route 0 "first" taken']);
  assert.deepEqual(lines("/x", "a.test"), [
    'host "a.test": virtual host "all"',
    'route 0 "first" passed over, wanted query parameter "q" present',
    "route 1 taken",
  ]);
});

Deno.test("explanationLines says where the search ended without a route", () => {
  assert.deepEqual(lines("/", "b.test"), ['host "b.test": no virtual host']);
  assert.deepEqual(lines("/y", "a.test").at(-1), "no route taken");
  assert.deepEqual(lines("/y", "tls.test").slice(1), ["no route tried: require_tls redirects to https"]);
});
