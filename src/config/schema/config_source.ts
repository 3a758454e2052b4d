/** `envoy.config.core.v3.ConfigSource`: files so far (spec/xds.md 4). Whether they are there is asked in source_paths.ts. */

import { z } from "zod";
import type { ConfigSource } from "../config_source.ts";
import { addInvalid, choice, duration, text } from "./field.ts";

const DEFAULT_FETCH_TIMEOUT_MS = 15_000;

/** Envoy's words for a source that says nothing. */
export const NO_SOURCE = "Missing config source specifier in envoy::config::core::v3::ConfigSource";

/** `ConfigSource`. */
export const configSourceSchema: z.ZodType<ConfigSource> = z.strictObject({
  path: text(),
  path_config_source: z.strictObject({
    path: text(),
    watched_directory: z.strictObject({ path: text() }).optional(),
  }).optional(),
  self: z.looseObject({}).optional(),
  initial_fetch_timeout: duration(DEFAULT_FETCH_TIMEOUT_MS),
  // Envoy reads it and checks nothing by it.
  resource_api_version: choice("AUTO", "V2", "V3"),
}).transform((message, context): ConfigSource => {
  const { path, path_config_source: given, self, initial_fetch_timeout } = message;
  if (self !== undefined || (given === undefined && path === "")) {
    addInvalid(context, message, self === undefined ? [] : ["self"], NO_SOURCE);
    return z.NEVER;
  }
  return {
    kind: "path",
    path: given?.path ?? path,
    watchedDirectory: given?.watched_directory?.path ?? "",
    initialFetchTimeoutMs: initial_fetch_timeout,
  };
});
