/**
 * `envoy.config.core.v3.SubstitutionFormatString`, and format strings that stand alone in a field (spec/http.md 8.1, 8.2,
 * 6.3, 2.9). A format that cannot be read is refused here, by its path and in Envoy's words.
 */

import { z } from "zod";
import type { CelOption } from "../../base/cel/expression.ts";
import { celCommands, type CommandSyntax, FORMATTER_COMMANDS } from "../format/command_table.ts";
import type { FormatConfig, TextFormatConfig, TextTemplate } from "../format/format_config.ts";
import { FormatProblem } from "../format/format_problem.ts";
import { parseFormat } from "../format/parse_format.ts";
import { parseJsonFormat } from "../format/parse_json_format.ts";
import { TYPE_URL_PREFIX } from "../type_url.ts";
import { celConfigSchema } from "./cel_config.ts";
import { type DataReader, dataSourceSchema } from "./data_source.ts";
import { type Extension, type ExtensionSchema, type ExtensionSchemas, namedExtension } from "./extension.ts";
import { addInvalid, addUnsupported, flag, list, text } from "./field.ts";

const REQ_WITHOUT_QUERY = `${TYPE_URL_PREFIX}envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery`;
const METADATA = `${TYPE_URL_PREFIX}envoy.extensions.formatter.metadata.v3.Metadata`;

const CEL = `${TYPE_URL_PREFIX}envoy.extensions.formatter.cel.v3.Cel`;

const PLAIN = { schema: z.strictObject({}), isTerminal: false };

/** Extensions that add commands. What `metadata` adds is built in. */
export const formatters: ExtensionSchemas = new Map<string, ExtensionSchema>([
  [METADATA, PLAIN],
  [REQ_WITHOUT_QUERY, PLAIN],
  [CEL, { schema: z.strictObject({ cel_config: celConfigSchema }), isTerminal: false }],
]);

const formatterSchema = namedExtension({
  what: "formatter",
  packagePrefix: "envoy.extensions.formatter.",
  schemas: formatters,
});

/** A format string by itself: the value of a header, of a tag. */
export const formatTextSchema: z.ZodType<TextTemplate> = z.string().transform((format, context) =>
  readFormat(format, NONE, [], context)
);

/** `SubstitutionFormatString`; files are read with `readData`. */
export function substitutionFormatSchema(readData: DataReader): z.ZodType<FormatConfig> {
  return z.strictObject({
    text_format: z.string().optional(),
    text_format_source: dataSourceSchema(readData).optional(),
    json_format: jsonStructSchema.optional(),
    omit_empty_values: flag(false),
    content_type: text(),
    formatters: list(formatterSchema),
  }).transform((message, context): FormatConfig => {
    const { text_format, text_format_source, json_format } = message;
    const known = commandsOf(message.formatters);
    const options = { omitEmptyValues: message.omit_empty_values, contentType: message.content_type };
    if (json_format !== undefined) {
      return { kind: "json", root: readJsonFormat(json_format, known, ["json_format"], context), ...options };
    }
    const source = text_format_source === undefined ? text_format ?? "" : new TextDecoder().decode(text_format_source);
    const path = [text_format_source === undefined ? "text_format" : "text_format_source"];
    return { kind: "text", pieces: readFormat(source, known, path, context), ...options };
  });
}

/** What extensions add; of two that say the same the first is heard. */
function commandsOf(extensions: readonly Extension[]): ReadonlyMap<string, CommandSyntax> {
  const added = extensions.flatMap(({ typeUrl, config }) => {
    if (typeUrl === REQ_WITHOUT_QUERY) return [...FORMATTER_COMMANDS];
    return typeUrl === CEL ? celCommands((config as { readonly cel_config: readonly CelOption[] }).cel_config) : [];
  });
  return added.length === 0 ? NONE : new Map(added.reverse());
}

const NONE: ReadonlyMap<string, CommandSyntax> = new Map();

/** A Struct in its canonical form. */
export const jsonStructSchema: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());

/** A Struct of format strings, in a field of its own: `json_format` of old. */
export const jsonFormatSchema: z.ZodType<FormatConfig> = jsonStructSchema.transform((struct, context) => ({
  kind: "json",
  root: readJsonFormat(struct, NONE, [], context),
  ...NO_OPTIONS,
}));

/** A format string in a field of its own: `format` of old. */
export const plainFormatSchema: z.ZodType<TextFormatConfig> = formatTextSchema.transform((pieces) => ({
  kind: "text",
  pieces,
  ...NO_OPTIONS,
}));

const NO_OPTIONS = { omitEmptyValues: false, contentType: "" };

function readFormat(
  format: string,
  known: ReadonlyMap<string, CommandSyntax>,
  path: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
): TextTemplate {
  try {
    return parseFormat(format, known);
  } catch (error) {
    if (!(error instanceof FormatProblem)) throw error;
    addProblem(context, format, path, error);
    return z.NEVER;
  }
}

function readJsonFormat(
  struct: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, CommandSyntax>,
  path: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
) {
  return parseJsonFormat(struct, known, (problem, below) => addProblem(context, struct, [...path, ...below], problem));
}

function addProblem(
  context: z.core.$RefinementCtx,
  input: unknown,
  path: readonly PropertyKey[],
  { message, isUnsupported }: FormatProblem,
): void {
  if (isUnsupported) addUnsupported(context, input, path, message);
  else addInvalid(context, input, path, message);
}
