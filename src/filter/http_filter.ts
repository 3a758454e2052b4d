/**
 * What HTTP filters are. A stream shows its request to the filters of its chain in order and its response in the
 * opposite order: head, body pieces, trailers, end. The last filter, the terminal one, answers; the others see, change,
 * hold or refuse (spec/http.md 10.1).
 *
 * ```
 *   request   ──▶ first ──▶ second ──▶ terminal
 *   response  ◀── first ◀── second ◀──────┘
 * ```
 *
 * Calls are synchronous and may come from inside one another: a filter that replies from `decodeHead` is destroyed before
 * its own call returns. A message that ends with its head has `endStream` true and nothing after it; any other ends with
 * the call for its end.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { StreamView } from "../observe/stream_view.ts";
import type { RedirectHistory } from "../route/internal_redirect_policy.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import type { RouteInput } from "../route/route_input.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { LocalReply } from "./local_reply.ts";

/** What becomes of a head that a filter was shown. */
export const HeadStatus = {
  /** The next filter is shown it. */
  continue: 0,
  /** It waits here. Body pieces are still shown to this filter; the first that it lets pass takes the head along. */
  stop: 1,
  /** It waits here and the body behind it, unseen, up to the buffer limit: past it the stream ends with 413 or 500. */
  stopAllAndBuffer: 2,
  /** Likewise, but past the limit the sender is asked to wait. */
  stopAllAndWatermark: 3,
} as const;

/** One of {@link HeadStatus}. */
export type HeadStatusValue = typeof HeadStatus[keyof typeof HeadStatus];

/** What becomes of a piece of body. */
export const BodyStatus = {
  /** The next filter is shown it, behind whatever waited here. */
  continue: 0,
  /** It waits here; past the buffer limit the stream ends with 413 or 500. */
  stopAndBuffer: 1,
  /** It waits here; past the limit the sender is asked to wait. */
  stopAndWatermark: 2,
  /** It is dropped: the filter took what it wanted of it. */
  stopNoBuffer: 3,
} as const;

/** One of {@link BodyStatus}. */
export type BodyStatusValue = typeof BodyStatus[keyof typeof BodyStatus];

/** What becomes of a message's trailers, and of its end, which follows them. */
export const EndStatus = {
  /** The next filter is shown them, behind whatever waited here. */
  continue: 0,
  /** They wait here. */
  stop: 1,
} as const;

/** One of {@link EndStatus}. */
export type EndStatusValue = typeof EndStatus[keyof typeof EndStatus];

/** What a stream offers every filter. Valid until `destroy`. */
export interface StreamHandle {
  readonly request: RequestHead;
  /** Filled by whoever answers; what filters see of it on its way out. */
  readonly response: ResponseHead;
  readonly facts: StreamFacts;
  /** The stream as formats read it, up to date when it is asked for. */
  readonly view: StreamView;
  /** The same with the response that is being made, before its head has left. */
  readonly responseView: StreamView;
  readonly loop: EventLoop;
  /** The route chosen for the request, or null where none matched. */
  readonly route: RouteEntry | null;
  /** The request has been read to its end. */
  readonly isRequestComplete: boolean;
  /**
   * Answers here and now; if a response has begun already the stream is reset. The reply passes every filter on its way
   * out. The stream may be gone after it.
   */
  sendLocalReply(reply: LocalReply): void;
  /** Stops (true) or goes on (false) taking the request's body. Calls nest by count. */
  readDisable(disable: boolean): void;
}

// ---- the filter that answers

/** One stream's terminal filter. */
export interface TerminalFilter {
  /** The request's head is in the stream handle. */
  decodeHead(endStream: boolean): void;
  decodeBody(block: ByteBlock, start: number, end: number): void;
  decodeTrailers(trailers: HeaderList): void;
  decodeEnd(): void;
  /** The way back to the client is blocked (true) or free again (false): stop or go on producing. Calls nest by count. */
  onWriteBlocked(isBlocked: boolean): void;
  /** The stream is over or answered by somebody else: let go of everything. Nothing is called after it. */
  destroy(): void;
}

/** What has come of a request behind its head, kept to be shown again. */
export interface KeptRequest {
  /** Shows `sink` all of it, end included. */
  sendTo(sink: KeptRequestSink): void;
  /** Lets go of it. */
  release(): void;
}

/** Who is shown a kept request. */
export interface KeptRequestSink {
  sendBody(block: ByteBlock, start: number, end: number): void;
  sendTrailers(trailers: HeaderList): void;
  sendEnd(): void;
}

/** What a stream offers the filter that answers. */
export interface TerminalHandle extends StreamHandle {
  /** The stream's number by chance, a whole one. */
  readonly random: number;
  /** What the route is chosen by, as it is now: what a request is hashed by, too. */
  readonly routeInput: RouteInput;
  /** The internal redirects that the request has followed; null = none. Outlives `recreate`. */
  redirects: RedirectHistory | null;
  /** Interim responses of the upstream are wanted (`proxy_100_continue`). */
  readonly forwardsInterim: boolean;
  /** The request's scheme is to be that of the connection it is forwarded on (`match_upstream`). */
  readonly schemeMatchesUpstream: boolean;
  /** A 1xx response that the handle's `response` holds. */
  encodeInterim(): void;
  /** How much of a body may wait: `per_connection_buffer_limit_bytes`; 0 = no limit. */
  readonly bufferLimitBytes: number;
  /** Makes `head`, which holds a response that was read elsewhere, the handle's `response`. */
  takeResponse(head: ResponseHead): void;
  /** The response's head, held by `response`. */
  encodeHead(endStream: boolean): void;
  encodeBody(block: ByteBlock, start: number, end: number): void;
  /** The end of a response whose head was not its end. The stream may be gone when this returns. */
  encodeEnd(trailers: HeaderList | null): void;
  /** The route that the head as it is now would get, or null; the stream keeps the one it has. */
  findRoute(): RouteEntry | null;
  /**
   * Begins anew with the head as it is now, in place of the answer that `response` holds: that is logged, every filter is
   * destroyed, the caller among them, the route is chosen and all filters are made once more. `kept`, which is the
   * stream's from now on, is what follows the head; null = nothing. The request must be complete.
   */
  recreate(kept: KeptRequest | null): void;
  /**
   * Ends the stream for what went wrong upstream or here: a local reply, or a reset once a response has begun. The reply
   * tells of so many attempts; 0 = it does not.
   */
  fail(fault: Fault, attempts?: number): void;
  /** The same with a reply of the filter's own. */
  sendLocalReply(reply: LocalReply, attempts?: number): void;
}

/** Makes one filter for each stream. Made once for each chain in which the filter stands, when it is compiled. */
export interface TerminalFilterFactory {
  create(stream: TerminalHandle): TerminalFilter;
}

// ---- the filters before it

/** One stream's filter that is not the last of its chain. */
export interface HttpFilter {
  /** The request's head is in the handle and may be changed. */
  decodeHead(endStream: boolean): HeadStatusValue;
  decodeBody(block: ByteBlock, start: number, end: number): BodyStatusValue;
  /** The list is valid during the call and may be changed. */
  decodeTrailers(trailers: HeaderList): EndStatusValue;
  /** The request is complete; not called after a head that was its end. */
  decodeEnd(): EndStatusValue;
  /** The response's head is in the handle and may be changed. Called for local replies too, whoever sends them. */
  encodeHead(endStream: boolean): HeadStatusValue;
  encodeBody(block: ByteBlock, start: number, end: number): BodyStatusValue;
  encodeTrailers(trailers: HeaderList): EndStatusValue;
  encodeEnd(): EndStatusValue;
  /** The stream is over: let go of everything. Nothing is called after it. */
  destroy(): void;
}

/** What a stream offers a filter that is not the last of its chain. */
export interface FilterHandle extends StreamHandle {
  /** The most specific configuration that the route has for this filter, as its factory compiled it; null = none. */
  readonly routeConfig: unknown;
  /** All of them, the most specific first: for filters that merge levels. */
  readonly routeConfigs: readonly unknown[];
  /** Lets go of what waits at this filter on the request's way, and of what follows it. */
  continueDecoding(): void;
  /** Likewise on the response's way. */
  continueEncoding(): void;
  /** Shows the next filter a piece of request body that this filter made or changed. Its head must have gone on. */
  passDecodedBody(block: ByteBlock, start: number, end: number): void;
  /** Likewise a piece of response body. */
  passEncodedBody(block: ByteBlock, start: number, end: number): void;
  /** Has the route chosen anew, from the head as it is now, when it is next asked for. Too late once the chain has ended. */
  clearRouteCache(): void;
}

/** Makes one filter for each stream. Made once for each chain in which the filter stands, when it is compiled. */
export interface HttpFilterFactory {
  create(stream: FilterHandle): HttpFilter;
  /**
   * Compiles what a route's `typed_per_filter_config` has for this filter; `config` is what the extension's schema made of
   * it. Called once for each of them.
   */
  compileRouteConfig?(config: unknown): unknown;
}

/** A filter that lets everything pass: its children override what they care about. */
export abstract class PassThroughFilter implements HttpFilter {
  decodeHead(_endStream: boolean): HeadStatusValue {
    return HeadStatus.continue;
  }

  decodeBody(_block: ByteBlock, _start: number, _end: number): BodyStatusValue {
    return BodyStatus.continue;
  }

  decodeTrailers(_trailers: HeaderList): EndStatusValue {
    return EndStatus.continue;
  }

  decodeEnd(): EndStatusValue {
    return EndStatus.continue;
  }

  encodeHead(_endStream: boolean): HeadStatusValue {
    return HeadStatus.continue;
  }

  encodeBody(_block: ByteBlock, _start: number, _end: number): BodyStatusValue {
    return BodyStatus.continue;
  }

  encodeTrailers(_trailers: HeaderList): EndStatusValue {
    return EndStatus.continue;
  }

  encodeEnd(): EndStatusValue {
    return EndStatus.continue;
  }

  destroy(): void {}
}
