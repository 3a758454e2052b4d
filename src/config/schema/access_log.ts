/** `envoy.config.accesslog.v3.AccessLog`: file, stdout and stderr in the default format (spec/http.md 8.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { AccessLogConfig } from "../access_log_config.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { extensionList, text } from "./field.ts";

/** The ones that work. */
export const accessLoggers: ExtensionSchemas = new Map([
  logger("file.v3.FileAccessLog", z.strictObject({ path: text() }).transform(({ path }) => ({ sink: "file", path }))),
  logger("stream.v3.StdoutAccessLog", z.strictObject({}).transform(() => ({ sink: "stdout", path: "" }))),
  logger("stream.v3.StderrAccessLog", z.strictObject({}).transform(() => ({ sink: "stderr", path: "" }))),
]);

function logger(name: string, schema: z.ZodType) {
  return [`${TYPE_URL_PREFIX}envoy.extensions.access_loggers.${name}`, { schema, isTerminal: false }] as const;
}

const accessLogSchema = namedExtension({
  what: "access logger",
  packagePrefix: "envoy.extensions.access_loggers.",
  schemas: accessLoggers,
}).transform(({ config }) => config as AccessLogConfig);

/** An `access_log` field. */
export const accessLogsSchema = extensionList(accessLogSchema);
