/**
 * The client side of HTTP/1.1: requests out, responses in, one exchange at a time (`lifecycle.ts` has the states). The
 * codec is also the encoder it hands out: an exchange makes no objects.
 *
 * A connection is good for another exchange only if this one left no doubt where it ended: both directions through, in
 * that order, nobody asked for a close, and no byte behind the response.
 *
 * Each exchange ends with one `onExchangeEnd`, faults and resets too, unless the connection was said to be gone.
 */
import { latin1Bytes, rangeStartsWith } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import type { ByteSink } from "../../base/byte_sink.ts";
import { invariant } from "../../base/errors.ts";
import type { Fault } from "../../base/fault.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ClientCodec, ClientCodecEvents, RequestEncoder, ResponseReceiver } from "../http_codec.ts";
import { ReadDisables } from "../read_disables.ts";
import { BodyChoice, bodyEndOf, chooseRequestBody, listedLength } from "./body_choice.ts";
import { BodyDecoder } from "./body_decoder.ts";
import { BodyEncoder } from "./body_encoder.ts";
import { TUNNEL_CLOSED, UPSTREAM_CLOSED, UPSTREAM_PROTOCOL_ERROR } from "./faults.ts";
import { FieldNames } from "./field_names.ts";
import { ParseOutcome } from "./field_parser.ts";
import { BodyEnd, frameResponse, responseBodyEnd } from "./framing.ts";
import { Line, writeLineEnd, writeOwnLine, writeRequestHead } from "./head_encoder.ts";
import { Reading, type ReadingValue, Writing, type WritingValue } from "./lifecycle.ts";
import type { H1ClientOptions } from "./options.ts";
import { ResponseHeadParser } from "./response_head_parser.ts";
import { opensTunnel } from "./tunnel.ts";

/** What an idle connection's 408 begins with, the version's last digit aside. */
const TIMEOUT_NOTICES = [latin1Bytes("HTTP/1.1 408"), latin1Bytes("HTTP/1.0 408")];

export class H1ClientCodec implements ClientCodec, RequestEncoder {
  readonly protocol = "HTTP/1.1";
  readonly #events: ClientCodecEvents;
  readonly #sink: ByteSink;
  readonly #options: H1ClientOptions;
  readonly #parser: ResponseHeadParser;
  readonly #body: BodyDecoder;
  readonly #bodyEncoder: BodyEncoder;
  #receiver: ResponseReceiver | null = null;
  #reading: ReadingValue = Reading.head;
  #writing: WritingValue = Writing.idle;
  headerBytes = 0;
  #headBytes = 0;
  #methodId = 0;
  #isUpgrade = false;
  /** The response has opened the tunnel that the request asked for. */
  #isTunnel = false;
  #isReusable = true;
  #isBroken = false;
  #isWriteBlocked = false;
  #isReceiving = false;
  readonly #disables: ReadDisables;

  constructor(events: ClientCodecEvents, sink: ByteSink, options: H1ClientOptions) {
    const maxBytes = options.maxHeadersKb * 1024;
    this.#events = events;
    this.#disables = new ReadDisables(events);
    this.#sink = sink;
    this.#options = options;
    const names = FieldNames.ofHeads(options, null);
    this.#parser = new ResponseHeadParser(maxBytes, options.maxHeadersCount, names);
    this.#body = new BodyDecoder(maxBytes, options.maxHeadersCount);
    this.#bodyEncoder = new BodyEncoder(sink);
  }

  get wireBytes(): number {
    return this.#headBytes + this.#bodyEncoder.wireBytes;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  openStream(receiver: ResponseReceiver): RequestEncoder {
    invariant(
      this.#receiver === null && this.#reading === Reading.head,
      "An HTTP/1 connection was given a request while it could take none",
    );
    this.#receiver = receiver;
    this.#writing = Writing.head;
    this.#headBytes = this.headerBytes = 0;
    this.#bodyEncoder.begin(BodyEnd.none, 0);
    if (this.#isWriteBlocked) receiver.onWriteBlocked(true);
    return this;
  }

  // ---- bytes in

  receive(block: ByteBlock, start: number, end: number): number {
    // Called from inside a callback, the loop outside goes on by itself.
    if (this.#isReceiving) return start;
    this.#isReceiving = true;
    let at = start;
    while (at < end) {
      const next = this.#takeStep(block, at, end);
      if (next === at) break;
      at = next;
    }
    this.#isReceiving = false;
    return at;
  }

  receiveEnd(): boolean {
    const receiver = this.#receiver, isTunnel = this.#isTunnel;
    if (receiver !== null && this.#reading === Reading.body && this.#body.endsWithConnection && !isTunnel) {
      this.#isReusable = false;
      this.#endResponse(false);
      return true;
    }
    const isBeforeHead = this.#reading === Reading.head && !this.#parser.isOpen;
    this.#giveUp();
    if (receiver === null) return true;
    this.#isBroken = true;
    receiver.onFault(isTunnel ? TUNNEL_CLOSED : isBeforeHead ? UPSTREAM_CLOSED : UPSTREAM_PROTOCOL_ERROR);
    this.#events.onExchangeEnd(false);
    // As in Envoy, to whom this is the end of an upgrade's connection, but a reason to close a CONNECT's.
    return !isTunnel || this.#methodId !== Method.connect;
  }

  onConnectionClose(fault: Fault): void {
    const receiver = this.#receiver;
    // A body that ends early is a broken message whether FIN or RST ended it (spec/http.md 1.16).
    const isCut = this.#reading === Reading.body && !this.#isTunnel && fault.code === "connection_termination";
    this.#disables.forget();
    this.#giveUp();
    receiver?.onFault(isCut ? UPSTREAM_PROTOCOL_ERROR : fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#isWriteBlocked = isBlocked;
    this.#receiver?.onWriteBlocked(isBlocked);
  }

  /** Takes what it can in one step and returns the position behind it: `at` if nothing. */
  #takeStep(block: ByteBlock, at: number, end: number): number {
    if (this.#reading === Reading.body) return this.#takeBody(block, at, end);
    if (this.#reading !== Reading.head) return end;
    if (this.#receiver !== null) return this.#takeHead(this.#receiver, block, at, end);
    this.#giveUp();
    this.#events.onUnexpectedBytes(TIMEOUT_NOTICES.some((notice) => rangeStartsWith(block.bytes, at, end, notice)));
    return end;
  }

  #takeHead(receiver: ResponseReceiver, block: ByteBlock, start: number, end: number): number {
    const parser = this.#parser, head = receiver.head;
    if (!parser.isOpen) parser.begin(head, block, start);
    const outcome = parser.parse(block, start, end);
    if (outcome === ParseOutcome.incomplete) return start;
    if (outcome === ParseOutcome.refused || frameResponse(head, this.#options.allowChunkedLength) !== null) {
      return this.#refuse(end);
    }
    const position = parser.at;
    if (this.#options.preserveCase?.forwardsReasonPhrase) head.keepsReason = true;
    head.wireBytes = position - start;
    if (head.status < 200 && head.status !== 101) {
      receiver.onInterim();
      return this.#reading === Reading.head ? position : end;
    }
    this.#isTunnel = opensTunnel(this.#methodId, this.#isUpgrade, head);
    const bodyEnd = this.#isTunnel ? BodyEnd.close : responseBodyEnd(head, this.#methodId);
    // Whoever says 101 unasked speaks another protocol now.
    if (head.wantsClose || bodyEnd === BodyEnd.close || head.status === 101) this.#isReusable = false;
    this.#reading = Reading.body;
    this.#body.begin(bodyEnd, head.contentLength);
    receiver.onHead(bodyEnd === BodyEnd.none);
    if (this.#reading !== Reading.body) return end;
    if (bodyEnd === BodyEnd.none) this.#finishExchange(position < end);
    return position;
  }

  #takeBody(block: ByteBlock, start: number, end: number): number {
    const body = this.#body, receiver = this.#receiver!;
    const position = body.take(block, start, end, receiver);
    if (this.#reading !== Reading.body) return end;
    receiver.head.wireBytes += position - start;
    if (body.failure !== null) return this.#refuse(end);
    if (body.isComplete) this.#endResponse(position < end);
    return position;
  }

  /** The body is through; `hasMore`: there are bytes behind it. */
  #endResponse(hasMore: boolean): void {
    const receiver = this.#receiver!;
    const trailers = this.#body.trailers;
    if (trailers !== null && this.#options.enableTrailers) {
      receiver.onTrailers(trailers);
      if (this.#reading !== Reading.body) return;
    }
    receiver.onEnd();
    if (this.#reading === Reading.body) this.#finishExchange(hasMore);
  }

  #finishExchange(hasMore: boolean): void {
    const isReusable = this.#isReusable && this.#writing === Writing.idle && !hasMore;
    if (isReusable) {
      this.#receiver = null;
      this.#reading = Reading.head;
      this.#disables.takeBack();
    } else {
      this.#giveUp();
    }
    this.#events.onExchangeEnd(isReusable);
    if (hasMore) this.#events.onUnexpectedBytes();
  }

  /** The response is malformed: what is left of it, and all that follows, is dropped. Returns `end`. */
  #refuse(end: number): number {
    const receiver = this.#receiver!;
    this.#isBroken = true;
    this.#giveUp();
    receiver.onFault(UPSTREAM_PROTOCOL_ERROR);
    this.#events.onExchangeEnd(false);
    return end;
  }

  #giveUp(): void {
    this.#parser.abandon();
    this.#receiver = null;
    this.#reading = Reading.dropping;
    this.#writing = Writing.idle;
    this.#disables.takeBack();
  }

  // ---- bytes out

  encodeHead(head: RequestHead, endStream: boolean): void {
    if (this.#writing !== Writing.head) return;
    const { properCaseWords, sendFullyQualifiedUrl } = this.#options;
    const writer = this.#sink.writer, headers = head.headers;
    this.#methodId = head.methodId;
    this.#isUpgrade = head.isUpgrade;
    this.#isTunnel = false;
    if (headers.has(HeaderId.transferEncoding)) headers.remove(HeaderId.transferEncoding);
    const choice = chooseRequestBody(head, endStream);
    const start = writer.length;
    const fieldsStart = start + writeRequestHead(writer, head, properCaseWords, sendFullyQualifiedUrl);
    if (choice === BodyChoice.zeroLength) writeOwnLine(writer, Line.contentLengthZero, headers, properCaseWords);
    else if (choice === BodyChoice.chunked) {
      writeOwnLine(writer, Line.transferEncodingChunked, headers, properCaseWords);
    }
    this.headerBytes = writer.length - fieldsStart;
    writeLineEnd(writer);
    this.#headBytes = writer.length - start;
    this.#sink.touch();
    this.#bodyEncoder.begin(bodyEndOf(choice), choice === BodyChoice.length ? listedLength(headers) : 0);
    this.#writing = Writing.body;
    if (endStream) this.encodeEnd(null);
  }

  encodeBody(block: ByteBlock, start: number, end: number): void {
    if (this.#writing === Writing.body) this.#bodyEncoder.write(block, start, end);
  }

  encodeEnd(trailers: HeaderList | null): void {
    if (this.#writing !== Writing.body) return;
    if (!this.#bodyEncoder.finish(this.#options.enableTrailers ? trailers : null)) this.#isReusable = false;
    this.headerBytes += this.#bodyEncoder.trailerBytes;
    this.#writing = Writing.idle;
  }

  readDisable(disable: boolean): void {
    if (this.#receiver === null) return;
    this.#disables.ask(disable);
  }

  reset(): void {
    if (this.#receiver === null) return;
    this.#isBroken = true;
    this.#giveUp();
    this.#events.onExchangeEnd(false);
  }
}
