/**
 * One try of a request at one host: waits for a connection, sends the request over it as it comes in, and hands the
 * response to the stream.
 *
 * ```
 *   waiting ──▶ sending ──▶ receiving ──▶ done
 *      └───────────┴────────────┴───▶ failed | cancelled | discarded
 * ```
 *
 * Where the request may be tried again, a judge is asked about the head and about every failure before it, and the try may
 * be over without the stream having heard of it.
 *
 * What arrives of the body while it waits is kept, and the client is asked to stop: at most one block of it.
 *
 * What follows the head of an upgrade or a CONNECT waits until the answer opens the tunnel (spec/http.md 7). There the
 * client is not asked to stop before it has filled the cluster's buffer: who does not read does not see it go, and such an
 * answer may be long in coming. Any other answer is handed back like that to any request, but for a WebSocket's that is
 * neither 101 nor an error: of that the client gets the head alone.
 *
 * Differs from Envoy: `keep-alive` is not handed on there either. Each interim response is handed on, with its registered
 * phrase; Envoy hands on one, and calls 102 and 103 unknown.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import { type Fault, fault } from "../../base/fault.ts";
import { opensTunnel } from "../../codec/h1/tunnel.ts";
import type { RequestEncoder, ResponseReceiver } from "../../codec/http_codec.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { applyMutations } from "../../route/header_mutation.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import { type HttpPool, PENDING_OVERFLOW, type PoolClient } from "../../upstream/pool/http_pool.ts";
import type { UpstreamConnection } from "../../upstream/pool/upstream_connection.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { attemptsToTell, writeAttemptCount } from "./attempt_count.ts";
import { ClientHold } from "./client_hold.ts";
import { HeldBody } from "./held_body.ts";
import type { RequestTallies } from "./request_tallies.ts";
import type { RouterContext } from "./router_context.ts";
import type { RequestTimeouts } from "./timeouts.ts";
import { TryCharges } from "./try_charges.ts";
import type { TryJudge, TryOwner, TryTimeout } from "./try_owner.ts";
import { TryLog } from "./try_log.ts";
import { type TimedTry, TryTimers } from "./try_timers.ts";
import { failsHandshake, failureReply, isWebSocket } from "./web_socket.ts";

/** For clients that get no `x-envoy-*` headers. */
const UNTOLD_OVERFLOW = fault("local", "stream", "untold_overflow", "overflow");

const WAITING = 0, OPEN = 1, DONE = 2;

/** Used again for the router's next stream, from `begin` on. */
export class UpstreamRequest implements PoolClient, ResponseReceiver, TimedTry {
  /** An answer's head has come. Plain field: read for early bytes of a CONNECT. */
  isResponseStarted = false;
  /** Null: the request has this try alone. */
  judge: TryJudge<UpstreamRequest> | null = null;
  /** Another try has been begun in its favour already. */
  isRetried = false;
  readonly #context: RouterContext;
  readonly #owner: TryOwner<UpstreamRequest>;
  readonly #timers: TryTimers;
  readonly #log: TryLog;
  readonly #charges: TryCharges;
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
  readonly #held: HeldBody = new HeldBody();
  readonly #hold: ClientHold = new ClientHold();
  /** How often the client has been said to be slow. */
  #slowness = 0;
  /** Where the answer's head is read while it is not the stream's; null = into the stream's own. */
  #ownHead: ResponseHead | null = null;

  /** `tallies`: what counts the owner's request beside its cluster. */
  constructor(context: RouterContext, loop: EventLoop, owner: TryOwner<UpstreamRequest>, tallies: RequestTallies) {
    this.#context = context;
    this.#charges = new TryCharges(context, tallies);
    this.#owner = owner;
    this.#timers = new TryTimers(loop, this);
    this.#log = new TryLog(context, loop);
  }

  /**
   * A new try. `isHeadOnly`: the request ended with its head. `slowness`: how often `readDisable` has been asked for. The caller
   * then asks `pool`, one of the host's, for it.
   */
  begin(
    stream: TerminalHandle,
    cluster: Cluster,
    host: Host,
    pool: HttpPool,
    timeouts: RequestTimeouts,
    isHeadOnly: boolean,
    slowness: number,
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
      this.isRetried =
      this.#isHeld =
      this.#isAnswered =
      this.#isConnected =
        false;
    this.judge = null;
    this.#slowness = slowness;
    this.#ownHead = null;
    this.#hold.begin(stream);
    this.#charges.begin(stream, cluster, host);
    this.#log.begin(stream, host);
  }

  /** Puts bytes of our own before all that is sent on a raw connection. */
  sendFirst(bytes: Uint8Array<ArrayBuffer>): void {
    this.#held.keepOwn(bytes);
  }

  /** Others may be under way beside it: the answer's head is its own until it is known to be the stream's. */
  useOwnHead(): void {
    this.#ownHead = new ResponseHead();
  }

  get head(): ResponseHead {
    return this.#ownHead ?? this.#stream!.response;
  }

  get host(): Host {
    return this.#host!;
  }

  get cluster(): Cluster {
    return this.#cluster!;
  }

  /** It has had a connection, and sent something. */
  get isBegun(): boolean {
    return this.#encoder !== null;
  }

  // ---- the request

  onPoolReady(connection: UpstreamConnection): void {
    const stream = this.#stream!;
    this.#state = OPEN;
    this.#log.onPoolAnswer(connection);
    this.#charges.onRequest();
    this.#timers.onConnected(this.#timeouts!);
    const encoder = connection.openStream(this);
    this.#encoder = encoder;
    for (let i = 0; i < this.#slowness; i++) encoder.readDisable(true);
    const { request } = stream, held = this.#held;
    if (this.#pool!.protocol.isRaw) {
      // The answer comes from inside the call. A request that is all there counts as sent before it.
      if (this.#isRequestSent) this.#noteRequestSent();
      encoder.encodeHead(request, false);
      if (this.#state === OPEN) this.#sendHeld();
    } else if (request.isUpgrade) {
      this.#isHeld = true;
      encoder.encodeHead(request, false);
      this.#log.onSent(encoder, 0);
      // A WebSocket's request is never all there: its times are those of the handshake.
      if (isWebSocket(request)) this.#timers.onRequestComplete(this.#timeouts!);
    } else {
      const isHeadOnly = this.#isRequestSent && !held.isHolding;
      encoder.encodeHead(request, isHeadOnly);
      this.#log.onSent(encoder, 0);
      if (isHeadOnly) this.#noteRequestSent();
      else if (held.isHolding) this.#sendHeld();
    }
    if (!this.#isHeld) this.#hold.letGo();
  }

  onPoolFailure(fault: Fault): void {
    this.#log.onPoolAnswer(null);
    if (fault === PENDING_OVERFLOW) this.#stream!.facts.forgetHost();
    this.#fail(fault);
  }

  sendBody(block: ByteBlock, start: number, end: number): void {
    if (this.#state === DONE) return;
    if (this.#state === OPEN && !this.#isHeld) {
      this.#encoder!.encodeBody(block, start, end);
      return this.#log.onSent(this.#encoder!, end - start);
    }
    this.#held.keep(block, start, end);
    if (!this.#mayKeepMore()) this.#hold.hold();
  }

  sendTrailers(trailers: HeaderList): void {
    if (this.#state === OPEN) return this.#encodeEnd(trailers);
    if (this.#state === WAITING) this.#held.keepTrailers(trailers);
  }

  sendEnd(): void {
    if (this.#isRequestSent || this.#state === DONE) return;
    if (this.#state === OPEN) return this.#encodeEnd(null);
    this.#isRequestSent = true;
    this.#held.keepEnd();
  }

  /** Stops or goes on taking the response: the client is slow. */
  readDisable(disable: boolean): void {
    this.#slowness += disable ? 1 : -1;
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
    if (wasWaiting) return this.#pool!.cancel(this);
    this.#encoder!.reset();
  }

  /** Its answer's head is not the client's, and the rest of it is not wanted either. `endStream`: there is none. */
  discard(endStream: boolean): void {
    if (this.#ownHead === null) this.#log.onHead();
    if (endStream && this.#isRequestSent) this.#finish();
    else this.cancel();
    this.#freeClient();
  }

  // ---- its time is up

  /** All tries together have taken too long: this one ends, and is counted. */
  timeOut(): void {
    this.#charges.onRouteTimeout();
    this.#endForTimeout();
    if (this.#isConnected && !this.isResponseStarted) this.#charges.onLate(this.#timeouts!.hasAltResponse);
    this.chargeTimeout();
  }

  onTryTimeout(): void {
    // Once an answer has set out, only the route's own time bounds it.
    if (this.#isAnswered) return;
    this.#charges.onLate(this.#timeouts!.hasAltResponse);
    if (this.#timeouts!.hedges) return this.judge?.hedge(this);
    this.#cluster!.stats.rqPerTryTimeout.inc();
    this.#endForTimeout();
    this.#afterTimeout("per_try_timeout");
  }

  onTryIdle(): void {
    this.#charges.onLate(this.#timeouts!.hasAltResponse);
    if (this.#timeouts!.hedges) return this.judge?.hedge(this);
    this.#cluster!.stats.rqPerTryIdleTimeout.inc();
    this.#endForTimeout();
    this.#afterTimeout("per_try_idle_timeout");
  }

  onTryMaxDuration(): void {
    this.#cluster!.stats.rqMaxDurationReached.inc();
    this.cancel();
    this.#afterTimeout("max_stream_duration");
  }

  /** A try that timed out is the last one: its answer, if none has set out, is denvoy's own. */
  chargeTimeout(): void {
    if (this.#isAnswered) return;
    this.#charges.onTimeout(this.#isConnected, this.#timeouts!.hasAltResponse);
  }

  #afterTimeout(which: TryTimeout): void {
    const { judge } = this;
    if (judge !== null) {
      if (judge.retries(this, "local_reset", which !== "max_stream_duration")) return this.#freeClient();
      if (judge.goesOn()) return this.#freeClient();
    }
    this.#owner.onTryTimeout(this, which);
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
    // As in Envoy: the first is counted as an answer, and nobody is charged for what comes of the request after it.
    if (!this.#isAnswered) this.#charges.onInterim(this.head.status);
    this.#isAnswered = true;
    this.#settle();
    if (this.#stream!.forwardsInterim) this.#stream!.encodeInterim();
  }

  onHead(endStream: boolean): void {
    this.#charges.onHead(this.head);
    if (this.judge !== null) {
      if (!this.judge.admitsHead(this, endStream)) return;
      this.#settle();
    }
    const stream = this.#stream!, { facts, request, response } = stream, context = this.#context;
    const { status } = response;
    this.#isAnswered = this.isResponseStarted = true;
    this.#timers.noteActivity();
    if (status >= 300 && status < 400 && !request.isUpgrade && this.#owner.onRedirect(endStream)) return;
    if (this.#isHeld) {
      if (opensTunnel(request.methodId, true, response)) this.#openTunnel();
      else if (failsHandshake(request, response)) return this.#failHandshake();
    }
    facts.details = "via_upstream";
    facts.responseCode = response.status;
    const nowMs = stream.loop.clock.nowMs;
    this.#log.onHead();
    this.#charges.onAnswer(response.status);
    if (facts.upstreamRequestEndMs >= 0 && !context.config.suppressEnvoyHeaders) {
      const serviceTimeMs = Math.round(nowMs - facts.upstreamRequestEndMs);
      facts.upstreamServiceTimeMs = serviceTimeMs;
      const { headers } = response;
      headers.remove(HeaderId.xEnvoyUpstreamServiceTime);
      headers.openLine(HeaderId.xEnvoyUpstreamServiceTime).writeDecimal(serviceTimeMs);
      headers.closeLine();
    }
    const { newCookies } = this.#owner;
    if (newCookies !== null) { for (const cookie of newCookies) response.headers.add(HeaderId.setCookie, cookie); }
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
    this.#log.onTrailers(trailers);
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
    this.#hold.clog(isBlocked);
  }

  // ----

  /** The client gets something of this try: it is the one, whatever comes of it. */
  #settle(): void {
    this.judge?.settleOn(this);
    if (this.#ownHead === null) return;
    this.#stream!.takeResponse(this.#ownHead);
    this.#ownHead = null;
  }

  /** What waited may go, and all that follows it. */
  #openTunnel(): void {
    this.#isHeld = false;
    this.#timers.onTunnelOpen();
    if (this.#held.isHolding) this.#sendHeld();
    this.#hold.letGo();
    this.#owner.onTunnelOpen();
  }

  /** The client is told what it did not get, and nothing of the body. */
  #failHandshake(): void {
    const stream = this.#stream!, reply = failureReply(stream.response);
    this.#log.onHead();
    this.cancel();
    stream.sendLocalReply(reply);
  }

  #mayKeepMore(): boolean {
    return this.#stream!.request.isUpgrade &&
      this.#held.heldBytes <= this.#cluster!.config.perConnectionBufferLimitBytes;
  }

  /** It is over and the stream is not: the client waits for this try no more. */
  #freeClient(): void {
    this.#hold.end();
    if (this.#ownHead !== null) this.#log.end();
  }

  #encodeEnd(trailers: HeaderList | null): void {
    this.#isRequestSent = true;
    this.#noteRequestSent();
    this.#encoder!.encodeEnd(trailers);
    this.#log.onSent(this.#encoder!, 0);
  }

  #sendHeld(): void {
    const { trailers } = this.#held;
    this.#held.sendTo(this.#encoder!, this.#log);
    if (this.#isRequestSent) this.#encodeEnd(trailers);
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
    if (this.#isRequestSent) this.#state = DONE;
    this.#log.onResponseEnd();
    this.#timers.stop();
    this.#charges.onEnd();
  }

  #fail(fault: Fault): void {
    if (this.#state === DONE) return;
    this.#finish();
    this.#charges.onFault(fault.code);
    this.#log.onFault(fault, this.#isAnswered);
    const { judge } = this;
    if (judge !== null && judge.retries(this, fault.code, false)) return this.#freeClient();
    if (!this.#isAnswered) this.#charges.onFailure(fault.code === "protocol_error" ? 502 : 503);
    if (judge !== null && judge.goesOn()) return this.#freeClient();
    const isUntold = fault.code === "overflow" && this.#context.config.suppressEnvoyHeaders;
    this.#stream!.fail(isUntold ? UNTOLD_OVERFLOW : fault, attemptsToTell(this.#stream!));
  }

  #finish(): void {
    this.#state = DONE;
    this.#timers.stop();
    this.#held.drop();
    this.#ownHead?.release();
  }
}
