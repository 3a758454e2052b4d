import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestInput } from "../../test/support/route_inputs.ts";
import { scopedRoutes } from "../../test/support/route_configs.ts";
import { ScopedRoutes } from "./scoped_routes.ts";
import { NO_TALLIES } from "./tally.ts";

function routesFor(domain: string, name: string): string {
  return `{ virtual_hosts: [{ name: ${name}-host, domains: ["${domain}"], ` +
    `routes: [{ name: ${name}, match: { prefix: /a }, direct_response: { status: 200 } }] }] }`;
}

const ROUTES = new ScopedRoutes(
  scopedRoutes(["{ name: X-Key, index: 0 }"], {
    one: [["1"], routesFor("*", "first")],
    two: [["2"], routesFor("b.test", "second")],
    none: [["3"], "{}"],
  }),
  TEST_FORMATS,
  NO_TALLIES,
);

function resolve(path: string, fields: Record<string, string>): string | null {
  return ROUTES.resolve(requestInput("GET", path, fields))?.name ?? null;
}

Deno.test("ScopedRoutes.resolve() asks the routes of the request's scope alone", () => {
  assert.equal(resolve("/a", { "x-key": "1" }), "first");
  assert.equal(resolve("/b", { "x-key": "1" }), null);
  assert.equal(resolve("/a", { "x-key": "2" }), null);
  assert.equal(resolve("/a", { "x-key": "2", host: "b.test" }), "second");
  assert.equal(resolve("/a", { "x-key": "3" }), null);
});

Deno.test("ScopedRoutes.resolve() finds nothing without a scope", () => {
  assert.equal(resolve("/a", { "x-key": "4" }), null);
  assert.equal(resolve("/a", {}), null);
});
