/**
 * The connection manager, its filters and the HTTP/1 options as the data path sees them: plain values of the snapshot, every
 * default filled in (spec/http.md 1).
 */
import type { AccessLogConfig, AccessLogTimesConfig } from "./access_log_config.ts";
import type { ConfigSource } from "./config_source.ts";
import type {
  ForwardingConfig,
  NormalizationConfig,
  ProxyStatusConfig,
  RequestIdConfig,
  SamplingConfig,
} from "./forwarding_config.ts";
import type { HeaderStepConfig } from "./header_mutation_config.ts";
import type { LocalReplyConfig } from "./local_reply_config.ts";
import type { StringMatcherConfig } from "./match_config.ts";
import type { RouteConfiguration } from "./route_config.ts";
import type { ScopedRoutesConfig } from "./scoped_routes_config.ts";

/** `…http_connection_manager.v3.HttpConnectionManager`. */
export interface HttpConnectionManagerConfig {
  readonly typeUrl:
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  readonly codecType: "AUTO" | "HTTP1";
  readonly statPrefix: string;
  /** Where routes are scoped or fetched: the one without routes, of requests that no scope has or that came too early. */
  readonly routeConfig: RouteConfiguration;
  /** Null = `routeConfig` or `scopedRoutes` route. */
  readonly rds: RdsConfig | null;
  /** Null = `routeConfig` routes every request. */
  readonly scopedRoutes: ScopedRoutesConfig | null;
  readonly httpFilters: readonly HttpFilterConfig[];
  readonly serverName: string;
  readonly serverHeaderTransformation: "OVERWRITE" | "APPEND_IF_ABSENT" | "PASS_THROUGH";
  readonly http1: Http1Options;
  readonly maxRequestHeadersKb: number;
  readonly maxHeadersCount: number;
  /** 0 = no limit. */
  readonly maxRequestsPerConnection: number;
  /** Percent of the duration, at most, that is added to it by chance. */
  readonly maxConnectionDurationJitter: number;
  readonly drainTimeoutJitter: number;
  /** A connection that has lasted too long ends with its next response instead of being drained. */
  readonly http1SafeMaxConnectionDuration: boolean;
  /** All in milliseconds; 0 = off. */
  readonly idleTimeoutMs: number;
  readonly streamIdleTimeoutMs: number;
  readonly maxStreamDurationMs: number;
  readonly requestTimeoutMs: number;
  readonly requestHeadersTimeoutMs: number;
  readonly maxConnectionDurationMs: number;
  readonly drainTimeoutMs: number;
  readonly delayedCloseTimeoutMs: number;
  /** `headers_with_underscores_action`. */
  readonly underscores: "ALLOW" | "REJECT_REQUEST" | "DROP_HEADER";
  readonly normalization: NormalizationConfig;
  readonly forwarding: ForwardingConfig;
  readonly useRemoteAddress: boolean;
  readonly skipXffAppend: boolean;
  readonly xffNumTrustedHops: number;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  readonly alwaysSetRequestIdInResponse: boolean;
  readonly requestId: RequestIdConfig;
  /** `tracing`, as far as it decides; null = requests are not traced. */
  readonly sampling: SamplingConfig | null;
  /** Null = no `proxy-status` is said. */
  readonly proxyStatus: ProxyStatusConfig | null;
  readonly appendLocalOverload: boolean;
  /** `early_header_mutation_extensions`: what becomes of a request's fields before any are trusted. */
  readonly earlyMutations: readonly HeaderStepConfig[];
  readonly proxy100Continue: boolean;
  readonly streamErrorOnInvalidHttpMessage: boolean;
  /** Null = replies go as they are. */
  readonly localReply: LocalReplyConfig | null;
  readonly accessLogs: readonly AccessLogConfig[];
  readonly accessLogTimes: AccessLogTimesConfig;
  readonly upgrades: readonly UpgradeConfig[];
}

/** `Rds`: routes that are fetched. */
export interface RdsConfig {
  /** The same for the same routes of the same source. */
  readonly key: string;
  readonly routeConfigName: string;
  readonly source: ConfigSource;
}

/** One entry of `upgrade_configs`. */
export interface UpgradeConfig {
  /** In lower case, which is how they are compared. */
  readonly type: string;
  readonly isEnabled: boolean;
  /** The chain for upgrades of this type; empty = the connection manager's. */
  readonly filters: readonly HttpFilterConfig[];
}

/** One entry of `http_filters`. */
export interface HttpFilterConfig {
  readonly name: string;
  /** Off unless a route's `typed_per_filter_config` switches it on. Never the last one. */
  readonly isDisabled: boolean;
  /** With the `type.googleapis.com/` prefix. */
  readonly typeUrl: string;
  /** What the extension's own schema made of `typed_config`: plain data. */
  readonly config: unknown;
}

/** `envoy.extensions.filters.http.router.v3.Router`. */
export interface RouterConfig {
  readonly suppressEnvoyHeaders: boolean;
  readonly dynamicStats: boolean;
  readonly respectExpectedRqTimeout: boolean;
  readonly rejectConnectRequestEarlyData: boolean;
  /** Of each try. */
  readonly upstreamLogs: readonly AccessLogConfig[];
  readonly upstreamLogTimes: AccessLogTimesConfig;
  /** `strict_check_headers`: a request in which one of these has no proper value is refused. */
  readonly strictCheckHeaders: readonly string[];
}

/** How field names are spelled on the wire: `header_key_format`. Neither: in lower case. */
export interface NameSpelling {
  /** `Proper-Case`. */
  readonly properCaseWords: boolean;
  /** As the peer spelled them on whose message they came. */
  readonly preserveCase: PreserveCaseConfig | null;
}

/** `envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig`. */
export interface PreserveCaseConfig {
  /** Names that the peer did not send are written in `Proper-Case`. */
  readonly isProperElse: boolean;
  readonly forwardsReasonPhrase: boolean;
}

/** `core.v3.Http1ProtocolOptions`, for either side. */
export interface Http1Options extends NameSpelling {
  readonly allowAbsoluteUrl: boolean;
  readonly acceptHttp10: boolean;
  readonly defaultHostForHttp10: string;
  readonly enableTrailers: boolean;
  readonly allowChunkedLength: boolean;
  readonly allowCustomMethods: boolean;
  readonly sendFullyQualifiedUrl: boolean;
  /** `ignore_http_11_upgrade`; for requests only. */
  readonly ignoredUpgrades: readonly StringMatcherConfig[];
}
