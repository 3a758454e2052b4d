/** Access loggers as the data path sees them: plain values of the snapshot (spec/http.md 8). */
import type { CelOption } from "../base/cel/expression.ts";
import type { FormatConfig } from "./format/format_config.ts";
import type { FractionConfig, HeaderMatcherConfig, MetadataMatcherConfig } from "./match_config.ts";

/** `envoy.config.accesslog.v3.AccessLog`. */
export interface AccessLogConfig {
  readonly sink: "file" | "stdout" | "stderr";
  /** Set for `file`. */
  readonly path: string;
  /** Null: the default format. */
  readonly format: FormatConfig | null;
  /** Null: every stream is logged. */
  readonly filter: AccessLogFilterConfig | null;
}

/** How numbers are compared. */
export interface ComparisonConfig {
  readonly op: "EQ" | "GE" | "LE" | "NE";
  readonly value: number;
  /** Empty = the value as it is. */
  readonly runtimeKey: string;
}

/** `envoy.config.accesslog.v3.AccessLogFilter`. */
export type AccessLogFilterConfig =
  | { readonly kind: "status_code"; readonly comparison: ComparisonConfig }
  | { readonly kind: "duration"; readonly comparison: ComparisonConfig }
  | { readonly kind: "not_health_check" }
  | { readonly kind: "traceable" }
  | {
    readonly kind: "runtime";
    readonly runtimeKey: string;
    readonly sampled: FractionConfig;
    readonly useIndependentRandomness: boolean;
  }
  | { readonly kind: "and" | "or"; readonly filters: readonly AccessLogFilterConfig[] }
  | { readonly kind: "header"; readonly header: HeaderMatcherConfig }
  /** No flags: any flag. */
  | { readonly kind: "response_flag"; readonly flags: readonly string[] }
  | { readonly kind: "grpc_status"; readonly statuses: readonly number[]; readonly exclude: boolean }
  | {
    readonly kind: "metadata";
    /** Null: nothing is looked for. */
    readonly matcher: MetadataMatcherConfig | null;
    readonly matchIfKeyNotFound: boolean;
  }
  | { readonly kind: "cel"; readonly expression: string; readonly options: readonly CelOption[] }
  /** No types: all of them. */
  | { readonly kind: "log_type"; readonly types: readonly string[]; readonly exclude: boolean };

/** When lines are written beside the one at the end of a stream: `HcmAccessLogOptions`, `UpstreamAccessLogOptions`. */
export interface AccessLogTimesConfig {
  /** 0 = never. */
  readonly flushIntervalMs: number;
  /** A request has come, or an upstream request has its connection. */
  readonly flushOnStart: boolean;
  /** Of a connection manager: a tunnel stands. */
  readonly flushOnTunnel: boolean;
}
