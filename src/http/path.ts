/**
 * The path of a request target, made one of its many spellings (spec/http.md 1.8; RFC 3986 sections 6.2.2.2 and 5.2.4;
 * what a browser's URL parser does beyond them). All functions take the path alone, up to `?`, and none but the fixed
 * tables decides what a byte means.
 *
 * Every step changes nothing when it is done again: whoever reads a normal path, here or at the next hop, reads the
 * same.
 */
import { byteClass, latin1Bytes } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";

const PERCENT = 37, DOT = 46, SLASH = 47, SEMICOLON = 59, QUESTION = 63, BACKSLASH = 92;
const TWO = 50, FIVE = 53;

/** May stand unescaped and is never written escaped (RFC 3986 section 2.3). */
const IS_UNRESERVED = byteClass("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
/** Left as they are; a byte in neither table is escaped. */
const IS_KEPT = byteClass("!$&'()*+,:;=@[]%");
/** A path of these alone, with no dot behind a slash, is normal. */
const IS_PLAIN = IS_UNRESERVED.map((unreserved, byte) =>
  unreserved === 1 || byte === SLASH || IS_KEPT[byte] === 1 && byte !== PERCENT ? 1 : 0
);

const HEX_DIGITS = latin1Bytes("0123456789ABCDEF");
/** Value of a hexadecimal digit, or -1. */
const HEX_VALUE = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX_VALUE[HEX_DIGITS[digit]!] = HEX_VALUE["0123456789abcdef".charCodeAt(digit)] = digit;
}

/** Where the path in `bytes[start, end)` ends: at its query, or with the target. */
export function pathEndOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== QUESTION) at++;
  return at;
}

/** Whether `%2F` or `%5C`, in either case, is in `bytes[start, end)`. */
export function hasEscapedSlash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at++) {
    if (bytes[at] === PERCENT && escapedSlashAt(bytes, at) !== 0) return true;
  }
  return false;
}

/** The path with `%2F` as `/` and `%5C` as `\`. */
export function unescapeSlashes(path: Uint8Array): Uint8Array {
  const result = new Uint8Array(path.length);
  let length = 0;
  for (let at = 0; at < path.length; at++) {
    const slash = path[at] === PERCENT && at + 2 < path.length ? escapedSlashAt(path, at) : 0;
    result[length++] = slash === 0 ? path[at]! : slash;
    if (slash !== 0) at += 2;
  }
  return result.subarray(0, length);
}

/** Whether `bytes[start, end)` is as {@link normalisePath} would leave it. May say no where it is after all. */
export function isNormalPath(bytes: Uint8Array, start: number, end: number): boolean {
  let before = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (IS_PLAIN[byte] === 0 || byte === DOT && before === SLASH) return false;
    before = byte;
  }
  return true;
}

/**
 * The path with dot segments removed, `\` as `/`, escapes of unreserved bytes undone and unsafe bytes escaped; null if it
 * holds `%00`. Parameters of a dot segment (`..;x`) go with it: servers that strip parameters would see the dots next.
 *
 * Differs from Envoy: it is done until nothing changes. Envoy makes `/a/..;/b` of `/a/%2e%2e;/b`, a path that it would
 * itself not leave so.
 */
export function normalisePath(path: Uint8Array): Uint8Array | null {
  let result: Uint8Array | null = path;
  do {
    result = normaliseOnce(dropDotParameters(result));
    // Each turn takes away a segment, so this ends.
  } while (result !== null && hasDotParameters(result));
  return result;
}

/** Whether two slashes stand together in `bytes[start, end)`. */
export function hasSlashRun(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) if (bytes[at] === SLASH && bytes[at - 1] === SLASH) return true;
  return false;
}

/** The path with each run of slashes as one; a path of nothing but slashes is two, as in Envoy. */
export function mergeSlashes(path: Uint8Array): Uint8Array {
  const result = new Uint8Array(path.length);
  let length = 0;
  for (let at = 0; at < path.length; at++) {
    if (path[at] !== SLASH || length === 0 || result[length - 1] !== SLASH) result[length++] = path[at]!;
  }
  if (length === 1 && path.length > 1) result[length++] = SLASH;
  return result.subarray(0, length);
}

// ----

/** `/` or `\` if that is escaped at `at`, else 0. */
function escapedSlashAt(bytes: Uint8Array, at: number): number {
  const value = HEX_VALUE[bytes[at + 1]!]! * 16 + HEX_VALUE[bytes[at + 2]!]!;
  return (value === SLASH || value === BACKSLASH) && HEX_VALUE[bytes[at + 2]!]! >= 0 ? value : 0;
}

/** The escaped byte at `at`, or -1. */
function escapedAt(bytes: Uint8Array, at: number): number {
  if (at + 2 >= bytes.length) return -1;
  const high = HEX_VALUE[bytes[at + 1]!]!, low = HEX_VALUE[bytes[at + 2]!]!;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Length of a segment of one or two plain dots with a parameter behind them that begins at `at`; without it. 0 = none. */
function dotsBeforeParameter(path: Uint8Array, at: number): number {
  if (path[at] !== DOT) return 0;
  if (path[at + 1] === SEMICOLON) return 1;
  return path[at + 1] === DOT && path[at + 2] === SEMICOLON ? 2 : 0;
}

function hasDotParameters(path: Uint8Array): boolean {
  for (let at = 0; at + 2 < path.length; at++) {
    if (path[at] === SLASH && dotsBeforeParameter(path, at + 1) > 0) return true;
  }
  return false;
}

function dropDotParameters(path: Uint8Array): Uint8Array {
  if (!hasDotParameters(path)) return path;
  const result = new Uint8Array(path.length);
  let length = 0;
  for (let at = 0; at < path.length; at++) {
    result[length++] = path[at]!;
    const dots = path[at] === SLASH ? dotsBeforeParameter(path, at + 1) : 0;
    if (dots === 0) continue;
    for (let dot = 0; dot < dots; dot++) result[length++] = DOT;
    while (at + 1 < path.length && path[at + 1] !== SLASH) at++;
  }
  return result.subarray(0, length);
}

/** Length of the dot at `at`, which may be escaped; 0 = none. */
function dotAt(path: Uint8Array, at: number): number {
  if (path[at] === DOT) return 1;
  return path[at] === PERCENT && escapedAt(path, at) === DOT ? 3 : 0;
}

/** Whether a segment ends at `at`. */
function endsAt(path: Uint8Array, at: number): boolean {
  return at >= path.length || path[at] === SLASH || path[at] === BACKSLASH;
}

function normaliseOnce(path: Uint8Array): Uint8Array | null {
  const out = new ByteWriter();
  /** Where in `out` the last `%` stands that begins no escape. */
  let bare = -1;
  let at = 0;
  while (at < path.length) {
    const byte = path[at]!;
    const isSegmentStart = out.length > 0 && out.bytes[out.length - 1] === SLASH;
    const dot = dotAt(path, at);
    if (dot > 0 && isSegmentStart) {
      const second = dotAt(path, at + dot);
      const afterBoth = at + dot + second;
      if (endsAt(path, at + dot)) {
        at += dot + 1;
        continue;
      }
      if (second > 0 && endsAt(path, afterBoth)) {
        dropLastSegment(out);
        if (bare >= out.length) bare = -1;
        at = afterBoth + 1;
        continue;
      }
    }
    if (byte === PERCENT) {
      const value = escapedAt(path, at);
      if (value === 0) return null;
      if (value < 0) {
        bare = out.length;
        out.writeByte(PERCENT);
        at++;
      } else if (IS_UNRESERVED[value] === 1) {
        out.writeByte(value);
        at += 3;
        if (bare >= 0 && bare >= out.length - 3) escapeBarePercent(out, bare, path[at]);
      } else {
        out.writeRange(path, at, at + 3);
        at += 3;
      }
    } else {
      if (byte === BACKSLASH) out.writeByte(SLASH);
      else if (byte === SLASH || IS_UNRESERVED[byte] === 1 || IS_KEPT[byte] === 1) out.writeByte(byte);
      else writeEscaped(out, byte);
      at++;
    }
  }
  return out.bytes.slice(0, out.length);
}

/** `out` ends in a slash: back to the slash before that, if there is one. */
function dropLastSegment(out: ByteWriter): void {
  let length = out.length - 1;
  while (length > 0 && out.bytes[length - 1] !== SLASH) length--;
  out.length = length === 0 ? 1 : length;
}

/**
 * Undoing an escape must not make another of a `%` that was none: `%%34%31` is not `%41`. Such a `%` is escaped itself.
 * `next` is the byte that will follow in the path.
 */
function escapeBarePercent(out: ByteWriter, bare: number, next: number | undefined): void {
  const digits = out.length - bare - 1;
  const first = HEX_VALUE[out.bytes[bare + 1]!]!;
  const second = digits === 2 ? HEX_VALUE[out.bytes[bare + 2]!]! : next === undefined ? -1 : HEX_VALUE[next]!;
  if (first < 0 || second < 0) return;
  const end = out.reserve(2);
  out.bytes.copyWithin(bare + 3, bare + 1, end);
  out.bytes[bare + 1] = TWO;
  out.bytes[bare + 2] = FIVE;
  out.length = end + 2;
}

function writeEscaped(out: ByteWriter, byte: number): void {
  out.writeByte(PERCENT);
  out.writeByte(HEX_DIGITS[byte >> 4]!);
  out.writeByte(HEX_DIGITS[byte & 15]!);
}
