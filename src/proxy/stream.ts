/**
 * One request and its response, as steps. The codec feeds it, its filters answer through it, and it is finished when
 * the exchange is over or broken.
 *
 * ```
 *   begin ──▶ onHead: fit? adjust, route ──▶ filters ──▶ terminal filter
 *                 │ refused                     │ reply          │ answer, fault
 *                 ▼                             ▼                ▼
 *             sendLocalReply ──────────▶ filters, backwards ──▶ sendHead ──▶ sendBody* ──▶ sendEnd ──▶ finish
 * ```
 *
 * Streams are used again (stream_pool.ts): nothing may hold one past `destroy` or `finish`. The order of a head's
 * treatment is spec/http.md 1.6.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import { opensTunnel } from "../codec/h1/tunnel.ts";
import type { RequestReceiver, ResponseEncoder } from "../codec/http_codec.ts";
import type { KeptRequest, TerminalHandle } from "../filter/http_filter.ts";
import type { LocalReply } from "../filter/local_reply.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { RequestHead } from "../http/request_head.ts";
import { ResponseHead } from "../http/response_head.ts";
import { receivedFieldBytes } from "../observe/received_bytes.ts";
import { StreamFacts } from "../observe/stream_facts.ts";
import { OwnStreamView, type StreamView } from "../observe/stream_view.ts";
import type { RedirectHistory } from "../route/internal_redirect_policy.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { RouteInput } from "../route/route_input.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { ChainPlan } from "./chain/chain_plan.ts";
import type { ChainStream } from "./chain/filter_chain.ts";
import { detailsOfCut, endsConnection, flagOfCut, replyToFault } from "./local_reply.ts";
import { makeReply } from "./reply_making.ts";
import { adjustRequest, decideTrace, expectsContinue } from "./head/request_adjust.ts";
import { adjustInterim, adjustResponse } from "./head/response_adjust.ts";
import { RequestReplay } from "./request_replay.ts";
import { overloadReply } from "./overload_reply.ts";
import { type LoggedStream, StreamLog } from "./stream_log.ts";
import { countAnswer, countEnd, countRequest } from "./stream_counts.ts";
import { StreamFilters } from "./stream_filters.ts";
import type { StreamOwner } from "./stream_owner.ts";
import * as replies from "./stream_replies.ts";
import { StreamRouting } from "./stream_routing.ts";
import { StreamTimers, type TimedStream } from "./stream_timers.ts";

/** Carries one request to its filters and their answer back. */
export class Stream implements RequestReceiver, TerminalHandle, ChainStream, TimedStream, LoggedStream {
  readonly head: RequestHead = new RequestHead();
  response: ResponseHead = new ResponseHead();
  readonly facts: StreamFacts = new StreamFacts();
  readonly loop: EventLoop;
  isRequestComplete = false;
  isHeadReceived = false;
  redirects: RedirectHistory | null = null;
  #owner: StreamOwner | null = null;
  #encoder: ResponseEncoder | null = null;
  readonly #filters: StreamFilters = new StreamFilters();
  /** The request is an upgrade or a CONNECT that was let through. */
  #isUpgrade = false;
  /** A response has set out through the filters; its head has left; it has left whole. */
  #isResponseEncoded = false;
  #isResponseStarted = false;
  #isResponseComplete = false;
  readonly #timers: StreamTimers;
  readonly #routing: StreamRouting;
  readonly #replay: RequestReplay = new RequestReplay(this);
  readonly #log: StreamLog;

  constructor(loop: EventLoop) {
    this.loop = loop;
    this.#timers = new StreamTimers(this);
    this.#routing = new StreamRouting(this.head, this.facts, this.#timers);
    this.#log = new StreamLog(this, loop.timers);
  }

  get request(): RequestHead {
    return this.head;
  }

  get route(): RouteEntry | null {
    return this.#routing.route;
  }

  get view(): StreamView {
    return this.#log.viewAs("NotSet");
  }

  get responseView(): StreamView {
    return this.#log.viewWith(this.response);
  }

  newView(): OwnStreamView {
    return new OwnStreamView(this.facts, this.#owner!.facts);
  }

  refreshView(view: OwnStreamView): void {
    const { facts } = this, encoder = this.#encoder!;
    facts.wireBytesReceived = this.head.wireBytes;
    facts.wireBytesSent = encoder.wireBytes;
    facts.headerBytesSent = encoder.headerBytes;
    view.connection = this.#owner!.facts;
    view.request = this.isHeadReceived ? this.head : null;
    view.response = this.#isResponseStarted ? this.response : null;
  }

  get random(): number {
    return this.#routing.random;
  }

  get routeInput(): RouteInput {
    return this.#routing.input;
  }

  get schemeMatchesUpstream(): boolean {
    return this.#owner!.context.config.forwarding.schemeMatchesUpstream;
  }

  get forwardsInterim(): boolean {
    return this.#owner!.context.config.proxy100Continue;
  }

  /** Takes up a request whose first byte has come. */
  begin(owner: StreamOwner, encoder: ResponseEncoder): void {
    this.#owner = owner;
    this.#encoder = encoder;
    this.redirects = null;
    this.#routing.begin(owner);
    this.isRequestComplete =
      this.#isUpgrade =
      this.isHeadReceived =
      this.#isResponseEncoded =
      this.#isResponseStarted =
      this.#isResponseComplete =
        false;
    const { clock } = this.loop;
    this.facts.reset(clock.nowMs, clock.wallMs());
    this.facts.downstreamAddress = owner.peerAddress;
    this.#timers.begin(owner.context, owner.headWaitMs);
    this.#log.begin(owner.context);
    countRequest(owner.context);
  }

  // ---- the request comes in

  onHead(endStream: boolean): void {
    const owner = this.#owner!, { context } = owner, head = this.head;
    this.isHeadReceived = true;
    this.#timers.onHeadComplete();
    this.#timers.noteActivity();
    this.facts.protocol = owner.facts.protocol = head.version;
    if (endStream) this.#completeRequest();
    if (head.wantsClose) owner.closeAfterResponse();
    if (context.services.overload.refusesRequest()) return this.sendLocalReply(overloadReply(context));

    if (!context.config.proxy100Continue && head.headers.has(HeaderId.expect) && expectsContinue(head.headers)) {
      head.headers.remove(HeaderId.expect);
      // As Envoy does, though no body follows: who asks waits.
      this.response.beginLocal(100);
      this.#encoder!.encodeInterim(this.response);
    }
    const refusal = adjustRequest(head, this, context, owner);
    if (refusal !== null) return this.sendLocalReply(refusal);
    this.facts.isAdmitted = true;
    const route = this.#routing.choose();
    if (context.headPlan.trace !== null) decideTrace(head, this.facts, context, route);
    this.#timers.useRoute(route);
    this.#log.onRouted();
    if (head.isUpgrade) this.#openUpgrade();
    else this.#openChain(context.chain, endStream);
  }

  onBody(block: ByteBlock, start: number, end: number): void {
    this.#timers.noteActivity();
    this.facts.bytesReceived += end - start;
    this.#filters.decodeBody(block, start, end);
  }

  onTrailers(trailers: HeaderList): void {
    this.#timers.noteActivity();
    this.facts.requestTrailerBytes = receivedFieldBytes(trailers);
    this.#filters.decodeTrailers(trailers);
  }

  onEnd(): void {
    this.#timers.noteActivity();
    this.#completeRequest();
    this.deliverEnd();
  }

  /** The filters are told that the request is complete. */
  deliverEnd(): void {
    this.#filters.decodeEnd();
  }

  /** The request will not be completed: malformed, or the client has gone. */
  onFault(fault: Fault): void {
    if (fault.status === 0) return this.#onDisconnect(fault);
    this.#owner!.context.stats.cxProtocolError.inc();
    this.#owner!.facts.hasProtocolError = true;
    this.fail(fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#filters.onWriteBlocked(isBlocked);
  }

  // ---- the terminal filter's side: the response sets out

  get bufferLimitBytes(): number {
    return this.#owner!.context.bufferLimitBytes;
  }

  takeResponse(head: ResponseHead): void {
    this.response.release();
    this.response = head;
  }

  encodeInterim(): void {
    this.#timers.noteActivity();
    adjustInterim(this.response, this.head, this.#owner!.context);
    this.#encoder!.encodeInterim(this.response);
  }

  encodeHead(endStream: boolean): void {
    this.#isResponseEncoded = true;
    this.#timers.onRequestSettled();
    const filters = this.#filters;
    if (endStream) filters.dropTerminal();
    if (filters.chain === null) return this.sendHead(endStream);
    this.#timers.noteActivity();
    filters.chain.encodeHead(endStream);
  }

  encodeBody(block: ByteBlock, start: number, end: number): void {
    const { chain } = this.#filters;
    if (chain === null) return this.sendBody(block, start, end);
    this.#timers.noteActivity();
    chain.encodeBody(block, start, end);
  }

  encodeEnd(trailers: HeaderList | null): void {
    const filters = this.#filters;
    filters.dropTerminal();
    if (filters.chain === null) this.sendEnd(trailers);
    else filters.chain.encodeEnd(trailers);
  }

  // ---- the client's side: the response leaves

  sendHead(endStream: boolean): void {
    const owner = this.#owner!, { context } = owner;
    this.#timers.noteActivity();
    this.#isResponseStarted = true;
    this.facts.responseStartMs = this.loop.clock.nowMs;
    adjustResponse(this.response, this.head, this.facts, context);
    this.facts.responseCode = this.response.status;
    if (opensTunnel(this.head.methodId, this.#isUpgrade, this.response)) this.#log.onTunnel();
    if (!this.isRequestComplete) {
      context.stats.rqResponseBeforeRqComplete.inc();
      owner.closeAfterResponse();
    } else {
      owner.considerDrain();
    }
    if (endStream) this.#completeResponse();
    this.#encoder!.encodeHead(this.response, endStream);
  }

  sendBody(block: ByteBlock, start: number, end: number): void {
    this.#timers.noteActivity();
    this.facts.bytesSent += end - start;
    this.#encoder!.encodeBody(block, start, end);
  }

  sendEnd(trailers: HeaderList | null): void {
    this.#completeResponse();
    if (trailers !== null) this.#log.takeTrailers(trailers);
    this.#encoder!.encodeEnd(trailers);
  }

  // ---- replies of our own

  sendLocalReply(reply: LocalReply, attempts = 0): void {
    const { chain } = this.#filters;
    this.#filters.dropTerminal();
    chain?.stopDecoding();
    // What the codec refused is flagged once the reply is made, as in Envoy: its formats do not see that.
    const { flag } = reply, isLate = flag === "DPE" && !this.#isResponseStarted;
    if (flag !== null && !isLate) this.facts.flag(flag);
    this.facts.details = reply.details;
    if (this.#isResponseStarted) return this.#reset();
    this.#timers.onRequestSettled();
    const owner = this.#owner!;
    if (endsConnection(reply, owner.context.config.streamErrorOnInvalidHttpMessage)) owner.closeAfterResponse();
    const settings = { route: this.#routing.current, mapping: owner.context.replyMapping, attempts };
    const body = makeReply(this, reply, settings), hasBody = body !== null;
    if (isLate) this.facts.flag(flag);
    if (chain !== null && !this.#isResponseEncoded) {
      this.#isResponseEncoded = true;
      chain.encodeHead(!hasBody);
      if (body === null) return;
      chain.encodeBody(body, 0, body.bytes.length);
      chain.encodeEnd(null);
    } else {
      // An answer that waits at a filter is not the one: this one passes it by.
      chain?.stopEncoding();
      this.sendHead(!hasBody);
      if (body === null) return;
      this.sendBody(body, 0, body.bytes.length);
      this.sendEnd(null);
    }
  }

  fail(fault: Fault, attempts = 0): void {
    this.facts.upstreamTransportFailure = fault.transportReason;
    if (!this.#isResponseEncoded) {
      return this.sendLocalReply(replyToFault(fault, this.facts.attempts > 1), attempts);
    }
    this.#filters.dropTerminal();
    this.facts.flag(flagOfCut(fault));
    this.facts.details = detailsOfCut(fault);
    this.#reset();
  }

  overflowRequest(): void {
    this.#owner!.context.stats.rqTooLarge.inc();
    this.sendLocalReply(replies.REQUEST_TOO_LARGE);
  }

  overflowResponse(): void {
    this.#owner!.context.stats.rsTooLarge.inc();
    this.sendLocalReply(replies.RESPONSE_TOO_LARGE);
  }

  // ---- what filters ask for

  clearRouteCache(): void {
    this.#routing.forget();
  }

  readDisable(disable: boolean): void {
    const { flowControlPausedReading, flowControlResumedReading } = this.#owner!.context.stats;
    if (disable) flowControlPausedReading.inc();
    else flowControlResumedReading.inc();
    this.#encoder!.readDisable(disable);
  }

  // ---- once more, to another route

  findRoute(): RouteEntry | null {
    return this.#routing.find();
  }

  /** As in Envoy the old request is logged and counted like one of its own, but for its answer, which nobody got. */
  recreate(kept: KeptRequest | null): void {
    const owner = this.#owner!, { context } = owner, { facts } = this;
    this.#dropFilters();
    this.#routing.begin(owner);
    const route = this.#routing.choose();
    facts.routeName = route?.name ?? "";
    facts.responseCode = this.response.status;
    facts.details = "internal_redirect";
    this.#isResponseStarted = true;
    this.#endLog();
    this.#isResponseStarted = false;
    this.response.release();
    facts.beginAgain(this.loop.clock.nowMs);
    facts.route = route;
    countRequest(context);
    this.#timers.beginAgain();
    this.#timers.useRoute(route);
    this.#log.begin(context);
    this.#log.onRouted();
    this.#replay.take(kept);
    this.#openChain(context.chain, kept === null);
    this.#replay.run();
  }

  // ---- the end

  /** The exchange is over, well or not: counts it, logs it and lets go of everything. Called by the manager, once. */
  finish(): void {
    const owner = this.#owner!, { context } = owner, { facts } = this;
    this.#timers.stop();
    this.#dropFilters();
    if (this.#isUpgrade) context.stats.cxUpgradesActive.dec();
    countAnswer(context, facts);
    this.#endLog();
    this.head.release();
    this.response.release();
    this.#owner = this.#encoder = null;
    this.#routing.end();
  }

  // ----

  #endLog(): void {
    this.facts.endMs = this.loop.clock.nowMs;
    countEnd(this.#owner!.context, this.facts);
    this.#log.end();
  }

  #dropFilters(): void {
    this.#filters.drop();
    this.#replay.drop();
  }

  #completeRequest(): void {
    this.isRequestComplete = true;
    this.facts.requestEndMs = this.loop.clock.nowMs;
    this.#timers.onRequestSettled();
    this.#owner!.onRequestComplete();
  }

  #completeResponse(): void {
    this.#isResponseComplete = true;
    this.facts.responseEndMs = this.loop.clock.nowMs;
    // What is left of the request is not read: as in Envoy, where the codec reports this reset of ours back too.
    if (!this.isRequestComplete) this.#owner!.context.stats.rqRxReset.inc();
  }

  /** An upgrade, or a CONNECT: is it let through, and to which filters? */
  #openUpgrade(): void {
    const { chain, upgrades, stats } = this.#owner!.context, route = this.route;
    const own = upgrades.admit(this.head.upgradeType, route);
    if (own !== null) {
      this.#isUpgrade = true;
      stats.cxUpgradesTotal.inc();
      stats.cxUpgradesActive.inc();
      return this.#openChain(own, false);
    }
    // Nowhere to go is the plainer answer.
    if (route === null) return this.#openChain(chain, false);
    stats.rqWsOnNonWsRoute.inc();
    this.#filters.make(chain, this);
    this.sendLocalReply(replies.UPGRADE_REFUSED);
  }

  #openChain(chain: ChainPlan, endStream: boolean): void {
    this.#filters.make(chain, this);
    this.#filters.decodeHead(endStream);
  }

  /** Nobody is there to be answered. */
  #onDisconnect(fault: Fault): void {
    this.#owner!.context.stats.rqRxReset.inc();
    this.facts.flag(flagOfCut(fault));
    if (!this.#isResponseComplete) this.facts.details = fault.detail;
    this.#filters.dropTerminal();
  }

  /** Cuts a response that has begun: on HTTP/1 this costs the connection. */
  #reset(): void {
    const { stats } = this.#owner!.context;
    stats.rqTxReset.inc();
    // As in Envoy, where the codec reports its own reset back.
    stats.rqRxReset.inc();
    this.#encoder!.reset();
  }
}
