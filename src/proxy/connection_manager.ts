/**
 * One downstream connection that speaks HTTP: joins a transport connection with a server codec, makes its streams, and
 * closes it when it is time (spec/http.md 1.5).
 *
 * ```
 *   no codec ── first bytes ──▶ idle ◀──▶ serving ──▶ closing (flushed, waits for the peer to go) ──▶ closed
 *       └───────────────────────┴──────────────────────▲
 * ```
 *
 * When it is time is said by `connection/life_span.ts`, by each response (`connection: close`) and by the peer. Where the
 * peer was told and has sent its whole request there is nothing to wait for; else it is given time to close first
 * (`connection/closing.ts`).
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import { H1ServerCodec } from "../codec/h1/server_codec.ts";
import type { RequestReceiver, ResponseEncoder, ServerCodec, ServerCodecEvents } from "../codec/http_codec.ts";
import { ConnectionFacts } from "../observe/connection_facts.ts";
import type { CloseReason, Connection, ConnectionHandler, TransportAddress } from "../transport/transport.ts";
import { logConnection } from "./connection_log.ts";
import { Closing } from "./connection/closing.ts";
import { protocolOf } from "./connection/codec_choice.ts";
import { LocalCloseReason, localDisconnect, REMOTE_DISCONNECT, RESPONSE_FLOOD } from "./connection/disconnects.ts";
import { type CloseManner, LifeSpan, type Mortal } from "./connection/life_span.ts";
import { SLOW_HEAD_MS, SlowHead } from "./connection/slow_head.ts";
import { ConnectionTally } from "./connection/tally.ts";
import type { HcmContext } from "./hcm_context.ts";
import type { ClientCertificate } from "./head/downstream_peer.ts";
import type { Stream } from "./stream.ts";
import type { StreamOwner } from "./stream_owner.ts";
import type { StreamPool } from "./stream_pool.ts";

/** Serves one accepted connection from its first byte to its end. */
export class ConnectionManager implements ConnectionHandler, ServerCodecEvents, StreamOwner, Mortal {
  readonly context: HcmContext;
  /** IP address without port; empty for a unix socket. */
  readonly peerAddress: string;
  /** For logs. */
  readonly facts: ConnectionFacts;
  /** Nothing has TLS yet. */
  readonly isSecure = false;
  readonly clientCertificate: ClientCertificate | null = null;
  readonly #connection: Connection;
  readonly #streams: StreamPool;
  readonly #onGone: (manager: ConnectionManager) => void;
  readonly #tally: ConnectionTally;
  readonly #life: LifeSpan;
  #codec: ServerCodec | null = null;
  #stream: Stream | null = null;
  #closing: Closing | null = null;
  /** Made when a head is slow. */
  #slowHead: SlowHead | null = null;
  /** The next response says `connection: close`. */
  #willClose = false;
  #isClosing = false;
  #hasPeerEnded = false;
  /** When the first byte came while no codec could be chosen (-1: it did not happen), and how long that took. */
  #unclearSinceMs = -1;
  #unclearForMs = 0;
  /** Where in the output the last response ended, and the one before. */
  #lastResponseEnd = 0;
  #earlierResponseEnd = 0;

  /** `onGone` is called once, when the connection is closed. */
  constructor(
    connection: Connection,
    context: HcmContext,
    streams: StreamPool,
    onGone: (manager: ConnectionManager) => void,
  ) {
    this.context = context;
    this.#connection = connection;
    this.#streams = streams;
    this.#onGone = onGone;
    this.peerAddress = hostOf(connection.remoteAddress);
    this.facts = factsOf(connection, context);
    this.#tally = new ConnectionTally(connection, context);
    this.#life = new LifeSpan(this, this.#tally);
  }

  /** Starts serving. */
  open(): void {
    this.#connection.open(this);
  }

  get localPort(): number {
    const { localAddress } = this.#connection;
    return localAddress.kind === "ip" ? localAddress.port : 0;
  }

  get isIdle(): boolean {
    return this.#stream === null;
  }

  get isUntouched(): boolean {
    return this.#codec === null && this.#unclearSinceMs < 0;
  }

  // ---- the worker's side

  /** Told to go for a reason of the listener's: `startDrainSequence` of Envoy. */
  startDrainSequence(): void {
    if (this.#isClosing) return;
    if (!this.#willClose) this.context.stats.cxDrainClose.inc();
    this.#life.startDrainSequence(LocalCloseReason.drained);
  }

  /** The worker ends. */
  drain(): void {
    if (!this.#isClosing) this.#life.endSoon();
  }

  /** Ends the stream that is under way, if any: with a reply if none has begun, else with a reset. */
  resetStream(reason: Fault): void {
    this.#stream?.fail(reason);
  }

  /** Closes at once, whatever is in progress; `reason` is for logs. */
  abort(reason = ""): void {
    this.close("abort", reason);
  }

  // ---- the codec's and the streams' side

  get headWaitMs(): number {
    return this.#life.requests === 1 ? this.#unclearForMs : 0;
  }

  openStream(encoder: ResponseEncoder): RequestReceiver {
    if (this.#life.startRequest()) this.closeAfterResponse();
    const stream = this.#streams.take();
    this.#stream = stream;
    stream.begin(this, encoder);
    if (this.#isFlood()) this.#endFlood(stream);
    return stream;
  }

  onRequestComplete(): void {
    this.#connection.expectMessage();
  }

  closeAfterResponse(): void {
    if (this.#willClose) return;
    this.#willClose = true;
    this.#codec?.startDrain();
  }

  considerDrain(): void {
    if (this.#willClose) return;
    const { services, stats, drain } = this.context;
    const isOverload = services.overload.endsKeepalive();
    if (isOverload) stats.cxOverloadDisableKeepalive.inc();
    if (!isOverload && !drain.shouldClose()) return;
    stats.cxDrainClose.inc();
    this.closeAfterResponse();
  }

  readDisable(disable: boolean): void {
    this.#connection.readDisable(disable);
  }

  onExchangeEnd(keepAlive: boolean, isPeerDone: boolean): void {
    this.#endStream();
    if (this.#isClosing) return;
    if (!keepAlive || this.#life.isDrained) {
      return this.close(isPeerDone ? "flush" : "delayed", LocalCloseReason.drained);
    }
    this.#earlierResponseEnd = this.#lastResponseEnd;
    this.#lastResponseEnd = outputEnd(this.#connection);
    this.#life.startIdling();
  }

  // ---- the transport's side

  onBytes(block: ByteBlock, start: number, end: number): number {
    if (this.#isClosing) {
      this.#closing?.drop(end - start);
      return end;
    }
    const codec = this.#codec ?? this.#chooseCodec(block, start, end);
    if (codec === null) return start;
    const taken = codec.receive(block, start, end);
    if (taken < end) this.#watchHead(end < block.bytes.length);
    if (this.facts.protocol === 0 && !this.facts.hasProtocolError) this.facts.protocol = 11;
    return taken;
  }

  /** Bytes were left: of a request's head that is not complete, or behind a request. `isAll`: no more of them wait. */
  #watchHead(isAll: boolean): void {
    const stream = this.#stream, { loop } = this.context.services;
    if (stream === null || stream.isHeadReceived || !isAll) return;
    // What came before the codec was chosen does not count: it is 23 bytes at most, and handed up again is no read.
    const ageMs = loop.clock.nowMs - stream.facts.startMs;
    if (ageMs >= SLOW_HEAD_MS) (this.#slowHead ??= new SlowHead(this.#connection, loop.timers)).onIncomplete(ageMs);
  }

  /** FIN while a response is due is a disconnect, as in Envoy; at any other time it is the peer's goodbye. */
  onEnd(): void {
    this.#hasPeerEnded = true;
    this.close(this.isIdle ? "flush" : "abort", this.facts.localCloseReason);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#codec?.onWriteBlocked(isBlocked);
  }

  onClose(reason: CloseReason): void {
    this.#isClosing = true;
    this.facts.endMs = this.context.services.loop.clock.nowMs;
    this.#life.end();
    this.#slowHead?.end();
    this.#closing?.end();
    const isLocal = !this.#hasPeerEnded && (reason === "local" || reason === "bug");
    if (this.#stream !== null) {
      this.#tally.noteCutRequest(isLocal);
      this.#codec!.onConnectionClose(isLocal ? localDisconnect(this.facts.localCloseReason) : REMOTE_DISCONNECT);
      this.#endStream();
    }
    if (reason === "remote_reset") this.facts.closeType = "RemoteReset";
    logConnection(this.context.connectionLogger, this.facts, this.#connection);
    this.#tally.end(isLocal);
    this.#onGone(this);
  }

  // ---- which codec

  #chooseCodec(block: ByteBlock, start: number, end: number): ServerCodec | null {
    if (this.context.config.codecType === "AUTO" && protocolOf(block.bytes, start, end) === "unclear") {
      if (this.#unclearSinceMs < 0) {
        this.#unclearSinceMs = this.context.services.loop.clock.nowMs;
        this.#life.awaitCodec();
      }
      return null;
    }
    // A whole preface too: without HTTP/2 it is answered as what it is to HTTP/1, a malformed request.
    return this.#startHttp1();
  }

  /** The bytes that came are no whole preface: that makes them HTTP/1. */
  chooseCodecNow(): void {
    if (this.#codec !== null) return;
    this.#startHttp1();
    this.#connection.redeliver();
  }

  #startHttp1(): ServerCodec {
    const codec = this.#codec = new H1ServerCodec(this, this.#connection.sink, this.context.codecOptions);
    if (this.#unclearSinceMs >= 0) this.#unclearForMs = this.context.services.loop.clock.nowMs - this.#unclearSinceMs;
    if (this.#willClose) codec.startDrain();
    this.#tally.noteHttp1();
    return codec;
  }

  // ---- ends

  #endStream(): void {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    stream.finish();
    this.#streams.give(stream);
    this.#tally.countBytes();
  }

  /** Two whole responses wait to be sent, and another request begins: somebody pipelines and does not read (1.4). */
  #isFlood(): boolean {
    return outputEnd(this.#connection) - this.#connection.unsentBytes < this.#earlierResponseEnd;
  }

  #endFlood(stream: Stream): void {
    this.context.http1Stats.responseFlood.inc();
    this.#tally.noteCutRequest(true);
    this.#codec!.onConnectionClose(RESPONSE_FLOOD);
    stream.onFault(RESPONSE_FLOOD);
    this.#endStream();
    this.close("delayed", "");
  }

  close(how: CloseManner, reason: string): void {
    const { config, services } = this.context, connection = this.#connection;
    this.#isClosing = true;
    this.facts.localCloseReason = reason;
    this.#life.end();
    this.#slowHead?.end();
    // What the codec had left is nobody's now.
    if (how === "delayed" && config.delayedCloseTimeoutMs > 0) connection.redeliver();
    else connection.close(how === "abort" ? "abort" : "flush");
    if (connection.isClosed) return;
    this.#closing ??= new Closing(connection, config, services.loop.timers, () => this.#onCloseTimeout());
  }

  /** The peer did not close first, or does not read. */
  #onCloseTimeout(): void {
    this.context.stats.cxDelayedCloseTimeout.inc();
    this.facts.localCloseReason = LocalCloseReason.delayedClose;
    this.#connection.close(this.#connection.pendingBytes > 0 ? "abort" : "flush");
  }
}

/** How many bytes were written so far, wherever they are now. */
function outputEnd({ bytesWritten, pendingBytes }: Connection): number {
  return bytesWritten + pendingBytes;
}

function factsOf(connection: Connection, { listenerFacts, services }: HcmContext): ConnectionFacts {
  const { id, remoteAddress, localAddress } = connection, { clock } = services.loop;
  // The other end of a pipe has no name: it goes by that of this end.
  const peer = remoteAddress.kind === "ip" ? remoteAddress : localAddress;
  return new ConnectionFacts(id, peer, localAddress, listenerFacts, clock.nowMs, clock.wallMs());
}

function hostOf(address: TransportAddress): string {
  return address.kind === "ip" ? address.host : "";
}
