/** A value that lies somewhere in bytes: who asks for one owns the range, who answers points it there. Nothing is copied. */
import { latin1Text } from "../base/ascii.ts";

const UTF8 = new TextEncoder();

/** Where a value lies. */
export class ByteRange {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  /** Points at `bytes[start, end)`. */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Points at all of `bytes`. */
  setWhole(bytes: Uint8Array): void {
    this.set(bytes, 0, bytes.length);
  }

  /** Points at the UTF-8 form of `text`. */
  setText(text: string): void {
    this.setWhole(UTF8.encode(text));
  }

  /** One unit a byte. */
  latin1(): string {
    return latin1Text(this.bytes, this.start, this.end);
  }
}
