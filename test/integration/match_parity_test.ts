/**
 * Conditions of routes, one at a time, through real Envoy and through our compiled matchers: the same configuration and
 * the same request must give the same verdict (spec/http.md 2.2, 2.3).
 */
import assert from "node:assert/strict";
import type { z } from "zod";
import { cookieMatcherSchema, queryParameterMatcherSchema } from "../../src/config/schema/query_matcher.ts";
import { headerMatcherSchema } from "../../src/config/schema/header_matcher.ts";
import { runtimeFractionSchema } from "../../src/config/schema/runtime_fraction.ts";
import { mergeRuntimeLayers } from "../../src/config/runtime_layers.ts";
import { isGrpcRequest } from "../../src/http/grpc.ts";
import type { RequestHead } from "../../src/http/request_head.ts";
import { CookieMatcher } from "../../src/match/cookie_matcher.ts";
import { compileHeaderMatcher } from "../../src/match/header_matcher.ts";
import { QueryMatcher, queryStart } from "../../src/match/query_matcher.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { connectRaw } from "../support/raw_h1.ts";
import { requestHead } from "../support/request_heads.ts";

/** A condition as a field of `RouteMatch`, and what it is asked about. */
interface Case {
  readonly field: "headers" | "query_parameters" | "cookies" | "grpc";
  readonly condition: Record<string, unknown>;
  readonly requests: readonly Request[];
}

interface Request {
  readonly method?: string;
  /** Behind the case's own path. */
  readonly query?: string;
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

const x = (...values: string[]): Request => ({ fields: values.map((value) => ["x", value] as const) });
const VALUES: readonly Request[] = [
  x(),
  ..."|a|A|ab|Abc|b|a,b|b,a|5|-5|+5|05|5.0|5x|9|10|a b".split("|").map((value) => x(value)),
  ..."9223372036854775807 9223372036854775808 -9223372036854775808 9007199254740993".split(" ").map((value) =>
    x(value)
  ),
  ..."\xc3\xa4 a\xc3\xa4 \xff \xc3 \xef\xbf\xbd \xc4".split(" ").map((value) => x(value)),
  x("b", "a"),
  x("a", "b"),
  x("b", "c"),
  x("", "a"),
  x("7", "x"),
];

function header(condition: Record<string, unknown>, requests: readonly Request[] = VALUES): Case {
  return { field: "headers", condition: { name: "x", ...condition }, requests };
}

const STRINGS: readonly Record<string, unknown>[] = [
  { exact: "a" },
  { exact: "" },
  { exact: "A", ignore_case: true },
  { exact: "ä" },
  { exact: "Ä", ignore_case: true },
  { prefix: "a" },
  { prefix: "AB", ignore_case: true },
  { suffix: "b" },
  { suffix: "BC", ignore_case: true },
  { contains: "b" },
  { contains: "BC", ignore_case: true },
  { contains: "," },
  ..."a a.* .* a. . ä [^a]* (?i)AB? \\w+ \\pL+ a,b [a-z]+|5 ^a$ \\d+ a|b \\W (?i)ä".split(" ").map((regex) => ({
    safe_regex: { regex },
  })),
];

const PARTS: readonly Request[] = [
  {},
  { method: "POST" },
  { method: "PROPFIND" },
  { query: "?q" },
  { fields: [["x-forwarded-proto", "https"]] },
  { fields: [["x-forwarded-proto", "HTTPS"]] },
  { fields: [["x-forwarded-proto", "ws"]] },
];

const QUERIES: readonly Request[] = (
  " ? ?a ?a= ?a=1 ?b=2&a=1 ?a=1&a=2 ?a=2&a=1 ?a=b=c ?x?a=1 ?&&a=1 ?a=%31 ?%61=1 ?A=1 ?aa=1 ?=1 ?a=1;b=2 ?b=a=1 ?a=1? " +
  "?&a ?a&a=1 ?a=1+ ?a=%201"
).split(" ").map((query) => ({ query }));

/** Cookie lines: `/` between those of one request, `|` between requests. */
const COOKIES: readonly Request[] = (
  '|a=1|b=2; a=1|b=2;a=1|a=1; a=2|a=2; a=1|a|a; b=1|a=|a=b=c|a="1"|a="|a="1|A=1|;;  a=1|aa=1|a =1|a= 1|a=1 |a=1 ;b=2|' +
  "\ta=1|b=a=1|; a=1|=1|b=2/a=1|a=1/a=2|a=2/a=1"
).split("|").map((lines) => ({ fields: lines.split("/").map((line) => ["cookie", line] as const) }));

const CASES: readonly Case[] = [
  header({}),
  header({ present_match: false }),
  header({ invert_match: true }),
  header({ present_match: false, invert_match: true }),
  header({ treat_missing_header_as_empty: true }),
  header({ present_match: false, treat_missing_header_as_empty: true }),
  header({ treat_missing_header_as_empty: true, invert_match: true }),
  header({ present_match: false, treat_missing_header_as_empty: true, invert_match: true }),
  ...STRINGS.flatMap((string_match) => [
    header({ string_match }),
    header({ string_match, invert_match: true }),
  ]),
  ...[{ exact: "" }, { exact: "a" }, { safe_regex: { regex: ".*" } }].flatMap((string_match) => [
    header({ string_match, treat_missing_header_as_empty: true }),
    header({ string_match, treat_missing_header_as_empty: true, invert_match: true }),
  ]),
  ...["exact_match", "prefix_match", "suffix_match", "contains_match"].map((field) => header({ [field]: "a" })),
  header({ exact_match: "" }),
  header({ exact_match: "", invert_match: true }),
  header({ exact_match: "", treat_missing_header_as_empty: true }),
  header({ safe_regex_match: { regex: "a.*" } }),
  header({ range_match: { start: "-5", end: "10" } }),
  header({ range_match: { start: "-5", end: "10" }, invert_match: true }),
  header({ range_match: { start: "0", end: "0" } }),
  header({ range_match: { start: "9007199254740993", end: "9007199254740994" } }),
  header({ range_match: { start: "-9223372036854775808", end: "9223372036854775807" } }),
  header({ range_match: { end: "1" }, treat_missing_header_as_empty: true }),
  header({ name: ":method", string_match: { exact: "POST" } }, PARTS),
  header({ name: ":method", string_match: { exact: "GET" }, invert_match: true }, PARTS),
  header({ name: ":scheme", string_match: { exact: "https" } }, PARTS),
  header({ name: ":scheme", present_match: true }, PARTS),
  header({ name: ":authority", string_match: { exact: "h.test" } }, PARTS),
  header({ name: "host", string_match: { exact: "h.test" } }, PARTS),
  header({ name: "Host", present_match: true }, PARTS),
  header({ name: ":path", string_match: { suffix: "?q" } }, PARTS),
  header({ name: ":status", present_match: true }, PARTS),
  header({ name: ":protocol", present_match: true }, PARTS),
  header({ name: "cookie", string_match: { exact: "a=1" } }, COOKIES),
  ...[
    {},
    { present_match: false },
    ...["1", "", "b=c", "%31", "1;b=2", "1?", "1+", "%201"].map((exact) => ({ string_match: { exact } })),
  ].map((condition): Case => ({
    field: "query_parameters",
    condition: { name: "a", ...condition },
    requests: QUERIES,
  })),
  ...["1", "", "b=c", '"', '"1', " 1", "1 "].flatMap((exact) =>
    [false, true].map((invert_match): Case => ({
      field: "cookies",
      condition: { name: "a", string_match: { exact }, invert_match },
      requests: COOKIES,
    }))
  ),
  {
    field: "grpc",
    condition: {},
    requests: ["", "x", "+proto", "-web", ";x", "+", " "].map((rest) => ({
      fields: [["content-type", `application/grpc${rest}`] as const],
    })),
  },
  { field: "grpc", condition: {}, requests: [{}, { fields: [["content-type", "Application/grpc"]] }] },
];

testNeeding("envoy", `matchers give Envoy's verdict on ${CASES.length} conditions`, async (envoyPath) => {
  const routes = CASES.flatMap(({ field, condition }, index) => [
    `{ match: { path: "/${index}", ${field}: ${JSON.stringify(field === "grpc" ? condition : [condition])} }, ` +
    "direct_response: { status: 201 } }",
    `{ match: { path: "/${index}" }, direct_response: { status: 202 } }`,
  ]);
  await using envoy = await startEnvoy(envoyPath, bootstrap({ routes }));
  await using connection = await connectRaw(envoy.listenerUrl("web"));
  const disagreements: string[] = [];
  let matched = 0, asked = 0;
  for (const [index, { field, condition, requests }] of CASES.entries()) {
    const test = compiled(field, condition);
    for (const { method = "GET", query = "", fields = [] } of requests) {
      const path = `/${index}${query}`;
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      await connection.send(`${method} ${path} HTTP/1.1\r\nhost: h.test\r\ncontent-length: 0\r\n${lines}\r\n`);
      const { status } = await connection.readMessage();
      if (status !== 201 && status !== 202) continue; // not a request for the router
      const head = requestHead(method, path, { host: "h.test" });
      for (const [name, value] of fields) head.headers.addName(name, value.trim());
      const theirs = status === 201;
      asked++;
      if (theirs) matched++;
      if (test(head) !== theirs) {
        disagreements.push(
          `${field} ${JSON.stringify(condition)} on ${method} ${path} ${JSON.stringify(fields)}: Envoy says ${theirs}`,
        );
      }
    }
  }
  assert.deepEqual(disagreements, []);
  assert.ok(asked > 1_500 && matched > 400, `${matched} of ${asked} matched`);
});

function compiled(field: Case["field"], condition: Record<string, unknown>): (head: RequestHead) => boolean {
  const read = <Output>(schema: z.ZodType<Output>) => schema.parse(condition);
  switch (field) {
    case "headers": {
      const matcher = compileHeaderMatcher(read(headerMatcherSchema));
      return (head) => matcher.matchesRequest(head);
    }
    case "query_parameters": {
      const matcher = new QueryMatcher(read(queryParameterMatcherSchema));
      return ({ pathBytes, pathStart, pathEnd }) =>
        matcher.matches(pathBytes, queryStart(pathBytes, pathStart, pathEnd), pathEnd);
    }
    case "cookies": {
      const matcher = new CookieMatcher(read(cookieMatcherSchema));
      return (head) => matcher.matches(head.headers);
    }
    case "grpc":
      return (head) => isGrpcRequest(head.headers);
  }
}

/** Values under which a fraction is drawn always, or never, whatever the default. */
const RUNTIME_VALUES: readonly unknown[] = [
  ...[
    0,
    100,
    101,
    1000,
    -1,
    0.5,
    99.99e1,
    1e10,
    1e30,
    true,
    false,
    "100",
    "0",
    "1e3",
    "yes",
    "text",
    "",
    " 100 ",
    "0x64",
  ],
  ...[{ numerator: 100 }, { numerator: -1 }, { numerator: "100" }, {}, { numerator: 1, denominator: "MILLIONS" }],
  ...[{ numerator: 1e6, denominator: "MILLION" }, { numerator: 100, foo: 1 }, { denominator: "TEN_THOUSAND" }],
];

testNeeding(
  "envoy",
  `runtime fractions are drawn as in Envoy for ${RUNTIME_VALUES.length} values`,
  async (envoyPath) => {
    const values = Object.fromEntries(RUNTIME_VALUES.map((value, index) => [`key${index}`, value]));
    const fractions = RUNTIME_VALUES.flatMap((_, index) =>
      [0, 1_000_000].map((numerator) => ({
        default_value: { numerator, denominator: "MILLION" },
        runtime_key: `key${index}`,
      }))
    );
    const routes = fractions.flatMap((fraction, index) => [
      `{ match: { path: "/${index}", runtime_fraction: ${
        JSON.stringify(fraction)
      } }, direct_response: { status: 201 } }`,
      `{ match: { path: "/${index}" }, direct_response: { status: 202 } }`,
    ]);
    const layers = [{ name: "static", static_layer: values }];
    const config = `layered_runtime: ${JSON.stringify({ layers })}\n${bootstrap({ routes })}`;
    await using envoy = await startEnvoy(envoyPath, config);
    await using connection = await connectRaw(envoy.listenerUrl("web"));
    const runtime = new RuntimeValues(mergeRuntimeLayers([{ values }]));
    for (const [index, fraction] of fractions.entries()) {
      await connection.send(`GET /${index} HTTP/1.1\r\nhost: h\r\n\r\n`);
      const { status } = await connection.readMessage();
      for (const random of [0, 1, 99, 999_999]) {
        const isDrawn = runtime.fraction(runtimeFractionSchema.parse(fraction), random);
        const value = JSON.stringify(values[fraction.runtime_key]);
        assert.equal(isDrawn ? 201 : 202, status, `${value} with ${random} and ${JSON.stringify(fraction)}`);
      }
    }
  },
);
