import assert from "node:assert/strict";
import type { z } from "zod";
import { pathText } from "../field_path.ts";
import { readWithSchema } from "../schema_read.ts";
import { cidrRangeSchema } from "./cidr_range.ts";
import { headerMatcherSchema } from "./header_matcher.ts";
import { metadataMatcherSchema } from "./metadata_matcher.ts";
import { cookieMatcherSchema, queryParameterMatcherSchema } from "./query_matcher.ts";
import { runtimeFractionSchema } from "./runtime_fraction.ts";
import { stringMatcherSchema } from "./string_matcher.ts";
import { tlsContextMatchSchema } from "./tls_context_match.ts";

interface Kind {
  readonly message: string;
  readonly schema: z.ZodType;
}

const STRING: Kind = { message: "envoy.type.matcher.v3.StringMatcher", schema: stringMatcherSchema };
const HEADER: Kind = { message: "envoy.config.route.v3.HeaderMatcher", schema: headerMatcherSchema };
const QUERY: Kind = { message: "envoy.config.route.v3.QueryParameterMatcher", schema: queryParameterMatcherSchema };
const COOKIE: Kind = { message: "envoy.config.route.v3.CookieMatcher", schema: cookieMatcherSchema };
const FRACTION: Kind = { message: "envoy.config.core.v3.RuntimeFractionalPercent", schema: runtimeFractionSchema };
const CIDR: Kind = { message: "envoy.config.core.v3.CidrRange", schema: cidrRangeSchema };
const METADATA: Kind = { message: "envoy.type.matcher.v3.MetadataMatcher", schema: metadataMatcherSchema };
const TLS: Kind = { message: "envoy.config.route.v3.RouteMatch.TlsContextMatchOptions", schema: tlsContextMatchSchema };

/** What the schema makes of a canonical message, or what it has against it: `PATH: REASON`. */
function read({ message, schema }: Kind, tree: Record<string, unknown>): unknown {
  const refused: string[] = [];
  const refuse = (path: readonly (string | number)[], reason: string) => refused.push(`${pathText(path)}: ${reason}`);
  const config = readWithSchema(schema, message, tree, false, {
    unsupported: refuse,
    invalid: refuse,
    warning: refuse,
  });
  return refused.length > 0 ? refused : config;
}

const exactA = { kind: "exact", value: "a", ignoreCase: false };
const plain = { invert: false, treatMissingAsEmpty: false };
const asString = (kind: string, value: string) => ({ kind: "string", matcher: { kind, value, ignoreCase: false } });

const cases: Array<[kind: Kind, tree: Record<string, unknown>, config: unknown]> = [
  [STRING, { exact: "a" }, exactA],
  [STRING, { exact: "" }, { ...exactA, value: "" }],
  [STRING, { prefix: "A", ignore_case: true }, { kind: "prefix", value: "A", ignoreCase: true }],
  [STRING, { suffix: "a" }, { ...exactA, kind: "suffix" }],
  [STRING, { contains: "a" }, { ...exactA, kind: "contains" }],
  [STRING, { safe_regex: { regex: "a+" } }, { kind: "safe_regex", value: "a+", ignoreCase: false }],
  [STRING, { safe_regex: { google_re2: { max_program_size: 1 }, regex: "a" } }, { ...exactA, kind: "safe_regex" }],
  [STRING, { safe_regex: { regex: "[" } }, ["safe_regex.regex: missing ]: ["]],
  [STRING, { safe_regex: { regex: "a" }, ignore_case: true }, [
    "ignore_case: ignore_case has no effect for safe_regex.",
  ]],
  [STRING, { custom: {} }, [
    "custom: field of envoy.type.matcher.v3.StringMatcher is known to Envoy, not supported yet",
  ]],

  [HEADER, { name: "X-Foo" }, { name: "x-foo", test: { kind: "present", isPresent: true }, ...plain }],
  [HEADER, { name: ":authority", present_match: false }, {
    name: "host",
    test: { kind: "present", isPresent: false },
    ...plain,
  }],
  [HEADER, { name: "x", string_match: { exact: "a" }, invert_match: true, treat_missing_header_as_empty: true }, {
    name: "x",
    test: { kind: "string", matcher: exactA },
    invert: true,
    treatMissingAsEmpty: true,
  }],
  [HEADER, { name: "x", range_match: { start: "-5", end: "9223372036854775807" } }, {
    name: "x",
    test: { kind: "range", start: "-5", end: "9223372036854775807" },
    ...plain,
  }],
  [HEADER, { name: "x", range_match: {} }, { name: "x", test: { kind: "range", start: "0", end: "0" }, ...plain }],
  [HEADER, { name: "x", exact_match: "a" }, { name: "x", test: asString("exact", "a"), ...plain }],
  [HEADER, { name: "x", exact_match: "" }, { name: "x", test: asString("prefix", ""), ...plain }],
  [HEADER, { name: "x", prefix_match: "a" }, { name: "x", test: asString("prefix", "a"), ...plain }],
  [HEADER, { name: "x", suffix_match: "a" }, { name: "x", test: asString("suffix", "a"), ...plain }],
  [HEADER, { name: "x", contains_match: "a" }, { name: "x", test: asString("contains", "a"), ...plain }],
  [HEADER, { name: "x", safe_regex_match: { regex: "a" } }, { name: "x", test: asString("safe_regex", "a"), ...plain }],
  [HEADER, { name: "x", safe_regex_match: { regex: "(" } }, ["safe_regex_match.regex: missing ): ("]],

  [QUERY, { name: "a" }, { name: "a", test: { kind: "present", isPresent: true } }],
  [QUERY, { name: "a", present_match: false }, { name: "a", test: { kind: "present", isPresent: false } }],
  [QUERY, { name: "A", string_match: { exact: "a" } }, { name: "A", test: { kind: "string", matcher: exactA } }],
  [COOKIE, { name: "A", string_match: { exact: "a" } }, { name: "A", matcher: exactA, invert: false }],
  [COOKIE, { name: "a", string_match: { safe_regex: { regex: ")" } } }, [
    "string_match.safe_regex.regex: unexpected ): )",
  ]],

  [FRACTION, { default_value: {} }, { numerator: 0, denominator: 100, runtimeKey: "" }],
  [FRACTION, { default_value: { numerator: 101, denominator: "TEN_THOUSAND" }, runtime_key: "a.b" }, {
    numerator: 101,
    denominator: 10_000,
    runtimeKey: "a.b",
  }],
  [FRACTION, { default_value: { denominator: "MILLION" } }, { numerator: 0, denominator: 1_000_000, runtimeKey: "" }],

  [CIDR, { address_prefix: "10.0.0.0", prefix_len: 8 }, { address: "10.0.0.0", prefixLength: 8 }],
  [CIDR, { address_prefix: "10.0.0.0" }, { address: "10.0.0.0", prefixLength: 0 }],
  [CIDR, { address_prefix: "10.0.0.0", prefix_len: 128 }, { address: "10.0.0.0", prefixLength: 32 }],
  [CIDR, { address_prefix: "::ffff:10.0.0.0", prefix_len: 104 }, { address: "::ffff:10.0.0.0", prefixLength: 104 }],
  [CIDR, { address_prefix: "fe80::1%lo", prefix_len: 64 }, { address: "fe80::1%lo", prefixLength: 64 }],
  ...["10.1", "010.0.0.1", "abc", "::/0", "[::1]", " 10.0.0.1"].map((
    text,
  ): [Kind, Record<string, unknown>, unknown] => [
    CIDR,
    { address_prefix: text, prefix_len: 8 },
    [`address_prefix: invalid ip/mask combo '${text}/8' (format is <ip>/<# mask bits>)`],
  ]),

  [TLS, {}, { presented: null, validated: null }],
  [TLS, { presented: false, validated: true }, { presented: false, validated: true }],
];

for (const [kind, tree, config] of cases) {
  Deno.test(`${kind.message.split(".").at(-1)} reads ${JSON.stringify(tree)}`, () => {
    assert.deepEqual(read(kind, tree), config);
  });
}

const values: Array<[value: Record<string, unknown>, config: unknown]> = [
  [{ null_match: {} }, { kind: "null" }],
  [{ double_match: { exact: 0 } }, { kind: "double", exact: 0 }],
  [{ double_match: { exact: "Infinity" } }, { kind: "double", exact: Infinity }],
  [{ double_match: { range: { end: 2.5 } } }, { kind: "double_range", start: 0, end: 2.5 }],
  [{ string_match: { exact: "a" } }, { kind: "string", matcher: exactA }],
  [{ bool_match: false }, { kind: "bool", value: false }],
  [{ present_match: true }, { kind: "present", isPresent: true }],
  [{ list_match: { one_of: { bool_match: true } } }, { kind: "list", oneOf: { kind: "bool", value: true } }],
  [{ or_match: { value_matchers: [{ null_match: {} }, { list_match: { one_of: { null_match: {} } } }] } }, {
    kind: "or",
    matchers: [{ kind: "null" }, { kind: "list", oneOf: { kind: "null" } }],
  }],
];

for (const [value, config] of values) {
  Deno.test(`MetadataMatcher reads the value ${JSON.stringify(value)}`, () => {
    const tree = { filter: "f", path: [{ key: "a" }, { key: "b" }], value, invert: true };
    assert.deepEqual(read(METADATA, tree), { filter: "f", path: ["a", "b"], value: config, invert: true });
  });
}
