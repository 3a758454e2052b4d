/**
 * Bytes as HTTP sees them: classes of bytes as look-up tables, and text that maps one byte to one UTF-16 unit
 * (isomorphic, as header values travel). Nothing here knows UTF-8.
 */

/** `token` of RFC 9110 section 5.6.2: 1 where the byte may stand in a method or a field name. */
export const IS_TOKEN = byteClass("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

/** Bytes that may not stand in a field value: controls but tab, and DEL (RFC 9110 section 5.5). */
export const IS_FORBIDDEN_IN_VALUE = new Uint8Array(256);
IS_FORBIDDEN_IN_VALUE.fill(1, 0, 32);
IS_FORBIDDEN_IN_VALUE[9] = 0;
IS_FORBIDDEN_IN_VALUE[127] = 1;

/** Whether `bytes` hold anything that may not stand in a field value. */
export function bytesHoldControls(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (IS_FORBIDDEN_IN_VALUE[bytes[i]!] === 1) return true;
  return false;
}

/** Whether `text`, one unit per byte, has anything that may not stand in a field value. */
export function holdsControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (IS_FORBIDDEN_IN_VALUE[text.charCodeAt(i) & 0xff] === 1) return true;
  return false;
}

/** The byte with `A` to `Z` in lower case. */
export const TO_LOWER = new Uint8Array(256).map((_, byte) => byte >= 65 && byte <= 90 ? byte | 32 : byte);

/** A table with 1 for each byte of `members`. */
export function byteClass(members: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let i = 0; i < members.length; i++) table[members.charCodeAt(i)] = 1;
  return table;
}

/** Text of `bytes[start, end)`, one unit per byte. */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= 8192) return Reflect.apply(String.fromCharCode, null, bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at += 8192) text += latin1Text(bytes, at, Math.min(end, at + 8192));
  return text;
}

/** Bytes of `text`, its low eight bits each. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Whether `bytes[start, end)` is exactly `wanted`. */
export function rangeEquals(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  return end - start === wanted.length && rangeStartsWith(bytes, start, end, wanted);
}

/** Whether `bytes[start, end)` begins with `prefix`. */
export function rangeStartsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  const count = prefix.length;
  if (end - start < count) return false;
  for (let i = 0; i < count; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** Whether `bytes[start, end)` is `wanted` (given in lower case), letter case aside. */
export function rangeEqualsIgnoreCase(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  const count = wanted.length;
  if (end - start !== count) return false;
  for (let i = 0; i < count; i++) if (TO_LOWER[bytes[start + i]!] !== wanted[i]) return false;
  return true;
}
