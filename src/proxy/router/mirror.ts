/**
 * A copy of a request that goes to another cluster beside the one that answers it (spec/http.md 2.13). It sets out with the
 * request and follows it piece by piece; its answer is counted and dropped, and nothing that becomes of it is told to
 * the request.
 *
 * ```
 *   waiting ──▶ sending ──▶ sent ──▶ answered
 *      └───────────┴──────────┴───▶ failed | given up
 * ```
 *
 * What the mirror's connection does not take waits here, in the blocks it was received in, up to the limit for kept bodies:
 * past that the copy is given up. A copy whose request is all there outlives it.
 *
 * Differs from Envoy: upgrades are not copied, for a tunnel's other end would act on what nobody sees the answer to.
 */
import { BlockQueue } from "../../base/block_queue.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import type { Fault } from "../../base/fault.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { RequestEncoder, ResponseReceiver } from "../../codec/http_codec.ts";
import type { TerminalHandle } from "../../filter/http_filter.ts";
import { isGrpcRequest } from "../../http/grpc.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import { OwnStreamView } from "../../observe/stream_view.ts";
import type { MirrorPolicy } from "../../route/mirror_policy.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { Cluster } from "../../upstream/cluster.ts";
import type { Host } from "../../upstream/host.ts";
import type { PoolClient } from "../../upstream/pool/http_pool.ts";
import type { UpstreamConnection } from "../../upstream/pool/upstream_connection.ts";
import { chargeCluster, chargeResponse } from "./charge.ts";
import { RequestTallies } from "./request_tallies.ts";
import type { RouterContext } from "./router_context.ts";

/** Of a copy: it has no route. */
const NO_TALLIES = new RequestTallies();

const WAITING = 0, OPEN = 1, DONE = 2;

/**
 * The copies that `policies` ask for of a request whose head is finished; null = none. `timeoutMs`: the route's, 0 = off; `limitBytes`: of kept bodies.
 * They set out with `start`.
 */
export function mirrorsOf(
  policies: readonly MirrorPolicy[],
  stream: TerminalHandle,
  context: RouterContext,
  timeoutMs: number,
  limitBytes: number,
  isHeadOnly: boolean,
): Mirrors | null {
  const mirrors: Mirror[] = [];
  for (const policy of policies) {
    if (!policy.applies(context.runtime, stream.random)) continue;
    const cluster = context.clusters.find(policy.cluster(stream.request));
    if (cluster === null) continue;
    mirrors.push(
      new Mirror(copyOf(stream, policy, context.ownAddress), cluster, {
        loop: stream.loop,
        limitBytes,
        isCounted: context.config.dynamicStats,
        timeoutMs,
        isHeadOnly,
        started: context.mirrorStats.rqTotal,
      }),
    );
  }
  return mirrors.length === 0 ? null : new Mirrors(mirrors);
}

/** All copies of one request. */
export class Mirrors {
  readonly #mirrors: readonly Mirror[];

  constructor(mirrors: readonly Mirror[]) {
    this.#mirrors = mirrors;
  }

  start(): void {
    for (const mirror of this.#mirrors) mirror.start();
  }

  sendBody(block: ByteBlock, start: number, end: number): void {
    for (const mirror of this.#mirrors) mirror.sendBody(block, start, end);
  }

  sendTrailers(trailers: HeaderList): void {
    for (const mirror of this.#mirrors) mirror.sendTrailers(trailers);
  }

  sendEnd(): void {
    for (const mirror of this.#mirrors) mirror.sendEnd();
  }

  /** The request is over: a copy that is not all there will not be completed. */
  release(): void {
    for (const mirror of this.#mirrors) mirror.release();
  }
}

interface MirrorOptions {
  readonly loop: EventLoop;
  readonly limitBytes: number;
  readonly isCounted: boolean;
  readonly timeoutMs: number;
  readonly isHeadOnly: boolean;
  /** Counts the copies that set out. */
  readonly started: Counter;
}

/** One copy. */
class Mirror implements PoolClient, ResponseReceiver {
  /** Of the answer. */
  readonly head: ResponseHead = new ResponseHead();
  readonly #request: RequestHead;
  readonly #cluster: Cluster;
  readonly #options: MirrorOptions;
  readonly #timer: Timer | null;
  readonly #startMs: number;
  #state: typeof WAITING | typeof OPEN | typeof DONE = WAITING;
  #host: Host | null = null;
  #encoder: RequestEncoder | null = null;
  #isBlocked = false;
  /** The end has come, and perhaps waits; it has been sent. */
  #hasEnd: boolean;
  #isSent = false;
  #isAnswered = false;
  readonly #kept: BlockQueue = new BlockQueue();
  #trailers: HeaderList | null = null;

  constructor(request: RequestHead, cluster: Cluster, options: MirrorOptions) {
    this.#request = request;
    this.#cluster = cluster;
    this.#options = options;
    this.#hasEnd = options.isHeadOnly;
    this.#startMs = options.loop.clock.nowMs;
    this.#timer = options.timeoutMs > 0 ? new Timer(options.loop.timers, () => this.#onTimeout()) : null;
  }

  start(): void {
    if (this.#state === DONE) return;
    this.#options.started.inc();
    // What its policy has made of it may be no request any more.
    const isRequest = this.#request.headers.unsendable === null;
    const host = this.#host = isRequest ? this.#cluster.pickHost() : null;
    if (host === null) {
      this.#finish();
      return this.#charge(503);
    }
    if (this.#hasEnd) this.#timer?.arm(this.#options.timeoutMs);
    // Whatever the priority of the route, as in Envoy.
    host.poolFor("DEFAULT", false).acquire(this);
  }

  // ---- the request

  sendBody(block: ByteBlock, start: number, end: number): void {
    if (this.#state === DONE) return;
    if (this.#state === OPEN && !this.#isBlocked) return this.#encoder!.encodeBody(block, start, end);
    if (this.#kept.bytes + end - start > this.#options.limitBytes) return this.#giveUp();
    this.#kept.add(block, start, end);
  }

  sendTrailers(trailers: HeaderList): void {
    if (this.#state !== DONE) this.#trailers = trailers.copy();
  }

  sendEnd(): void {
    if (this.#state === DONE || this.#hasEnd) return;
    this.#hasEnd = true;
    this.#timer?.arm(this.#options.timeoutMs);
    if (this.#state === OPEN) this.#sendKept();
  }

  release(): void {
    if (!this.#hasEnd) this.#giveUp();
  }

  onPoolReady(connection: UpstreamConnection): void {
    this.#state = OPEN;
    this.#host!.outlier?.onConnected();
    this.#encoder = connection.openStream(this);
    this.#isSent = this.#options.isHeadOnly;
    this.#encoder.encodeHead(this.#request, this.#isSent);
    this.#sendKept();
  }

  onPoolFailure(fault: Fault): void {
    this.#fail(fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    if (!isBlocked) this.#sendKept();
  }

  // ---- the answer

  onInterim(): void {}

  onHead(endStream: boolean): void {
    const { status } = this.head;
    this.#isAnswered = true;
    const { outlier } = this.#host!;
    if (outlier !== null) outlier.onAnswer(this.head, isGrpcRequest(this.#request.headers));
    chargeResponse(this.#cluster, this.#host!, status, this.#options.isCounted ? "internal" : null, NO_TALLIES);
    if (endStream) this.#complete();
  }

  onBody(): void {}

  onTrailers(): void {}

  onEnd(): void {
    this.#complete();
  }

  onFault(fault: Fault): void {
    if (fault.code === "protocol_error") this.#cluster.stats.cxProtocolError.inc();
    this.#fail(fault);
  }

  // ----

  #sendKept(): void {
    const kept = this.#kept;
    while (!kept.isEmpty && this.#state === OPEN && !this.#isBlocked) {
      const { block, start, end } = kept.take()!;
      this.#encoder!.encodeBody(block, start, end);
      block.release();
    }
    if (this.#state !== OPEN || !kept.isEmpty || !this.#hasEnd || this.#isSent) return;
    this.#isSent = true;
    this.#encoder!.encodeEnd(this.#trailers);
  }

  #onTimeout(): void {
    this.#cluster.stats.rqTimeout.inc();
    if (this.#state === OPEN) {
      this.#host!.stats.rqTimeout.inc();
      if (!this.#isAnswered) this.#host!.outlier?.onTimeout(504);
      if (!this.#isAnswered && this.#options.isCounted) this.#host!.stats.rqError.inc();
    }
    this.#giveUp();
    if (!this.#isAnswered) this.#charge(504);
  }

  #fail(fault: Fault): void {
    if (this.#state === DONE) return;
    this.#finish();
    if (fault.code !== "overflow") this.#host!.outlier?.onFailure();
    if (this.#isAnswered) return;
    if (this.#options.isCounted) this.#host!.stats.rqError.inc();
    this.#charge(fault.code === "protocol_error" ? 502 : 503);
  }

  /** The answer is through; of a request that is not, nobody wants the rest. */
  #complete(): void {
    if (this.#state === DONE) return;
    if (this.#isSent) this.#finish();
    else this.#giveUp();
    if (!this.#options.isCounted) return;
    const elapsedMs = Math.round(this.#options.loop.clock.nowMs - this.#startMs), { stats } = this.#cluster;
    stats.rqTime.record(elapsedMs);
    stats.internal.rqTime.record(elapsedMs);
  }

  #giveUp(): void {
    if (this.#state === DONE) return;
    const isWaiting = this.#state === WAITING;
    this.#finish();
    if (isWaiting) this.#host?.poolFor("DEFAULT", false).cancel(this);
    else this.#encoder!.reset();
  }

  #finish(): void {
    this.#state = DONE;
    this.#timer?.cancel();
    this.#kept.drop();
    this.#request.release();
    this.head.release();
  }

  /** A copy is a request of denvoy's own: its answer counts as one from inside. */
  #charge(status: number): void {
    chargeCluster(this.#cluster, status, this.#options.isCounted ? "internal" : null, NO_TALLIES);
  }
}

/** The head of the copy. */
function copyOf(stream: TerminalHandle, policy: MirrorPolicy, ownAddress: string): RequestHead {
  const copy = new RequestHead(), { headers } = copy;
  copy.assign(stream.request);
  if (policy.mutates) policy.mutate(headers, viewOf(copy, stream));
  headers.set(HeaderId.xEnvoyInternal, "true");
  const list = headers.get(HeaderId.xForwardedFor) ?? "";
  headers.set(HeaderId.xForwardedFor, list === "" ? ownAddress : `${list},${ownAddress}`);
  const host = copy.authority ?? "", shown = policy.host(host);
  if (shown !== host) headers.set(HeaderId.host, shown);
  return copy;
}

/** The stream as formats read it, with the copy for its request. */
function viewOf(copy: RequestHead, { facts, view: { connection } }: TerminalHandle): OwnStreamView {
  const view = new OwnStreamView(facts, connection);
  view.request = copy;
  return view;
}
