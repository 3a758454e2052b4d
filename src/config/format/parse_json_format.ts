/**
 * `json_format`: a `google.protobuf.Struct` whose strings are format strings, at any depth (spec/http.md 8.1). Numbers,
 * booleans and nulls stay what they are.
 */
import type { PathStep } from "../field_path.ts";
import type { CommandSyntax } from "./command_table.ts";
import type { JsonObjectTemplate, JsonTemplate, TextTemplate } from "./format_config.ts";
import { parseFormat } from "./parse_format.ts";
import { FormatProblem } from "./format_problem.ts";

/** Told what is wrong with the string at `path`. */
export type ReportProblem = (problem: FormatProblem, path: readonly PathStep[]) => void;

/** Parses a Struct in its canonical form. What was told to `report` stands for nothing. */
export function parseJsonFormat(
  struct: Readonly<Record<string, unknown>>,
  formatters: ReadonlyMap<string, CommandSyntax>,
  report: ReportProblem,
): JsonObjectTemplate {
  return objectOf(struct, []);

  function objectOf(object: Readonly<Record<string, unknown>>, path: readonly PathStep[]): JsonObjectTemplate {
    const fields = Object.entries(object).map(([key, value]) => ({ key, value: templateOf(value, [...path, key]) }));
    return { kind: "object", fields: fields.sort((a, b) => compareBytes(a.key, b.key)) };
  }

  function templateOf(value: unknown, path: readonly PathStep[]): JsonTemplate {
    if (typeof value === "string") return { kind: "text", pieces: piecesOf(value, path) };
    if (Array.isArray(value)) {
      return { kind: "list", items: value.map((item, index) => templateOf(item, [...path, index])) };
    }
    if (typeof value === "object" && value !== null) return objectOf(value as Record<string, unknown>, path);
    return { kind: "constant", value: value as number | boolean | null };
  }

  function piecesOf(format: string, path: readonly PathStep[]): TextTemplate {
    try {
      return parseFormat(format, formatters);
    } catch (error) {
      if (!(error instanceof FormatProblem)) throw error;
      report(error, path);
      return [];
    }
  }
}

/** The order of the keys' UTF-8 bytes, which is that of their code points. */
function compareBytes(a: string, b: string): number {
  const left = [...a], right = [...b];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
