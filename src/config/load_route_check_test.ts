import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { loadRouteConfiguration, loadRouteTests } from "./load_route_check.ts";

const DATA = { readFile: () => new TextEncoder().encode("file"), env: () => undefined };

function routes(text: string, checksDeprecation = true) {
  return loadRouteConfiguration({ text, fileName: "routes.yaml" }, DATA, checksDeprecation);
}

function tests(text: string, fileName = "tests.yaml") {
  return loadRouteTests({ text, fileName });
}

function problemsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ path, line, reason }) => `${path} ${line}: ${reason}`);
  }
  return [];
}

Deno.test("loadRouteConfiguration asks for no cluster and looks at no filter", () => {
  const { config, warnings } = routes(`
    name: web
    validate_clusters: true
    virtual_hosts:
    - name: v
      domains: ["*"]
      routes:
      - match: { prefix: / }
        route: { cluster: nowhere }
        typed_per_filter_config: { cors: { "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy } }
  `);
  assert.deepEqual(config.virtualHosts[0]!.routes[0]!.filterOverrides, {});
  assert.deepEqual([config.name, warnings], ["web", []]);
});

Deno.test("loadRouteConfiguration warns of deprecated fields unless told not to", () => {
  const text = `virtual_hosts: [{ name: v, domains: ["*"], routes: [
    { match: { prefix: /, headers: [{ name: x, exact_match: y }] }, route: { cluster: c } }] }]`;
  assert.equal(routes(text).warnings[0]?.path, "virtual_hosts[0].routes[0].match.headers[0].exact_match");
  assert.deepEqual(routes(text, false).warnings, []);
});

Deno.test("loadRouteConfiguration reads files that bodies name, and checks weights", () => {
  const { config } = routes(`virtual_hosts: [{ name: v, domains: ["*"], routes: [
    { match: { prefix: / }, direct_response: { status: 200, body: { filename: x } } }] }]`);
  const { action } = config.virtualHosts[0]!.routes[0]!;
  assert.ok(action.kind === "direct_response" && action.body.length === 4);
  const reasons = problemsOf(() =>
    routes(`virtual_hosts: [{ name: v, domains: ["*"], routes: [
      { match: { prefix: / }, route: { weighted_clusters: { clusters: [{ name: c, weight: 0 }] } } }] }]`)
  );
  assert.deepEqual(reasons, [
    "virtual_hosts[0].routes[0].route.weighted_clusters 2: Sum of weights in the weighted_cluster must be greater than 0.",
  ]);
});

Deno.test("loadRouteTests fills in what is not said", () => {
  const { config: { tests: [test], runtime } } = tests(`
    tests: [{ test_name: t, input: { authority: a, path: /é, method: GET }, validate: { cluster_name: "" } }]
    runtime: { a: { b: 5 } }
  `);
  assert.deepEqual(runtime, { "a.b": 5 });
  assert.deepEqual(test!.input, {
    authority: "a",
    path: "/\xc3\xa9",
    method: "GET",
    randomValue: 0n,
    isSsl: false,
    isInternal: false,
    requestHeaders: [],
    responseHeaders: [],
    metadata: [],
    runtimeKey: "",
  });
  const { clusterName, pathRewrite, codeRedirect, requestHeaderMatches } = test!.expected;
  assert.deepEqual([clusterName, pathRewrite, codeRedirect, requestHeaderMatches], ["", null, null, []]);
});

Deno.test("loadRouteTests takes header values as text and as bytes", () => {
  const { config: { tests: [test] } } = tests(`tests: [{ test_name: t, validate: { cluster_name: c }, input: {
    authority: a, path: /, method: GET, random_value: 18446744073709551615,
    additional_request_headers: [{ key: X-A, value: é }, { key: ":authority", raw_value: /w== }] } }]`);
  assert.deepEqual(test!.input.requestHeaders, [{ name: "x-a", value: "\xc3\xa9" }, { name: "host", value: "\xff" }]);
  assert.equal(test!.input.randomValue, 2n ** 64n - 1n);
});

const specifiers: Array<[matcher: string, specifier: string]> = [
  ["{ name: x }", "present_match"],
  ["{ name: x, invert_match: true }", "present_match"],
  ["{ name: x, invert_match: true, range_match: { start: 1, end: 2 } }", "range_match"],
  ["{ name: x, string_match: { ignore_case: true, suffix: y } }", "string_match.suffix"],
  ["{ name: x, safe_regex_match: { regex: y } }", "safe_regex_match"],
];

for (const [matcher, specifier] of specifiers) {
  Deno.test(`loadRouteTests tells ${matcher} by ${specifier}`, () => {
    const { config: { tests: [test] } } = tests(`tests: [{ test_name: t,
      input: { authority: a, path: /, method: GET }, validate: { response_header_matches: [${matcher}] } }]`);
    assert.equal(test!.expected.responseHeaderMatches[0]!.specifier, specifier);
  });
}

Deno.test("loadRouteTests wants a path of all but CONNECT", () => {
  const text = (method: string) =>
    `tests: [{ test_name: t, input: { authority: a, method: ${method} }, validate: { cluster_name: c } }]`;
  assert.deepEqual(problemsOf(() => tests(text("CONNECT"))), []);
  assert.deepEqual(problemsOf(() => tests(text("GET"))), [
    "tests[0].input.path 1: value length must be at least 1 characters: found 0",
  ]);
});

Deno.test("loadRouteTests names unknown fields with the nearest", () => {
  assert.deepEqual(problemsOf(() => tests('{"test": [{}], "tests": [{"test_name": "x"}]}', "tests.json")), [
    'test 1: unknown field of envoy.RouterCheckToolSchema.Validation, did you mean "tests"',
    "tests[0].input 1: value is required: found nothing",
    "tests[0].validate 1: value is required: found nothing",
  ]);
});
