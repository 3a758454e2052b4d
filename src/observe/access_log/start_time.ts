/**
 * `%START_TIME%` in its default format, `2026-01-31T23:59:59.042Z` (spec/http.md 8.2). The calendar is worked out once a
 * second; the other lines of that second write three digits over the last ones.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { latin1Bytes } from "../../base/ascii.ts";

/** Place of the milliseconds in the text. */
const MS_AT = 20;

export class StartTime {
  readonly #text = latin1Bytes("0000-00-00T00:00:00.000Z");
  #second = NaN;

  /** Writes a wall time, in milliseconds since 1970. */
  write(writer: ByteWriter, wallMs: number): void {
    const second = Math.floor(wallMs / 1000);
    if (second !== this.#second) this.#writeSecond(second);
    const ms = Math.floor(wallMs - second * 1000);
    const text = this.#text;
    const hundreds = (ms / 100) | 0, tens = (ms / 10) | 0;
    text[MS_AT] = 48 + hundreds;
    text[MS_AT + 1] = 48 + tens - hundreds * 10;
    text[MS_AT + 2] = 48 + ms - tens * 10;
    writer.writeBytes(text);
  }

  #writeSecond(second: number): void {
    this.#second = second;
    this.#text.set(latin1Bytes(new Date(second * 1000).toISOString()));
  }
}
