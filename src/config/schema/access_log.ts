/** `envoy.config.accesslog.v3.AccessLog`: file, stdout and stderr, their formats and filters (spec/http.md 8.1). */

import { z } from "zod";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import type { AccessLogConfig } from "../access_log_config.ts";
import type { FormatConfig } from "../format/format_config.ts";
import { accessLogFilterSchema } from "./access_log_filter.ts";
import type { DataReader } from "./data_source.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { extensionList, text } from "./field.ts";
import { jsonFormatSchema, plainFormatSchema, substitutionFormatSchema } from "./substitution_format.ts";

/** What a logger's own message says. */
type Target = Pick<AccessLogConfig, "sink" | "path" | "format">;

const PACKAGE = `${TYPE_URL_PREFIX}envoy.extensions.access_loggers.`;

/** The loggers that work, by type URL. */
export const ACCESS_LOGGER_TYPE_URLS: readonly string[] = [
  `${PACKAGE}file.v3.FileAccessLog`,
  `${PACKAGE}stream.v3.StdoutAccessLog`,
  `${PACKAGE}stream.v3.StderrAccessLog`,
];

/** An `access_log` field; files that formats are in are read with `readData`. */
export function accessLogsSchema(readData: DataReader) {
  const format = substitutionFormatSchema(readData);
  const streamFields = z.strictObject({ log_format: format.optional() });
  const schemas: readonly z.ZodType<Target>[] = [
    fileSchema(format),
    streamFields.transform(({ log_format }): Target => ({ sink: "stdout", path: "", format: log_format ?? null })),
    streamFields.transform(({ log_format }): Target => ({ sink: "stderr", path: "", format: log_format ?? null })),
  ];
  const loggers: ExtensionSchemas = new Map(
    ACCESS_LOGGER_TYPE_URLS.map((typeUrl, i) => [typeUrl, { schema: schemas[i]!, isTerminal: false }]),
  );
  const accessLog = namedExtension(
    { what: "access logger", packagePrefix: "envoy.extensions.access_loggers.", schemas: loggers },
    { filter: accessLogFilterSchema.optional() },
  ).transform(({ config, known }): AccessLogConfig => ({ ...config as Target, filter: known.filter ?? null }));
  return extensionList(accessLog);
}

/** `FileAccessLog`, with the formats of old; at most one of them is given. An empty text is the default format. */
function fileSchema(format: z.ZodType<FormatConfig>): z.ZodType<Target> {
  return z.strictObject({
    path: text(),
    format: plainFormatSchema.optional(),
    json_format: jsonFormatSchema.optional(),
    typed_json_format: jsonFormatSchema.optional(),
    log_format: format.optional(),
  }).transform(({ path, format, json_format, typed_json_format, log_format }): Target => {
    const plain = format === undefined || format.pieces.length === 0 ? null : format;
    return { sink: "file", path, format: log_format ?? json_format ?? typed_json_format ?? plain };
  });
}
