/**
 * One connection to a host: joins a transport connection with a client codec and carries one exchange at a time.
 *
 * ```
 *   connecting ──▶ idle ◀──▶ busy ──▶ closed
 *        └────────────────────────────▲
 * ```
 *
 * It closes when the peer does, when an exchange leaves it unusable, after `idle_timeout` without one, past
 * `max_connection_duration` or `max_requests_per_connection`, and when bytes come that nobody asked for
 * (spec/upstream.md 2.2, 10.3).
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { type Fault, fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { ClientCodec, ClientCodecEvents, RequestEncoder, ResponseReceiver } from "../../codec/http_codec.ts";
import type {
  CloseReason,
  ConnectAttempt,
  ConnectFailure,
  Connection,
  ConnectionHandler,
} from "../../transport/transport.ts";
import { UpstreamConnectionFacts } from "../../observe/connection_facts.ts";
import type { PoolContext, PoolProtocol, PoolTarget } from "./pool_context.ts";

const CONNECT_TIMEOUT = fault("upstream", "connection", "connect_timeout", "connection timeout", { retry: "safe" });
const TERMINATED = fault("upstream", "connection", "connection_termination", "connection termination", {
  retry: "ifConnectionWasReused",
});

/** Most responses' heads fit: a connection that sees bigger ones learns. */
const IDLE_READ_BYTES = 4096;

/** The pool, as its connections see it. */
export interface ConnectionOwner {
  readonly context: PoolContext;
  readonly target: PoolTarget;
  readonly protocol: PoolProtocol;
  onConnected(connection: UpstreamConnection): void;
  onConnectFailure(failure: Fault): void;
  /** The connection has no exchange and may take one. */
  onAvailable(connection: UpstreamConnection): void;
  /** The connection is no more. */
  onGone(connection: UpstreamConnection): void;
}

/** Carries exchanges to one host, one after the other. */
export class UpstreamConnection implements ConnectionHandler, ClientCodecEvents {
  readonly #owner: ConnectionOwner;
  readonly #connectTimer: Timer;
  readonly #idleTimer: Timer;
  readonly #durationTimer: Timer;
  #attempt: ConnectAttempt | null = null;
  /** Both from the moment it is connected. */
  #connection: Connection | null = null;
  #codec: ClientCodec | null = null;
  #facts: UpstreamConnectionFacts | null = null;
  #connectStartMs = 0;
  #requests = 0;
  #isBusy = false;
  #isSpent = false;
  #isClosing = false;
  #hasPeerEnded = false;
  #bytesReadCounted = 0;
  #bytesWrittenCounted = 0;

  constructor(owner: ConnectionOwner) {
    const { loop } = owner.context;
    this.#owner = owner;
    this.#connectTimer = new Timer(loop.timers, () => this.#onConnectTimeout());
    this.#idleTimer = new Timer(loop.timers, () => this.#onIdleTimeout());
    this.#durationTimer = new Timer(loop.timers, () => this.#onMaxDuration());
  }

  /** For logs; from the moment it is connected. */
  get facts(): UpstreamConnectionFacts {
    return this.#facts!;
  }

  /** Starts the attempt; the pool hears how it ends. */
  connect(): void {
    const { config, dialer, loop } = this.#owner.context;
    this.#connectStartMs = loop.clock.nowMs;
    this.#connectTimer.arm(config.connectTimeoutMs);
    const options = {
      bufferLimitBytes: config.perConnectionBufferLimitBytes,
      idleReadBytes: IDLE_READ_BYTES,
      tcpKeepalive: config.tcpKeepalive,
    };
    this.#attempt = dialer.connect(
      this.#owner.target.address,
      options,
      (connection) => this.#onConnect(connection),
      (failure) => this.#onConnectFailure(failure),
    );
  }

  /** For the pool: an exchange is about to begin. */
  startExchange(): void {
    this.#idleTimer.cancel();
    this.#isBusy = true;
    this.#requests++;
    const limit = this.#owner.context.config.http.maxRequestsPerConnection;
    if (limit > 0 && this.#requests >= limit) {
      this.#isSpent = true;
      this.#owner.context.stats.cxMaxRequests.inc();
    }
  }

  /** For the pool: nobody wants it now. */
  startIdling(): void {
    const timeoutMs = this.#owner.context.config.http.idleTimeoutMs;
    if (timeoutMs > 0) this.#idleTimer.arm(timeoutMs);
  }

  /** Sends a request over it. The client has the connection until `receiver` saw the end or a fault, or it resets. */
  openStream(receiver: ResponseReceiver): RequestEncoder {
    return this.#codec!.openStream(receiver);
  }

  /** Closes at once; an exchange in progress fails. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#cancelTimers();
    this.#attempt?.cancel();
    this.#connection?.close("abort");
  }

  // ---- the transport's side

  onBytes(block: ByteBlock, start: number, end: number): number {
    return this.#isClosing ? end : this.#codec!.receive(block, start, end);
  }

  onEnd(): void {
    if (this.#isClosing) return;
    this.#hasPeerEnded = !this.#isBusy || this.#codec!.receiveEnd();
    this.close();
  }

  onWriteBlocked(isBlocked: boolean): void {
    const { flowControlBackedUp, flowControlDrained } = this.#owner.context.stats;
    if (isBlocked) flowControlBackedUp.inc();
    else flowControlDrained.inc();
    this.#codec!.onWriteBlocked(isBlocked);
  }

  onClose(reason: CloseReason): void {
    this.#isClosing = true;
    this.#cancelTimers();
    const { loop, stats } = this.#owner.context;
    const isLocal = !this.#hasPeerEnded && (reason === "local" || reason === "bug");
    stats.cxDestroy.inc();
    (isLocal ? stats.cxDestroyLocal : stats.cxDestroyRemote).inc();
    if (this.#isBusy || this.#codec?.isBroken === true) {
      stats.cxDestroyWithActiveRq.inc();
      (isLocal ? stats.cxDestroyLocalWithActiveRq : stats.cxDestroyRemoteWithActiveRq).inc();
    }
    if (this.#isBusy) {
      this.#codec!.onConnectionClose(TERMINATED);
      this.#endExchange();
    }
    this.#countBytes();
    stats.cxLengthMs.record(Math.round(loop.clock.nowMs - this.#connectStartMs));
    stats.rqPerCx.record(this.#requests);
    this.#owner.onGone(this);
  }

  // ---- the codec's side

  readDisable(disable: boolean): void {
    this.#connection?.readDisable(disable);
  }

  onExchangeEnd(isReusable: boolean): void {
    this.#endExchange();
    if (this.#isClosing) return;
    this.#connection!.expectMessage();
    if (isReusable && !this.#isSpent) this.#owner.onAvailable(this);
    else this.close();
  }

  onUnexpectedBytes(): void {
    this.#owner.context.stats.cxProtocolError.inc();
    this.close();
  }

  endOutput(): void {
    this.#connection!.close("half");
  }

  // ----

  #endExchange(): void {
    if (!this.#isBusy) return;
    this.#isBusy = false;
    const { context: { breaker, stats }, target } = this.#owner;
    breaker.releaseRequest();
    stats.rqActive.dec();
    target.stats.rqActive.dec();
    target.counts.addRequests(-1);
    this.#countBytes();
  }

  #countBytes(): void {
    const connection = this.#connection;
    if (connection === null) return;
    const { stats } = this.#owner.context;
    stats.cxRxBytesTotal.add(connection.bytesRead - this.#bytesReadCounted);
    stats.cxTxBytesTotal.add(connection.bytesWritten - this.#bytesWrittenCounted);
    this.#bytesReadCounted = connection.bytesRead;
    this.#bytesWrittenCounted = connection.bytesWritten;
  }

  #onConnect(connection: Connection): void {
    this.#attempt = null;
    this.#connectTimer.cancel();
    const { config, loop, stats } = this.#owner.context;
    this.#connection = connection;
    this.#codec = this.#owner.protocol.makeCodec(this, connection.sink, this.#owner.context);
    const { id, remoteAddress, localAddress } = connection;
    const local = remoteAddress.kind === "pipe" ? null : localAddress;
    const startMs = this.#connectStartMs, { host } = this.#owner.target;
    const version = this.#owner.protocol.isRaw ? 0 : 11;
    this.#facts = new UpstreamConnectionFacts(id, host, remoteAddress, local, version, startMs, loop.clock.nowMs);
    stats.cxConnectMs.record(Math.round(loop.clock.nowMs - this.#connectStartMs));
    const maxDurationMs = config.http.maxConnectionDurationMs;
    if (maxDurationMs > 0) this.#durationTimer.arm(maxDurationMs);
    connection.open(this);
    this.#owner.onConnected(this);
  }

  #onConnectFailure({ text }: ConnectFailure): void {
    const failure = fault("upstream", "connection", "connect_failure", "remote connection failure", {
      retry: "safe",
      transportReason: `delayed connect error: ${text}`,
    });
    this.#failConnect(failure);
  }

  #onConnectTimeout(): void {
    this.#owner.context.stats.cxConnectTimeout.inc();
    this.#attempt?.cancel();
    this.#failConnect(CONNECT_TIMEOUT);
  }

  #failConnect(failure: Fault): void {
    this.#attempt = null;
    this.#isClosing = true;
    this.#cancelTimers();
    const { stats } = this.#owner.context;
    stats.cxConnectFail.inc();
    stats.cxDestroy.inc();
    stats.cxDestroyRemote.inc();
    this.#owner.target.stats.cxConnectFail.inc();
    this.#owner.onConnectFailure(failure);
  }

  #onIdleTimeout(): void {
    this.#owner.context.stats.cxIdleTimeout.inc();
    this.close();
  }

  #onMaxDuration(): void {
    this.#owner.context.stats.cxMaxDurationReached.inc();
    if (this.#isBusy) this.#isSpent = true;
    else this.close();
  }

  #cancelTimers(): void {
    this.#connectTimer.cancel();
    this.#idleTimer.cancel();
    this.#durationTimer.cancel();
  }
}
