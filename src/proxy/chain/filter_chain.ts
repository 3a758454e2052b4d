/**
 * The filters of one stream and the two ways through them. It exists only for streams that have filters before the
 * terminal one.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type {
  BodyStatusValue,
  EndStatusValue,
  FilterHandle,
  HeadStatusValue,
  HttpFilter,
  StreamHandle,
} from "../../filter/http_filter.ts";
import type { LocalReply } from "../../filter/local_reply.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { StreamView } from "../../observe/stream_view.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { PlannedFilter } from "./chain_plan.ts";
import { Walk } from "./walk.ts";

/** What lies behind the last filter of a chain: whoever answers. */
export interface ChainEnd {
  takeHead(endStream: boolean): void;
  takeBody(block: ByteBlock, start: number, end: number): void;
  takeTrailers(trailers: HeaderList): void;
  takeEnd(): void;
  /** The way back is blocked (true) or free again (false): stop or go on producing. Calls nest by count. */
  onWriteBlocked(isBlocked: boolean): void;
}

/** The stream, as its filters' chain sees it, and what lies before the first filter: the client. */
export interface ChainStream extends StreamHandle {
  clearRouteCache(): void;
  sendHead(endStream: boolean): void;
  sendBody(block: ByteBlock, start: number, end: number): void;
  sendEnd(trailers: HeaderList | null): void;
  /** More of the request, or of the response, waits at a filter than may. */
  overflowRequest(): void;
  overflowResponse(): void;
}

export class FilterChain {
  readonly #decode: DecodeWalk;
  readonly #encode: EncodeWalk;
  readonly #filters: HttpFilter[] = [];

  /**
   * Makes a filter for each of `planned`, in the order of the request. More of a request than the connection's limit may
   * wait at them where the route says so; without a limit of the connection's (0) the route's is the one that counts.
   */
  constructor(planned: readonly PlannedFilter[], stream: ChainStream, end: ChainEnd, bufferLimitBytes: number) {
    const requestLimitBytes = Math.max(bufferLimitBytes, stream.route?.bufferLimitBytes ?? 0);
    const decode = this.#decode = new DecodeWalk(stream, end, requestLimitBytes);
    const encode = this.#encode = new EncodeWalk(stream, end, bufferLimitBytes);
    for (const [at, plan] of planned.entries()) {
      this.#filters.push(plan.factory.create(new Link(plan, stream, decode, at, encode, planned.length - 1 - at)));
    }
    for (const filter of this.#filters) decode.add(filter);
    for (const filter of this.#filters.toReversed()) encode.add(filter);
  }

  decodeHead(endStream: boolean): void {
    this.#decode.head(0, endStream);
  }

  decodeBody(block: ByteBlock, start: number, end: number): void {
    if (!this.#decode.isOver) this.#decode.body(0, block, start, end);
  }

  decodeTrailers(trailers: HeaderList): void {
    if (!this.#decode.isOver) this.#decode.trailers(0, trailers);
  }

  decodeEnd(): void {
    if (!this.#decode.isOver) this.#decode.end(0);
  }

  encodeHead(endStream: boolean): void {
    this.#encode.head(0, endStream);
  }

  encodeBody(block: ByteBlock, start: number, end: number): void {
    if (!this.#encode.isOver) this.#encode.body(0, block, start, end);
  }

  encodeEnd(trailers: HeaderList | null): void {
    if (this.#encode.isOver) return;
    if (trailers !== null) this.#encode.trailers(0, trailers);
    if (!this.#encode.isOver) this.#encode.end(0);
  }

  /** The request is answered: no filter is shown more of it. */
  stopDecoding(): void {
    this.#decode.stop();
  }

  /** What is on its way out is not the answer after all. */
  stopEncoding(): void {
    this.#encode.stop();
  }

  /** The stream is over. */
  destroy(): void {
    this.#decode.stop();
    this.#encode.stop();
    for (const filter of this.#filters) filter.destroy();
    this.#filters.length = 0;
  }
}

/** What one filter of one stream holds in its hand. */
class Link implements FilterHandle {
  readonly #plan: PlannedFilter;
  readonly #stream: ChainStream;
  readonly #decode: DecodeWalk;
  readonly #decodeAt: number;
  readonly #encode: EncodeWalk;
  readonly #encodeAt: number;

  constructor(
    plan: PlannedFilter,
    stream: ChainStream,
    decode: DecodeWalk,
    decodeAt: number,
    encode: EncodeWalk,
    encodeAt: number,
  ) {
    this.#plan = plan;
    this.#stream = stream;
    this.#decode = decode;
    this.#decodeAt = decodeAt;
    this.#encode = encode;
    this.#encodeAt = encodeAt;
  }

  get request(): RequestHead {
    return this.#stream.request;
  }

  get response(): ResponseHead {
    return this.#stream.response;
  }

  get facts(): StreamFacts {
    return this.#stream.facts;
  }

  get view(): StreamView {
    return this.#stream.view;
  }

  get responseView(): StreamView {
    return this.#stream.responseView;
  }

  get loop(): EventLoop {
    return this.#stream.loop;
  }

  get route(): RouteEntry | null {
    return this.#stream.route;
  }

  get isRequestComplete(): boolean {
    return this.#stream.isRequestComplete;
  }

  get routeConfig(): unknown {
    return this.routeConfigs[0] ?? null;
  }

  get routeConfigs(): readonly unknown[] {
    return this.#plan.routeConfigs(this.#stream.route);
  }

  sendLocalReply(reply: LocalReply): void {
    if (!this.#encode.isOver) this.#stream.sendLocalReply(reply);
  }

  readDisable(disable: boolean): void {
    this.#stream.readDisable(disable);
  }

  continueDecoding(): void {
    this.#decode.goOn(this.#decodeAt);
  }

  continueEncoding(): void {
    this.#encode.goOn(this.#encodeAt);
  }

  passDecodedBody(block: ByteBlock, start: number, end: number): void {
    this.#decode.pass(this.#decodeAt, block, start, end);
  }

  passEncodedBody(block: ByteBlock, start: number, end: number): void {
    this.#encode.pass(this.#encodeAt, block, start, end);
  }

  clearRouteCache(): void {
    this.#stream.clearRouteCache();
  }
}

/** The request's way: from the client to the terminal filter. */
class DecodeWalk extends Walk {
  readonly #stream: ChainStream;
  readonly #end: ChainEnd;

  constructor(stream: ChainStream, end: ChainEnd, limitBytes: number) {
    super(limitBytes);
    this.#stream = stream;
    this.#end = end;
  }

  protected override showHead(filter: HttpFilter, endStream: boolean): HeadStatusValue {
    return filter.decodeHead(endStream);
  }

  protected override showBody(filter: HttpFilter, block: ByteBlock, start: number, end: number): BodyStatusValue {
    return filter.decodeBody(block, start, end);
  }

  protected override showTrailers(filter: HttpFilter, trailers: HeaderList): EndStatusValue {
    return filter.decodeTrailers(trailers);
  }

  protected override showEnd(filter: HttpFilter): EndStatusValue {
    return filter.decodeEnd();
  }

  protected override deliverHead(endStream: boolean): void {
    this.#end.takeHead(endStream);
  }

  protected override deliverBody(block: ByteBlock, start: number, end: number): void {
    this.#end.takeBody(block, start, end);
  }

  protected override deliverTrailers(trailers: HeaderList): void {
    this.#end.takeTrailers(trailers);
  }

  protected override deliverEnd(): void {
    this.#end.takeEnd();
  }

  protected override pauseSender(isPaused: boolean): void {
    this.#stream.readDisable(isPaused);
  }

  protected override overflow(): void {
    this.#stream.overflowRequest();
  }
}

/** The response's way: from whoever answers to the client. Trailers wait for the end that follows them. */
class EncodeWalk extends Walk {
  readonly #stream: ChainStream;
  readonly #end: ChainEnd;
  #trailers: HeaderList | null = null;

  constructor(stream: ChainStream, end: ChainEnd, limitBytes: number) {
    super(limitBytes);
    this.#stream = stream;
    this.#end = end;
  }

  protected override showHead(filter: HttpFilter, endStream: boolean): HeadStatusValue {
    return filter.encodeHead(endStream);
  }

  protected override showBody(filter: HttpFilter, block: ByteBlock, start: number, end: number): BodyStatusValue {
    return filter.encodeBody(block, start, end);
  }

  protected override showTrailers(filter: HttpFilter, trailers: HeaderList): EndStatusValue {
    return filter.encodeTrailers(trailers);
  }

  protected override showEnd(filter: HttpFilter): EndStatusValue {
    return filter.encodeEnd();
  }

  protected override deliverHead(endStream: boolean): void {
    this.#stream.sendHead(endStream);
  }

  protected override deliverBody(block: ByteBlock, start: number, end: number): void {
    this.#stream.sendBody(block, start, end);
  }

  protected override deliverTrailers(trailers: HeaderList): void {
    // Their sender uses the list again, and the end may still be stopped.
    this.#trailers = trailers.copy();
  }

  protected override deliverEnd(): void {
    const trailers = this.#trailers;
    this.#trailers = null;
    this.#stream.sendEnd(trailers);
  }

  protected override pauseSender(isPaused: boolean): void {
    this.#end.onWriteBlocked(isPaused);
  }

  protected override overflow(): void {
    this.#stream.overflowResponse();
  }
}
