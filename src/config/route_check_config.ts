/**
 * A route check's test file as plain values, every default filled in: requests, and what is expected of the route that
 * each of them gets. Header values and the like are UTF-8, one character a byte, as header lists have them.
 */
import type { HeaderMatcherConfig } from "./match_config.ts";
import type { RuntimeRecord } from "./runtime_layers.ts";

/** `envoy.RouterCheckToolSchema.Validation`. */
export interface RouteTestsConfig {
  /** At least one. */
  readonly tests: readonly RouteTestConfig[];
  /** Runtime values that hold for all tests. */
  readonly runtime: RuntimeRecord;
}

/** One request with what is expected of it. */
export interface RouteTestConfig {
  /** Not empty; others may have the same. */
  readonly name: string;
  readonly input: RouteTestInputConfig;
  readonly expected: RouteExpectationsConfig;
}

/** What a request is made of. */
export interface RouteTestInputConfig {
  readonly authority: string;
  /** Empty for a CONNECT alone. */
  readonly path: string;
  readonly method: string;
  /** 64 bits without a sign. */
  readonly randomValue: bigint;
  readonly isSsl: boolean;
  readonly isInternal: boolean;
  readonly requestHeaders: readonly HeaderPair[];
  readonly responseHeaders: readonly HeaderPair[];
  /** In order: a later one may find what an earlier one wrote. */
  readonly metadata: readonly MetadataEntryConfig[];
  /** The key that is on; empty = none. */
  readonly runtimeKey: string;
}

/** A header's name, in lower case, and one value of it. */
export interface HeaderPair {
  readonly name: string;
  readonly value: string;
}

/** One write of `set_metadata`; typed metadata is left out, as no route looks at it. */
export interface MetadataEntryConfig {
  readonly namespace: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly allowsOverwrite: boolean;
}

/** What is expected; null = nothing in particular, empty = that there is none. */
export interface RouteExpectationsConfig {
  readonly clusterName: string | null;
  readonly virtualClusterName: string | null;
  readonly virtualHostName: string | null;
  readonly pathRewrite: string | null;
  readonly hostRewrite: string | null;
  readonly pathRedirect: string | null;
  readonly codeRedirect: number | null;
  readonly requestHeaderMatches: readonly HeaderExpectationConfig[];
  readonly responseHeaderMatches: readonly HeaderExpectationConfig[];
  readonly requestHeaderFields: readonly HeaderPair[];
  readonly responseHeaderFields: readonly HeaderPair[];
}

/** A `HeaderMatcher` with what its failure is told by. */
export interface HeaderExpectationConfig {
  readonly matcher: HeaderMatcherConfig;
  /** As written. */
  readonly name: string;
  /** The specifier by its field: `string_match.exact`, `range_match`, `present_match`. */
  readonly specifier: string;
}
