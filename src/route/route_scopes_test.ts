import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import { scopedRoutes } from "../../test/support/route_configs.ts";
import { RouteScopes } from "./route_scopes.ts";

function scopes(headers: readonly string[], keys: Readonly<Record<string, readonly string[]>>): RouteScopes<string> {
  const named = Object.entries(keys).map(([name, key]) => [name, [key, "{}"]] as const);
  const config = scopedRoutes(headers.map((header) => `{ name: ${header}, index: 0 }`), Object.fromEntries(named));
  return new RouteScopes(config, ({ name }) => name);
}

Deno.test("RouteScopes.find() wants the whole key, each fragment in its place", () => {
  const found = scopes(["x-a", "x-b"], {
    both: ["1", "2"],
    short: ["1"],
    long: ["1", "2", "3"],
    empty: ["", ""],
    joined: ["12", ""],
    bytes: ["\u00fc", "1"],
  });
  const cases: readonly (readonly [fields: Record<string, string>, scope: string | null])[] = [
    [{ "x-a": "1", "x-b": "2" }, "both"],
    [{ "x-b": "2", "x-a": "1" }, "both"],
    [{ "x-a": "2", "x-b": "1" }, null],
    [{ "x-a": "1", "x-b": "3" }, null],
    [{ "x-a": "1" }, null],
    [{ "x-b": "2" }, null],
    [{}, null],
    [{ "x-a": "", "x-b": "" }, "empty"],
    [{ "x-a": "12", "x-b": "" }, "joined"],
    [{ "x-a": "\u00c3\u00bc", "x-b": "1" }, "bytes"],
    [{ "x-a": "\u00fc", "x-b": "1" }, null],
  ];
  for (const [fields, scope] of cases) {
    assert.equal(found.find(requestHead("GET", "/", fields)), scope, JSON.stringify(fields));
  }
});

Deno.test("RouteScopes.find() does not take names of an object's own for keys", () => {
  const found = scopes(["x-a"], { a: ["constructor"] });
  assert.equal(found.find(requestHead("GET", "/", { "x-a": "__proto__" })), null);
  assert.equal(found.find(requestHead("GET", "/", { "x-a": "constructor" })), "a");
});
