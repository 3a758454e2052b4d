/**
 * `x-request-id`: a UUID of version 4 in 36 characters (spec/http.md 1.11). Its 15th character is the trace reason in
 * Envoy's packing; `4`, the plain version digit, means "not traced".
 */
import type { ByteWriter } from "../base/byte_writer.ts";
import type { RandomBytes } from "../base/random.ts";

const DIGITS = new Uint8Array(512);
for (let byte = 0; byte < 256; byte++) {
  const text = byte.toString(16).padStart(2, "0");
  DIGITS[2 * byte] = text.charCodeAt(0);
  DIGITS[2 * byte + 1] = text.charCodeAt(1);
}
const DASH = 45;
const LENGTH = 36;
const UUID_BYTES = 16;

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
