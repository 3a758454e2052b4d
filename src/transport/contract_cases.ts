/**
 * What every transport must do, as cases that each implementation's test runs: a rig gives two connected ends and a way
 * to wait, the cases know nothing of sockets. After each case the rig's test closes both ends and looks for what was
 * left behind.
 */
import assert from "node:assert/strict";
import type { ByteBlock } from "../base/byte_block.ts";
import type { EventLoop } from "./event_loop.ts";
import type { CloseReason, Connection, ConnectionHandler, ConnectionOptions } from "./transport.ts";

/** Two joined ends and what moves them. */
export interface TransportRig {
  readonly loop: EventLoop;
  /** Bytes of a large transfer: what this transport carries in well under a second. */
  readonly bulkBytes: number;
  connect(near: Partial<ConnectionOptions>, far: Partial<ConnectionOptions>): Promise<[Connection, Connection]>;
  /** Lets things happen until `condition` holds; fails when nothing can happen any more. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Frees what the rig itself holds; the cases' connections are closed by then. */
  close(): void;
}

export interface ContractCase {
  readonly name: string;
  run(rig: TransportRig): Promise<void>;
}

/** Takes everything and keeps a copy; a case replaces what it wants to be different. */
export class Recorder implements ConnectionHandler {
  readonly pieces: Uint8Array[] = [];
  readonly closes: CloseReason[] = [];
  byteCount = 0;
  endCount = 0;
  isWriteBlocked = false;
  blockedCount = 0;

  /** Which of the bytes to take; a case may replace it. */
  take: (block: ByteBlock, start: number, end: number) => number = (_block, _start, end) => end;

  onBytes(block: ByteBlock, start: number, end: number): number {
    const position = this.take(block, start, end);
    if (position > start) this.pieces.push(block.bytes.slice(start, position));
    this.byteCount += position - start;
    return position;
  }

  onEnd(): void {
    this.endCount++;
  }

  onClose(reason: CloseReason): void {
    this.closes.push(reason);
  }

  onWriteBlocked(isBlocked: boolean): void {
    assert.notEqual(isBlocked, this.isWriteBlocked, "told the same twice");
    this.isWriteBlocked = isBlocked;
    if (isBlocked) this.blockedCount++;
  }

  get text(): string {
    return this.pieces.map((piece) => new TextDecoder().decode(piece)).join("");
  }
}

/** Writes text as an encoder does. */
export function writeText(connection: Connection, text: string): void {
  connection.sink.writer.writeLatin1(text);
  connection.sink.touch();
}

/** Writes `count` bytes of a pattern that depends on the position alone. */
function writePattern(rig: TransportRig, connection: Connection, position: number, count: number): void {
  const block = rig.loop.blocks.acquire(count);
  for (let i = 0; i < count; i++) block.bytes[i] = patternAt(position + i);
  connection.sink.writeBlock(block, 0, count);
  block.release();
}

function patternAt(position: number): number {
  return (position ^ (position >> 8) * 7 ^ (position >> 16) * 31) & 255;
}

function assertPattern(pieces: readonly Uint8Array[], count: number): void {
  let position = 0;
  for (const piece of pieces) {
    for (const byte of piece) {
      if (byte !== patternAt(position)) assert.equal(byte, patternAt(position), `byte ${position}`);
      position++;
    }
  }
  assert.equal(position, count);
}

/** Connects and opens both ends with recorders. */
async function openBoth(
  rig: TransportRig,
  nearOptions: Partial<ConnectionOptions> = {},
  farOptions: Partial<ConnectionOptions> = {},
) {
  const [near, far] = await rig.connect(nearOptions, farOptions);
  const atNear = new Recorder();
  const atFar = new Recorder();
  near.open(atNear);
  far.open(atFar);
  return { near, far, atNear, atFar };
}

/** Takes whole lines only. */
function takeLines(block: ByteBlock, start: number, end: number): number {
  return start + block.bytes.subarray(start, end).lastIndexOf(10) + 1;
}

/** Takes one line at a time. */
function takeOneLine(block: ByteBlock, start: number, end: number): number {
  return start + block.bytes.subarray(start, end).indexOf(10) + 1;
}

export const contractCases: readonly ContractCase[] = [
  {
    name: "echoes what was sent",
    async run(rig) {
      const { near, far, atNear, atFar } = await openBoth(rig);
      atFar.take = (block, start, end) => {
        far.sink.writeBlock(block, start, end);
        return end;
      };
      writeText(near, "hello");
      await rig.until(() => atNear.text === "hello", "the echo");
      writeText(near, " again");
      await rig.until(() => atNear.text === "hello again", "the second echo");
      assert.equal(near.bytesRead, 11);
      await rig.until(() => near.bytesWritten === 11, "the count of written bytes");
      assert.notEqual(near.id, far.id);
      assert.equal(near.remoteAddress.kind, far.localAddress.kind);
    },
  },
  {
    name: "sends head and body of one event in order, whatever their sizes",
    async run(rig) {
      const { near, atFar } = await openBoth(rig);
      let position = 0;
      for (const count of [10, 20000, 1, 16384, 5, 3000, 70000, 100]) {
        writePattern(rig, near, position, count);
        position += count;
      }
      await rig.until(() => atFar.byteCount === position, "all bytes");
      assertPattern(atFar.pieces, position);
    },
  },
  {
    name: "close half sends FIN after the bytes and goes on reading; both ends over close the connection",
    async run(rig) {
      const { near, far, atNear, atFar } = await openBoth(rig);
      writeText(near, "question");
      near.close("half");
      await rig.until(() => atFar.endCount === 1, "the end");
      assert.equal(atFar.text, "question");
      assert.deepEqual(atFar.closes, []);
      writeText(far, "answer");
      far.close("flush");
      await rig.until(() => atNear.closes.length === 1 && atFar.closes.length === 1, "both closes");
      assert.equal(atNear.text, "answer");
      assert.equal(atNear.endCount, 1);
      assert.deepEqual(atNear.closes, ["remote_end"]);
      assert.deepEqual(atFar.closes, ["local"]);
    },
  },
  {
    name: "close half after the peer's end closes the connection",
    async run(rig) {
      const { near, far, atNear, atFar } = await openBoth(rig);
      near.close("half");
      await rig.until(() => atFar.endCount === 1, "the end");
      writeText(far, "rest");
      far.close("half");
      await rig.until(() => atNear.closes.length === 1 && atFar.closes.length === 1, "both closes");
      assert.equal(atNear.text, "rest");
      assert.deepEqual(atFar.closes, ["local"]);
    },
  },
  {
    name: "close flush sends everything first",
    async run(rig) {
      const { near, atNear, atFar } = await openBoth(rig);
      writePattern(rig, near, 0, rig.bulkBytes);
      near.close("flush");
      await rig.until(() => atFar.endCount === 1, "the end");
      assertPattern(atFar.pieces, rig.bulkBytes);
      assert.deepEqual(atNear.closes, ["local"]);
      assert.equal(near.isClosed, true);
      assert.equal(near.pendingBytes, 0);
    },
  },
  {
    name: "close abort drops what was written and tells the handler once, after the call",
    async run(rig) {
      const { near, atNear, atFar } = await openBoth(rig);
      writePattern(rig, near, 0, rig.bulkBytes);
      await rig.until(() => atFar.byteCount > 0, "the first bytes");
      rig.loop.runEvent(() => {
        near.close("abort");
        assert.deepEqual(atNear.closes, [], "onClose came from inside close");
      });
      assert.deepEqual(atNear.closes, ["local"]);
      near.close("flush");
      near.close("half");
      near.close("abort");
      await rig.until(() => atFar.endCount + atFar.closes.length > 0, "the far end to notice");
      assert.deepEqual(atNear.closes, ["local"]);
    },
  },
  {
    name: "close abort ends a flush that the peer does not take",
    async run(rig) {
      const [near, far] = await rig.connect({}, {});
      const atNear = new Recorder();
      near.open(atNear);
      // The far end is not open and reads nothing: more than any wire holds.
      const block = rig.loop.blocks.acquire(16 * 1024 * 1024);
      near.sink.writeBlock(block, 0, block.bytes.length);
      block.release();
      await rig.until(() => near.bytesWritten > 0, "the first write");
      near.close("flush");
      assert.deepEqual(atNear.closes, []);
      near.close("abort");
      await rig.until(() => atNear.closes.length === 1 && rig.loop.blocks.onLoan === 0, "the close");
      assert.deepEqual(atNear.closes, ["local"]);
      far.close("abort");
    },
  },
  {
    // The platform's sockets send FIN before the kernel's reset, so a TCP peer may see an end first.
    name: "a peer that closes with unread bytes is an end or a reset",
    async run(rig) {
      const [near, far] = await rig.connect({}, {});
      const atNear = new Recorder();
      near.open(atNear);
      writeText(near, "never read");
      await rig.until(() => near.bytesWritten === 10, "the write");
      far.close("abort");
      await rig.until(() => atNear.closes.length + atNear.endCount === 1, "the reset");
      if (atNear.endCount === 0) assert.deepEqual(atNear.closes, ["remote_reset"]);
    },
  },
  {
    name: "writing to a peer that is gone closes with a reset, once",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      far.close("abort");
      await rig.until(() => atNear.endCount === 1, "the end");
      assert.deepEqual(atNear.closes, []);
      await rig.until(() => {
        if (atNear.closes.length === 0) writeText(near, "anybody there?");
        return atNear.closes.length > 0;
      }, "the reset");
      assert.deepEqual(atNear.closes, ["remote_reset"]);
    },
  },
  {
    name: "both ends closing at once are told once each",
    async run(rig) {
      const { near, far, atNear, atFar } = await openBoth(rig);
      writeText(near, "bye");
      writeText(far, "bye");
      near.close("flush");
      far.close("flush");
      await rig.until(() => near.isClosed && far.isClosed && rig.loop.blocks.onLoan === 0, "both closes");
      assert.equal(atNear.closes.length, 1);
      assert.equal(atFar.closes.length, 1);
    },
  },
  {
    name: "bytes written after the close go nowhere",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      near.close("abort");
      far.close("abort");
      writeText(near, "too late");
      writePattern(rig, near, 0, 100000);
      await rig.until(() => atNear.closes.length === 1 && rig.loop.blocks.onLoan === 0, "the end");
      assert.equal(near.bytesWritten, 0);
    },
  },
  {
    name: "readDisable nests, keeps what arrives and hands it up when enabled",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      writeText(far, "1");
      await rig.until(() => atNear.text === "1", "the first byte");
      near.readDisable(true);
      near.readDisable(true);
      writeText(far, "2");
      await rig.until(() => near.bytesRead === 2, "the byte in the read that was under way");
      far.close("flush");
      near.readDisable(false);
      await rig.until(() => far.isClosed, "the far end to close");
      assert.equal(atNear.text, "1");
      near.readDisable(false);
      assert.equal(atNear.text, "1", "delivered from inside readDisable");
      await rig.until(() => atNear.endCount === 1, "the end");
      assert.equal(atNear.text, "12");
    },
  },
  {
    name: "what the handler leaves stands in front of the next bytes, however long it grows",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      atNear.take = takeLines;
      writeText(far, "ab");
      await rig.until(() => near.bytesRead === 2, "the first part");
      assert.equal(atNear.text, "");
      writeText(far, "c\nd");
      await rig.until(() => atNear.text === "abc\n", "the line");
      writeText(far, "e".repeat(9000));
      await rig.until(() => near.bytesRead === 9005, "the long part");
      writeText(far, "\n");
      await rig.until(() => atNear.pieces.length === 2, "the long line");
      assert.equal(atNear.text, `abc\nd${"e".repeat(9000)}\n`);
    },
  },
  {
    name: "redeliver hands up what was left, at the end of the event, as often as asked",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      let isAllowed = false;
      atNear.take = (block, start, end) => {
        if (!isAllowed) return start;
        isAllowed = false;
        return takeOneLine(block, start, end);
      };
      writeText(far, "one\ntwo\nthree\nfour\n");
      await rig.until(() => near.bytesRead === 19, "all lines");
      for (let line = 0; line < 4; line++) {
        isAllowed = true;
        rig.loop.runEvent(() => {
          near.redeliver();
          assert.equal(atNear.pieces.length, line, "delivered from inside redeliver");
        });
        assert.equal(atNear.pieces.length, line + 1);
      }
      assert.equal(atNear.text, "one\ntwo\nthree\nfour\n");
    },
  },
  {
    name: "redeliver from inside onBytes goes on while bytes are taken, and ends when none are",
    async run(rig) {
      const { near, far, atNear } = await openBoth(rig);
      atNear.take = (block, start, end) => {
        near.redeliver();
        return takeOneLine(block, start, end);
      };
      writeText(far, "a\nb\nc\nrest");
      await rig.until(() => near.bytesRead === 10, "all bytes");
      assert.deepEqual(atNear.text, "a\nb\nc\n");
      assert.equal(atNear.pieces.length, 3);
    },
  },
  {
    name: "a retained block keeps its bytes while reading goes on",
    async run(rig) {
      const { far, atNear } = await openBoth(rig);
      const kept: Array<[ByteBlock, number, number]> = [];
      atNear.take = (block, start, end) => {
        block.retain();
        kept.push([block, start, end]);
        return takeLines(block, start, end) === end ? end : start;
      };
      for (let line = 1; line <= 20; line++) {
        writeText(far, `line ${line}\n`);
        await rig.until(() => atNear.text.endsWith(`line ${line}\n`), "the line");
      }
      const texts = kept.map(([block, start, end]) => new TextDecoder().decode(block.bytes.subarray(start, end)));
      assert.equal(texts.filter((text) => text.endsWith("\n")).join(""), atNear.text);
      for (const [block] of kept) block.release();
    },
  },
  {
    name: "a large transfer with an echo stays within the write limits and arrives whole",
    async run(rig) {
      const limit = 32768;
      const { near, far, atNear, atFar } = await openBoth(rig, { bufferLimitBytes: limit }, {
        bufferLimitBytes: limit,
      });
      let sent = 0;
      let mostPending = 0;
      const fill = () => {
        while (sent < rig.bulkBytes && near.pendingBytes <= limit) {
          const count = Math.min(10000, rig.bulkBytes - sent);
          writePattern(rig, near, sent, count);
          sent += count;
        }
      };
      atNear.onWriteBlocked = (isBlocked) => {
        if (!isBlocked) fill();
      };
      atFar.take = (block, start, end) => {
        far.sink.writeBlock(block, start, end);
        mostPending = Math.max(mostPending, far.pendingBytes);
        return end;
      };
      atFar.onWriteBlocked = (isBlocked) => far.readDisable(isBlocked);
      await rig.until(() => {
        if (near.pendingBytes === 0) fill();
        return atNear.byteCount === rig.bulkBytes;
      }, "the whole echo");
      assertPattern(atNear.pieces, rig.bulkBytes);
      assert.ok(mostPending <= limit + 2 * 262144, `${mostPending} bytes were pending at once`);
    },
  },
  {
    name: "output past the limit is told, and told again below half of it",
    async run(rig) {
      const [near, far] = await rig.connect({ bufferLimitBytes: 100000 }, {});
      const atNear = new Recorder();
      const atFar = new Recorder();
      near.open(atNear);
      const written = 2 * rig.bulkBytes;
      rig.loop.runEvent(() => writePattern(rig, near, 0, 100000));
      assert.equal(atNear.isWriteBlocked, false);
      rig.loop.runEvent(() => writePattern(rig, near, 100000, written - 100000));
      assert.equal(atNear.isWriteBlocked, true);
      far.open(atFar);
      await rig.until(() => !atNear.isWriteBlocked, "low again");
      assert.ok(near.pendingBytes < 50000);
      await rig.until(() => atFar.byteCount === written, "all bytes");
      assertPattern(atFar.pieces, written);
      assert.equal(atNear.blockedCount, 1);
    },
  },
  {
    name: "watchWrites tells of each write that follows, and of none before",
    async run(rig) {
      const [near, far] = await rig.connect({}, {});
      const atFar = new Recorder();
      near.open(new Recorder());
      writeText(near, "unwatched");
      await rig.until(() => near.bytesWritten === 9, "the first write");
      const seen: number[] = [];
      near.watchWrites(() => seen.push(near.bytesWritten));
      const written = 2 * rig.bulkBytes;
      rig.loop.runEvent(() => writePattern(rig, near, 0, written));
      far.open(atFar);
      await rig.until(() => atFar.byteCount === 9 + written, "all bytes");
      assert.equal(seen.at(-1), 9 + written);
      assert.ok(seen.every((count, i) => count > (seen[i - 1] ?? 9)), "each told once, with its bytes counted");
    },
  },
  {
    name: "an exception out of a handler closes its connection with reason bug and reaches the loop's listener",
    async run(rig) {
      const bugs: unknown[] = [];
      rig.loop.onBug = (error) => void bugs.push(error);
      const { near, far, atNear, atFar } = await openBoth(rig);
      atNear.take = () => {
        throw new Error("broken");
      };
      writeText(far, "x");
      await rig.until(() => atNear.closes.length === 1, "the close");
      assert.deepEqual(atNear.closes, ["bug"]);
      assert.deepEqual(bugs.map(String), ["Error: broken"]);
      await rig.until(() => atFar.endCount + atFar.closes.length > 0, "the far end to notice");
      assert.equal(near.isClosed, true);
    },
  },
];
