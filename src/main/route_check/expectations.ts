/**
 * An outcome against what a test expects of it: which expectations failed, in the words of Envoy's tool, and which were
 * met. Their order and names and the shape of each line are that tool's.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { HeaderExpectationConfig, HeaderPair, RouteExpectationsConfig } from "../../config/route_check_config.ts";
import { ByteRange } from "../../match/byte_range.ts";
import { HeaderField } from "../../match/header_field.ts";
import { compileHeaderMatcher } from "../../match/header_matcher.ts";
import type { RouteOutcome } from "./route_outcome.ts";

/** An expectation about the route itself, by the name that tests give it. */
export type ExpectationName =
  | "cluster_name"
  | "virtual_cluster_name"
  | "virtual_host_name"
  | "path_rewrite"
  | "host_rewrite"
  | "path_redirect"
  | "code_redirect";

/** What came of one test. */
export interface Verdict {
  /** A line each: `expected: [a], actual: [b], test type: cluster_name`. */
  readonly failures: readonly string[];
  readonly met: readonly ExpectationName[];
}

/** One head, and how it is asked. */
interface CheckedHead {
  readonly matches: (expectation: HeaderExpectationConfig) => boolean;
  /** The first value of a header, or null. */
  readonly value: (name: string) => string | null;
}

/** Compares an outcome with what is expected. */
export function judge(expected: RouteExpectationsConfig, outcome: RouteOutcome): Verdict {
  const failures: string[] = [], met: ExpectationName[] = [];
  const compare = (name: ExpectationName, wanted: string | number | null, found: string | number) => {
    if (wanted === null) return;
    if (wanted === found) met.push(name);
    else failures.push(mismatch(String(wanted), String(found), name));
  };
  compare("cluster_name", expected.clusterName, outcome.clusterName);
  compare("virtual_cluster_name", expected.virtualClusterName, outcome.virtualClusterName);
  compare("virtual_host_name", expected.virtualHostName, outcome.virtualHostName);
  compare("path_rewrite", expected.pathRewrite, readable(outcome.pathRewrite));
  compare("host_rewrite", expected.hostRewrite, readable(outcome.hostRewrite));
  compare("path_redirect", expected.pathRedirect, readable(outcome.pathRedirect));
  compare("code_redirect", expected.codeRedirect, outcome.codeRedirect);

  const request = checkedRequest(outcome), response = checkedResponse(outcome);
  failures.push(
    ...failedMatches("request_header_matches", expected.requestHeaderMatches, request),
    ...failedFields("request_header_fields", expected.requestHeaderFields, request),
    ...failedMatches("response_header_matches", expected.responseHeaderMatches, response),
    ...failedFields("response_header_fields", expected.responseHeaderFields, response),
  );
  return { failures, met };
}

function checkedRequest({ request }: RouteOutcome): CheckedHead {
  const range = new ByteRange();
  return {
    matches: ({ matcher }) => compileHeaderMatcher(matcher).matchesRequest(request),
    value: (name) => {
      const field = new HeaderField(name);
      if (!field.isPart) return request.headers.getName(name);
      return field.readRequestPart(request, range) ? range.latin1() : null;
    },
  };
}

function checkedResponse({ response }: RouteOutcome): CheckedHead {
  const range = new ByteRange();
  return {
    matches: ({ matcher }) => compileHeaderMatcher(matcher).matchesResponse(response),
    value: (name) => {
      const field = new HeaderField(name);
      if (!field.isPart) return response.headers.getName(name);
      return field.readResponsePart(response, range) ? range.latin1() : null;
    },
  };
}

function failedMatches(test: string, expectations: readonly HeaderExpectationConfig[], head: CheckedHead): string[] {
  return expectations.filter((expectation) => !head.matches(expectation)).map((expectation) => {
    const { matcher, name, specifier } = expectation, type = `${test}.${specifier}`;
    const { test: wanted, invert } = matcher;
    if (wanted.kind === "present") {
      const isWanted = wanted.isPresent !== invert;
      return mismatch(`has(${name}):${isWanted}`, `has(${name}):${!isWanted}`, type);
    }
    const found = head.value(matcher.name), actual = `${name}: ${found === null ? "NULL" : readable(found)}`;
    if (specifier !== "string_match.exact" || wanted.kind !== "string") {
      return `actual: [${actual}], test type: ${type}`;
    }
    return mismatch(`${name}: ${wanted.matcher.value}`, actual, type, invert ? "NOT " : "");
  });
}

function failedFields(test: string, expectations: readonly HeaderPair[], head: CheckedHead): string[] {
  return expectations.flatMap(({ name, value }) => {
    const found = head.value(name) ?? "";
    return found === value ? [] : [mismatch(readable(value), readable(found), test)];
  });
}

function mismatch(expected: string, actual: string, type: string, not = ""): string {
  return `expected: [${expected}], actual: ${not}[${actual}], test type: ${type}`;
}

/** What a head has as bytes, one character each, is UTF-8 to a reader. */
function readable(bytes: string): string {
  return new TextDecoder().decode(latin1Bytes(bytes));
}
