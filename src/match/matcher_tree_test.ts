import assert from "node:assert/strict";
import type { MatcherConfig, MatchInputConfig, OnMatchConfig, PredicateConfig } from "../config/matcher_tree_config.ts";
import { ResponseHead } from "../http/response_head.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import type { MatchData } from "./match_input.ts";
import { compileMatcherTree } from "./matcher_tree.ts";

type Config = MatcherConfig<string>;
type OnMatch = OnMatchConfig<string>;

const X: MatchInputConfig = { kind: "request_header", name: "x" };

function act(action: string, keepMatching = false): OnMatch {
  return { kind: "action", action, keepMatching };
}

function inner(matcher: Config, keepMatching = false): OnMatch {
  return { kind: "matcher", matcher, keepMatching };
}

function is(input: MatchInputConfig, value: string): PredicateConfig {
  return { kind: "string", input, matcher: { kind: "exact", value, ignoreCase: false } };
}

function list(entries: Array<[PredicateConfig, OnMatch]>, onNoMatch: OnMatch | null = null): Config {
  return {
    root: { kind: "list", matchers: entries.map(([predicate, onMatch]) => ({ predicate, onMatch })) },
    onNoMatch,
  };
}

/** A request whose field `x` is this, if it is something. */
function request(x: string | null, path = "/"): MatchData {
  return {
    request: requestHead("GET", path, { host: "h", ...(x === null ? {} : { x }) }),
    response: null,
    sourceAddress: "10.0.0.1",
    directSourceAddress: "127.0.0.1",
  };
}

function result(config: Config, data: MatchData): string | null {
  return compileMatcherTree(config, (name) => ({ name })).match(data)?.name ?? null;
}

Deno.test("match() of an empty matcher comes to what it has for no match", () => {
  assert.equal(result({ root: null, onNoMatch: null }, request("a")), null);
  assert.equal(result({ root: null, onNoMatch: act("last") }, request("a")), "last");
});

Deno.test("match() takes the first entry that holds and comes to a result", () => {
  const nothing = inner(list([[is(X, "b"), act("inner")]]));
  const config = list([[is(X, "b"), act("b")], [is(X, "a"), nothing], [is(X, "a"), act("a")]], act("last"));
  assert.equal(result(config, request("b")), "b");
  assert.equal(result(config, request("a")), "a");
  assert.equal(result(config, request("c")), "last");
  assert.equal(result(config, request(null)), "last");
});

Deno.test("match() passes over what keeps matching", () => {
  const a = is(X, "a"), found = list([[a, act("inner")]]);
  assert.equal(result(list([[a, act("kept", true)], [a, act("next")]]), request("a")), "next");
  assert.equal(result(list([[a, inner(found, true)], [a, act("next")]]), request("a")), "next");
  assert.equal(result(list([[a, inner(found, true)]], act("last")), request("a")), "last");
  assert.equal(result(list([], act("last", true)), request("a")), null);
});

Deno.test("match() knows nothing before the message has come that it asks about", () => {
  const status: MatchInputConfig = { kind: "status_code" };
  const config = list([[is(status, "200"), act("ok")]], act("last"));
  assert.equal(result(config, request("a")), null);
  assert.equal(result(list([[{ kind: "not", predicate: is(status, "200") }, act("other")]]), request("a")), null);
  const both: PredicateConfig = { kind: "any", predicates: [is(X, "a"), is(status, "200")] };
  assert.equal(result(list([[both, act("either")]]), request("a")), "either");
  assert.equal(result(list([[both, act("either")]], act("last")), request("b")), null);
  const map: Config = {
    root: { kind: "exact_map", input: status, entries: [["200", act("ok")]] },
    onNoMatch: act("x"),
  };
  assert.equal(result(map, request("a")), null);
  assert.equal(result(list([[is(X, "a"), inner(config, true)]], act("last")), request("a")), null);
  const response = new ResponseHead();
  response.beginLocal(200);
  assert.equal(result(config, { ...request("a"), response }), "ok");
  assert.equal(result(map, { ...request("a"), response }), "ok");
});

Deno.test("match() joins predicates", () => {
  const a = is(X, "a"), get = is({ kind: "request_header", name: ":method" }, "GET");
  const holds = (predicate: PredicateConfig, x: string | null) =>
    result(list([[predicate, act("y")]]), request(x)) === "y";
  assert.equal(holds({ kind: "all", predicates: [get, a] }, "a"), true);
  assert.equal(holds({ kind: "all", predicates: [get, a] }, "b"), false);
  assert.equal(holds({ kind: "any", predicates: [a, get] }, "b"), true);
  assert.equal(holds({ kind: "not", predicate: a }, "b"), true);
  assert.equal(holds({ kind: "not", predicate: a }, null), true);
  assert.equal(holds({ kind: "not", predicate: get }, null), false);
});

Deno.test("match() of a map goes by the exact value, or by the longest prefix that comes to a result", () => {
  const entries: Array<[string, OnMatch]> = [["a", act("a")], ["\u00e4", act("umlaut")], ["", act("empty")]];
  const exact: Config = { root: { kind: "exact_map", input: X, entries }, onNoMatch: act("last") };
  assert.deepEqual(["a", "\xc3\xa4", "", "b", null].map((x) => result(exact, request(x))), [
    "a",
    "umlaut",
    "empty",
    "last",
    "last",
  ]);
  const nothing = inner(list([]));
  const prefix: Config = {
    root: { kind: "prefix_map", input: X, entries: [["a", act("a")], ["abc", nothing], ["ab", act("ab")]] },
    onNoMatch: act("last"),
  };
  assert.deepEqual(["a", "abx", "abcd", "ba", null].map((x) => result(prefix, request(x))), [
    "a",
    "ab",
    "ab",
    "last",
    "last",
  ]);
});

Deno.test("match() of an IP tree goes from the narrowest range out, past exclusive ones that are not it", () => {
  const range = (text: string, onMatch: OnMatch | null, isExclusive = false) => {
    const [address, prefix] = text.split("/") as [string, string];
    return { ranges: [{ address, prefixLength: Number(prefix) }], onMatch, isExclusive };
  };
  const nothing = inner(list([]));
  const config: Config = {
    root: {
      kind: "ip_ranges",
      input: X,
      matchers: [
        range("0.0.0.0/0", act("all")),
        range("10.0.0.0/8", act("ten"), true),
        range("10.1.0.0/16", nothing),
        range("10.2.0.0/16", null),
        range("2001:db8::/32", act("six")),
        range("::ffff:192.0.2.0/120", act("mapped")),
      ],
    },
    onNoMatch: act("last"),
  };
  const expected: Array<[x: string | null, result: string]> = [
    ["10.9.9.9", "ten"],
    ["10.1.1.1", "all"],
    ["10.2.1.1", "all"],
    ["11.1.1.1", "all"],
    ["192.0.2.9", "mapped"],
    ["2001:db8::5", "six"],
    ["::5", "last"],
    ["nothing", "last"],
    [null, "last"],
  ];
  for (const [x, name] of expected) assert.equal(result(config, request(x)), name, String(x));
});

const inputs: Array<[input: MatchInputConfig, path: string, value: string | null]> = [
  [{ kind: "request_header", name: "x" }, "/", "a,b"],
  [{ kind: "request_header", name: "host" }, "/", "h"],
  [{ kind: "request_header", name: "none" }, "/", null],
  [{ kind: "request_header", name: ":path" }, "/p?q", "/p?q"],
  [{ kind: "request_header", name: ":status" }, "/", null],
  [{ kind: "response_header", name: "y" }, "/", "c"],
  [{ kind: "response_header", name: ":status" }, "/", "503"],
  [{ kind: "response_header", name: "x" }, "/", null],
  [{ kind: "status_code" }, "/", "503"],
  [{ kind: "status_class" }, "/", "5xx"],
  [{ kind: "source_ip" }, "/", "10.0.0.1"],
  [{ kind: "direct_source_ip" }, "/", "127.0.0.1"],
  // As Envoy decodes: %XX only, what is no escape stays, the first of a name counts.
  [{ kind: "query_parameter", name: "a" }, "/", null],
  [{ kind: "query_parameter", name: "a" }, "/?a", ""],
  [{ kind: "query_parameter", name: "a" }, "/?b=1&%61=%31+%2&a=2", "1+%2"],
  [{ kind: "query_parameter", name: "a" }, "/?a=%252%zz%", "%2%zz%"],
];

for (const [input, path, value] of inputs) {
  Deno.test(`match() reads ${JSON.stringify(input)} of ${path} as ${value}`, () => {
    const data = { ...request("a", path), response: new ResponseHead() };
    data.request!.headers.addName("x", "b");
    data.response.beginLocal(503);
    data.response.headers.addName("y", "c");
    const entries = ["a,b", "h", "/p?q", "c", "503", "5xx", "10.0.0.1", "127.0.0.1", "", "1+%2", "%2%zz%"];
    const config: Config = {
      root: { kind: "exact_map", input, entries: entries.map((key) => [key, act(`<${key}>`)]) },
      onNoMatch: null,
    };
    assert.equal(result(config, data), value === null ? null : `<${value}>`);
  });
}

Deno.test("match() tests addresses", () => {
  const ranges = [{ address: "10.0.0.0", prefixLength: 8 }];
  const config = list([[{ kind: "ip", input: { kind: "source_ip" }, ranges }, act("ten")]]);
  assert.equal(result(config, request(null)), "ten");
  assert.equal(result(config, { ...request(null), sourceAddress: "11.0.0.1" }), null);
  assert.equal(result(config, { ...request(null), sourceAddress: "" }), null);
});
