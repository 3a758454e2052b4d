/** Formats in tests: parsed, compiled and written, as a worker would have them. */
import assert from "node:assert/strict";
import { FORMATTER_COMMANDS } from "../../src/config/format/command_table.ts";
import { parseFormat } from "../../src/config/format/parse_format.ts";
import { parseJsonFormat } from "../../src/config/format/parse_json_format.ts";
import type { JsonObject } from "../../src/config/metadata_config.ts";
import type { FormatContext } from "../../src/observe/format/format_context.ts";
import { JsonFormatter } from "../../src/observe/format/json_formatter.ts";
import { TextFormatter } from "../../src/observe/format/text_formatter.ts";
import type { StreamView } from "../../src/observe/stream_view.ts";
import { formatContext } from "./stream_views.ts";

/** What is not as usual. */
export interface FormatOptions {
  readonly omitEmptyValues?: boolean;
  readonly escapesValues?: boolean;
  readonly context?: FormatContext;
}

/** What a text format makes of a view, one unit per byte. */
export function formatted(format: string, view: StreamView, options: FormatOptions = {}): string {
  const { omitEmptyValues = false, escapesValues = false, context = formatContext() } = options;
  const template = parseFormat(format, FORMATTER_COMMANDS);
  return new TextFormatter(template, { omitEmptyValues, escapesValues }, context).text(view);
}

/** What a JSON format makes of a view, without the line feed behind it; one unit per byte. */
export function formattedJson(format: JsonObject, view: StreamView, options: FormatOptions = {}): string {
  const { omitEmptyValues = false, context = formatContext() } = options;
  const root = parseJsonFormat(format, FORMATTER_COMMANDS, (problem) => {
    throw problem;
  });
  const text = new JsonFormatter({ kind: "json", root, omitEmptyValues, contentType: "" }, context).text(view);
  assert.equal(text.at(-1), "\n");
  return text.slice(0, -1);
}

/** Each format is to make this of the view. */
export function assertFormats(view: StreamView, expected: Readonly<Record<string, string>>): void {
  for (const [format, text] of Object.entries(expected)) assert.equal(formatted(format, view), text, format);
}

/** Each command alone is to have this JSON value. */
export function assertJsonValues(view: StreamView, expected: Readonly<Record<string, string>>): void {
  for (const [format, value] of Object.entries(expected)) {
    assert.equal(formattedJson({ k: format }, view), `{"k":${value}}`, format);
  }
}
