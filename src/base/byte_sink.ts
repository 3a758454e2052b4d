/**
 * Where an encoder's bytes go: one connection's output, seen from the codec. Heads and small pieces are written into
 * `writer`; a body piece is handed over with the block it lies in, so that the connection may keep the block instead
 * of copying. Nothing leaves before the end of the event, then all of it in as few writes as can be.
 */
import type { ByteBlock } from "./byte_block.ts";
import type { ByteWriter } from "./byte_writer.ts";

export interface ByteSink {
  /** For heads, chunk sizes and the like. Call {@link ByteSink.touch} once after writing into it. */
  readonly writer: ByteWriter;
  /** Something was written: the connection flushes at the end of this event. */
  touch(): void;
  /** Writes `block.bytes[start, end)` behind what was written so far; copies it or retains the block. Touches. */
  writeBlock(block: ByteBlock, start: number, end: number): void;
}
