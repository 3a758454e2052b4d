/**
 * JSON as Envoy writes it into access logs (spec/http.md 8.1). Text that is UTF-8 is escaped where JSON asks for it. Text
 * that is not, as a client may send it, is written byte by byte: `\u00XX` for each control, quote, backslash and byte from
 * 0x7f up, so that a line is valid JSON whatever the client sent.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { latin1Bytes } from "../../base/ascii.ts";
import type { JsonObject, JsonValue } from "../../config/metadata_config.ts";
import { writeUtf8 } from "./text_writing.ts";

const QUOTE = 34, BACKSLASH = 92, COMMA = 44, COLON = 58, DELETE = 127;
const OPEN_BRACE = 123, CLOSE_BRACE = 125, OPEN_BRACKET = 91, CLOSE_BRACKET = 93;

const NULL = latin1Bytes("null"), TRUE = latin1Bytes("true"), FALSE = latin1Bytes("false");
const UNICODE_ESCAPE = latin1Bytes("\\u00");
const HEX_DIGITS = latin1Bytes("0123456789abcdef");

/** 1 where a byte cannot stand as it is, or may not be text at all. */
const IS_DOUBTFUL = new Uint8Array(256).fill(1, 0, 32).fill(1, 128);
IS_DOUBTFUL[QUOTE] = IS_DOUBTFUL[BACKSLASH] = 1;

/** The controls with a short escape, and the two that always need one: the byte behind the backslash; 0 = none. */
const SHORT_ESCAPES = new Uint8Array(256);
SHORT_ESCAPES[8] = 98;
SHORT_ESCAPES[9] = 116;
SHORT_ESCAPES[10] = 110;
SHORT_ESCAPES[12] = 102;
SHORT_ESCAPES[13] = 114;
SHORT_ESCAPES[QUOTE] = QUOTE;
SHORT_ESCAPES[BACKSLASH] = BACKSLASH;

/** Escapes what was written from `start` on, in place, for the inside of a JSON string. */
export function escapeJsonFrom(writer: ByteWriter, start: number): void {
  const bytes = writer.bytes, end = writer.length;
  for (let at = start; at < end; at++) {
    if (IS_DOUBTFUL[bytes[at]!] === 0) continue;
    const text = bytes.slice(start, end);
    writer.length = start;
    return isUtf8(text) ? writeEscaped(writer, text) : writeSanitized(writer, text);
  }
}

/** Writes a text as a JSON string. */
export function writeJsonString(writer: ByteWriter, text: string): void {
  writer.writeByte(QUOTE);
  const start = writer.length;
  writeUtf8(writer, text);
  escapeJsonFrom(writer, start);
  writer.writeByte(QUOTE);
}

/** Writes a value as JSON, keys in their order. */
export function writeJson(writer: ByteWriter, value: JsonValue): void {
  switch (typeof value) {
    case "string":
      return writeJsonString(writer, value);
    case "number":
      return writer.writeLatin1(jsonNumber(value));
    case "boolean":
      return writer.writeBytes(value ? TRUE : FALSE);
    default:
      if (value === null) return writer.writeBytes(NULL);
      if (Array.isArray(value)) return writeArray(writer, value);
      return writeObject(writer, value as JsonObject);
  }
}

function writeArray(writer: ByteWriter, items: readonly JsonValue[]): void {
  writer.writeByte(OPEN_BRACKET);
  items.forEach((item, index) => {
    if (index > 0) writer.writeByte(COMMA);
    writeJson(writer, item);
  });
  writer.writeByte(CLOSE_BRACKET);
}

function writeObject(writer: ByteWriter, object: JsonObject): void {
  writer.writeByte(OPEN_BRACE);
  Object.keys(object).sort().forEach((key, index) => {
    if (index > 0) writer.writeByte(COMMA);
    writeJsonString(writer, key);
    writer.writeByte(COLON);
    writeJson(writer, object[key]!);
  });
  writer.writeByte(CLOSE_BRACE);
}

/**
 * The shorter of the two ways to write a double so that it is read back as itself, as C++ `to_chars` does it: `1e+05`, but
 * `120000`. No number that JSON has: `null`.
 */
export function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  const scientific = `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const plain = plainNumber(mantissa, exponent);
  return scientific.length < plain.length ? scientific : plain;
}

/** The digits of a mantissa such as `-1.25`, with the point moved `exponent` places to the right. */
function plainNumber(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  // Past the digits a double holds more than zeros: 123456789012345680 is its value, not a rounding of it.
  if (exponent >= digits.length - 1) return BigInt(Number(`${mantissa}e${exponent}`)).toString();
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Inside a JSON string, of text that is UTF-8. */
function writeEscaped(writer: ByteWriter, text: Uint8Array): void {
  let at = writer.reserve(text.length * 6);
  const bytes = writer.bytes;
  for (const byte of text) {
    const escape = SHORT_ESCAPES[byte]!;
    if (escape !== 0) {
      bytes[at++] = BACKSLASH;
      bytes[at++] = escape;
    } else if (byte < 32) {
      at = writeUnicodeEscape(bytes, at, byte);
    } else {
      bytes[at++] = byte;
    }
  }
  writer.length = at;
}

/** Inside a JSON string, of bytes that are no UTF-8. */
function writeSanitized(writer: ByteWriter, text: Uint8Array): void {
  let at = writer.reserve(text.length * 6);
  const bytes = writer.bytes;
  for (const byte of text) {
    if (byte < 32 || byte >= DELETE || byte === QUOTE || byte === BACKSLASH) at = writeUnicodeEscape(bytes, at, byte);
    else bytes[at++] = byte;
  }
  writer.length = at;
}

function writeUnicodeEscape(bytes: Uint8Array, start: number, byte: number): number {
  let at = start;
  for (const part of UNICODE_ESCAPE) bytes[at++] = part;
  bytes[at++] = HEX_DIGITS[byte >> 4]!;
  bytes[at++] = HEX_DIGITS[byte & 15]!;
  return at;
}

/** RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. */
export function isUtf8(text: Uint8Array): boolean {
  for (let at = 0; at < text.length;) {
    const first = text[at++]!;
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const second = text[at++] ?? 0;
    const isLow = first === 0xe0 && second < 0xa0 || first === 0xf0 && second < 0x90;
    const isHigh = first === 0xed && second > 0x9f || first === 0xf4 && second > 0x8f;
    if ((second & 0xc0) !== 0x80 || isLow || isHigh) return false;
    const more = first >= 0xf0 ? 2 : first >= 0xe0 ? 1 : 0;
    for (let i = 0; i < more; i++) if (((text[at++] ?? 0) & 0xc0) !== 0x80) return false;
  }
  return true;
}
