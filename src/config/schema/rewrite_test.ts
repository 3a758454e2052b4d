/** Rewrites and bodies that formats make: which one counts, and what is refused. */
import assert from "node:assert/strict";
import { routesFor } from "../../../test/support/route_configs.ts";
import { ConfigError } from "../../base/errors.ts";
import type { RouteConfig } from "../route_config.ts";

function action(fields: string): RouteConfig["action"] {
  return routesFor(`{ match: { prefix: / }, ${fields} }`).virtualHosts[0]!.routes[0]!.action;
}

/** What is said against the route, below it. */
function reasons(fields: string): string[] {
  try {
    action(fields);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace(/^.*routes\[0\]\.?/, "")}: ${reason}`);
  }
  return [];
}

const REQ_X = { command: "REQ", args: ["x", ""], maxLength: null, operators: [] };
const FORMAT = { kind: "format", format: ["/", REQ_X] };

const rewrites: Array<[fields: string, path: unknown, host: unknown]> = [
  ['path_rewrite: "/%REQ(x)%"', FORMAT, null],
  ['path_rewrite: "/%REQ(x)%", prefix_rewrite: ""', FORMAT, null],
  ['path_rewrite: "", prefix_rewrite: /b', { kind: "prefix", value: "/b" }, null],
  ['path_rewrite: "", host_rewrite: ""', null, null],
  ['host_rewrite: "/%REQ(x)%"', null, FORMAT],
];
for (const [fields, path, host] of rewrites) {
  Deno.test(`a route reads ${fields}`, () => {
    const read = action(`route: { cluster: c, ${fields} }`);
    assert.ok(read.kind === "route");
    assert.deepEqual([read.pathRewrite, read.hostRewrite], [path, host]);
  });
}

const redirects: Array<[fields: string, path: unknown]> = [
  ['path_rewrite: "/%REQ(x)%"', FORMAT],
  ['path_rewrite: ""', null],
];
for (const [fields, path] of redirects) {
  Deno.test(`a redirect reads ${fields}`, () => {
    const read = action(`redirect: { ${fields} }`);
    assert.ok(read.kind === "redirect");
    assert.deepEqual(read.path, path);
  });
}

Deno.test("a direct response reads its format", () => {
  const read = action('direct_response: { status: 200, body_format: { text_format: "/%REQ(x)%", content_type: a/b } }');
  assert.ok(read.kind === "direct_response");
  assert.deepEqual(read.bodyFormat, {
    kind: "text",
    pieces: FORMAT.format,
    omitEmptyValues: false,
    contentType: "a/b",
  });
});

const ONLY_ONE = "Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy";
const UNKNOWN = "Not supported field in StreamInfo: FOO";

const refused: Array<[fields: string, reason: string]> = [
  ["route: { cluster: c, prefix_rewrite: /a, path_rewrite: /b }", `route: ${ONLY_ONE}`],
  [
    "route: { cluster: c, regex_rewrite: { pattern: { regex: a }, substitution: b }, path_rewrite: /b }",
    `route: ${ONLY_ONE}`,
  ],
  ['route: { cluster: c, path_rewrite: "%FOO%" }', `route.path_rewrite: ${UNKNOWN}`],
  ['route: { cluster: c, host_rewrite: "%FOO%" }', `route.host_rewrite: ${UNKNOWN}`],
  ['redirect: { path_rewrite: "%FOO%" }', `redirect.path_rewrite: ${UNKNOWN}`],
  [
    'direct_response: { status: 200, body_format: { text_format: "%FOO%" } }',
    `direct_response.body_format.text_format: ${UNKNOWN}`,
  ],
  [
    'direct_response: { status: 200, body_format: { json_format: { a: ["%FOO%"] } } }',
    `direct_response.body_format.json_format.a[0]: ${UNKNOWN}`,
  ],
];
for (const [fields, reason] of refused) {
  Deno.test(`a route is refused with ${fields}`, () => assert.deepEqual(reasons(fields), [reason]));
}

for (
  const [fields, field] of [
    ["route: { cluster: c, host_rewrite: a, host_rewrite_literal: b }", "host_rewrite"],
    ["redirect: { path_rewrite: /a, path_redirect: /b }", "path_rewrite"],
    ["redirect: { path_rewrite: /a, prefix_rewrite: /b }", "path_rewrite"],
  ] as const
) {
  Deno.test(`members of one oneof are refused: ${fields}`, () => {
    assert.ok(reasons(fields).some((reason) => reason.includes(field)), reasons(fields).join("\n"));
  });
}
