/** What a route asks beside its path: of the filter state, and in which order its conditions are looked at. */
import assert from "node:assert/strict";
import { routesFor } from "../../test/support/route_configs.ts";
import { requestInput } from "../../test/support/route_inputs.ts";
import { stateObject } from "../../test/support/stream_views.ts";
import { compileConditions } from "./conditions.ts";

function conditionsOf(fields: string) {
  const routes = routesFor(`{ match: { prefix: /, ${fields} }, direct_response: { status: 200 } }`);
  return compileConditions(routes.virtualHosts[0]!.routes[0]!.match);
}

const RANGES = "ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }]";

const STATE = new Map([
  ["text", stateObject({ text: "hello" })],
  ["number", stateObject({ text: "10.1.2.3" })],
  ["ip", stateObject({ address: "10.1.2.3" })],
  ["other", stateObject({ text: "::1", address: "::1" })],
  ["bare", stateObject({})],
]);

// An address is one by its kind: a text that reads like one is not, in Envoy either.
for (
  const [matcher, wanted, holds] of [
    ["{ key: text, string_match: { exact: hello } }", 'filter state "text" is "hello"', true],
    ["{ key: text, string_match: { prefix: HE, ignore_case: true } }", null, true],
    ["{ key: text, string_match: { exact: other } }", null, false],
    ["{ key: none, string_match: { contains: h } }", null, false],
    ["{ key: bare, string_match: { safe_regex: { regex: '.*' } } }", null, false],
    ["{ key: ip, string_match: { exact: 10.1.2.3 } }", null, false],
    [`{ key: ip, address_match: { ${RANGES} } }`, 'filter state "ip" within its address ranges', true],
    [`{ key: ip, address_match: { ${RANGES}, invert_match: true } }`, null, false],
    [
      `{ key: other, address_match: { ${RANGES}, invert_match: true } }`,
      'filter state "other" outside its address ranges',
      true,
    ],
    [`{ key: number, address_match: { ${RANGES} } }`, null, false],
    [`{ key: number, address_match: { ${RANGES}, invert_match: true } }`, null, false],
    [`{ key: none, address_match: { ${RANGES}, invert_match: true } }`, null, false],
  ] as const
) {
  Deno.test(`a route that wants ${matcher} ${holds ? "takes" : "passes over"} this stream`, () => {
    const [condition] = conditionsOf(`filter_state: [${matcher}]`);
    assert.equal(condition!.matches(requestInput("GET", "/", {}, { filterState: STATE })), holds);
    assert.equal(condition!.matches(requestInput("GET", "/")), false);
    if (wanted !== null) assert.equal(condition!.wanted, wanted);
  });
}

Deno.test("conditions are looked at in Envoy's order, however they are written", () => {
  const conditions = conditionsOf(
    "filter_state: [{ key: k, string_match: { exact: s } }], " +
      "dynamic_metadata: [{ filter: f, path: [{ key: m }], value: { present_match: true } }], " +
      "tls_context: { presented: true }, cookies: [{ name: c, string_match: { exact: s } }], " +
      "query_parameters: [{ name: q, present_match: true }], headers: [{ name: h, present_match: true }], " +
      "grpc: {}, runtime_fraction: { default_value: { numerator: 50 } }",
  );
  assert.deepEqual(conditions.map(({ wanted }) => wanted), [
    "50 of 100 requests",
    "a gRPC request",
    'header "h" present',
    'query parameter "q" present',
    'cookie "c" is "s"',
    "client certificate presented true",
    "dynamic metadata f m",
    'filter state "k" is "s"',
  ]);
});
