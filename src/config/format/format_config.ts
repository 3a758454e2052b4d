/**
 * Substitution formats as the data path sees them: plain values of the snapshot, parsed and checked (spec/http.md 8.1,
 * 8.2). A worker compiles them with `observe/format/`.
 */

/** One `%COMMAND(arguments):length%`. */
export interface FormatCommand {
  /** Of two names for one command the one that `command_table.ts` chose: `REQ` for `REQUEST_HEADER`. */
  readonly command: string;
  /** What the command's reader in `command_table.ts` made of its arguments: defaults filled in. */
  readonly args: readonly string[];
  /** Bytes the value may have, or null: as many as it has. */
  readonly maxLength: number | null;
  /** Of `COALESCE`: what it asks in turn. */
  readonly operators: readonly FormatCommand[];
}

/** A format string: what stands there as it is, and commands. */
export type TextTemplate = readonly (string | FormatCommand)[];

/** A value of a `json_format`. */
export type JsonTemplate =
  | { readonly kind: "text"; readonly pieces: TextTemplate }
  | { readonly kind: "constant"; readonly value: number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly JsonTemplate[] }
  | JsonObjectTemplate;

/** An object of a `json_format`; its keys are in the order of their bytes. */
export interface JsonObjectTemplate {
  readonly kind: "object";
  readonly fields: readonly { readonly key: string; readonly value: JsonTemplate }[];
}

interface FormatOptions {
  /** What has no value leaves no trace: no `-`, no key. */
  readonly omitEmptyValues: boolean;
  /** `content_type` of a body made by this format; empty = none given. */
  readonly contentType: string;
}

/** `text_format`, `text_format_source`. */
export interface TextFormatConfig extends FormatOptions {
  readonly kind: "text";
  readonly pieces: TextTemplate;
}

/** `json_format`. */
export interface JsonFormatConfig extends FormatOptions {
  readonly kind: "json";
  readonly root: JsonObjectTemplate;
}

/** `core.v3.SubstitutionFormatString`. */
export type FormatConfig = TextFormatConfig | JsonFormatConfig;
