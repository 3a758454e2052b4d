import assert from "node:assert/strict";
import { z } from "zod";
import { pathText } from "../field_path.ts";
import { readWithSchema } from "../schema_read.ts";
import { type MatcherPlace, matcherTreeSchema } from "./matcher_tree.ts";

type Json = Record<string, unknown>;

const TYPES = "type.googleapis.com/";

function typed(type: string, fields: Json = {}): Json {
  return { name: "n", typed_config: { "@type": TYPES + type, ...fields } };
}

const PLACE: MatcherPlace<string> = {
  action: z.strictObject({ "@type": z.string(), value: z.string() }).transform(({ value }) => value),
  inputs: new Set(["request_header", "source_ip"]),
  inputRefusal: (typeUrl) => `not here: ${typeUrl}`,
  keepMatchingRefusal: "keep_matching is not supported in this context",
};

/** What the schema makes of a matcher, or what it has against it. */
function read(tree: Json, place: MatcherPlace<string> = PLACE): unknown {
  const refused: string[] = [];
  const refuse = (path: readonly (string | number)[], reason: string) => refused.push(`${pathText(path)}: ${reason}`);
  const reports = { unsupported: refuse, invalid: refuse, warning: refuse };
  const config = readWithSchema(matcherTreeSchema(place), "xds.type.matcher.v3.Matcher", tree, false, reports);
  return refused.length > 0 ? refused : config;
}

const act = { action: typed("google.protobuf.StringValue", { value: "go" }) };
const onMatch = { kind: "action", action: "go", keepMatching: false };
const header = typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: "X-Foo" });
const input = { kind: "request_header", name: "x-foo" };
const single = (input: Json, rest: Json = { value_match: { exact: "a" } }) => ({
  single_predicate: { input, ...rest },
});
const string = { kind: "string", input, matcher: { kind: "exact", value: "a", ignoreCase: false } };
const list = (predicate: Json, on_match: Json = act) => ({ matcher_list: { matchers: [{ predicate, on_match }] } });
const asList = (predicate: unknown) => ({
  root: { kind: "list", matchers: [{ predicate, onMatch }] },
  onNoMatch: null,
});

const good: Array<[what: string, tree: Json, config: unknown]> = [
  ["nothing", {}, { root: null, onNoMatch: null }],
  ["on_no_match", { on_no_match: act }, { root: null, onNoMatch: onMatch }],
  ["a list", list(single(header)), asList(string)],
  [
    "and, or, not",
    list({
      not_matcher: {
        and_matcher: { predicate: [single(header), { or_matcher: { predicate: [single(header), single(header)] } }] },
      },
    }),
    asList({
      kind: "not",
      predicate: { kind: "all", predicates: [string, { kind: "any", predicates: [string, string] }] },
    }),
  ],
  ["a matcher within", list(single(header), { matcher: list(single(header)) }), {
    root: {
      kind: "list",
      matchers: [{ predicate: string, onMatch: { kind: "matcher", matcher: asList(string), keepMatching: false } }],
    },
    onNoMatch: null,
  }],
  [
    "an expression",
    list(single(header, { value_match: { safe_regex: { google_re2: {}, regex: "a+" } } })),
    asList({
      ...string,
      matcher: { kind: "safe_regex", value: "a+", ignoreCase: false },
    }),
  ],
  [
    "an IP test",
    list(single(header, {
      custom_match: typed("envoy.extensions.matching.input_matchers.ip.v3.Ip", {
        cidr_ranges: [{ address_prefix: "10.0.0.0", prefix_len: 8 }],
      }),
    })),
    asList({ kind: "ip", input, ranges: [{ address: "10.0.0.0", prefixLength: 8 }] }),
  ],
  ["an exact map", { matcher_tree: { input: header, exact_match_map: { map: { a: act } } } }, {
    root: { kind: "exact_map", input, entries: [["a", onMatch]] },
    onNoMatch: null,
  }],
  ["a prefix map", { matcher_tree: { input: header, prefix_match_map: { map: { a: act } } } }, {
    root: { kind: "prefix_map", input, entries: [["a", onMatch]] },
    onNoMatch: null,
  }],
  ["an IP tree", {
    matcher_tree: {
      input: typed("envoy.extensions.matching.common_inputs.network.v3.SourceIPInput"),
      custom_match: typed("xds.type.matcher.v3.IPMatcher", {
        range_matchers: [{ ranges: [{ address_prefix: "::1", prefix_len: 128 }], on_match: act, exclusive: true }],
      }),
    },
  }, {
    root: {
      kind: "ip_ranges",
      input: { kind: "source_ip" },
      matchers: [{ ranges: [{ address: "::1", prefixLength: 128 }], onMatch, isExclusive: true }],
    },
    onNoMatch: null,
  }],
];

for (const [what, tree, config] of good) {
  Deno.test(`matcherTreeSchema() reads ${what}`, () => assert.deepEqual(read(tree), config));
}

const AT = "matcher_list.matchers[0].";
const INPUT = `${AT}predicate.single_predicate.input.typed_config: `;

const bad: Array<[what: string, tree: Json, refusals: string[]]> = [
  ["an input of another place", list(single(typed("envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput"))), [
    `${INPUT}not here: ${TYPES}envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput`,
  ]],
  ["an input of CEL", list(single(typed("xds.type.matcher.v3.HttpAttributesCelMatchInput"))), [
    `${INPUT}extension type xds.type.matcher.v3.HttpAttributesCelMatchInput is known to Envoy, not supported yet`,
  ]],
  ["what is no input", list(single(typed("envoy.config.route.v3.Route"))), [
    `${INPUT}Didn't find a registered implementation with type URL: 'envoy.config.route.v3.Route': it is no matching ` +
    "input, wanted one such as envoy.type.matcher.v3.HttpRequestHeaderMatchInput or " +
    "envoy.type.matcher.v3.HttpResponseHeaderMatchInput or envoy.type.matcher.v3.HttpRequestQueryParamMatchInput or " +
    "envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput or " +
    "envoy.type.matcher.v3.HttpResponseStatusCodeClassMatchInput or " +
    "envoy.extensions.matching.common_inputs.network.v3.SourceIPInput or " +
    "envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput",
  ]],
  [
    "another input matcher",
    list(single(header, {
      custom_match: typed("envoy.extensions.matching.input_matchers.consistent_hashing.v3.ConsistentHashing"),
    })),
    [
      `${AT}predicate.single_predicate.custom_match.typed_config: extension type ` +
      "envoy.extensions.matching.input_matchers.consistent_hashing.v3.ConsistentHashing is known to Envoy, not supported yet",
    ],
  ],
  ["another tree", { matcher_tree: { input: header, custom_match: typed("xds.type.matcher.v3.ServerNameMatcher") } }, [
    "matcher_tree.custom_match.typed_config: extension type xds.type.matcher.v3.ServerNameMatcher is known to Envoy, " +
    "not supported yet",
  ]],
  ["keep_matching", list(single(header), { ...act, keep_matching: true }), [
    `${AT}on_match.keep_matching: keep_matching is not supported in this context`,
  ]],
  ["a bad expression", list(single(header, { value_match: { safe_regex: { google_re2: {}, regex: "(" } } })), [
    `${AT}predicate.single_predicate.value_match.safe_regex.regex: missing ): (`,
  ]],
];

for (const [what, tree, refusals] of bad) {
  Deno.test(`matcherTreeSchema() refuses ${what}`, () => assert.deepEqual(read(tree), refusals));
}

Deno.test("matcherTreeSchema() reads keep_matching where it means something", () => {
  const place = { ...PLACE, keepMatchingRefusal: null };
  assert.deepEqual(read({ on_no_match: { ...act, keep_matching: true } }, place), {
    root: null,
    onNoMatch: { ...onMatch, keepMatching: true },
  });
});
