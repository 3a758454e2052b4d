/** Text into a writer: configuration's as UTF-8, and what was written already escaped where it stands. */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { MUST_ESCAPE, writeQuoted } from "../access_log/quoted_text.ts";

const ENCODER = new TextEncoder();

/** Writes text as UTF-8: without a copy where it is ASCII, as nearly all is. */
export function writeUtf8(writer: ByteWriter, text: string): void {
  const start = writer.reserve(text.length * 3);
  const bytes = writer.bytes;
  let at = start;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) {
      at = start + ENCODER.encodeInto(text, bytes.subarray(start)).written;
      break;
    }
    bytes[at++] = unit;
  }
  writer.length = at;
}

/** Escapes what was written from `start` on, where it could end its quotes or its line (see quoted_text.ts). */
export function escapeFrom(writer: ByteWriter, start: number): void {
  const bytes = writer.bytes, end = writer.length;
  for (let at = start; at < end; at++) {
    if (MUST_ESCAPE[bytes[at]!] === 0) continue;
    const rest = bytes.slice(at, end);
    writer.length = at;
    return writeQuoted(writer, rest, 0, rest.length);
  }
}
