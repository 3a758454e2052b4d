/**
 * What an expression gives, as JSON: `%TYPED_CEL()%`, in the forms of `google.protobuf.Value`.
 *
 * Differs from Envoy: an endless number is null; Envoy writes `inf`, which is no JSON.
 */
import { CelDuration, CelList, CelMap, type CelOutcome, CelTimestamp, CelUnsigned } from "../../base/cel/values.ts";
import type { JsonValue } from "../../config/metadata_config.ts";

/** The value; undefined = an error, or what has no such form: types, maps with other keys than texts and numbers. */
export function jsonOf(outcome: CelOutcome): JsonValue | undefined {
  switch (typeof outcome) {
    case "undefined":
    case "string":
    case "boolean":
      return outcome;
    case "number":
      return Number.isNaN(outcome) ? undefined : outcome;
    case "bigint":
      return Number(outcome);
    default:
      if (outcome === null) return null;
      if (outcome instanceof Uint8Array) return outcome.toBase64();
      if (outcome instanceof CelUnsigned) return Number(outcome.value);
      if (outcome instanceof CelTimestamp) return timestampText(outcome);
      if (outcome instanceof CelDuration) return durationText(outcome);
      if (outcome instanceof CelList) return listOf(outcome);
      return outcome instanceof CelMap ? mapOf(outcome) : undefined;
  }
}

function listOf({ items }: CelList): JsonValue | undefined {
  const values = items.map(jsonOf);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function mapOf({ entries }: CelMap): JsonValue | undefined {
  if (entries === null) return undefined;
  const object: [string, JsonValue][] = [];
  for (const [key, value] of entries()) {
    const name = keyText(key), json = jsonOf(value);
    if (name === null || json === undefined) return undefined;
    object.push([name, json]);
  }
  return Object.fromEntries(object.sort(([a], [b]) => a < b ? -1 : 1));
}

function keyText(key: CelOutcome): string | null {
  if (typeof key === "string") return key;
  if (typeof key === "bigint") return String(key);
  return key instanceof CelUnsigned ? String(key.value) : null;
}

/** `2024-01-02T03:04:05.120Z`. */
function timestampText({ seconds, nanos }: CelTimestamp): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
  return `${whole}${fraction(nanos)}Z`;
}

/** `5400s`, `-1.500s`. */
function durationText({ nanos }: CelDuration): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? "-" : ""}${size / 1_000_000_000n}${fraction(Number(size % 1_000_000_000n))}s`;
}

/** Of nanoseconds, three, six or nine digits, as many as it takes; nothing of 0. */
function fraction(nanos: number): string {
  return nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/(000){1,2}$/, "")}`;
}
