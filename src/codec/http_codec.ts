/**
 * What HTTP/1 and HTTP/2 share: bytes go in, calls on receivers come out; encoders turn heads, body pieces and trailers
 * into bytes in a sink. A codec touches no socket and no clock, holds no body, and may be fed at any byte.
 *
 * A message arrives as `onHead`, then any number of `onBody`, then `onTrailers` if there are any, then `onEnd`; a
 * message that ends with its head has only `onHead(true)`. `onFault` ends a message at any point, for good: nothing
 * follows it. Receivers may encode, reset or close from inside any of these calls.
 *
 * Body pieces are ranges of a block and valid during the call; who wants to keep one retains the block.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";

/** What both receivers are told. */
interface MessageReceiver {
  onHead(endStream: boolean): void;
  onBody(block: ByteBlock, start: number, end: number): void;
  /** The list is valid during the call. */
  onTrailers(trailers: HeaderList): void;
  onEnd(): void;
  /** The message will not be completed. */
  onFault(fault: Fault): void;
  /** The other direction, what this side sends, has hit (true) or left (false) its write limit. */
  onWriteBlocked(isBlocked: boolean): void;
}

/** Takes one request; made by the connection manager. */
export interface RequestReceiver extends MessageReceiver {
  /** The codec fills it before `onHead`. */
  readonly head: RequestHead;
}

/** Takes one response; made by whoever sent the request. */
export interface ResponseReceiver extends MessageReceiver {
  /** The codec fills it before `onHead` and before each `onInterim`. */
  readonly head: ResponseHead;
  /** A 1xx response other than 101 is in `head`; the final one is still to come. */
  onInterim(): void;
}

/** What both encoders do. */
interface MessageEncoder {
  /** What this exchange has put on the wire so far: heads, framing and body; and of it the field lines of heads. */
  readonly wireBytes: number;
  readonly headerBytes: number;
  /** A piece of body. */
  encodeBody(block: ByteBlock, start: number, end: number): void;
  /** The end of a message whose head was not its end; trailers where the message can carry them. */
  encodeEnd(trailers: HeaderList | null): void;
  /** Stops (true) or goes on (false) taking the peer's bytes of this stream. Calls nest by count. */
  readDisable(disable: boolean): void;
  /** Gives the stream up; on HTTP/1 this costs the connection. Nothing is called on the receiver after it. */
  reset(): void;
}

/** Sends one response. */
export interface ResponseEncoder extends MessageEncoder {
  /** A 1xx response; the final one is still to come. */
  encodeInterim(head: ResponseHead): void;
  encodeHead(head: ResponseHead, endStream: boolean): void;
}

/** Sends one request. */
export interface RequestEncoder extends MessageEncoder {
  encodeHead(head: RequestHead, endStream: boolean): void;
}

/** What a server codec asks of the connection it serves. */
export interface ServerCodecEvents {
  /** A request's first byte is here. Returns who takes the request. */
  openStream(encoder: ResponseEncoder): RequestReceiver;
  /** Stop or go on reading from the peer. Calls nest by count. */
  readDisable(disable: boolean): void;
  /**
   * The exchange is over: request read to its end (or given up) and response written to its end. `keepAlive` false: the
   * connection must close once it is flushed; `isPeerDone`: it has sent its request and knows that no other is wanted, or
   * takes the end of the connection for the end of its response.
   */
  onExchangeEnd(keepAlive: boolean, isPeerDone: boolean): void;
}

/** What a client codec asks of the connection it serves. */
export interface ClientCodecEvents {
  readDisable(disable: boolean): void;
  /** Request and response are through. `isReusable` false: close the connection. */
  onExchangeEnd(isReusable: boolean): void;
  /**
   * Bytes came that no request asked for: close the connection. `isTimeoutNotice`: they are a 408, which servers send
   * before they close an idle connection, and no protocol error.
   */
  onUnexpectedBytes(isTimeoutNotice?: boolean): void;
  /** Send FIN behind what was written: a request ends so where nothing else can say it. Reading goes on. */
  endOutput(): void;
}

/** What both sides' codecs do. */
interface HttpCodec {
  /**
   * Reads `block.bytes[start, end)` and returns the position up to which it took them. What it left (part of a head, or
   * the next request while one is being answered) must stand in front of the bytes of the next call. It may be called
   * with nothing new, to go on after a response was written.
   */
  receive(block: ByteBlock, start: number, end: number): number;
  /** The peer has sent its last byte. */
  receiveEnd(): void;
  /** The connection's output has hit or left its limit. */
  onWriteBlocked(isBlocked: boolean): void;
  /** The connection is gone: open streams end with this fault. */
  onConnectionClose(fault: Fault): void;
}

/** Takes requests, sends responses. */
export interface ServerCodec extends HttpCodec {
  /** `HTTP/1.1`, `HTTP/2`. */
  readonly protocol: string;
  /** Tells the peer that no more requests are wanted: `connection: close` on the next response, or GOAWAY. */
  startDrain(): void;
}

/** Sends requests, takes responses. */
export interface ClientCodec extends HttpCodec {
  readonly protocol: string;
  /** The last exchange was ended before its end, by a fault or a reset. */
  readonly isBroken: boolean;
  /** Returns whether that has ended the connection; false: there was an exchange that ends with it, and we close. */
  receiveEnd(): boolean;
  /** Begins an exchange; the caller has made sure that the codec may take one. */
  openStream(receiver: ResponseReceiver): RequestEncoder;
}
