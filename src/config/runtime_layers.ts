/**
 * Runtime layers as one flat record: what the data path reads (spec/operations.md 7.3, 7.5). Nested objects are joined
 * with dots; of a key that several layers have, the last one's value counts.
 */
import type { FractionConfig } from "./match_config.ts";
import { isMessage } from "./source_map.ts";

/**
 * A value as its layer gave it. Text is what a Struct's string is: `"5"` counts as the number, `"true"` as nothing but
 * text. A fraction that does not parse is text too.
 */
export type RuntimeValue = boolean | number | string | FractionConfig;

/** Keys with their values. */
export type RuntimeRecord = Readonly<Record<string, RuntimeValue>>;

const DENOMINATORS: ReadonlyMap<unknown, FractionConfig["denominator"]> = new Map(
  [["HUNDRED", 100], ["TEN_THOUSAND", 10_000], ["MILLION", 1_000_000]],
);

/** One record of the structs of several layers, lowest first; a layer without values changes nothing. */
export function mergeRuntimeLayers(
  layers: readonly { readonly values?: Readonly<Record<string, unknown>> }[],
): RuntimeRecord {
  const merged = new Map<string, RuntimeValue>();
  for (const { values } of layers) if (values !== undefined) flattenInto(merged, "", values);
  return Object.fromEntries(merged);
}

function flattenInto(
  merged: Map<string, RuntimeValue>,
  prefix: string,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const key = prefix + name;
    if (!isMessage(value)) merged.set(key, value as RuntimeValue);
    else if (isFraction(value)) merged.set(key, fractionOf(value) ?? JSON.stringify(value));
    else flattenInto(merged, `${key}.`, value);
  }
}

/** An empty object, or one that has a word of a fraction, is a leaf. */
function isFraction(value: Readonly<Record<string, unknown>>): boolean {
  return "numerator" in value || "denominator" in value || Object.keys(value).length === 0;
}

/** A numerator that is no number is 0, a negative one counts from the far end of 32 bits: always. */
function fractionOf(value: Readonly<Record<string, unknown>>): FractionConfig | null {
  const { numerator = 0, denominator = "HUNDRED", ...others } = value;
  const parts = DENOMINATORS.get(denominator);
  if (parts === undefined || Object.keys(others).length > 0) return null;
  return { numerator: typeof numerator === "number" ? Math.trunc(numerator) >>> 0 : 0, denominator: parts };
}
