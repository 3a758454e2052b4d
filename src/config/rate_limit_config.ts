/**
 * Rate limits as they stand on routes and virtual hosts: plain values of the snapshot, every default filled in, for the
 * filters that keep to them (spec/http.md 10.6).
 */
import type { CidrRangeConfig, HeaderMatcherConfig, QueryParameterMatcherConfig } from "./match_config.ts";

/** `envoy.config.route.v3.RateLimit`: one descriptor, of one entry for each action. */
export interface RateLimitConfig {
  readonly stage: number;
  /** Runtime `ratelimit.<key>.http_filter_enabled` switches it off; empty = nothing does. */
  readonly disableKey: string;
  readonly actions: readonly RateLimitActionConfig[];
  /** Where another limit than the service's own is found; null = nowhere. */
  readonly limit: MetadataKeyConfig | null;
  readonly hitsAddend: HitsAddendConfig | null;
  readonly appliesOnStreamDone: boolean;
  /** Whether answers tell of this limit; `UNSPECIFIED` = the filter says. */
  readonly xRateLimitOption: "UNSPECIFIED" | "OFF" | "DRAFT_VERSION_03";
}

/** `RateLimit.HitsAddend`: how much a request counts. */
export interface HitsAddendConfig {
  /** Null = `format` says. */
  readonly number: number | null;
  /** A format string as written; empty = none. */
  readonly format: string;
  readonly isNegative: boolean;
}

/** `envoy.type.metadata.v3.MetadataKey`. */
export interface MetadataKeyConfig {
  readonly key: string;
  readonly path: readonly string[];
}

/** What an entry's key and value are in the actions that test something. */
interface DescriptorConfig {
  readonly descriptorKey: string;
  readonly descriptorValue: string;
  readonly defaultValue: string;
}

/** `RateLimit.Action`: one entry of a descriptor. */
export type RateLimitActionConfig =
  | { readonly kind: "source_cluster" | "destination_cluster" | "remote_address" }
  | {
    readonly kind: "request_headers";
    /** In lower case. */
    readonly header: string;
    readonly descriptorKey: string;
    readonly skipsIfAbsent: boolean;
  }
  | {
    readonly kind: "query_parameters";
    readonly parameter: string;
    readonly descriptorKey: string;
    readonly skipsIfAbsent: boolean;
  }
  | ({ readonly kind: "generic_key" } & DescriptorConfig)
  | (
    & {
      readonly kind: "header_value_match";
      readonly expects: boolean;
      readonly headers: readonly HeaderMatcherConfig[];
    }
    & DescriptorConfig
  )
  | (
    & {
      readonly kind: "query_parameter_value_match";
      readonly expects: boolean;
      readonly parameters: readonly QueryParameterMatcherConfig[];
    }
    & DescriptorConfig
  )
  | {
    readonly kind: "metadata";
    readonly descriptorKey: string;
    readonly metadataKey: MetadataKeyConfig;
    readonly defaultValue: string;
    readonly source: "DYNAMIC" | "ROUTE_ENTRY" | "CLUSTER_ENTRY" | "CLUSTER_LOCALITY_ENTRY";
    readonly skipsIfAbsent: boolean;
  }
  | { readonly kind: "masked_remote_address"; readonly v4PrefixLength: number; readonly v6PrefixLength: number }
  | (
    & {
      readonly kind: "remote_address_match";
      readonly ranges: readonly CidrRangeConfig[];
      readonly invert: boolean;
    }
    & DescriptorConfig
  );
