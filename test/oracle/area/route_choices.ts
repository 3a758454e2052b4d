/**
 * Choices among weighted clusters (spec/http.md 2.5, 2.14). All entries lead to one origin, which sees by the host that an
 * entry writes which of them was taken. With a prime number of entries of weight 1 that is the number, or the hash, that
 * the choice went by, but for what a division leaves: two that differ are hardly ever taken for one another.
 */
import { get, type OracleCase } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

/** What makes a part of an area: a variant and its cases, but for the variant's name. */
interface Part {
  readonly variant: Variant;
  readonly cases: readonly Omit<OracleCase, "on">[];
}

const ENTRIES = 97;

/** The cluster that every entry leads to, named by a header because its name is the variant's. */
const named = (variant: string) => `x-cluster: routes_${variant}.origin\r\n`;

function entry(host: string, weight: number): string {
  return `{ cluster_header: x-cluster, weight: ${weight}, host_rewrite_literal: ${host} }`;
}

function weighted(fields: string, ...weights: number[]): string {
  const entries = weights.map((weight, index) => entry(`entry-${index}`, weight));
  return `weighted_clusters: { ${fields} clusters: [${entries.join(", ")}] }`;
}

const ONES: readonly number[] = Array.from({ length: ENTRIES }, () => 1);

function route(path: string, fields: string): string {
  return `{ match: { path: ${path} }, route: { ${fields} } }`;
}

const NUMBERS = [
  ...["0", "5", "96", "97", "98", "18446744073709551615", "+5", "0005", "000000000000000000000000005"],
] as const;

/** Weights that leave no choice, and numbers in headers. */
export const WEIGHED: Part = {
  variant: {
    routes: [
      route("/first", weighted("", 1, 0)),
      route("/second", weighted("", 0, 1)),
      route("/middle", weighted("", 0, 5, 0)),
      route("/number", weighted("header_name: X-Number,", ...ONES)),
      route("/thirds", weighted("header_name: x-number,", 1, 1, 1)),
      route("/steps", weighted("header_name: x-number,", 2, 0, 3)),
      route("/runtime", weighted("runtime_key_prefix: routes.weights, header_name: x-number,", 2, 3)),
    ],
  },
  cases: [
    ...["/first", "/second", "/middle"].map((path) => ({ name: path, send: get(path, named("weighed")) })),
    ...NUMBERS.map((number) => ({
      name: `number ${number}`,
      send: get("/number", `${named("weighed")}x-number: ${number}\r\n`),
    })),
    ...["0", "1", "2", "3", "4294967296"].map((number) => ({
      name: `thirds ${number}`,
      send: get("/thirds", `${named("weighed")}x-number: ${number}\r\n`),
    })),
    ...["0", "1", "2", "3", "4", "5"].flatMap((number) =>
      ["/steps", "/runtime"].map((path) => ({
        name: `${path} ${number}`,
        send: get(path, `${named("weighed")}x-number: ${number}\r\n`),
      }))
    ),
    { name: "a cluster that is not there", send: get("/first", "x-cluster: nobody\r\n") },
  ],
};

const POLICIES: Readonly<Record<string, string>> = {
  "/header": "{ header: { header_name: X-A } }",
  "/rewritten": "{ header: { header_name: x-a, " +
    "regex_rewrite: { pattern: { google_re2: {}, regex: '[0-9]+' }, substitution: '<\\0>' } } }",
  "/path": '{ header: { header_name: ":path" } }',
  "/host": "{ header: { header_name: host } }",
  "/cookie": "{ cookie: { name: k } }",
  "/address": "{ connection_properties: { source_ip: true } }",
  "/parameter": "{ query_parameter: { name: k } }",
  "/both": "{ header: { header_name: x-a } }, { header: { header_name: x-b } }",
  "/terminal": "{ header: { header_name: x-a }, terminal: true }, { header: { header_name: x-b } }",
  "/fallback": "{ cookie: { name: k, ttl: 10s } }, { header: { header_name: x-a } }",
  "/same": "{ header: { header_name: x-a } }, { header: { header_name: x-a } }",
  "/nothing": "{ connection_properties: { source_ip: false } }, { header: { header_name: x-a } }",
};

const hashed = (path: string, fields = "") => get(path, named("hashed") + fields);
const A = "x-a: ";

/** Every kind of hash policy. */
export const HASHES: Part = {
  variant: {
    routes: Object.entries(POLICIES).map(([path, policies]) =>
      route(path, `${weighted("use_hash_policy: true,", ...ONES)}, hash_policy: [${policies}]`)
    ),
  },
  cases: [
    ...["", "a", "abc", "b,a", "0123456", "01234567", "longer than one stripe of thirty-two bytes, and some", "\xe4"]
      .map((value) => ({ name: `header ${value}`, send: hashed("/header", `${A}${value}\r\n`) })),
    { name: "two lines", send: hashed("/header", `${A}b\r\n${A}a\r\n`) },
    { name: "two lines the other way round", send: hashed("/header", `${A}a\r\n${A}b\r\n`) },
    { name: "three lines", send: hashed("/header", `${A}c\r\n${A}\r\n${A}a\r\n`) },
    ...["a12b7", "x", "77"].map((value) => ({
      name: `rewritten ${value}`,
      send: hashed("/rewritten", `${A}${value}\r\n`),
    })),
    { name: "rewritten lines", send: hashed("/rewritten", `${A}2\r\n${A}1x\r\n`) },
    { name: "the path", send: hashed("/path?x=1") },
    { name: "the host", send: hashed("/host") },
    ...["k=v", 'k="v"', "k=w; k=v", "j=1; k=v", "j=1\r\ncookie: k=x", "k=a=b"].map((value) => ({
      name: `cookie ${value}`,
      send: hashed("/cookie", `cookie: ${value}\r\n`),
    })),
    { name: "the address", send: hashed("/address") },
    { name: "a forwarded address", send: hashed("/address", "x-forwarded-for: 10.1.2.3\r\n") },
    { name: "a forwarded IPv6 address", send: hashed("/address", "x-forwarded-for: 2001:DB8:0:0::1\r\n") },
    ...["?k=v", "?k=", "?k", "?j=1&k=w&k=v", "?k=%76"].map((query) => ({
      name: `parameter ${query}`,
      send: hashed(`/parameter${query}`),
    })),
    { name: "both", send: hashed("/both", `${A}v\r\nx-b: w\r\n`) },
    { name: "one of both", send: hashed("/both", "x-b: w\r\n") },
    { name: "a terminal one", send: hashed("/terminal", `${A}v\r\nx-b: w\r\n`) },
    { name: "a terminal one without a hash", send: hashed("/terminal", "x-b: w\r\n") },
    { name: "a cookie that none is made of", send: hashed("/fallback", `${A}v\r\n`) },
    { name: "a cookie before a header", send: hashed("/fallback", `cookie: k=c\r\n${A}v\r\n`) },
    { name: "the same twice", send: hashed("/same", `${A}v\r\n`) },
    { name: "a policy that asks for nothing", send: hashed("/nothing", `${A}v\r\n`) },
  ],
};
