/** Subsets of a cluster's hosts, as plain values of the snapshot (spec/upstream.md 7.14). */
import type { JsonObject } from "./metadata_config.ts";

/** `Cluster.LbSubsetConfig`, and the policy `Subset`. */
export interface SubsetConfig {
  /** For requests that no subset is for. */
  readonly fallbackPolicy: "NO_FALLBACK" | "ANY_ENDPOINT" | "DEFAULT_SUBSET";
  /** Hosts with these values in their metadata; of `DEFAULT_SUBSET`. */
  readonly defaultSubset: JsonObject;
  readonly selectors: readonly SubsetSelectorConfig[];
  /** Localities keep their weights in a subset; otherwise they have none. */
  readonly isLocalityWeightAware: boolean;
  /** A locality's weight shrinks with the share of its hosts that is in the subset. */
  readonly scalesLocalityWeight: boolean;
  /** Where the fallback has no host either, any host will do. */
  readonly panicModeAny: boolean;
  /** A list among a host's values stands for each of its elements. */
  readonly listAsAny: boolean;
  /** A request may bring several sets of values under `fallback_list`, to be tried in turn. */
  readonly triesFallbackList: boolean;
  /** A request may ask for more than a selector's keys. */
  readonly allowsRedundantKeys: boolean;
}

/** `LbSubsetSelector`: hosts that have all these keys are told apart by their values. */
export interface SubsetSelectorConfig {
  /** In order, each once. */
  readonly keys: readonly string[];
  readonly fallbackPolicy: "NOT_DEFINED" | "NO_FALLBACK" | "ANY_ENDPOINT" | "DEFAULT_SUBSET" | "KEYS_SUBSET";
  /** Of `KEYS_SUBSET`; in order, each once. */
  readonly fallbackKeys: readonly string[];
  /** The first host of a subset is all there is of it. */
  readonly isSingleHost: boolean;
}
