import assert from "node:assert/strict";
import { routesFor } from "../../../test/support/route_configs.ts";
import { RouteTable } from "../../route/route_table.ts";
import { Coverage } from "./coverage.ts";
import { formatContextOf } from "./test_view.ts";

const ROUTES: readonly string[] = [
  `{ match: { path: /a }, route: { cluster: c } }`,
  `{ match: { path: /b }, redirect: { path_redirect: /a } }`,
  `{ match: { path: /c }, route: { weighted_clusters: { clusters: [{ name: x, weight: 1 }, { name: y, weight: 1 }] } } }`,
];

function table(...routes: readonly string[]): RouteTable {
  return new RouteTable(routesFor(...routes), formatContextOf(() => undefined));
}

Deno.test("Coverage counts each weighted cluster as a route", () => {
  const routes = table(...ROUTES), coverage = new Coverage(routes), [, , split] = routes.virtualHosts[0]!.routes;
  assert.equal(coverage.percent(false), 0);
  coverage.note(split!.variants[1]!, ["cluster_name"]);
  assert.equal(coverage.percent(false), 25);
  assert.deepEqual(coverage.missing(), [{ virtualHost: 0, route: 0 }, { virtualHost: 0, route: 1 }]);
});

Deno.test("Coverage counts in full each route by what was expected of it, once", () => {
  const routes = table(...ROUTES),
    coverage = new Coverage(routes),
    [forward, redirect] = routes.virtualHosts[0]!.routes;
  coverage.note(forward!, ["cluster_name", "path_rewrite"]);
  coverage.note(forward!, ["cluster_name", "host_rewrite"]);
  coverage.note(redirect!, ["code_redirect"]);
  assert.equal(coverage.percent(false), 50);
  assert.equal(coverage.percent(true), 100 * (3 / 5 + 1 / 2) / 4);
});

Deno.test("Coverage takes no note of what belongs to routes of the other kind", () => {
  const routes = table(...ROUTES),
    coverage = new Coverage(routes),
    [forward, redirect] = routes.virtualHosts[0]!.routes;
  coverage.note(forward!, ["path_redirect", "code_redirect"]);
  coverage.note(redirect!, ["cluster_name"]);
  assert.equal(coverage.percent(false), 0);
  assert.equal(coverage.missing().length, 3);
});

Deno.test("Coverage of no routes is full", () => {
  assert.equal(new Coverage(table()).percent(true), 100);
});
