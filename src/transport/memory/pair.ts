/**
 * Two connections joined by a wire that lies in memory: what a test puts in at one end comes out at the other, when the
 * test says so. Everything is synchronous and there is no clock; the two ends are the connections of production.
 *
 * It behaves as a socket does: a bounded stretch of bytes is in transit each way, a write past that waits until the
 * peer reads, FIN follows the bytes, and who closes with unread bytes resets the peer.
 */
import type { EventLoop } from "../event_loop.ts";
import { StreamConnection, type Wire } from "../stream_connection.ts";
import type { ConnectionOptions, TransportAddress } from "../transport.ts";

/** What the two ends and the wire between them are like. */
export interface MemoryPairOptions {
  readonly near?: Partial<ConnectionOptions>;
  readonly far?: Partial<ConnectionOptions>;
  /** Where the far end listens, as the near end sees it. */
  readonly farAddress?: TransportAddress;
  readonly nearAddress?: TransportAddress;
  /** Bytes in transit each way, at most; 64 KiB without it. */
  readonly windowBytes?: number;
  /** Bytes of one read, at most: 1 feeds byte by byte. */
  readonly pieceBytes?: number;
}

const DEFAULT_WINDOW_BYTES = 65536;
const DEFAULT_OPTIONS: ConnectionOptions = { bufferLimitBytes: 1048576, idleReadBytes: 1024, tcpKeepalive: false };
const DEFAULT_NEAR_ADDRESS: TransportAddress = { kind: "ip", host: "127.0.0.1", port: 40000 };
const DEFAULT_FAR_ADDRESS: TransportAddress = { kind: "ip", host: "127.0.0.1", port: 80 };

export class MemoryPair {
  readonly near: StreamConnection;
  readonly far: StreamConnection;
  readonly #nearToFar: Pipe;
  readonly #farToNear: Pipe;

  constructor(loop: EventLoop, options: MemoryPairOptions = {}) {
    const windowBytes = options.windowBytes ?? DEFAULT_WINDOW_BYTES;
    const pieceBytes = options.pieceBytes ?? Infinity;
    const nearAddress = options.nearAddress ?? DEFAULT_NEAR_ADDRESS;
    const farAddress = options.farAddress ?? DEFAULT_FAR_ADDRESS;
    const nearToFar = this.#nearToFar = new Pipe(windowBytes, pieceBytes);
    const farToNear = this.#farToNear = new Pipe(windowBytes, pieceBytes);
    const join = (own: Partial<ConnectionOptions> | undefined, end: EndOfPair) =>
      new StreamConnection(loop, { ...DEFAULT_OPTIONS, ...own }, (connection) => new MemoryWire(connection, end));
    this.near = join(options.near, { out: nearToFar, in: farToNear, local: nearAddress, remote: farAddress });
    this.far = join(options.far, { out: farToNear, in: nearToFar, local: farAddress, remote: nearAddress });
  }

  /** Moves what can be moved, once each way. Returns false if nothing could. */
  deliver(): boolean {
    const hasMovedOut = this.#nearToFar.step();
    const hasMovedBack = this.#farToNear.step();
    return hasMovedOut || hasMovedBack;
  }

  /** Delivers until nothing moves. */
  deliverAll(): void {
    while (this.deliver());
  }

  /** The network is gone: both ends see a reset, bytes in transit are lost. */
  cut(): void {
    this.#nearToFar.reset();
    this.#farToNear.reset();
  }
}

interface EndOfPair {
  readonly out: Pipe;
  readonly in: Pipe;
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
}

class MemoryWire implements Wire {
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  readonly #out: Pipe;
  readonly #in: Pipe;

  constructor(connection: StreamConnection, end: EndOfPair) {
    this.localAddress = end.local;
    this.remoteAddress = end.remote;
    this.#out = end.out;
    this.#in = end.in;
    end.out.sender = connection;
    end.in.receiver = connection;
  }

  startRead(room: Uint8Array<ArrayBuffer>): void {
    this.#in.room = room;
  }

  startWrite(bytes: Uint8Array): void {
    this.#out.waiting = bytes;
  }

  shutdown(): void {
    this.#out.isEnded = true;
  }

  close(): void {
    if (this.#in.byteCount > 0) this.#out.reset();
    this.#out.isEnded = true;
    this.#in.isReceiverGone = true;
  }
}

/** One direction. */
class Pipe {
  sender: StreamConnection | null = null;
  receiver: StreamConnection | null = null;
  /** The write under way. */
  waiting: Uint8Array | null = null;
  /** The read under way. */
  room: Uint8Array<ArrayBuffer> | null = null;
  isEnded = false;
  isReceiverGone = false;
  /** Bytes in transit. */
  byteCount = 0;
  #isReset = false;
  readonly #transit: Uint8Array<ArrayBuffer>;
  readonly #pieceBytes: number;

  constructor(windowBytes: number, pieceBytes: number) {
    this.#transit = new Uint8Array(windowBytes);
    this.#pieceBytes = pieceBytes;
  }

  reset(): void {
    this.#isReset = true;
    this.byteCount = 0;
  }

  step(): boolean {
    const hasSent = this.waiting !== null && this.#send(this.waiting);
    const hasReceived = this.room !== null && this.#receive(this.room);
    return hasSent || hasReceived;
  }

  #send(bytes: Uint8Array): boolean {
    if (this.#isReset || this.isReceiverGone || this.isEnded) {
      this.waiting = null;
      this.sender!.writeFailed();
      return true;
    }
    const count = Math.min(bytes.length, this.#transit.length - this.byteCount);
    if (count === 0) return false;
    this.#transit.set(bytes.subarray(0, count), this.byteCount);
    this.byteCount += count;
    this.waiting = null;
    this.sender!.writeDone(count);
    return true;
  }

  #receive(room: Uint8Array<ArrayBuffer>): boolean {
    if (this.isReceiverGone || this.#isReset) {
      this.room = null;
      this.receiver!.readFailed();
      return true;
    }
    const count = Math.min(room.length, this.byteCount, this.#pieceBytes);
    if (count > 0) {
      room.set(this.#transit.subarray(0, count));
      this.#transit.copyWithin(0, count, this.byteCount);
      this.byteCount -= count;
    } else if (!this.isEnded) {
      return false;
    }
    this.room = null;
    if (count > 0) this.receiver!.readDone(count);
    else this.receiver!.readEnded();
    return true;
  }
}
