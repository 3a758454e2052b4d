/** What a bootstrap says of stats: which are shown, what their tags are and how histograms are split (`StatsConfig`). */
import type { StringMatcherConfig } from "./match_config.ts";

export interface StatsConfig {
  readonly usesDefaultTags: boolean;
  readonly tags: readonly StatTagRule[];
  readonly shown: ShownStats;
  /** The first that matches a histogram's name counts. */
  readonly buckets: readonly BucketSettings[];
}

/** A tag that is named in the configuration: of every stat, found by a pattern, or one of Envoy's own by its name. */
export type StatTagRule =
  | { readonly kind: "fixed"; readonly name: string; readonly value: string }
  | { readonly kind: "regex"; readonly name: string; readonly regex: string }
  | { readonly kind: "default"; readonly name: string };

/** `all` but those that match, or `none` but those that match. */
export interface ShownStats {
  readonly base: "all" | "none";
  readonly but: readonly StringMatcherConfig[];
}

/** Bounds of the histograms whose names match; they rise. */
export interface BucketSettings {
  readonly match: StringMatcherConfig;
  readonly bounds: readonly number[];
}

/** Without `stats_config`. */
export const DEFAULT_STATS: StatsConfig = {
  usesDefaultTags: true,
  tags: [],
  shown: { base: "all", but: [] },
  buckets: [],
};
