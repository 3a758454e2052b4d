/**
 * Scalars of the proto3 JSON mapping: one spelling in, the canonical one out (spec/xds.md 1.2).
 *
 * Canonical: int32 and floats are numbers, 64-bit integers decimal strings, bytes padded base64, durations with the
 * least of 0, 3, 6 or 9 decimals. A refused value gives a {@link Refused} that says what is wanted.
 */

import type { DocumentNode, ScalarNode } from "./document.ts";
import type { FieldKind } from "./descriptor/descriptor_pool.ts";

/** Why a scalar does not fit its field. */
export class Refused {
  readonly reason: string;
  /** It has the right form: it is its value that is not allowed. */
  readonly isLate: boolean;

  constructor(reason: string, isLate = false) {
    this.reason = reason;
    this.isLate = isLate;
  }
}

type Converted = string | number | boolean | Refused;

// What Envoy takes in quotes: no "on" and "off" here.
const TRUE_TEXT = /^(?:true|t|yes|y|1)$/i;
const FALSE_TEXT = /^(?:false|f|no|n|0)$/i;
const NUMBER_TEXT = /^[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+)$/;
const INTEGER_TEXT = /^[-+]?[0-9]+$/;
const DURATION_TEXT = /^(-?)([0-9]+)(?:\.([0-9]{1,9}))?s$/;
const TIMESTAMP_TEXT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[-+]\d\d:\d\d)$/;
const BASE64_TEXT = /^[A-Za-z0-9+/]*$/;

/** The longest a duration may be: Envoy keeps nanoseconds in 64 bits. */
const MAX_DURATION_SECONDS = 9_223_372_035;

const RANGES: Partial<Record<FieldKind, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  sfixed32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sint64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

/** Converts a scalar that is not null into a field of `kind`; enums and messages have their own ways. */
export function convertScalar(kind: FieldKind, node: ScalarNode): Converted {
  switch (kind) {
    case "string":
      // Differs from Envoy: a bare bool word or number keeps its text here, Envoy refuses it.
      return typeof node.value === "string" ? node.value : node.text;
    case "bool":
      return convertBool(node);
    case "bytes":
      return convertBytes(node);
    case "float":
    case "double":
      return convertFloat(kind, node);
    default:
      return convertInteger(kind, node);
  }
}

function convertBool(node: ScalarNode): Converted {
  if (typeof node.value === "boolean") return node.value;
  if (typeof node.value === "string" && TRUE_TEXT.test(node.value)) return true;
  if (typeof node.value === "string" && FALSE_TEXT.test(node.value)) return false;
  return new Refused(`found ${shown(node)}, wanted true or false`);
}

function convertBytes(node: ScalarNode): Converted {
  const text = (typeof node.value === "string" ? node.value : node.text)
    .replaceAll("-", "+").replaceAll("_", "/").replace(/={0,2}$/, "");
  if (!BASE64_TEXT.test(text) || text.length % 4 === 1) return new Refused(`found ${shown(node)}, wanted base64`);
  return text + "=".repeat((4 - text.length % 4) % 4);
}

function convertFloat(kind: FieldKind, node: ScalarNode): Converted {
  if (typeof node.value === "number") return node.value;
  if (node.value === "NaN" || node.value === "Infinity" || node.value === "-Infinity") return node.value;
  if (typeof node.value === "string" && NUMBER_TEXT.test(node.value)) {
    const value = numberOf(node.value);
    const limit = kind === "float" ? 3.4028235677973366e38 : Number.MAX_VALUE;
    if (Math.abs(value) <= limit) return value;
  }
  return new Refused(`found ${shown(node)}, wanted a number`);
}

function convertInteger(kind: FieldKind, node: ScalarNode): Converted {
  const [least, most] = RANGES[kind]!;
  const is64Bit = most > 2n ** 32n;
  const value = integerOf(node);
  if (value === null) return new Refused(`found ${shown(node)}, wanted a whole number`);
  if (value < least || value > most) return new Refused(`found ${shown(node)}, wanted ${least} to ${most}`);
  return is64Bit ? String(value) : Number(value);
}

function integerOf(node: ScalarNode): bigint | null {
  if (typeof node.value === "number") return Number.isInteger(node.value) ? BigInt(node.value) : null;
  if (typeof node.value !== "string" || !NUMBER_TEXT.test(node.value)) return null;
  if (INTEGER_TEXT.test(node.value)) return BigInt(node.value.replace(/^\+/, ""));
  const value = numberOf(node.value);
  return Number.isInteger(value) ? BigInt(value) : null;
}

function numberOf(text: string): number {
  const magnitude = Number(text.replace(/^[-+]/, ""));
  return text.startsWith("-") ? -magnitude : magnitude;
}

/** `google.protobuf.Duration`. */
export function convertDuration(node: ScalarNode): string | Refused {
  const match = typeof node.value === "string" ? DURATION_TEXT.exec(node.value) : null;
  if (match === null) {
    return new Refused(`found ${shown(node)}, wanted a duration in seconds such as "5s" or "0.25s"`);
  }
  const [, sign, seconds, decimals = ""] = match;
  const nanoseconds = decimals.padEnd(9, "0");
  const isZero = Number(seconds) === 0 && Number(nanoseconds) === 0;
  if (sign === "-" && !isZero) {
    return new Refused(`Invalid duration: Expected positive duration: found ${shown(node)}, wanted "0s" or more`, true);
  }
  if (Number(seconds) > MAX_DURATION_SECONDS) {
    return new Refused(
      `Invalid duration: Duration out-of-range: found ${shown(node)}, wanted at most "${MAX_DURATION_SECONDS}s"`,
      true,
    );
  }
  return `${BigInt(seconds!)}${shortestDecimals(nanoseconds)}s`;
}

function shortestDecimals(nanoseconds: string): string {
  for (const digits of [0, 3, 6]) {
    if (Number(nanoseconds.slice(digits)) === 0) return digits === 0 ? "" : `.${nanoseconds.slice(0, digits)}`;
  }
  return `.${nanoseconds}`;
}

/** `google.protobuf.Timestamp`. */
export function convertTimestamp(node: ScalarNode): string | Refused {
  const text = typeof node.value === "string" ? node.value : node.text;
  const milliseconds = TIMESTAMP_TEXT.test(text) ? Date.parse(text.toUpperCase()) : NaN;
  if (Number.isNaN(milliseconds)) {
    return new Refused(`found ${shown(node)}, wanted a time such as "2026-01-31T12:00:00Z"`);
  }
  const decimals = /\.(\d+)/.exec(text)?.[1] ?? "";
  return new Date(milliseconds).toISOString().slice(0, 19) + shortestDecimals(decimals.padEnd(9, "0")) + "Z";
}

/** A canonical duration in milliseconds, rounded up so that a short timeout never becomes "off". */
export function durationMs(canonical: string): number {
  // Through the decimal text, not seconds * 1000: 0.57 * 1000 is not 570.
  const [seconds, decimals = ""] = canonical.slice(0, -1).split(".");
  const nanoseconds = Number(decimals.padEnd(9, "0"));
  return Number(seconds) * 1000 + Math.ceil(nanoseconds / 1e6);
}

/** A node as an error text shows it. */
export function nodeText(node: DocumentNode): string {
  return node.kind === "scalar" ? shown(node) : node.kind === "list" ? "a list" : "an object";
}

function shown(node: ScalarNode): string {
  if (node.value === null) return "null";
  const text = node.text.length > 60 ? `${node.text.slice(0, 57)}...` : node.text;
  return typeof node.value === "string" ? JSON.stringify(text) : text;
}
