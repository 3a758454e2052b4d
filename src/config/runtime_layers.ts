/**
 * Runtime layers as one flat record: what the data path reads (spec/operations.md 7.3, 7.5). Nested objects are joined
 * with dots; of a key that several layers have, the last one's value counts.
 */
import { readingOf, type RuntimeValue } from "./runtime_reading.ts";
import { fractionIn, type RuntimeReading } from "./runtime_text.ts";
import { isMessage } from "./source_map.ts";

/** Keys with their values. */
export type RuntimeRecord = Readonly<Record<string, RuntimeValue>>;

/** One record of the structs of several layers, lowest first; a layer without values changes nothing. */
export function mergeRuntimeLayers(
  layers: readonly { readonly values?: Readonly<Record<string, unknown>> }[],
): RuntimeRecord {
  const merged = new Map<string, RuntimeValue>();
  for (const { values } of layers) if (values !== undefined) flattenInto(merged, "", values);
  return Object.fromEntries(merged);
}

/** The keys of one layer's Struct, each with all the forms its value has. */
export function readStruct(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, RuntimeReading> {
  const flat = new Map<string, RuntimeValue>();
  const readings = new Map<string, RuntimeReading>();
  flattenInto(flat, "", values);
  for (const [key, value] of flat) readings.set(key, readingOf(value));
  return readings;
}

function flattenInto(
  merged: Map<string, RuntimeValue>,
  prefix: string,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(values)) {
    const key = prefix + name;
    if (!isMessage(value)) merged.set(key, value as RuntimeValue);
    else if (isFraction(value)) merged.set(key, fractionValue(value));
    else flattenInto(merged, `${key}.`, value);
  }
}

/** An empty object, or one that has a word of a fraction, is a leaf. */
function isFraction(value: Readonly<Record<string, unknown>>): boolean {
  return "numerator" in value || "denominator" in value || Object.keys(value).length === 0;
}

/** Differs from Envoy: its text is JSON, where Envoy has a dump of the message that begins otherwise each time. */
function fractionValue(value: Readonly<Record<string, unknown>>): RuntimeReading {
  return { text: JSON.stringify(value), flag: null, whole: null, double: null, fraction: fractionIn(value) };
}
