/**
 * Parts of a route's action as the data path sees them: which cluster, what is rewritten, where a redirect points
 * (spec/http.md 2.5 to 2.7, 2.10). Plain values of the snapshot, every default filled in.
 */
import type { FilterOverrides } from "./filter_override_config.ts";
import type { TextTemplate } from "./format/format_config.ts";
import type { HeaderLevelConfig } from "./header_mutation_config.ts";
import type { JsonObject } from "./metadata_config.ts";
import type { UriRewriteConfig } from "./uri_template.ts";

/** Which cluster a request goes to. */
export type ClusterChoiceConfig =
  | { readonly kind: "cluster"; readonly name: string }
  /** The one that this request header names; in lower case. */
  | { readonly kind: "header"; readonly header: string }
  | WeightedClustersConfig;

/** `envoy.config.route.v3.WeightedCluster`. */
export interface WeightedClustersConfig {
  readonly kind: "weighted";
  readonly clusters: readonly ClusterWeightConfig[];
  /** Runtime `<prefix>.<name>` replaces a weight; empty = nothing does. */
  readonly runtimeKeyPrefix: string;
  /** A request header whose number decides; empty = none. */
  readonly headerName: string;
  readonly useHashPolicy: boolean;
}

/** `WeightedCluster.ClusterWeight`. */
export interface ClusterWeightConfig extends HeaderLevelConfig {
  readonly cluster: { readonly kind: "cluster"; readonly name: string } | {
    readonly kind: "header";
    readonly header: string;
  };
  readonly weight: number;
  /** Null = the route's. */
  readonly hostRewriteLiteral: string | null;
  /** Before the route's, key by key; null = nothing. */
  readonly metadataMatch: MetadataMatchConfig | null;
  readonly filterOverrides: FilterOverrides;
}

/** What hosts' metadata must have under `envoy.lb` in a cluster of subsets: values of JSON by key. */
export type MetadataMatchConfig = JsonObject;

/** `envoy.type.matcher.v3.RegexMatchAndSubstitute`. */
export interface RegexRewriteConfig {
  readonly regex: string;
  readonly substitution: string;
}

/** What becomes of the path; the query stays behind it. */
export type PathRewriteConfig =
  | { readonly kind: "prefix"; readonly value: string }
  | ({ readonly kind: "regex" } & RegexRewriteConfig)
  /** By the variables of the template that the route matched. */
  | { readonly kind: "template"; readonly template: UriRewriteConfig }
  | { readonly kind: "format"; readonly format: TextTemplate };

/** What becomes of the host. */
export type HostRewriteConfig =
  | { readonly kind: "literal"; readonly value: string }
  /** In lower case. */
  | { readonly kind: "header"; readonly header: string }
  | ({ readonly kind: "path_regex" } & RegexRewriteConfig)
  | { readonly kind: "format"; readonly format: TextTemplate }
  /** The chosen host's name. */
  | { readonly kind: "auto" };

/** `envoy.config.route.v3.RedirectAction`. */
export interface RedirectConfig {
  readonly kind: "redirect";
  readonly status: number;
  /** Null = the request's. */
  readonly scheme: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** `path_redirect`, or a rewrite of the request's path; null = the path as it is. */
  readonly path: { readonly kind: "path"; readonly value: string } | PathRewriteConfig | null;
  readonly stripsQuery: boolean;
}
