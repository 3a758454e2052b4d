/**
 * One try of a request at one host: waits for a connection, sends the request over it as it comes in, and hands the
 * response to the stream.
 *
 * ```
 *   waiting ──▶ sending ──▶ receiving ──▶ done
 *      └───────────┴────────────┴───▶ failed | cancelled
 * ```
 *
 * What arrives of the body while it waits is kept, and the client is asked to stop: at most one block of it.
 *
 * What follows the head of an upgrade or a CONNECT waits until the answer opens the tunnel (spec/http.md 7). There the
 * client is not asked to stop before it has filled the cluster's buffer: who does not read does not see it go, and such an
 * answer may be long in coming. Any other answer is handed back like that to any request, but for a WebSocket's that is
 * neither 101 nor an error: of that the client gets the head alone.
 *
 * Differs from Envoy: `keep-alive` is not handed on there either.
 */
import { ByteBlock } from "../../base/byte_block.ts";
import type { Fault } from "../../base/fault.ts";
import { opensTunnel } from "../../codec/h1/tunnel.ts";
import type { RequestEncoder, ResponseReceiver } from "../../codec/http_codec.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import { localReply } from "../../filter/local_reply.ts";
import { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { applyMutations } from "../../route/header_mutation.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import type { HttpPool, PoolClient } from "../../upstream/pool/http_pool.ts";
import type { UpstreamConnection } from "../../upstream/pool/upstream_connection.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { attemptsToTell, writeAttemptCount } from "./attempt_count.ts";
import { chargeCluster, chargedOrigin, chargeResponse } from "./charge.ts";
import type { RequestTallies } from "./request_tallies.ts";
import type { RouterContext } from "./router_context.ts";
import type { RequestTimeouts } from "./timeouts.ts";
import { TryLog } from "./try_log.ts";
import { type TimedTry, TryTimers } from "./try_timers.ts";

/** Which of its own times ended a try. */
export type TryTimeout = "per_try_timeout" | "per_try_idle_timeout" | "max_stream_duration";

/** Whoever a try is made for. */
export interface TryOwner {
  /** The try is over, without an answer or in the middle of one: the owner says what comes of it. */
  onTryTimeout(which: TryTimeout): void;
  /** The answer has opened the tunnel that the request asked for. */
  onTunnelOpen(): void;
}

/** What a handshake that failed does not hand on: they speak of a body that the client does not get. */
const BODY_FIELDS = headerMask(HeaderId.contentLength, HeaderId.contentType);

/** A body piece that waits for its connection. */
interface KeptPiece {
  readonly block: ByteBlock;
  readonly start: number;
  readonly end: number;
}

const WAITING = 0, OPEN = 1, DONE = 2;

/** Whether an upgrade is one to a WebSocket. */
export function isWebSocket({ upgradeType }: RequestHead): boolean {
  return upgradeType.toLowerCase() === "websocket";
}

/** Used again for the router's next stream, from `begin` on. */
export class UpstreamRequest implements PoolClient, ResponseReceiver, TimedTry {
  /** An answer's head has come. Plain field: read for early bytes of a CONNECT. */
  isResponseStarted = false;
  readonly #context: RouterContext;
  readonly #owner: TryOwner;
  readonly #timers: TryTimers;
  readonly #log: TryLog;
  readonly #tallies: RequestTallies;
  #timeouts: RequestTimeouts | null = null;
  #stream: TerminalHandle | null = null;
  #cluster: Cluster | null = null;
  #host: Host | null = null;
  #pool: HttpPool | null = null;
  #state: typeof WAITING | typeof OPEN | typeof DONE = DONE;
  #encoder: RequestEncoder | null = null;
  #isRequestSent = false;
  /** The head is sent; what follows waits for the tunnel. */
  #isHeld = false;
  /** Anything of a response has come, an interim one too: who is charged is settled. */
  #isAnswered = false;
  /** Of a try that timed out: it had a connection. */
  #isConnected = false;
  #kept: KeptPiece[] | null = null;
  /** Memory that the kept pieces hold: their blocks, however little of them. */
  #keptBytes = 0;
  #keptTrailers: HeaderList | null = null;
  #preface: Uint8Array<ArrayBuffer> | null = null;
  #hasPausedClient = false;

  /** `tallies`: what counts the owner's request beside its cluster. */
  constructor(context: RouterContext, loop: EventLoop, owner: TryOwner, tallies: RequestTallies) {
    this.#context = context;
    this.#tallies = tallies;
    this.#owner = owner;
    this.#timers = new TryTimers(loop, this);
    this.#log = new TryLog(context, loop);
  }

  /** A new try. `isHeadOnly`: the request ended with its head. The caller then asks `pool`, one of the host's, for it. */
  begin(
    stream: TerminalHandle,
    cluster: Cluster,
    host: Host,
    pool: HttpPool,
    timeouts: RequestTimeouts,
    isHeadOnly: boolean,
  ): void {
    this.#stream = stream;
    this.#timeouts = timeouts;
    this.#cluster = cluster;
    this.#host = host;
    this.#pool = pool;
    this.#state = WAITING;
    this.#encoder = null;
    this.#isRequestSent = isHeadOnly;
    this.isResponseStarted =
      this.#isHeld =
      this.#isAnswered =
      this.#hasPausedClient =
        false;
    this.#kept = this.#keptTrailers = this.#preface = null;
    this.#keptBytes = 0;
    this.#log.begin(stream, host);
  }

  /** Puts bytes of our own before all that is sent on a raw connection. */
  sendFirst(bytes: Uint8Array<ArrayBuffer>): void {
    this.#preface = bytes;
  }

  get head(): ResponseHead {
    return this.#stream!.response;
  }

  // ---- the request

  onPoolReady(connection: UpstreamConnection): void {
    const stream = this.#stream!;
    this.#state = OPEN;
    this.#log.onPoolAnswer(connection);
    this.#tallies.onRequest();
    this.#timers.onConnected(this.#timeouts!);
    const encoder = connection.openStream(this);
    this.#encoder = encoder;
    const { request } = stream, kept = this.#kept;
    if (this.#pool!.protocol.isRaw) {
      // The answer comes from inside the call. A request that is all there counts as sent before it.
      if (this.#isRequestSent) this.#noteRequestSent();
      encoder.encodeHead(request, false);
      if (this.#state !== OPEN) return;
      if (this.#preface !== null) this.#sendPreface(this.#preface);
      this.#sendKept(kept ?? []);
    } else if (request.isUpgrade) {
      this.#isHeld = true;
      encoder.encodeHead(request, false);
      this.#log.onSent(encoder, 0);
      // A WebSocket's request is never all there: its times are those of the handshake.
      if (isWebSocket(request)) this.#timers.onRequestComplete(this.#timeouts!);
    } else {
      encoder.encodeHead(request, this.#isRequestSent && kept === null);
      this.#log.onSent(encoder, 0);
      if (this.#isRequestSent && kept === null) this.#noteRequestSent();
      if (kept !== null) this.#sendKept(kept);
    }
    if (!this.#isHeld) this.#resumeClient();
  }

  onPoolFailure(fault: Fault): void {
    this.#log.onPoolAnswer(null);
    this.#fail(fault);
  }

  sendBody(block: ByteBlock, start: number, end: number): void {
    if (this.#state === DONE) return;
    if (this.#state === OPEN && !this.#isHeld) {
      this.#encoder!.encodeBody(block, start, end);
      return this.#log.onSent(this.#encoder!, end - start);
    }
    block.retain();
    (this.#kept ??= []).push({ block, start, end });
    this.#keptBytes += block.bytes.length;
    if (this.#hasPausedClient || this.#mayKeepMore()) return;
    this.#hasPausedClient = true;
    this.#stream!.readDisable(true);
  }

  sendTrailers(trailers: HeaderList): void {
    if (this.#state === OPEN) return this.#encodeEnd(trailers);
    if (this.#state !== WAITING) return;
    const kept = new HeaderList();
    for (const [name, value] of trailers.entries()) kept.addName(name, value);
    this.#keptTrailers = kept;
  }

  sendEnd(): void {
    if (this.#isRequestSent) return;
    if (this.#state === OPEN) return this.#encodeEnd(null);
    this.#isRequestSent = true;
    this.#kept ??= [];
  }

  /** Stops or goes on taking the response: the client is slow. */
  readDisable(disable: boolean): void {
    if (this.#state !== OPEN) return;
    const { flowControlPausedReading, flowControlResumedReading } = this.#cluster!.stats;
    if (disable) flowControlPausedReading.inc();
    else flowControlResumedReading.inc();
    this.#encoder!.readDisable(disable);
  }

  /** The stream's router lets go of it: what is not through is cancelled. */
  release(): void {
    this.cancel();
    this.#log.end();
  }

  /** The stream does not want it any more. */
  cancel(): void {
    if (this.#state === DONE) return;
    const wasWaiting = this.#state === WAITING;
    this.#finish();
    this.#dropKept();
    if (wasWaiting) return this.#pool!.cancel(this);
    this.#encoder!.reset();
  }

  // ---- its time is up

  /** All tries together have taken too long: this one ends, and is counted. */
  timeOut(): void {
    this.#cluster!.stats.rqTimeout.inc();
    this.#tallies.onTimeout();
    this.#endForTimeout();
    this.chargeTimeout();
  }

  onTryTimeout(): void {
    // Once an answer has set out, only the route's own time bounds it.
    if (this.#isAnswered) return;
    this.#cluster!.stats.rqPerTryTimeout.inc();
    this.#endForTimeout();
    this.#owner.onTryTimeout("per_try_timeout");
  }

  onTryIdle(): void {
    this.#cluster!.stats.rqPerTryIdleTimeout.inc();
    this.#endForTimeout();
    this.#owner.onTryTimeout("per_try_idle_timeout");
  }

  onTryMaxDuration(): void {
    this.#cluster!.stats.rqMaxDurationReached.inc();
    this.cancel();
    this.#owner.onTryTimeout("max_stream_duration");
  }

  /** A try that timed out is the last one: its answer, if none has set out, is denvoy's own. */
  chargeTimeout(): void {
    if (this.#isAnswered) return;
    const origin = chargedOrigin(this.#context.config, this.#stream!.facts);
    const { hasAltResponse } = this.#timeouts!;
    // As in Envoy, where it is not for the answers' counters to say that a host failed by another status than 5xx.
    if (this.#isConnected && (origin !== null || hasAltResponse)) this.#host!.stats.rqError.inc();
    chargeCluster(this.#cluster!, hasAltResponse ? 204 : 504, origin, this.#tallies);
  }

  /** A host is charged only with what it was given. */
  #endForTimeout(): void {
    this.#isConnected = this.#state === OPEN;
    if (this.#isConnected) this.#host!.stats.rqTimeout.inc();
    this.cancel();
  }

  // ---- the response

  onInterim(): void {
    this.#timers.noteActivity();
    // As in Envoy: it is counted as an answer, and nobody is charged for what comes of the request after it.
    this.#isAnswered = true;
    const origin = chargedOrigin(this.#context.config, this.#stream!.facts);
    chargeCluster(this.#cluster!, this.head.status, origin, this.#tallies);
    if (this.#stream!.forwardsInterim) this.#stream!.encodeInterim();
  }

  onHead(endStream: boolean): void {
    const stream = this.#stream!, { facts, request, response } = stream, context = this.#context;
    this.isResponseStarted = this.#isAnswered = true;
    this.#timers.noteActivity();
    if (this.#isHeld) {
      const { status } = response;
      if (opensTunnel(request.methodId, true, response)) this.#openTunnel();
      else if (status < 400 && status !== 101 && isWebSocket(request)) return this.#failHandshake();
    }
    facts.details = "via_upstream";
    facts.responseCode = response.status;
    const nowMs = stream.loop.clock.nowMs;
    this.#log.onHead();
    const origin = chargedOrigin(context.config, facts);
    chargeResponse(this.#cluster!, this.#host!, response.status, origin, this.#tallies);
    if (facts.upstreamRequestEndMs >= 0 && !context.config.suppressEnvoyHeaders) {
      const serviceTimeMs = Math.round(nowMs - facts.upstreamRequestEndMs);
      facts.upstreamServiceTimeMs = serviceTimeMs;
      const { headers } = response;
      headers.remove(HeaderId.xEnvoyUpstreamServiceTime);
      headers.openLine(HeaderId.xEnvoyUpstreamServiceTime).writeDecimal(serviceTimeMs);
      headers.closeLine();
    }
    const mutations = stream.route?.mutations.response ?? null;
    if (mutations !== null) applyMutations(mutations, response.headers, stream.responseView);
    const attempts = attemptsToTell(stream);
    if (attempts > 0) writeAttemptCount(response.headers, attempts);
    if (endStream) this.#complete();
    stream.encodeHead(endStream);
  }

  onBody(block: ByteBlock, start: number, end: number): void {
    this.#log.onBody(end - start);
    this.#timers.noteActivity();
    this.#stream!.encodeBody(block, start, end);
  }

  onTrailers(trailers: HeaderList): void {
    const stream = this.#stream!;
    this.#complete();
    stream.encodeEnd(trailers);
  }

  onEnd(): void {
    if (this.#state === DONE) return; // the trailers were the end
    const stream = this.#stream!;
    this.#complete();
    stream.encodeEnd(null);
  }

  onFault(fault: Fault): void {
    if (fault.code === "protocol_error") this.#cluster!.stats.cxProtocolError.inc();
    this.#fail(fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#stream!.readDisable(isBlocked);
  }

  // ----

  /** What waited may go, and all that follows it. */
  #openTunnel(): void {
    this.#isHeld = false;
    this.#timers.onTunnelOpen();
    const kept = this.#kept;
    if (kept !== null) this.#sendKept(kept);
    this.#resumeClient();
    this.#owner.onTunnelOpen();
  }

  /** The client is told what it did not get, and nothing of the body. */
  #failHandshake(): void {
    const stream = this.#stream!, { status, headers } = stream.response;
    this.#log.onHead();
    headers.removeAny(BODY_FIELDS);
    const fields = headers.copy();
    this.cancel();
    stream.sendLocalReply(localReply(status, "", "websocket_handshake_unsuccessful", { fields }));
  }

  #mayKeepMore(): boolean {
    return this.#stream!.request.isUpgrade && this.#keptBytes <= this.#cluster!.config.perConnectionBufferLimitBytes;
  }

  #resumeClient(): void {
    if (!this.#hasPausedClient) return;
    this.#hasPausedClient = false;
    this.#stream!.readDisable(false);
  }

  #encodeEnd(trailers: HeaderList | null): void {
    this.#isRequestSent = true;
    this.#noteRequestSent();
    this.#encoder!.encodeEnd(trailers);
    this.#log.onSent(this.#encoder!, 0);
  }

  #sendKept(kept: readonly KeptPiece[]): void {
    this.#kept = null;
    for (const { block, start, end } of kept) {
      this.#encoder!.encodeBody(block, start, end);
      this.#log.onSent(this.#encoder!, end - start);
      block.release();
    }
    if (this.#isRequestSent) this.#encodeEnd(this.#keptTrailers);
  }

  #sendPreface(bytes: Uint8Array<ArrayBuffer>): void {
    const block = new ByteBlock(bytes);
    this.#encoder!.encodeBody(block, 0, bytes.length);
    block.release();
    this.#log.onPreface(this.#encoder!, bytes.length);
  }

  #dropKept(): void {
    for (const { block } of this.#kept ?? []) block.release();
    this.#kept = null;
  }

  #noteRequestSent(): void {
    this.#log.onRequestSent();
    this.#timers.onRequestComplete(this.#timeouts!);
  }

  /**
   * The response is through. If the request is not, the rest of it has no taker: `cancel`, which the stream's end
   * brings, then resets the exchange.
   */
  #complete(): void {
    const stream = this.#stream!;
    if (this.#isRequestSent) this.#state = DONE;
    this.#log.onResponseEnd();
    this.#timers.stop();
    const origin = chargedOrigin(this.#context.config, stream.facts);
    if (origin === null) return;
    const { stats } = this.#cluster!;
    const elapsedMs = Math.round(stream.loop.clock.nowMs - stream.facts.startMs);
    stats.rqTime.record(elapsedMs);
    stats[origin].rqTime.record(elapsedMs);
    this.#tallies.onTime(elapsedMs);
  }

  #fail(fault: Fault): void {
    if (this.#state === DONE) return;
    this.#finish();
    this.#dropKept();
    this.#log.onFault(fault, this.#isAnswered);
    if (!this.#isAnswered) this.#chargeFailure(fault.code === "protocol_error" ? 502 : 503);
    this.#stream!.fail(fault, attemptsToTell(this.#stream!));
  }

  #finish(): void {
    this.#state = DONE;
    this.#timers.stop();
  }

  #chargeFailure(status: number): void {
    const origin = chargedOrigin(this.#context.config, this.#stream!.facts);
    if (origin === null) return;
    this.#host!.stats.rqError.inc();
    chargeCluster(this.#cluster!, status, origin, this.#tallies);
  }
}
