/**
 * What a connection manager does to heads, as the data path sees it: plain values of the snapshot, every default filled
 * in (spec/http.md 1.8 to 1.15).
 */
import type { CidrRangeConfig, FractionConfig } from "./match_config.ts";
import type { MatcherConfig } from "./matcher_tree_config.ts";

/** How a request's path and host are made one of their spellings. */
export interface NormalizationConfig {
  /** Null = unset: the runtime decides. */
  readonly normalizePath: boolean | null;
  readonly mergeSlashes: boolean;
  readonly escapedSlashes: EscapedSlashesAction;
  readonly stripPort: "none" | "matching" | "any";
  readonly stripTrailingHostDot: boolean;
}

/** `path_with_escaped_slashes_action`, in the order of its numbers. */
export const ESCAPED_SLASHES_ACTIONS = [
  "IMPLEMENTATION_SPECIFIC_DEFAULT",
  "KEEP_UNCHANGED",
  "REJECT_REQUEST",
  "UNESCAPE_AND_REDIRECT",
  "UNESCAPE_AND_FORWARD",
] as const;

/** One of {@link ESCAPED_SLASHES_ACTIONS}. */
export type EscapedSlashesAction = typeof ESCAPED_SLASHES_ACTIONS[number];

/** Whom to believe about the client, and what to tell the upstream about it. */
export interface ForwardingConfig {
  /** `original_ip_detection_extensions`; empty: `x-forwarded-for` by the trusted hops. */
  readonly detection: readonly DetectionConfig[];
  /** Null = nothing is internal. */
  readonly internalAddresses: InternalAddressConfig | null;
  readonly appendXForwardedPort: boolean;
  /** `scheme_header_transformation`: what `:scheme` is set to; empty = it is left. */
  readonly schemeToOverwrite: "" | "http" | "https";
  readonly schemeMatchesUpstream: boolean;
  /** Empty = none. */
  readonly via: string;
  readonly addUserAgent: boolean;
  readonly clientCert: ClientCertConfig;
  /** `forward_client_cert_matcher`: what it chooses stands in place of `clientCert`. Null = it never does. */
  readonly clientCertMatcher: MatcherConfig<ClientCertConfig> | null;
}

/** One way to find the client's address. */
export type DetectionConfig =
  /** `…original_ip_detection.xff.v3.XffConfig`. `trustedCidrs` empty: by the number of hops. */
  | {
    readonly kind: "xff";
    readonly trustedHops: number;
    readonly trustedCidrs: readonly CidrRangeConfig[];
    readonly skipXffAppend: boolean;
  }
  /** `…original_ip_detection.custom_header.v3.CustomHeaderConfig`. */
  | {
    readonly kind: "custom_header";
    /** In lower case; `host` for `:authority`. */
    readonly headerName: string;
    readonly mayBeInternal: boolean;
    /** Status of the reply where it finds no address; 0 = it lets the others try. */
    readonly rejectStatus: number;
  };

/** `HttpConnectionManager.InternalAddressConfig`. */
export interface InternalAddressConfig {
  readonly unixSockets: boolean;
  readonly cidrRanges: readonly CidrRangeConfig[];
}

/** `HttpConnectionManager.ForwardClientCertConfig`: `forward_client_cert_details`, and what the element of our own says. */
export interface ClientCertConfig {
  readonly mode: "SANITIZE" | "FORWARD_ONLY" | "APPEND_FORWARD" | "SANITIZE_SET" | "ALWAYS_FORWARD_ONLY";
  readonly details: ClientCertDetails;
}

/** `HttpConnectionManager.SetCurrentClientCertDetails`. */
export interface ClientCertDetails {
  readonly subject: boolean;
  readonly cert: boolean;
  readonly chain: boolean;
  readonly dns: boolean;
  readonly uri: boolean;
}

/** `envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig`. */
export interface RequestIdConfig {
  readonly packsTraceReason: boolean;
  readonly samplesById: boolean;
}

/** How many requests are traced, by what asks for it. */
export interface SamplingConfig {
  readonly client: FractionConfig;
  readonly random: FractionConfig;
  readonly overall: FractionConfig;
}

/** `HttpConnectionManager.ProxyStatusConfig`. */
export interface ProxyStatusConfig {
  readonly removeDetails: boolean;
  readonly removeResponseFlags: boolean;
  readonly setRecommendedResponseCode: boolean;
  readonly usesNodeId: boolean;
  /** Empty = the server's name. */
  readonly literalName: string;
}
