/**
 * The generic matcher of xDS as plain values of the snapshot: `xds.type.matcher.v3.Matcher`, over whatever actions its place
 * has. Workers compile it with `src/match/matcher_tree.ts`.
 */
import type { CidrRangeConfig, StringMatcherConfig } from "./match_config.ts";

/** `Matcher`: what to look at, and what to do when nothing there matches. */
export interface MatcherConfig<Action> {
  /** Null = nothing matches. */
  readonly root: MatcherListConfig<Action> | MatcherMapConfig<Action> | MatcherIpConfig<Action> | null;
  readonly onNoMatch: OnMatchConfig<Action> | null;
}

/** `OnMatch`. What `keepMatching` is set on is passed over, its result with it. */
export type OnMatchConfig<Action> =
  & { readonly keepMatching: boolean }
  & (
    | { readonly kind: "action"; readonly action: Action }
    | { readonly kind: "matcher"; readonly matcher: MatcherConfig<Action> }
  );

/** `MatcherList`: the first whose predicate holds, and that comes to a result. */
export interface MatcherListConfig<Action> {
  readonly kind: "list";
  readonly matchers: readonly { readonly predicate: PredicateConfig; readonly onMatch: OnMatchConfig<Action> }[];
}

/** `MatcherTree` with `exact_match_map` or `prefix_match_map`: of several prefixes the longest that comes to a result. */
export interface MatcherMapConfig<Action> {
  readonly kind: "exact_map" | "prefix_map";
  readonly input: MatchInputConfig;
  readonly entries: readonly (readonly [key: string, onMatch: OnMatchConfig<Action>])[];
}

/** `MatcherTree` with an `IPMatcher`: the narrowest range that comes to a result. */
export interface MatcherIpConfig<Action> {
  readonly kind: "ip_ranges";
  readonly input: MatchInputConfig;
  readonly matchers: readonly {
    readonly ranges: readonly CidrRangeConfig[];
    /** Null = the range counts, and has no result. */
    readonly onMatch: OnMatchConfig<Action> | null;
    /** Only where no narrower range holds the address. */
    readonly isExclusive: boolean;
  }[];
}

/** `Predicate`. */
export type PredicateConfig =
  | { readonly kind: "string"; readonly input: MatchInputConfig; readonly matcher: StringMatcherConfig }
  | { readonly kind: "ip"; readonly input: MatchInputConfig; readonly ranges: readonly CidrRangeConfig[] }
  | { readonly kind: "any" | "all"; readonly predicates: readonly PredicateConfig[] }
  | { readonly kind: "not"; readonly predicate: PredicateConfig };

/** Where a value is taken from. Header names are as in `HeaderMatcherConfig`. */
export type MatchInputConfig =
  | { readonly kind: "request_header" | "response_header"; readonly name: string }
  | { readonly kind: "query_parameter"; readonly name: string }
  /** `200`, and `2xx`. */
  | { readonly kind: "status_code" | "status_class" }
  /** The trusted client address, and the peer's. */
  | { readonly kind: "source_ip" | "direct_source_ip" };
