/**
 * A connection over any wire: what reading, writing and closing mean, said once for sockets and for the tests' wire.
 *
 * ```
 *            close("half"), output drained                     the peer's end
 *   open ───────────────────────────────▶ FIN sent ───────────────────────────▶ closed
 *    │ the peer's end                                                             ▲
 *    └────────────────▶ read only by name ── close(...), output drained ──────────┤
 *    └── close("flush") ─▶ flushing: reads no more ── output drained ─────────────┤
 *    └── close("abort"), reset, bug ──────────────────────────────────────────────┘
 * ```
 *
 * Rules:
 * - Whatever is to be told to the handler beside fresh bytes (close, low output, what it left) is told when the loop
 *   settles this connection at the end of the event, so no call into a connection calls back out of it.
 * - One read and one write are under way at most, and their memory is not given back before the wire has answered.
 * - A failed write does not end reading: a peer that answered early and reset still has its answer in our buffer. When
 *   reading cannot go on, or has ended, the connection closes with `remote_reset`.
 * - When both directions have ended the connection closes itself: `remote_end` if the peer was last, else `local`.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { ByteSink } from "../base/byte_sink.ts";
import type { ByteWriter } from "../base/byte_writer.ts";
import { invariant } from "../base/errors.ts";
import type { EventLoop, LoopMember } from "./event_loop.ts";
import { ReadBuffer } from "./read_buffer.ts";
import type { CloseReason, Connection, ConnectionHandler, ConnectionOptions, TransportAddress } from "./transport.ts";
import { WriteQueue } from "./write_queue.ts";

/**
 * What carries the bytes. Each `startRead` is answered once with `readDone`, `readEnded` or `readFailed`, each
 * `startWrite` once with `writeDone` or `writeFailed`, later than the call itself and also after `close`.
 */
export interface Wire {
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  /** Fills at least one byte of `room`. */
  startRead(room: Uint8Array<ArrayBuffer>): void;
  /** Sends at least one of `bytes`. */
  startWrite(bytes: Uint8Array): void;
  /** Sends FIN. */
  shutdown(): void;
  /** Ends both directions; what is under way fails. Called once. */
  close(): void;
}

export class StreamConnection implements Connection, ByteSink, LoopMember {
  readonly id: number;
  readonly writer: ByteWriter;
  isTouched = false;
  isClosed = false;
  bytesRead = 0;
  bytesWritten = 0;
  readonly #loop: EventLoop;
  readonly #wire: Wire;
  readonly #input: ReadBuffer;
  readonly #output: WriteQueue;
  readonly #limitBytes: number;
  #handler: ConnectionHandler | null = null;
  #onWritten: (() => void) | null = null;
  #disableCount = 0;
  #isReading = false;
  #isWriting = false;
  #isDelivering = false;
  /** The handler is to be given what it left. */
  #isDeliveryWanted = false;
  #isWriteBlocked = false;
  /** Nothing can be sent any more: FIN was sent, or a write failed. */
  #isOutputOver = false;
  #hasWriteFailed = false;
  /** The peer's last byte was read; and the handler knows. */
  #isInputOver = false;
  #isEndTold = false;
  #closing: "no" | "half" | "flush" = "no";
  #closeReason: CloseReason = "local";
  #isCloseTold = false;

  /** `makeWire` gets the connection that its wire must answer. */
  constructor(loop: EventLoop, options: ConnectionOptions, makeWire: (connection: StreamConnection) => Wire) {
    this.id = loop.nextConnectionId();
    this.#loop = loop;
    this.#input = new ReadBuffer(loop.blocks, options.idleReadBytes);
    this.#output = new WriteQueue(loop.blocks);
    this.writer = this.#output.writer;
    // 0 means no limit, as in Envoy.
    this.#limitBytes = options.bufferLimitBytes > 0 ? options.bufferLimitBytes : Infinity;
    this.#wire = makeWire(this);
  }

  get localAddress(): TransportAddress {
    return this.#wire.localAddress;
  }

  get remoteAddress(): TransportAddress {
    return this.#wire.remoteAddress;
  }

  get sink(): ByteSink {
    return this;
  }

  get pendingBytes(): number {
    return this.#output.pendingBytes;
  }

  get unsentBytes(): number {
    return this.#output.unsentBytes;
  }

  open(handler: ConnectionHandler): void {
    invariant(this.#handler === null, "A connection was opened twice");
    this.#handler = handler;
    this.touch();
  }

  touch(): void {
    if (!this.isTouched) this.#loop.touch(this);
  }

  writeBlock(block: ByteBlock, start: number, end: number): void {
    if (start === end) return;
    this.#output.add(block, start, end);
    if (!this.isTouched) this.#loop.touch(this);
  }

  readDisable(disable: boolean): void {
    if (disable) {
      this.#disableCount++;
      return;
    }
    invariant(this.#disableCount > 0, "Reading was enabled more often than disabled");
    if (--this.#disableCount > 0) return;
    this.redeliver();
    this.touch();
  }

  redeliver(): void {
    if (this.#input.start === this.#input.end) return;
    this.#isDeliveryWanted = true;
    this.touch();
  }

  expectMessage(): void {
    this.#input.expectMessage();
  }

  watchWrites(onWritten: () => void): void {
    this.#onWritten = onWritten;
  }

  close(how: "flush" | "half" | "abort"): void {
    if (this.isClosed) return;
    if (how === "abort") return this.#finish("local");
    if (how === "flush") this.#closing = "flush";
    else if (this.#closing === "no") this.#closing = "half";
    this.touch();
  }

  fail(): void {
    if (!this.isClosed) this.#finish("bug");
  }

  settle(): void {
    if (this.#isDeliveryWanted && !this.#isInputHeld()) {
      // What the handler had left may bring more output: what is there already leaves first.
      this.#send();
      if (!this.#isInputHeld()) this.#deliver();
    }
    if (this.#isInputOver && !this.#isEndTold && !this.#isInputHeld()) this.#tellEnd();
    if (!this.isClosed) this.#send();
    if (!this.isClosed) this.#tellWriteBlocked();
    if (!this.isClosed && !this.#isReading) this.#read();
    if (this.isClosed) this.#end();
  }

  /** For the wire: `count` bytes stand in the room it was given. */
  readDone(count: number): void {
    this.#isReading = false;
    if (this.isClosed) return this.#input.free();
    const loop = this.#loop;
    loop.enter();
    this.bytesRead += count;
    try {
      this.#input.received(count);
      if (this.#isInputHeld()) this.#isDeliveryWanted = true;
      else this.#deliver();
    } catch (error) {
      loop.bug(error, this);
    }
    loop.leave();
    // After the writes: their bytes are what somebody waits for.
    if (!this.#isReading) this.#read();
  }

  /** For the wire: the peer has sent FIN. */
  readEnded(): void {
    this.#isReading = false;
    if (this.isClosed) return this.#input.free();
    this.#loop.enter();
    this.#input.received(0);
    this.#isInputOver = true;
    this.touch();
    this.#loop.leave();
  }

  /** For the wire: reading is over, be it that the peer reset, be it that we closed. */
  readFailed(): void {
    this.#isReading = false;
    if (this.isClosed) return this.#input.free();
    this.#loop.enter();
    this.#finish("remote_reset");
    this.#loop.leave();
  }

  /** For the wire: `count` bytes were taken. */
  writeDone(count: number): void {
    this.#isWriting = false;
    if (this.isClosed) return this.#output.drop(false);
    this.bytesWritten += count;
    this.#output.written(count);
    const isWatched = this.#onWritten !== null;
    if (!isWatched && this.#closing === "no" && !this.#isWriteBlocked && this.#output.pendingBytes === 0) return;
    this.#loop.enter();
    if (isWatched) this.#tellWritten();
    this.touch();
    this.#loop.leave();
  }

  /** For the wire: nothing can be written any more. */
  writeFailed(): void {
    this.#isWriting = false;
    if (this.isClosed) return this.#output.drop(false);
    this.#loop.enter();
    this.#isOutputOver = true;
    this.#hasWriteFailed = true;
    if (!this.#isReading || this.#isInputHeld()) this.#finish("remote_reset");
    this.touch();
    this.#loop.leave();
  }

  /** Nothing may be handed up now. */
  #isInputHeld(): boolean {
    return this.#disableCount > 0 || this.isClosed || this.#closing === "flush" || this.#handler === null;
  }

  #read(): void {
    if (this.#isInputOver || this.#isInputHeld()) return;
    this.#isReading = true;
    this.#wire.startRead(this.#input.prepare());
  }

  #deliver(): void {
    const input = this.#input;
    this.#isDelivering = true;
    let hasProgress = true;
    try {
      do {
        this.#isDeliveryWanted = false;
        const start = input.start;
        if (start === input.end) break;
        const position = this.#handler!.onBytes(input.block!, start, input.end);
        hasProgress = position > start;
        input.taken(position);
      } while (this.#isDeliveryWanted && hasProgress && !this.#isInputHeld());
    } finally {
      this.#isDelivering = false;
      if (this.isClosed && !this.#isReading) input.free();
    }
    // Asked again from inside, and nothing taken: only new bytes can help.
    if (!hasProgress && this.#disableCount === 0) this.#isDeliveryWanted = false;
  }

  #tellEnd(): void {
    this.#isEndTold = true;
    this.#handler!.onEnd();
    if (!this.isClosed && this.#isOutputOver) this.#finish(this.#hasWriteFailed ? "remote_reset" : "remote_end");
  }

  #send(): void {
    if (this.#isWriting) return;
    const output = this.#output;
    if (this.#isOutputOver) {
      output.drop(false);
      if (this.#closing === "flush") this.#finish("local");
      return;
    }
    const bytes = output.next();
    if (bytes !== null) {
      this.#isWriting = true;
      this.#wire.startWrite(bytes);
    } else if (this.#closing === "flush" || (this.#closing === "half" && this.#isEndTold)) {
      this.#finish("local");
    } else if (this.#closing === "half") {
      this.#isOutputOver = true;
      this.#wire.shutdown();
    }
  }

  #tellWritten(): void {
    try {
      this.#onWritten!();
    } catch (error) {
      this.#loop.bug(error, this);
    }
  }

  #tellWriteBlocked(): void {
    const pending = this.#output.pendingBytes;
    if (this.#isWriteBlocked ? pending * 2 >= this.#limitBytes && pending > 0 : pending <= this.#limitBytes) return;
    this.#isWriteBlocked = !this.#isWriteBlocked;
    this.#handler?.onWriteBlocked(this.#isWriteBlocked);
  }

  #finish(reason: CloseReason): void {
    this.isClosed = true;
    this.#closeReason = reason;
    this.#output.drop(this.#isWriting);
    if (!this.#isReading && !this.#isDelivering) this.#input.free();
    this.#wire.close();
    this.touch();
  }

  /** Runs again for whoever writes into a closed connection: it goes nowhere. */
  #end(): void {
    this.#output.drop(this.#isWriting);
    if (this.#isCloseTold) return;
    this.#isCloseTold = true;
    this.#handler?.onClose(this.#closeReason);
  }
}
