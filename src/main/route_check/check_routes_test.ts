import assert from "node:assert/strict";
import { checkRoutes, RouteFilesError } from "./check_routes.ts";

const DATA = {
  readFile: (): Uint8Array => {
    throw new Error("no files here");
  },
  env: (): undefined => undefined,
};

function check(routes: string, tests: string) {
  return checkRoutes({
    routes: { text: routes, fileName: "r.yaml" },
    tests: { text: tests, fileName: "t.yaml" },
    data: DATA,
    checksDeprecation: true,
  });
}

const ROUTES = `virtual_hosts: [{ name: v, domains: ["*"], routes: [
  { name: n, match: { prefix: /a }, route: { cluster: a } }, { match: { prefix: / }, redirect: { path_redirect: /a } }] }]`;

Deno.test("checkRoutes gives each test's failures in the file's order", () => {
  const result = check(
    ROUTES,
    `tests:
    - { test_name: good, input: { authority: h, path: /a, method: GET }, validate: { cluster_name: a } }
    - { test_name: bad, input: { authority: h, path: /b, method: GET }, validate: { code_redirect: 302 } }`,
  );
  assert.deepEqual(result.tests.map(({ name, failures }) => [name, failures]), [
    ["good", []],
    ["bad", ["expected: [302], actual: [301], test type: code_redirect"]],
  ]);
  assert.deepEqual([result.passed, result.failed, result.coverage, result.fullCoverage], [1, 1, 50, 10]);
  assert.deepEqual(result.missing, [
    { virtualHost: "v", name: "", path: "virtual_hosts[0].routes[1]", match: 'prefix: "/"' },
  ]);
  assert.deepEqual(result.warnings, []);
});

Deno.test("checkRoutes refuses both files at once, problems in the order of the text", () => {
  assert.throws(
    () => check("virtual_hosts: [{ name: v, domain: [x] }]\nnam: x", "tests: [{ test_name: 5 }]"),
    (error) => {
      assert.ok(error instanceof RouteFilesError);
      const places = error.problems.map(({ fileName, path, line }) => `${fileName} ${path} ${line}`);
      assert.deepEqual(places, [
        "r.yaml virtual_hosts[0].domains 1",
        "r.yaml virtual_hosts[0].domain 1",
        "r.yaml nam 2",
        "t.yaml tests[0].input 1",
        "t.yaml tests[0].validate 1",
      ]);
      assert.match(
        error.message,
        /^r\.yaml: .*\n.*did you mean "domains"\nr\.yaml: nam .*did you mean "name"\nt\.yaml: /,
      );
      return true;
    },
  );
});

Deno.test("checkRoutes leaves no trace of one test in the next", () => {
  const { failed } = check(
    `virtual_hosts: [{ name: v, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: a, prefix_rewrite: /x } }] }]`,
    `tests:
    - { test_name: one, input: { authority: h, path: /a, method: GET, ssl: true }, validate: { path_rewrite: /xa } }
    - { test_name: two, input: { authority: h, path: /a, method: GET }, validate: { path_rewrite: /xa,
        request_header_matches: [{ name: ":scheme", string_match: { exact: http } }] } }`,
  );
  assert.equal(failed, 0);
});
