/** `envoy.config.route.v3.HeaderMatcher`, its deprecated spellings included (spec/http.md 2.3). */

import { z } from "zod";
import type { HeaderMatcherConfig, HeaderTestConfig, StringMatcherConfig } from "../match_config.ts";
import { flag, text } from "./field.ts";
import { regexSchema } from "./regex.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

/** 64-bit integers are text in the canonical form. */
const int64RangeSchema = z.strictObject({ start: z.string().default("0"), end: z.string().default("0") });

/** `HeaderMatcher`. */
export const headerMatcherSchema = z.strictObject({
  name: text(),
  string_match: stringMatcherSchema.optional(),
  range_match: int64RangeSchema.optional(),
  present_match: z.boolean().optional(),
  exact_match: z.string().optional(),
  prefix_match: z.string().optional(),
  suffix_match: z.string().optional(),
  contains_match: z.string().optional(),
  safe_regex_match: regexSchema.optional(),
  invert_match: flag(false),
  treat_missing_header_as_empty: flag(false),
}).transform((message): HeaderMatcherConfig => ({
  name: headerName(message.name),
  test: testOf(message),
  invert: message.invert_match,
  treatMissingAsEmpty: message.treat_missing_header_as_empty,
}));

/** A header's name as the data path has it: in lower case, the authority as `host`. */
export function headerName(written: string): string {
  const name = written.toLowerCase();
  return name === ":authority" ? "host" : name;
}

/** The specifiers, of which at most one is set. */
interface Specifiers {
  readonly string_match?: StringMatcherConfig | undefined;
  readonly range_match?: { readonly start: string; readonly end: string } | undefined;
  readonly present_match?: boolean | undefined;
  readonly exact_match?: string | undefined;
  readonly prefix_match?: string | undefined;
  readonly suffix_match?: string | undefined;
  readonly contains_match?: string | undefined;
  readonly safe_regex_match?: { readonly regex: string } | undefined;
}

function testOf(message: Specifiers): HeaderTestConfig {
  const { string_match, range_match, exact_match, prefix_match, suffix_match, contains_match, safe_regex_match } =
    message;
  if (string_match !== undefined) return { kind: "string", matcher: string_match };
  if (range_match !== undefined) return { kind: "range", ...range_match };
  // An empty exact_match asks for the header, whatever its value; absence is no match, inverted or not.
  if (exact_match !== undefined) return plain(exact_match === "" ? "prefix" : "exact", exact_match);
  if (prefix_match !== undefined) return plain("prefix", prefix_match);
  if (suffix_match !== undefined) return plain("suffix", suffix_match);
  if (contains_match !== undefined) return plain("contains", contains_match);
  if (safe_regex_match !== undefined) return plain("safe_regex", safe_regex_match.regex);
  return { kind: "present", isPresent: message.present_match ?? true };
}

function plain(kind: StringMatcherConfig["kind"], value: string): HeaderTestConfig {
  return { kind: "string", matcher: { kind, value, ignoreCase: false } };
}
