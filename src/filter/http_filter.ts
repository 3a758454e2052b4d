/**
 * What an HTTP filter is. The stream calls the decode methods with the request as it comes in, in the order of a message:
 * head, body pieces, trailers, end. The last filter of a chain is terminal: it answers, through {@link StreamHandle}.
 *
 * Calls are synchronous and may come from inside one another: a filter that replies from `decodeHead` is destroyed before
 * its own call returns.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { LocalReply } from "./local_reply.ts";

/** One filter of one stream. */
export interface HttpFilter {
  /** The request's head is in the stream handle. */
  decodeHead(endStream: boolean): void;
  decodeBody(block: ByteBlock, start: number, end: number): void;
  decodeTrailers(trailers: HeaderList): void;
  decodeEnd(): void;
  /** The way back to the client is blocked (true) or free again (false): stop or go on producing. */
  onWriteBlocked(isBlocked: boolean): void;
  /** The stream is over or answered by somebody else: let go of everything. Nothing is called after it. */
  destroy(): void;
}

/** What a stream offers its filters. Valid until `destroy`. */
export interface StreamHandle {
  readonly request: RequestHead;
  /** Filled by whoever answers, before `encodeHead`. */
  readonly response: ResponseHead;
  readonly facts: StreamFacts;
  readonly loop: EventLoop;
  /** The route chosen for the request, or null where none matched. */
  readonly route: RouteEntry | null;
  /** The request has been read to its end. */
  readonly isRequestComplete: boolean;
  /** Interim responses of the upstream are wanted (`proxy_100_continue`). */
  readonly forwardsInterim: boolean;
  /** A 1xx response that the handle's `response` holds. */
  encodeInterim(): void;
  /** The response's head, held by `response`. */
  encodeHead(endStream: boolean): void;
  encodeBody(block: ByteBlock, start: number, end: number): void;
  /** The end of a response whose head was not its end. The stream may be gone when this returns. */
  encodeEnd(trailers: HeaderList | null): void;
  /** Answers here and now; if a response has begun already the stream is reset. The stream may be gone after it. */
  sendLocalReply(reply: LocalReply): void;
  /** Ends the stream for what went wrong upstream or here: a local reply, or a reset once a response has begun. */
  fail(fault: Fault): void;
  /** Stops (true) or goes on (false) taking the request's body. Calls nest by count. */
  readDisable(disable: boolean): void;
}

/** Makes one filter for each stream. Made once for each chain in which the filter stands, when it is compiled. */
export interface HttpFilterFactory {
  create(stream: StreamHandle): HttpFilter;
}
