/**
 * The conditions of a route beside its path, each compiled and able to say what it wants: in Envoy's order, which is the
 * order in which an explanation names the first that failed (spec/http.md 2.2).
 */
import type { HeaderMatcherConfig, QueryParameterMatcherConfig, StringMatcherConfig } from "../config/match_config.ts";
import type { FilterStateMatcherConfig, RouteMatchConfig } from "../config/route_match_config.ts";
import { isGrpcRequest } from "../http/grpc.ts";
import { CookieMatcher } from "../match/cookie_matcher.ts";
import { compileHeaderMatcher } from "../match/header_matcher.ts";
import { IpRanges } from "../match/ip_ranges.ts";
import { MetadataMatcher } from "../match/metadata_matcher.ts";
import { QueryMatcher, queryStart } from "../match/query_matcher.ts";
import { StringMatcher } from "../match/string_matcher.ts";
import { matchesTlsContext } from "../match/tls_context_matcher.ts";
import type { RouteInput } from "./route_input.ts";

/** One thing a route asks for. */
export interface Condition {
  matches(input: RouteInput): boolean;
  /** In a reader's words: `header "x-env" is "canary"`. */
  readonly wanted: string;
}

/** All conditions of a match but its path, in the order in which they are looked at. */
export function compileConditions(config: RouteMatchConfig): readonly Condition[] {
  const conditions: Condition[] = [];
  const { runtimeFraction: fraction, tlsContext } = config;
  if (fraction !== null) {
    const key = fraction.runtimeKey === "" ? "" : ` (runtime ${fraction.runtimeKey})`;
    conditions.push({
      matches: ({ runtime, random }) => runtime.fraction(fraction, random),
      wanted: `${fraction.numerator} of ${fraction.denominator} requests${key}`,
    });
  }
  if (config.isGrpc) conditions.push({ matches: ({ head }) => isGrpcRequest(head.headers), wanted: "a gRPC request" });
  for (const header of config.headers) {
    const matcher = compileHeaderMatcher(header);
    conditions.push({ matches: ({ head }) => matcher.matchesRequest(head), wanted: describeHeader(header) });
  }
  for (const parameter of config.queryParameters) {
    const matcher = new QueryMatcher(parameter);
    conditions.push({ matches: matchesQuery(matcher), wanted: describeParameter(parameter) });
  }
  for (const cookie of config.cookies) {
    const matcher = new CookieMatcher(cookie);
    const not = cookie.invert ? "not " : "";
    conditions.push({
      matches: ({ head }) => matcher.matches(head.headers),
      wanted: `${not}cookie "${cookie.name}" ${describeText(cookie.matcher)}`,
    });
  }
  if (tlsContext !== null) {
    const { presented, validated } = tlsContext;
    const facts = [
      presented === null ? "" : `presented ${presented}`,
      validated === null ? "" : `validated ${validated}`,
    ];
    conditions.push({
      matches: ({ peerCertificate }) => matchesTlsContext(tlsContext, peerCertificate),
      wanted: `client certificate ${facts.filter((fact) => fact !== "").join(", ")}`,
    });
  }
  for (const metadata of config.dynamicMetadata) {
    const matcher = new MetadataMatcher(metadata);
    conditions.push({
      matches: ({ dynamicMetadata }) => matcher.matches(dynamicMetadata),
      wanted: `${metadata.invert ? "not " : ""}dynamic metadata ${metadata.filter} ${metadata.path.join(".")}`,
    });
  }
  for (const state of config.filterState) conditions.push(filterStateCondition(state));
  return conditions;
}

function matchesQuery(matcher: QueryMatcher): Condition["matches"] {
  return ({ head: { pathBytes, pathStart, pathEnd } }) =>
    matcher.matches(pathBytes, queryStart(pathBytes, pathStart, pathEnd), pathEnd);
}

function filterStateCondition({ key, test }: FilterStateMatcherConfig): Condition {
  if (test.kind === "string") {
    const matcher = new StringMatcher(test.matcher);
    return {
      matches: ({ filterState }) => {
        const text = filterState.get(key)?.text ?? null;
        return text !== null && matcher.matchesText(text);
      },
      wanted: `filter state "${key}" ${describeText(test.matcher)}`,
    };
  }
  const ranges = new IpRanges(test.ranges);
  return {
    matches: ({ filterState }) => {
      const address = filterState.get(key)?.address;
      return address !== undefined && ranges.contains(address) !== test.invert;
    },
    wanted: `filter state "${key}" ${test.invert ? "outside" : "within"} its address ranges`,
  };
}

function describeHeader({ name, test, invert }: HeaderMatcherConfig): string {
  const not = invert ? "not " : "";
  switch (test.kind) {
    case "present":
      return `${not}header "${name}" ${test.isPresent ? "present" : "absent"}`;
    case "string":
      return `${not}header "${name}" ${describeText(test.matcher)}`;
    case "range":
      return `${not}header "${name}" from ${test.start} to below ${test.end}`;
  }
}

function describeParameter({ name, test }: QueryParameterMatcherConfig): string {
  if (test.kind === "string") return `query parameter "${name}" ${describeText(test.matcher)}`;
  return `query parameter "${name}" ${test.isPresent ? "present" : "absent"}`;
}

const RELATIONS: Readonly<Record<StringMatcherConfig["kind"], string>> = {
  exact: "is",
  prefix: "begins with",
  suffix: "ends with",
  contains: "contains",
  safe_regex: "matches",
};

function describeText({ kind, value, ignoreCase }: StringMatcherConfig): string {
  return `${RELATIONS[kind]} "${value}"${ignoreCase ? " in any letter case" : ""}`;
}
