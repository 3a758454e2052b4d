/**
 * `x-request-id`: a UUID of version 4 in 36 characters (spec/http.md 1.11). Its first eight digits are a number that stays
 * the same wherever the request goes, for sampling; its 15th character is the trace reason in Envoy's packing: `4`, the
 * plain version digit, means "not traced".
 */
import { latin1Bytes } from "../base/ascii.ts";
import type { ByteWriter } from "../base/byte_writer.ts";
import type { RandomBytes } from "../base/random.ts";
import type { HeaderList } from "./header_list.ts";
import { HeaderId } from "./header_names.ts";

const DIGITS = new Uint8Array(512);
for (let byte = 0; byte < 256; byte++) {
  const text = byte.toString(16).padStart(2, "0");
  DIGITS[2 * byte] = text.charCodeAt(0);
  DIGITS[2 * byte + 1] = text.charCodeAt(1);
}
const DASH = 45;
const LENGTH = 36;
const UUID_BYTES = 16;
const SAMPLE_DIGITS = 8;
const REASON_AT = 14;
/** A sample is a whole number below this. */
export const SAMPLE_LIMIT = 10_000;

/** Why a request is traced. */
export const TraceReason = {
  notTraceable: 0,
  /** Chance, by the id. */
  sampled: 1,
  /** `x-envoy-force-trace`. */
  serviceForced: 2,
  /** `x-client-trace-id`. */
  clientForced: 3,
} as const;

/** One of {@link TraceReason}. */
export type TraceReasonValue = typeof TraceReason[keyof typeof TraceReason];

/** The 15th character, by reason. */
const REASON_CODES = latin1Bytes("49ab");

/** Writes a new id. */
export function writeRequestId(out: ByteWriter, random: RandomBytes): void {
  let at = out.reserve(LENGTH);
  const bytes = out.bytes;
  const start = random.take(UUID_BYTES), source = random.bytes;
  for (let i = 0; i < UUID_BYTES; i++) {
    let byte = source[start + i]!;
    if (i === 6) byte = byte & 0x0f | 0x40;
    else if (i === 8) byte = byte & 0x3f | 0x80;
    if (i === 4 || i === 6 || i === 8 || i === 10) bytes[at++] = DASH;
    bytes[at++] = DIGITS[2 * byte]!;
    bytes[at++] = DIGITS[2 * byte + 1]!;
  }
  out.length = at;
}

/** The number below {@link SAMPLE_LIMIT} that the request's id stands for; -1 if it begins with no eight digits. */
export function sampleOf(headers: HeaderList): number {
  const number = idNumberOf(headers);
  return number < 0 ? -1 : number % SAMPLE_LIMIT;
}

/** The number of 32 bits that the request's id begins with, or -1. */
export function idNumberOf(headers: HeaderList): number {
  const entry = headers.find(HeaderId.xRequestId);
  if (entry < 0 || headers.valueEnd(entry) - headers.valueStart(entry) < SAMPLE_DIGITS) return -1;
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry);
  let value = 0;
  for (let at = start; at < start + SAMPLE_DIGITS; at++) {
    const digit = hexValue(bytes[at]!);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** The reason that the request's id carries. */
export function traceReasonOf(headers: HeaderList): TraceReasonValue {
  const entry = idEntry(headers);
  if (entry < 0) return TraceReason.notTraceable;
  const reason = REASON_CODES.indexOf(headers.bytesOf(entry)[headers.valueStart(entry) + REASON_AT]!);
  return reason < 0 ? TraceReason.notTraceable : reason as TraceReasonValue;
}

/** Writes the reason into the request's id, where that has the length of one. */
export function setTraceReason(headers: HeaderList, reason: TraceReasonValue): void {
  const entry = idEntry(headers);
  if (entry >= 0) headers.bytesOf(entry)[headers.valueStart(entry) + REASON_AT] = REASON_CODES[reason]!;
}

/** The id's entry, or -1 if it is absent or of another length. */
function idEntry(headers: HeaderList): number {
  const entry = headers.find(HeaderId.xRequestId);
  return entry >= 0 && headers.valueEnd(entry) - headers.valueStart(entry) === LENGTH ? entry : -1;
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
