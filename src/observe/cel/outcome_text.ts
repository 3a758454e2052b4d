/** What an expression gives, as text: `%CEL()%`. Scalars and messages are written; of lists and maps only that they are. */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { shortDouble } from "../../base/cel/number_text.ts";
import {
  CelDuration,
  CelList,
  CelMap,
  type CelOutcome,
  CelTimestamp,
  CelTypeName,
  CelUnsigned,
} from "../../base/cel/values.ts";
import { writeUtf8 } from "../format/text_writing.ts";

/** Writes it. False: it is an error, and nothing was written. */
export function writeOutcome(writer: ByteWriter, outcome: CelOutcome): boolean {
  if (outcome === undefined) return false;
  if (outcome instanceof Uint8Array) writer.writeBytes(outcome);
  else writeUtf8(writer, textOf(outcome));
  return true;
}

function textOf(outcome: Exclude<CelOutcome, undefined | Uint8Array>): string {
  switch (typeof outcome) {
    case "string":
      return outcome;
    case "number":
      return shortDouble(outcome);
    case "boolean":
    case "bigint":
      return String(outcome);
    default:
      if (outcome === null) return "NULL";
      if (outcome instanceof CelUnsigned) return String(outcome.value);
      if (outcome instanceof CelTimestamp) return timestampText(outcome);
      if (outcome instanceof CelDuration) return durationText(outcome);
      if (outcome instanceof CelList) return "CelList value";
      if (outcome instanceof CelTypeName) return "CelType value";
      return messageOf(outcome);
  }
}

function messageOf(map: CelMap): string {
  return map.messageText() ?? "CelMap value";
}

/** `2024-01-02T03:04:05.12+00:00`. */
function timestampText({ seconds, nanos }: CelTimestamp): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
  return `${whole}${fraction(nanos, 9)}+00:00`;
}

const SECOND = 1_000_000_000n;

/** `1h30m`, `1m1.5s`, `12.5ms`; less than a second is in one unit. */
function durationText({ nanos }: CelDuration): string {
  if (nanos === 0n) return "0";
  const sign = nanos < 0n ? "-" : "", size = nanos < 0n ? -nanos : nanos;
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${size / 1000n}${fraction(Number(size % 1000n), 3)}us`;
  if (size < SECOND) return `${sign}${size / 1_000_000n}${fraction(Number(size % 1_000_000n), 6)}ms`;
  const hours = size / (3600n * SECOND), minutes = size / (60n * SECOND) % 60n;
  const seconds = size % (60n * SECOND);
  const rest = seconds === 0n ? "" : `${seconds / SECOND}${fraction(Number(seconds % SECOND), 9)}s`;
  return `${sign}${hours === 0n ? "" : `${hours}h`}${minutes === 0n ? "" : `${minutes}m`}${rest}`;
}

/** `.5` of 5 with one digit; nothing of 0. */
function fraction(part: number, digits: number): string {
  return part === 0 ? "" : `.${String(part).padStart(digits, "0").replace(/0+$/, "")}`;
}
