import assert from "node:assert/strict";
import { codeLines, codeText, linesWith, unfolded } from "./code_lines.ts";

const ROUTES = {
  name: "routes",
  virtual_hosts: [
    { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "web/1" } }] },
    { name: "other", domains: ["b"] },
  ],
  vhds: {},
};

Deno.test("codeLines of YAML knows what folds under a field", () => {
  const lines = codeLines(ROUTES, "yaml");
  const folds = lines.filter(({ inner }) => inner > 0).map(({ head, inner }) => `${head} ${inner}`);
  assert.deepEqual(folds, ["virtual_hosts: 11", "domains: 1", "routes: 4", "- match: 1", "route: 1", "domains: 1"]);
  const seen = unfolded(lines, new Set([2]));
  assert.deepEqual(seen.map(({ number }) => number), [1, 2, 14]);
  assert.deepEqual(linesWith(lines, "DOMAINS"), [4, 12]);
});

Deno.test("codeLines of JSON is JSON, and folds what brackets hold", () => {
  const lines = codeLines(ROUTES, "json");
  assert.deepEqual(JSON.parse(codeText(lines)), ROUTES);
  const [first] = lines;
  assert.equal(first!.inner, lines.length - 2);
});

Deno.test("codeLines says where a name leads", () => {
  for (const form of ["yaml", "json"] as const) {
    const links = codeLines(ROUTES, form).flatMap(({ link }) => link === null ? [] : [link]);
    assert.deepEqual(links, [["config", "cluster", "web/1"]]);
  }
});
