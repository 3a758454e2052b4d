/** `…http_connection_manager.v3.LocalReplyConfig` (spec/http.md 6.3). */

import { z } from "zod";
import type { LocalReplyConfig, ReplyMapperConfig } from "../local_reply_config.ts";
import { accessLogFilterSchema } from "./access_log_filter.ts";
import { type DataReader, dataSourceSchema } from "./data_source.ts";
import { list } from "./field.ts";
import { headerValueOptionSchema } from "./header_mutation.ts";
import { substitutionFormatSchema } from "./substitution_format.ts";

/** `LocalReplyConfig`; files are read with `readData`. */
export function localReplySchema(readData: DataReader): z.ZodType<LocalReplyConfig> {
  const format = substitutionFormatSchema(readData).optional();
  const mapper = z.strictObject({
    filter: accessLogFilterSchema,
    status_code: z.number().optional(),
    body: dataSourceSchema(readData).optional(),
    body_format_override: format,
    headers_to_add: list(headerValueOptionSchema),
  }).transform((message): ReplyMapperConfig => ({
    filter: message.filter,
    status: message.status_code ?? null,
    body: message.body ?? null,
    bodyFormat: message.body_format_override ?? null,
    addHeaders: message.headers_to_add,
  }));
  return z.strictObject({ mappers: list(mapper), body_format: format })
    .transform(({ mappers, body_format }): LocalReplyConfig => ({ mappers, bodyFormat: body_format ?? null }));
}
