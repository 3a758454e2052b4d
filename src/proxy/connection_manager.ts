/**
 * One downstream connection that speaks HTTP: joins a transport connection with a server codec, makes its streams, and
 * decides when it ends (spec/http.md 1.5).
 *
 * ```
 *   idle ◀──▶ serving ──▶ closing (flushed, waits for the peer to go) ──▶ closed
 * ```
 *
 * After a local decision to close, what was written is flushed and the peer is given `delayed_close_timeout` to close
 * first, as long as it reads what is sent; bytes that still come are dropped. Where the request was read to its end and the peer was told, there is
 * nothing to wait for.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import { fault } from "../base/fault.ts";
import { Timer } from "../base/timer_wheel.ts";
import { H1ServerCodec } from "../codec/h1/server_codec.ts";
import type { RequestReceiver, ResponseEncoder, ServerCodecEvents } from "../codec/http_codec.ts";
import type { CloseReason, Connection, ConnectionHandler, TransportAddress } from "../transport/transport.ts";
import type { HcmContext } from "./hcm_context.ts";
import type { Stream, StreamOwner } from "./stream.ts";
import type { StreamPool } from "./stream_pool.ts";

const DISCONNECTED = fault("downstream", "connection", "downstream_disconnect", "downstream_remote_disconnect");

/** How long a request may be on its way to us: much longer than a round trip in a data centre, too short to notice. */
const DRAIN_GRACE_MS = 100;

/** Where `delayed_close_timeout` is off: how long a peer that does not read may keep a closing connection. */
const DEFAULT_CLOSE_TIMEOUT_MS = 1000;

/** Serves one accepted connection from its first byte to its end. */
export class ConnectionManager implements ConnectionHandler, ServerCodecEvents, StreamOwner {
  readonly context: HcmContext;
  /** IP address without port; empty for a unix socket. */
  readonly peerAddress: string;
  readonly #connection: Connection;
  readonly #streams: StreamPool;
  readonly #codec: H1ServerCodec;
  readonly #onGone: (manager: ConnectionManager) => void;
  /** One timer for both: a connection idles or closes, never both. */
  readonly #timer: Timer;
  readonly #startMs: number;
  #stream: Stream | null = null;
  #requests = 0;
  #isClosing = false;
  #willClose = false;
  #hasPeerEnded = false;
  #idleSinceMs = 0;
  /** Of output, when the closing timer was last armed. */
  #pendingBytes = 0;
  #bytesReadCounted = 0;
  #bytesWrittenCounted = 0;

  /** `onGone` is called once, when the connection is closed. */
  constructor(
    connection: Connection,
    context: HcmContext,
    streams: StreamPool,
    onGone: (manager: ConnectionManager) => void,
  ) {
    const { loop } = context.services;
    this.context = context;
    this.#connection = connection;
    this.#streams = streams;
    this.#onGone = onGone;
    this.peerAddress = hostOf(connection.remoteAddress);
    this.#codec = new H1ServerCodec(this, connection.sink, context.codecOptions);
    this.#timer = new Timer(loop.timers, () => this.#onTimer());
    this.#startMs = loop.clock.nowMs;
    const { stats, listenerStats } = context;
    stats.cxTotal.inc();
    stats.cxHttp1Total.inc();
    stats.cxActive.inc();
    stats.cxHttp1Active.inc();
    listenerStats.cxTotal.inc();
    listenerStats.cxActive.inc();
    listenerStats.workerCxTotal.inc();
    listenerStats.workerCxActive.inc();
    this.#startIdling();
  }

  /** Starts serving. */
  open(): void {
    this.#connection.open(this);
  }

  get remoteAddress(): TransportAddress {
    return this.#connection.remoteAddress;
  }

  get localAddress(): TransportAddress {
    return this.#connection.localAddress;
  }

  get isIdle(): boolean {
    return this.#stream === null;
  }

  /** The next response says `connection: close` and is the last. */
  closeAfterResponse(): void {
    if (this.#willClose) return;
    this.#willClose = true;
    this.#codec.startDrain();
  }

  /** Asked with each response: is the worker draining, or has the connection served its share? */
  considerDrain(): void {
    if (this.#willClose) return;
    const { config, services, stats } = this.context;
    if (services.drain.shouldClose()) {
      stats.cxDrainClose.inc();
      this.closeAfterResponse();
    } else if (config.maxRequestsPerConnection > 0 && this.#requests >= config.maxRequestsPerConnection) {
      stats.cxMaxRequestsReached.inc();
      this.closeAfterResponse();
    }
  }

  /** The request was read to its end: what comes next begins another. */
  onRequestComplete(): void {
    this.#connection.expectMessage();
  }

  /**
   * A busy connection closes after its response, an idle one now; one that was busy or accepted a moment ago is given
   * a moment, for its next request may have left the client already.
   */
  drain(): void {
    this.closeAfterResponse();
    if (this.#stream !== null || this.#isClosing) return;
    const idleMs = this.context.services.loop.clock.nowMs - this.#idleSinceMs;
    if (idleMs >= DRAIN_GRACE_MS) this.#close("flush");
    else this.#timer.arm(DRAIN_GRACE_MS - idleMs);
  }

  /** Closes at once, whatever is in progress. */
  abort(): void {
    this.#close("abort");
  }

  // ---- the codec's side

  openStream(encoder: ResponseEncoder): RequestReceiver {
    this.#timer.cancel();
    this.#requests++;
    const stream = this.#streams.take();
    this.#stream = stream;
    stream.begin(this, encoder);
    return stream;
  }

  readDisable(disable: boolean): void {
    this.#connection.readDisable(disable);
  }

  onExchangeEnd(keepAlive: boolean, requestComplete: boolean): void {
    this.#endStream();
    if (this.#isClosing) return;
    if (keepAlive && !this.#willClose) {
      this.#startIdling();
    } else if (requestComplete && this.#willClose) {
      this.#close("flush");
    } else {
      this.#closeDelayed();
    }
  }

  // ---- the transport's side

  onBytes(block: ByteBlock, start: number, end: number): number {
    return this.#isClosing ? end : this.#codec.receive(block, start, end);
  }

  /** FIN while a response is due is a disconnect, as in Envoy; at any other time it is the peer's goodbye. */
  onEnd(): void {
    this.#hasPeerEnded = true;
    this.#close(this.#stream === null ? "flush" : "abort");
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#codec.onWriteBlocked(isBlocked);
  }

  onClose(reason: CloseReason): void {
    this.#isClosing = true;
    this.#timer.cancel();
    const { services, stats, listenerStats } = this.context;
    const isLocal = !this.#hasPeerEnded && (reason === "local" || reason === "bug");
    stats.cxDestroy.inc();
    listenerStats.cxDestroy.inc();
    (isLocal ? stats.cxDestroyLocal : stats.cxDestroyRemote).inc();
    if (this.#stream !== null) {
      stats.cxDestroyActiveRq.inc();
      (isLocal ? stats.cxDestroyLocalActiveRq : stats.cxDestroyRemoteActiveRq).inc();
      this.#codec.onConnectionClose(DISCONNECTED);
      this.#endStream();
    }
    this.#countBytes();
    const lengthMs = Math.round(services.loop.clock.nowMs - this.#startMs);
    stats.cxLengthMs.record(lengthMs);
    listenerStats.cxLengthMs.record(lengthMs);
    stats.cxActive.dec();
    stats.cxHttp1Active.dec();
    listenerStats.cxActive.dec();
    listenerStats.workerCxActive.dec();
    this.#onGone(this);
  }

  // ----

  #endStream(): void {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    stream.finish();
    this.#streams.give(stream);
    this.#countBytes();
  }

  #startIdling(): void {
    this.#idleSinceMs = this.context.services.loop.clock.nowMs;
    const { idleTimeoutMs } = this.context.config;
    if (idleTimeoutMs > 0) this.#timer.arm(idleTimeoutMs);
  }

  #onTimer(): void {
    const { stats } = this.context;
    if (this.#isClosing) {
      if (this.#hasWriteProgress()) return this.#timer.arm(this.#closeTimeoutMs);
      stats.cxDelayedCloseTimeout.inc();
      this.#connection.close(this.#connection.pendingBytes > 0 ? "abort" : "flush");
    } else {
      if (!this.#willClose) stats.cxIdleTimeout.inc();
      this.#close("flush");
    }
  }

  #close(how: "flush" | "abort"): void {
    this.#isClosing = true;
    this.#connection.close(how);
    this.#pendingBytes = this.#connection.pendingBytes;
    // Flushing ends when the peer has read; one that does not read must not keep us.
    if (how === "flush" && !this.#connection.isClosed) this.#timer.arm(this.#closeTimeoutMs);
    else this.#timer.cancel();
  }

  #closeDelayed(): void {
    if (this.context.config.delayedCloseTimeoutMs <= 0) return this.#close("flush");
    this.#isClosing = true;
    this.#pendingBytes = this.#connection.pendingBytes;
    this.#timer.arm(this.#closeTimeoutMs);
    this.#connection.redeliver();
  }

  get #closeTimeoutMs(): number {
    return this.context.config.delayedCloseTimeoutMs || DEFAULT_CLOSE_TIMEOUT_MS;
  }

  /** Each write progress gives the peer the whole time again. */
  #hasWriteProgress(): boolean {
    const before = this.#pendingBytes;
    this.#pendingBytes = this.#connection.pendingBytes;
    return this.#pendingBytes > 0 && this.#pendingBytes < before;
  }

  #countBytes(): void {
    const { bytesRead, bytesWritten } = this.#connection;
    const { cxRxBytesTotal, cxTxBytesTotal } = this.context.stats;
    cxRxBytesTotal.add(bytesRead - this.#bytesReadCounted);
    cxTxBytesTotal.add(bytesWritten - this.#bytesWrittenCounted);
    this.#bytesReadCounted = bytesRead;
    this.#bytesWrittenCounted = bytesWritten;
  }
}

function hostOf(address: TransportAddress): string {
  return address.kind === "ip" ? address.host : "";
}
