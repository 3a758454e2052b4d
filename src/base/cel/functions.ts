/**
 * Where Envoy's functions are others than the engine's: those it has beside them, those it has only with an option, and
 * those that read numbers more strictly.
 */
import {
  type CelFunc,
  celFunc,
  celList,
  celMap,
  celMethod,
  CelScalar,
  celUint,
  listType,
  mapType,
  objectType,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { compileTextRe2, type Re2 } from "../re2.ts";
import type { CelOption } from "./expression.ts";
import { MAX_INT, MAX_UINT, MIN_INT } from "./integer_limits.ts";
import { timestampMessage } from "./messages.ts";
import { shortDouble } from "./number_text.ts";

const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
const LIST = listType(DYN);

/** Patterns that are no constants come from traffic: so many are kept. */
const MAX_PATTERNS = 64;

/** The functions with these options; they go before the engine's own. */
export function functionsWith(options: readonly CelOption[]): CelFunc[] {
  return [
    ...NUMBERS,
    ...TEXTS,
    ...patternFunctions(),
    celFunc("_+_", [LIST, LIST], LIST, noOverload),
    ...options.includes("string_concat") ? [] : [
      celFunc("_+_", [STRING, STRING], STRING, noOverload),
      celFunc("_+_", [BYTES, BYTES], BYTES, noOverload),
    ],
    ...options.includes("string_functions") ? [...strings, ...MORE_STRINGS] : [],
    celFunc("string", [DOUBLE], STRING, shortDouble),
  ];
}

function noOverload(): never {
  throw new Error("no matching overload");
}

const TEXTS: readonly CelFunc[] = [
  celFunc("contains", [STRING, STRING], BOOL, (text, part) => text.includes(part)),
  celFunc("startsWith", [STRING, STRING], BOOL, (text, part) => text.startsWith(part)),
  celFunc("endsWith", [STRING, STRING], BOOL, (text, part) => text.endsWith(part)),
];

/** Where the engine's extension cuts and fills in other ways. */
const MORE_STRINGS: readonly CelFunc[] = [
  celMethod("reverse", STRING, [], STRING, function () {
    return [...this].reverse().join("");
  }),
  celMethod("split", STRING, [STRING, INT], LIST, function (separator, limit) {
    return celList(splitInto(this, separator, Number(limit)));
  }),
  celMethod("replace", STRING, [STRING, STRING], STRING, function (part, by) {
    return replaced(this, part, by, Infinity);
  }),
  celMethod("replace", STRING, [STRING, STRING, INT], STRING, function (part, by, limit) {
    return replaced(this, part, by, limit < 0n ? Infinity : Number(limit));
  }),
];

/** So many parts at most, the last with all that is left; less than 0 = all of them. */
function splitInto(text: string, separator: string, limit: number): string[] {
  const parts = separator === "" ? [...text] : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return limit === 0 ? [] : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** An empty part stands before every character, and at the end. */
function replaced(text: string, part: string, by: string, limit: number): string {
  const pieces = part === "" ? ["", ...text, ""] : text.split(part);
  return pieces.map((piece, i) => i === 0 ? piece : `${i <= limit ? by : part}${piece}`).join("");
}

const NUMBERS: readonly CelFunc[] = [
  celFunc("int", [BOOL], INT, (value) => value ? 1n : 0n),
  celFunc("int", [objectType("google.protobuf.Duration")], INT, noOverload),
  celFunc("int", [STRING], INT, (text) => wholeNumber(text, /^\s*[-+]?\d+\s*$/, MIN_INT, MAX_INT)),
  celFunc("uint", [STRING], UINT, (text) => celUint(wholeNumber(text, /^\s*\+?\d+\s*$/, 0n, MAX_UINT))),
  celFunc("double", [STRING], DOUBLE, doubleOf),
  celFunc("duration", [INT], DYN, noOverload),
  celFunc("timestamp", [INT], DYN, (seconds) => timestampMessage(seconds, 0)),
];

function wholeNumber(text: string, form: RegExp, min: bigint, max: bigint): bigint {
  const value = form.test(text) ? BigInt(text.trim().replace(/^\+/, "")) : null;
  if (value === null || value < min || value > max) throw new Error(`no such number: ${text}`);
  return value;
}

const ENDLESS = /^[-+]?inf(inity)?$/i, NOT_A_NUMBER = /^[-+]?nan$/i;
const HEXADECIMAL = /^[-+]?0x[\da-f]+$/i, DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function doubleOf(text: string): number {
  const written = text.trim(), sign = written.startsWith("-") ? -1 : 1;
  if (ENDLESS.test(written)) return sign * Infinity;
  if (NOT_A_NUMBER.test(written)) return NaN;
  if (HEXADECIMAL.test(written)) return sign * Number(written.replace(/^[-+]/, ""));
  if (DECIMAL.test(written)) return Number(written);
  throw new Error(`no number: ${text}`);
}

// ---- patterns

/** Each compiled pattern is kept: most are constants. */
function patternFunctions(): CelFunc[] {
  const patterns = new Map<string, Re2>();
  const compiled = (source: string): Re2 => {
    let pattern = patterns.get(source);
    if (pattern === undefined) {
      pattern = compileTextRe2(source);
      if (patterns.size >= MAX_PATTERNS) patterns.clear();
      patterns.set(source, pattern);
    }
    return pattern;
  };
  return [
    celFunc("matches", [STRING, STRING], BOOL, (text, pattern) => compiled(pattern).test(text)),
    celMethod("matches", STRING, [STRING], BOOL, function (pattern) {
      return compiled(pattern).test(this);
    }),
    celFunc("re.extract", [STRING, STRING, STRING], STRING, (text, pattern, form) => {
      const matcher = compiled(pattern).matcher(text);
      if (!matcher.find()) throw new Error("no match");
      return form.replace(
        /\\(\d|\\|$)/g,
        (_, digit: string) => /\d/.test(digit) ? matcher.group(Number(digit)) ?? "" : "\\",
      );
    }),
    celFunc("re.capture", [STRING, STRING], STRING, (text, pattern) => {
      const matcher = compiled(pattern).matcher(text);
      if (matcher.groupCount() < 1 || !matcher.matches()) throw new Error("no match");
      return matcher.group(1) ?? "";
    }),
    celFunc("re.captureN", [STRING, STRING], mapType(STRING, STRING), (text, pattern) => {
      const matcher = compiled(pattern).matcher(text), count = matcher.groupCount();
      if (count < 1 || !matcher.matches()) throw new Error("no match");
      const names = new Map(Object.entries(compiled(pattern).namedGroups()).map(([name, group]) => [group, name]));
      return celMap(
        new Map(
          Array.from({ length: count }, (_, i): [string, string] => [
            names.get(i + 1) ?? String(i + 1),
            matcher.group(i + 1) ?? "",
          ]),
        ),
      );
    }),
  ];
}
