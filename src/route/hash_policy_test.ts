import assert from "node:assert/strict";
import { routesFor } from "../../test/support/route_configs.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { requestInput, routeInput } from "../../test/support/route_inputs.ts";
import { stateObject } from "../../test/support/stream_views.ts";
import { XxHash64 } from "../base/xx_hash64.ts";
import { HashPolicies, RequestHash } from "./hash_policy.ts";
import type { RouteInput } from "./route_input.ts";

function policies(yaml: string): HashPolicies | null {
  const { action } = routesFor(`{ match: { prefix: / }, route: { cluster: c, hash_policy: [${yaml}] } }`)
    .virtualHosts[0]!.routes[0]!;
  assert.ok(action.kind === "route");
  return HashPolicies.of(action.hashPolicies);
}

/** The hash, or null. */
function hashOf(yaml: string, input: RouteInput): string | null {
  const hash = new RequestHash();
  policies(yaml)!.compute(input, hash);
  return hash.isFound ? hash.value.toHex() : null;
}

function textHash(text: string): string {
  const hasher = new XxHash64();
  hasher.hashText(text);
  return hasher.digest.toHex();
}

/** One digest after the other, as policies join them. */
function joined(...texts: readonly string[]): string {
  let value = 0n;
  for (const text of texts) {
    value = BigInt.asUintN(64, (value << 1n) | (value >> 63n)) ^ BigInt(`0x${textHash(text)}`);
  }
  return value.toString(16).padStart(16, "0");
}

const A = "{ header: { header_name: X-A } }", B = "{ header: { header_name: x-b } }";
const REWRITE = "regex_rewrite: { pattern: { google_re2: {}, regex: '[0-9]+' }, substitution: '<\\0>' }";

const cases: Array<[policies: string, input: RouteInput, hash: string | null]> = [
  [A, requestInput("GET", "/", { "x-a": "one" }), textHash("one")],
  [A, requestInput("GET", "/", { "x-a": "" }), textHash("")],
  [A, requestInput("GET", "/"), null],
  [`{ header: { header_name: x-a, ${REWRITE} } }`, requestInput("GET", "/", { "x-a": "a1b22" }), textHash("a<1>b<22>")],
  ['{ header: { header_name: ":path" } }', requestInput("GET", "/p?q"), textHash("/p?q")],
  ['{ header: { header_name: ":method" } }', requestInput("PUT", "/"), textHash("PUT")],
  ['{ header: { header_name: ":authority" } }', requestInput("GET", "/"), textHash("a.test")],
  ["{ cookie: { name: k } }", requestInput("GET", "/", { cookie: 'j=1; k="v"' }), textHash("v")],
  ["{ cookie: { name: k } }", requestInput("GET", "/", { cookie: "k=" }), null],
  ["{ cookie: { name: k } }", requestInput("GET", "/", { cookie: "K=v" }), null],
  ["{ query_parameter: { name: k } }", requestInput("GET", "/?j=1&k=%76"), textHash("%76")],
  ["{ query_parameter: { name: k } }", requestInput("GET", "/?k"), textHash("")],
  ["{ query_parameter: { name: k } }", requestInput("GET", "/?K=v"), null],
  [
    "{ connection_properties: { source_ip: true } }",
    requestInput("GET", "/", {}, { clientAddress: "10.1.2.3" }),
    textHash("10.1.2.3"),
  ],
  ["{ connection_properties: { source_ip: true } }", requestInput("GET", "/", {}, { clientAddress: "" }), null],
  [
    "{ filter_state: { key: k } }",
    requestInput("GET", "/", {}, { filterState: new Map([["k", stateObject({ hashText: "state" })]]) }),
    textHash("state"),
  ],
  [
    "{ filter_state: { key: k } }",
    requestInput("GET", "/", {}, { filterState: new Map([["k", stateObject({ text: "state" })]]) }),
    null,
  ],
  ["{ filter_state: { key: k } }", requestInput("GET", "/"), null],
  [`${A}, ${B}`, requestInput("GET", "/", { "x-a": "one", "x-b": "two" }), joined("one", "two")],
  [`${A}, ${B}`, requestInput("GET", "/", { "x-b": "two" }), textHash("two")],
  [`${A}, ${A}`, requestInput("GET", "/", { "x-a": "one" }), joined("one", "one")],
  [
    "{ header: { header_name: x-a }, terminal: true }, { header: { header_name: x-b } }",
    requestInput("GET", "/", { "x-a": "one", "x-b": "two" }),
    textHash("one"),
  ],
  [
    "{ header: { header_name: x-a }, terminal: true }, { header: { header_name: x-b } }",
    requestInput("GET", "/", { "x-b": "two" }),
    textHash("two"),
  ],
  [
    "{ header: { header_name: x-a } }, { query_parameter: { name: k }, terminal: true }, { header: { header_name: x-b } }",
    requestInput("GET", "/", { "x-a": "one", "x-b": "two" }),
    textHash("one"),
  ],
];

for (const [yaml, input, hash] of cases) {
  Deno.test(`HashPolicies of ${yaml} ${hash === null ? "find none" : `make ${hash}`} of ${input.head.path}`, () => {
    assert.equal(hashOf(yaml, input), hash);
  });
}

Deno.test("HashPolicies sort the lines of a header, and hash each with the last one's hash as its seed", () => {
  const head = requestHead("GET", "/", { host: "h" }), bytes = (text: string) => new TextEncoder().encode(text);
  for (const value of ["b", "c", "a1"]) head.headers.addName("x-a", value);
  const hasher = new XxHash64();
  hasher.hashText("a<1>");
  hasher.hashOn(bytes("b"), 0, 1);
  hasher.hashOn(bytes("c"), 0, 1);
  const rewriting = `{ header: { header_name: x-a, ${REWRITE} } }`;
  assert.equal(hashOf(rewriting, routeInput(head)), hasher.digest.toHex());
});

Deno.test("HashPolicies.of is null where nothing is hashed", () => {
  assert.equal(policies(""), null);
  assert.equal(policies("{ connection_properties: { source_ip: false } }"), null);
});

// ---- cookies that are made; value and texts as Envoy made them of such a connection

const ENDS = { connectionEnds: "127.0.0.1:57748127.0.0.1:32879" };
const VALUE = "6187492f80ee57ac";

const cookies: Array<[cookie: string, setCookies: readonly string[] | null]> = [
  ["{ name: k, ttl: 10s }", [`k="${VALUE}"; Max-Age=10; HttpOnly`]],
  ["{ name: k, ttl: 10.7s, path: /p }", [`k="${VALUE}"; Max-Age=10; Path=/p; HttpOnly`]],
  ["{ name: k, ttl: 0s }", [`k="${VALUE}"; HttpOnly`]],
  ["{ name: k, ttl: 0.5s }", [`k="${VALUE}"; HttpOnly`]],
  [
    "{ name: k, ttl: 1s, attributes: [{ name: SameSite, value: Lax }, { name: Secure }] }",
    [`k="${VALUE}"; Max-Age=1; SameSite=Lax; Secure; HttpOnly`],
  ],
  ["{ name: k }", null],
];

for (const [cookie, setCookies] of cookies) {
  Deno.test(`HashPolicies ${setCookies === null ? "make no cookie" : `set ${setCookies}`} for ${cookie}`, () => {
    const hash = new RequestHash(), compiled = policies(`{ cookie: ${cookie} }`)!;
    compiled.compute(requestInput("GET", "/", { cookie: "k=" }, ENDS), hash);
    assert.deepEqual(hash.setCookies, setCookies);
    assert.equal(hash.isFound ? hash.value.toHex() : null, setCookies === null ? null : textHash(VALUE));
    compiled.compute(requestInput("GET", "/", { cookie: "k=own" }, ENDS), hash);
    assert.deepEqual([hash.setCookies, hash.value.toHex()], [null, textHash("own")]);
  });
}

Deno.test("HashPolicies.computeWithoutCookies passes over a cookie that is not there", () => {
  const hash = new RequestHash(), compiled = policies(`{ cookie: { name: k, ttl: 10s } }, ${A}`)!;
  compiled.computeWithoutCookies(requestInput("GET", "/", { "x-a": "one" }, ENDS), hash);
  assert.deepEqual([hash.setCookies, hash.value.toHex()], [null, textHash("one")]);
  compiled.compute(requestInput("GET", "/", { "x-a": "one" }, ENDS), hash);
  assert.equal(hash.value.toHex(), joined(VALUE, "one"));
});
