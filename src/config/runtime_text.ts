/**
 * A runtime value that somebody typed, in all the forms it has (spec/operations.md 7.5): the text of the admin layer and
 * of files. The console reads what is typed with this very code, so it needs nothing of Deno's and no YAML parser: what
 * is neither one plain scalar nor a fraction is left to `runtime_reading.ts`.
 */
import type { FractionConfig } from "./match_config.ts";

/** One value in all its forms; null = it has not that form. */
export interface RuntimeReading {
  /** As it was given. */
  readonly text: string;
  readonly flag: boolean | null;
  /** Without a sign and rounded down. */
  readonly whole: number | null;
  readonly double: number | null;
  readonly fraction: FractionConfig | null;
}

const TRUE_WORDS = /^(?:true|True|TRUE|yes|Yes|YES|on|On|ON|y|Y)$/;
const FALSE_WORDS = /^(?:false|False|FALSE|no|No|NO|off|Off|OFF|n|N)$/;
const OCTAL = /^[-+]?0[0-7]+$/;

/** A number in text: sign and the rest, which is decimal or a hexadecimal whole number. */
const NUMBER = /^[ \t\n\v\f\r]*([-+]?)((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0[xX][0-9a-fA-F]+)[ \t\n\v\f\r]*$/;

const MAX_UINT64 = 2 ** 64 - 1;
const INT32 = 2 ** 31;

/** Characters that begin something else than a plain scalar. */
const NOT_PLAIN = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/;

/** One field of a fraction in braces or on a line of its own. */
const FRACTION_FIELD =
  /^\s*(?:"(numerator|denominator)"|'(numerator|denominator)'|(numerator|denominator))\s*:\s+?(?:"([\w.+-]*)"|'([\w.+-]*)'|([\w.+][\w.+-]*|-\d[\w.]*))\s*$/;

const DENOMINATORS: ReadonlyMap<unknown, FractionConfig["denominator"]> = new Map(
  [["HUNDRED", 100], ["TEN_THOUSAND", 10_000], ["MILLION", 1_000_000]],
);

/** A value that is text and nothing else. */
export function unread(text: string): RuntimeReading {
  return { text, flag: null, whole: null, double: null, fraction: null };
}

/** A switch; `text` as it was given. */
export function flagReading(flag: boolean, text: string): RuntimeReading {
  return { ...unread(text), flag };
}

/** A number; `text` as it was given. */
export function numberReading(value: number, text: string): RuntimeReading {
  const isInt32 = Number.isInteger(value) && value >= -INT32 && value < INT32;
  return {
    text,
    flag: isInt32 ? value !== 0 : null,
    whole: value >= 0 && value <= MAX_UINT64 ? Math.floor(value) : null,
    double: value,
    fraction: null,
  };
}

/** The number that a text is, whatever stands round it; null = it is none. */
export function numberIn(text: string): number | null {
  const [, sign, digits] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return null;
  return sign === "-" ? -Number(digits) : Number(digits);
}

/** A numerator that is no number is 0, a negative one counts from the far end of 32 bits: always. Null = it is none. */
export function fractionIn(fields: Readonly<Record<string, unknown>>): FractionConfig | null {
  const { numerator = 0, denominator = "HUNDRED", ...others } = fields;
  const parts = DENOMINATORS.get(denominator);
  if (parts === undefined || Object.keys(others).length > 0) return null;
  return { numerator: typeof numerator === "number" ? Math.trunc(numerator) >>> 0 : 0, denominator: parts };
}

/** Reads a plain scalar or a fraction; null = it is something else, which may have forms all the same. */
export function readRuntimeText(text: string): RuntimeReading | null {
  // An empty file has a value, which is nothing in every form.
  const bare = text.trim();
  if (bare === "") return unread(text);
  if (bare.startsWith("{") && bare.endsWith("}")) return readFraction(text, bare.slice(1, -1).split(","));
  if (/^\s*["']?(?:numerator|denominator)["']?\s*:/.test(bare)) return readFraction(text, bare.split("\n"));
  if (/[\r\n]/.test(bare) || NOT_PLAIN.test(bare) || /:(?:\s|$)/.test(bare)) return null;
  return readScalar(text, bare.replace(/\s+#.*$/, ""));
}

function readScalar(text: string, scalar: string): RuntimeReading {
  if (TRUE_WORDS.test(scalar)) return flagReading(true, text);
  if (FALSE_WORDS.test(scalar)) return flagReading(false, text);
  if (OCTAL.test(scalar)) {
    const size = parseInt(scalar.replace(/^[-+]/, ""), 8);
    return numberReading(scalar.startsWith("-") ? -size : size, text);
  }
  const number = numberIn(scalar);
  return number === null ? unread(text) : numberReading(number, text);
}

/** A whole number of 32 bits, decimal, octal or hexadecimal; null = the text is none. */
function wholeIn(text: string): number | null {
  if (!/^[-+]?(?:\d+|0[xX][0-9a-fA-F]+)$/.test(text)) return null;
  const digits = text.replace(/^[-+]/, "");
  const size = OCTAL.test(text) ? parseInt(digits, 8) : Number(digits);
  const value = text.startsWith("-") ? -size : size;
  return value >= -INT32 && value < INT32 ? value : null;
}

function readFraction(text: string, parts: readonly string[]): RuntimeReading | null {
  const fields: Record<string, unknown> = {};
  for (const part of parts) {
    if (part.trim() === "" && parts.length === 1) continue;
    const [, ...groups] = FRACTION_FIELD.exec(part) ?? [];
    const key = groups[0] ?? groups[1] ?? groups[2];
    if (key === undefined || key in fields) return null;
    const quoted = groups[3] ?? groups[4], plain = groups[5] ?? "";
    fields[key] = quoted ?? wholeIn(plain) ?? plain;
  }
  return { ...unread(text), fraction: fractionIn(fields) };
}

/** How a key's value is read by who asks for it. */
export type RuntimeWant = "bool" | "uint" | "double" | "percent" | "fraction" | "text";

/** Whoever reads a value so gets something else than the default. */
export function isOfUse(want: RuntimeWant, { flag, whole, double, fraction }: Omit<RuntimeReading, "text">): boolean {
  switch (want) {
    case "bool":
      return flag !== null;
    case "uint":
    case "percent":
      return whole !== null;
    case "double":
      return double !== null;
    case "fraction":
      return fraction !== null || whole !== null;
    case "text":
      return true;
  }
}
