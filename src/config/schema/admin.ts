/** `envoy.config.bootstrap.v3.Admin` (spec/xds.md 2). */

import { z } from "zod";
import type { AccessLogConfig } from "../access_log_config.ts";
import type { SocketAddress } from "../socket_address.ts";
import { accessLogsSchema } from "./access_log.ts";
import { boundAddressSchema } from "./address.ts";
import { NO_DATA } from "./data_source.ts";
import { flag, list, text } from "./field.ts";

/** One entry of `allow_paths`. */
export interface PathMatcherConfig {
  readonly kind: "exact" | "prefix" | "suffix" | "contains";
  readonly value: string;
  readonly ignoreCase: boolean;
}

/** The admin server, or nothing when it has no address. */
export interface AdminConfig {
  /** Null: no admin listener. */
  readonly address: SocketAddress | null;
  readonly accessLogs: readonly AccessLogConfig[];
  /** Empty: every path is allowed. */
  readonly allowPaths: readonly PathMatcherConfig[];
  /** Where profiles are written. */
  readonly profilePath: string;
}

const pathMatcherSchema = z.strictObject({
  exact: z.string().optional(),
  prefix: z.string().optional(),
  suffix: z.string().optional(),
  contains: z.string().optional(),
  ignore_case: z.boolean().default(false),
}).transform((message): PathMatcherConfig => {
  const kind = (["exact", "prefix", "suffix", "contains"] as const).find((name) => message[name] !== undefined);
  return { kind: kind ?? "exact", value: message[kind ?? "exact"] ?? "", ignoreCase: message.ignore_case };
});

/** Envoy's. */
export const DEFAULT_PROFILE_PATH = "/var/log/envoy/envoy.prof";

/** `Admin`. */
export const adminSchema = z.strictObject({
  address: boundAddressSchema.optional(),
  access_log: accessLogsSchema(NO_DATA),
  access_log_path: text(),
  profile_path: text(),
  // There is no limit for the whole process yet, so the admin is never held to one.
  ignore_global_conn_limit: flag(false),
  allow_paths: list(pathMatcherSchema),
}).transform((message): AdminConfig => ({
  address: message.address ?? null,
  accessLogs: message.access_log_path === ""
    ? message.access_log
    : [...message.access_log, { sink: "file", path: message.access_log_path, format: null, filter: null }],
  allowPaths: message.allow_paths,
  profilePath: message.profile_path === "" ? DEFAULT_PROFILE_PATH : message.profile_path,
}));
