/** `Http1ProtocolOptions.HeaderKeyFormat`: how an HTTP/1 peer's field names are spelled (spec/http.md 1.4). */

import { z } from "zod";
import type { NameSpelling } from "../http_config.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { type ExtensionSchemas, namedExtension } from "./extension.ts";
import { choice, flag } from "./field.ts";

const preserveCaseSchema = z.strictObject({
  forward_reason_phrase: flag(false),
  formatter_type_on_envoy_headers: choice("DEFAULT", "PROPER_CASE"),
});

const formatters: ExtensionSchemas = new Map([
  [`${TYPE_URL_PREFIX}envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig`, {
    schema: preserveCaseSchema,
    isTerminal: false,
  }],
]);

const formatter = namedExtension({
  what: "header formatter",
  packagePrefix: "envoy.extensions.http.header_formatters.",
  schemas: formatters,
}).transform(({ config }): NameSpelling => {
  const preserved = config as z.output<typeof preserveCaseSchema>;
  return {
    properCaseWords: false,
    preserveCase: {
      isProperElse: preserved.formatter_type_on_envoy_headers === "PROPER_CASE",
      forwardsReasonPhrase: preserved.forward_reason_phrase,
    },
  };
});

/** The field; absent: names go out in lower case. */
export const headerKeyFormatSchema = z.strictObject({
  proper_case_words: z.strictObject({}).optional(),
  stateful_formatter: formatter.optional(),
}).default({}).transform(({ proper_case_words, stateful_formatter }): NameSpelling =>
  stateful_formatter ?? { properCaseWords: proper_case_words !== undefined, preserveCase: null }
);
