/**
 * A byte stream between two peers, the same over TCP, a unix socket or the in-process wire of the tests.
 *
 * Reads are pushed: the connection reads into a block and calls its handler. Writes are gathered: whoever writes puts
 * bytes into `sink`, and all of it leaves at the end of the event (see `event_loop.ts`). The handler is told when the
 * output passes its limit and when it is low again. Every connection ends with exactly one `onClose`.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { ByteSink } from "../base/byte_sink.ts";

/** Where a socket is bound or connected. */
export type TransportAddress =
  | { readonly kind: "ip"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string };

/** How a connection came to its end. */
export type CloseReason = "local" | "remote_reset" | "remote_end" | "bug";

/** Takes what happens on a connection. */
export interface ConnectionHandler {
  /**
   * Bytes arrived: `block.bytes[start, end)`. Returns the position up to which they were taken; the rest stands in front
   * of the next call's bytes. If nothing can be taken until something else happens, disable reading.
   */
  onBytes(block: ByteBlock, start: number, end: number): number;
  /** The peer sent its last byte. The connection stays open for writing until it is closed. */
  onEnd(): void;
  /** The connection is gone. */
  onClose(reason: CloseReason): void;
  /** The output is past its limit (true) or below half of it again (false). */
  onWriteBlocked(isBlocked: boolean): void;
}

/** One connection, as whoever opened or accepted it sees it. */
export interface Connection {
  /** Unique in its worker. */
  readonly id: number;
  readonly localAddress: TransportAddress;
  readonly remoteAddress: TransportAddress;
  readonly sink: ByteSink;
  /** Bytes written and not yet taken by the kernel. */
  readonly pendingBytes: number;
  /** Of those, the bytes that no write has begun with. */
  readonly unsentBytes: number;
  readonly isClosed: boolean;
  /** Totals on the wire, for stats. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Starts reading. Called once. */
  open(handler: ConnectionHandler): void;
  /** Stops (true) or goes on (false) handing bytes up. Calls nest by count; at most one block is read meanwhile. */
  readDisable(disable: boolean): void;
  /** Hands the handler again what it left, if anything: for a codec that waited for its own response. */
  redeliver(): void;
  /**
   * The next bytes begin a message: the block that waits for them may be small. Called when a message's last byte was
   * taken, best inside that `onBytes`; without it the connection guesses, and may hold a big block while it is idle.
   */
  expectMessage(): void;
  /** From now on `onWritten` is called whenever bytes of the output were taken: for who waits for the end of it. */
  watchWrites(onWritten: () => void): void;
  /**
   * `flush`: sends what was written, then closes. `half`: sends what was written, then FIN; reading goes on. `abort`:
   * drops what was written and closes at once.
   */
  close(how: "flush" | "half" | "abort"): void;
}

/** Listens on one address. */
export interface Acceptor {
  /** The real one: port 0 is resolved. */
  readonly localAddress: TransportAddress;
  /** Stops accepting and frees the address. Connections live on. */
  close(): void;
}

/** Options of a connection, whichever side opened it. */
export interface ConnectionOptions {
  /** Output past this many bytes is over the limit (`per_connection_buffer_limit_bytes`). */
  readonly bufferLimitBytes: number;
  /** Size of the block that waits for a new message's bytes; the connection grows it while it is busy. */
  readonly idleReadBytes: number;
  /** SO_KEEPALIVE. */
  readonly tcpKeepalive: boolean;
}

/** Why a connection could not be made. */
export interface ConnectFailure {
  readonly kind: "refused" | "unreachable" | "cancelled" | "other";
  /** The system's words: `Connection refused`. */
  readonly text: string;
}

/** A connection attempt that may be given up. */
export interface ConnectAttempt {
  /** Gives up; neither callback is called after it. */
  cancel(): void;
}

/** Opens connections. */
export interface Dialer {
  connect(
    address: TransportAddress,
    options: ConnectionOptions,
    onConnect: (connection: Connection) => void,
    onFailure: (failure: ConnectFailure) => void,
  ): ConnectAttempt;
}
