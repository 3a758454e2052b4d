/**
 * The checks that server and console both make of a runtime value, and how both say what it means (spec/console.md 6.5):
 * a value that the server would refuse is refused while it is typed.
 */
import { isOfUse, readRuntimeText, type RuntimeReading } from "../../config/runtime_text.ts";
import type { RuntimeCatalogItem, RuntimeForms, RuntimeType } from "./runtime.ts";

/** What one change set, one key and one value may be (spec/console.md 7.4). */
export const RUNTIME_LIMITS = { ops: 1000, keyChars: 512, valueBytes: 64 * 1024, adminKeys: 10_000 } as const;

/** What is known of a key, as far as the checks need it. */
export type RuntimeShape =
  & Pick<RuntimeCatalogItem, "type">
  & Partial<Pick<RuntimeCatalogItem, "unit" | "minimum" | "maximum" | "choices">>;

/** Why a value is refused, and what would do. */
export interface RuntimeRefusal {
  message: string;
  expected: string;
}

const WANTED: Readonly<Record<RuntimeType, string>> = {
  bool: "true or false",
  uint: "a whole number from 0 up",
  double: "a number",
  percent: "a whole number of percent",
  fraction: "a whole number of percent, or {numerator: N, denominator: HUNDRED, TEN_THOUSAND or MILLION}",
  text: "text",
};

/** Stands for any fraction. */
const ANY_FRACTION = { numerator: 0, denominator: 100 } as const;

/** The forms of a value that is being typed; null = only the server can tell, which has a YAML parser. */
export function formsOf(text: string): RuntimeForms | null {
  const reading = readRuntimeText(text);
  return reading === null ? null : formsIn(reading);
}

/** The forms of a value that was read. */
export function formsIn({ flag, whole, double, fraction }: RuntimeReading): RuntimeForms {
  return {
    ...flag === null ? {} : { bool: flag },
    ...whole === null ? {} : { uint: whole },
    ...double === null ? {} : { double },
    ...fraction === null ? {} : { fraction: { ...fraction } },
  };
}

/** Whoever reads a key of this type gets something else than the default. */
export function hasForm(type: RuntimeType, { bool, uint, double, fraction }: RuntimeForms): boolean {
  const reading = { flag: bool ?? null, whole: uint ?? null, double: double ?? null };
  return isOfUse(type, { ...reading, fraction: fraction === undefined ? null : ANY_FRACTION });
}

/** In words, what a type wants. */
export function wantedText({ type, minimum, maximum, choices }: RuntimeShape): string {
  if (choices !== undefined) return `one of ${choices.map(({ value, meaning }) => `${value} (${meaning})`).join(", ")}`;
  const from = minimum === undefined || minimum === 0 ? "" : ` of at least ${countText(minimum)}`;
  // What is said of a share has its end in it.
  const to = maximum === undefined || isShare(type)
    ? ""
    : `${from === "" ? " of" : " and"} at most ${countText(maximum)}`;
  return `${WANTED[type]}${from}${to}`;
}

/** Why this value may not be set at a key of this shape; null = it may. */
export function valueRefusal(shape: RuntimeShape, forms: RuntimeForms): RuntimeRefusal | null {
  const expected = wantedText(shape);
  if (!hasForm(shape.type, forms)) return { message: "The value has another type, and would be ignored", expected };
  const number = forms.uint ?? forms.double;
  if (number === undefined) return null;
  if (shape.choices !== undefined && !shape.choices.some(({ value }) => Number(value) === number)) {
    return { message: `${number} is none of the choices`, expected };
  }
  if (shape.minimum !== undefined && number < shape.minimum) {
    return { message: `${number} is too small`, expected };
  }
  // More than 100 percent is always, which may be meant.
  if (shape.maximum !== undefined && number > shape.maximum && !isShare(shape.type)) {
    return { message: `${number} is too large`, expected };
  }
  return null;
}

/** Why this key may not be set; null = it may. */
export function keyRefusal(key: string): RuntimeRefusal | null {
  const expected = `1 to ${RUNTIME_LIMITS.keyChars} characters`;
  if (key === "") return { message: "The key is empty", expected };
  return key.length > RUNTIME_LIMITS.keyChars ? { message: "The key is too long", expected } : null;
}

/** What a value means, in words: `25 % of requests`, `1024 requests`; empty = nothing more than its text. */
export function meaningOf({ type, unit, choices }: RuntimeShape, forms: RuntimeForms): string {
  if (!hasForm(type, forms)) return "";
  const of = unit === undefined || unit === "percent" || unit === "%" ? "" : ` of ${unit}`;
  switch (type) {
    case "bool":
      return forms.bool === true ? "on" : "off";
    case "percent":
      return `${countText(Math.min(100, forms.uint!))} %${of}`;
    case "fraction":
      return fractionText(forms, of);
    case "uint":
    case "double": {
      const number = type === "uint" ? forms.uint! : forms.double!;
      const choice = choices?.find(({ value }) => Number(value) === number);
      return choice?.meaning ?? `${countText(number)}${unit === undefined ? "" : ` ${unit}`}`;
    }
    case "text":
      return "";
  }
}

/** What whoever sets it should know, in words. */
export function valueWarnings(shape: RuntimeShape, forms: RuntimeForms): string[] {
  if (!hasForm(shape.type, forms)) return [`Wrong type, ignored: the key wants ${wantedText(shape)}`];
  if (!isShare(shape.type)) return [];
  const { numerator, denominator } = forms.fraction ?? { numerator: forms.uint!, denominator: 100 };
  return numerator > denominator ? [`More than 100 % means always`] : [];
}

function isShare(type: RuntimeType): boolean {
  return type === "percent" || type === "fraction";
}

function fractionText({ fraction, uint }: RuntimeForms, of: string): string {
  const { numerator, denominator } = fraction ?? { numerator: uint!, denominator: 100 };
  if (numerator >= denominator) return `100 %${of}`;
  if (denominator === 100) return `${numerator} %${of}`;
  const percent = Number((numerator / denominator * 100).toPrecision(6));
  return `${countText(numerator)} of ${countText(denominator)}${of.replace(" of", "")} (${percent} %)`;
}

/** `1 024`: digits in threes. */
function countText(count: number): string {
  if (!Number.isInteger(count) || Math.abs(count) >= 1e15) return String(count);
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, "\u202f");
}
