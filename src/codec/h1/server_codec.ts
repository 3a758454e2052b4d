/**
 * The server side of HTTP/1.1: requests in, responses out, one exchange at a time (`lifecycle.ts` has the states).
 * The codec is also the encoder it hands out: an exchange makes no objects.
 *
 * Once a request is complete the codec takes no more bytes until its response is, and has the connection stop reading
 * if there are any. When it goes on it calls `readDisable(false)`: what was left must then be delivered again. While the
 * output is past its limit no further request begins either, so that pipelined requests cannot pile up responses.
 *
 * Each exchange ends with one `onExchangeEnd`, faults and resets too, unless the connection was said to be gone.
 */
import { latin1Bytes } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import type { ByteSink } from "../../base/byte_sink.ts";
import type { Fault } from "../../base/fault.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import type { RequestReceiver, ResponseEncoder, ServerCodec, ServerCodecEvents } from "../http_codec.ts";
import { ReadDisables } from "../read_disables.ts";
import { BodyChoice, type BodyChoiceValue, bodyEndOf, chooseResponseBody, listedLength } from "./body_choice.ts";
import { BodyDecoder } from "./body_decoder.ts";
import { BodyEncoder } from "./body_encoder.ts";
import { CODEC_ERROR, DOWNSTREAM_CLOSED, LOW_VERSION } from "./faults.ts";
import { FieldNames } from "./field_names.ts";
import { ParseOutcome } from "./field_parser.ts";
import { asksForClose, BodyEnd, type BodyEndValue, frameRequest } from "./framing.ts";
import { Line, writeFields, writeLineEnd, writeOwnLine, writeStatusLine } from "./head_encoder.ts";
import { Reading, type ReadingValue, Writing, type WritingValue } from "./lifecycle.ts";
import type { H1ServerOptions } from "./options.ts";
import { RequestHeadParser } from "./request_head_parser.ts";
import { resolveTarget } from "./request_target.ts";
import { asksForTunnel, opensTunnel } from "./tunnel.ts";

const LF = 10, CR = 13;
const CLOSE = latin1Bytes("close"), KEEP_ALIVE = latin1Bytes("keep-alive");

export class H1ServerCodec implements ServerCodec, ResponseEncoder {
  readonly protocol = "HTTP/1.1";
  readonly #events: ServerCodecEvents;
  readonly #sink: ByteSink;
  readonly #options: H1ServerOptions;
  readonly #parser: RequestHeadParser;
  readonly #body: BodyDecoder;
  readonly #bodyEncoder: BodyEncoder;
  #receiver: RequestReceiver | null = null;
  #reading: ReadingValue = Reading.head;
  #writing: WritingValue = Writing.idle;
  headerBytes = 0;
  #headBytes = 0;
  /** Where in the output the field lines of the head being written begin. */
  #fieldsStart = 0;
  #methodId = 0;
  /** The request asks for a tunnel: what follows it is no HTTP, and is never read as another request. */
  #isUpgrade = false;
  /** The request came as HTTP/1.0 and that is accepted here: the answer comes so too. */
  #isHttp10 = false;
  #willClose = false;
  /** The peer has read, or will, that this response is the last; or takes the connection's end for the response's. */
  #isCloseSaid = false;
  #isFramedByClose = false;
  #isDraining = false;
  #isWriteBlocked = false;
  #isReceiving = false;
  /** Bytes wait for the response under way, and the connection was told to stop reading. */
  #isHolding = false;
  readonly #disables: ReadDisables;

  constructor(events: ServerCodecEvents, sink: ByteSink, options: H1ServerOptions) {
    const maxBytes = options.maxHeadersKb * 1024;
    this.#events = events;
    this.#disables = new ReadDisables(events);
    this.#sink = sink;
    this.#options = options;
    const { maxHeadersCount, allowCustomMethods, underscores } = options;
    const names = FieldNames.ofHeads(options, underscores);
    this.#parser = new RequestHeadParser(maxBytes, maxHeadersCount, allowCustomMethods, names);
    this.#body = new BodyDecoder(maxBytes, maxHeadersCount, FieldNames.ofTrailers(options, underscores));
    this.#bodyEncoder = new BodyEncoder(sink);
  }

  get wireBytes(): number {
    return this.#headBytes + this.#bodyEncoder.wireBytes;
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
    if (at < end && !this.#isHolding && this.#isWaiting) {
      this.#isHolding = true;
      this.#events.readDisable(true);
    }
    return at;
  }

  receiveEnd(): void {
    if (this.#receiver === null) return;
    const receiver = this.#receiver;
    this.#giveUp();
    receiver.onFault(DOWNSTREAM_CLOSED);
    this.#events.onExchangeEnd(false, true);
  }

  onConnectionClose(fault: Fault): void {
    const receiver = this.#receiver;
    this.#disables.forget();
    this.#isHolding = false;
    this.#giveUp();
    receiver?.onFault(fault);
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.#isWriteBlocked = isBlocked;
    this.#receiver?.onWriteBlocked(isBlocked);
    if (!isBlocked && this.#reading === Reading.head) this.#goOn();
  }

  startDrain(): void {
    this.#isDraining = true;
  }

  /** Whether bytes must wait for something other than more bytes. */
  get #isWaiting(): boolean {
    return this.#reading === Reading.ended ||
      this.#reading === Reading.head && !this.#parser.isOpen && this.#isWriteBlocked;
  }

  /** Takes what it can in one step and returns the position behind it: `at` if nothing. */
  #takeStep(block: ByteBlock, at: number, end: number): number {
    switch (this.#reading) {
      case Reading.head:
        return this.#takeHead(block, at, end);
      case Reading.body:
        return this.#takeBody(block, at, end);
      case Reading.ended:
        return at;
      default:
        return end;
    }
  }

  #takeHead(block: ByteBlock, start: number, end: number): number {
    const parser = this.#parser;
    if (!parser.isOpen) {
      if (this.#isWriteBlocked) return start;
      const byte = block.bytes[start];
      if (byte === CR || byte === LF) return this.#skipEmptyLine(block, start, end);
      if (!this.#openStream()) return end;
      parser.begin(this.#receiver!.head, block, start);
    }
    const outcome = parser.parse(block, start, end);
    const head = this.#receiver!.head;
    if (outcome === ParseOutcome.incomplete) {
      head.wireBytes = end - start;
      return start;
    }
    let failure = parser.failure;
    if (outcome === ParseOutcome.complete) {
      head.wireBytes = parser.at - start;
      failure = this.#acceptHead(head);
      if (failure === null) return parser.at;
    }
    // Nobody is to act on, or to log, what a refused head seemed to say.
    head.begin(block);
    head.wireBytes = end - start;
    return this.#refuse(failure!, end);
  }

  /** RFC 9112 section 2.2: empty lines before a request are ignored. Bare line ends are not empty lines here either. */
  #skipEmptyLine(block: ByteBlock, start: number, end: number): number {
    const isPair = block.bytes[start] === CR;
    if (isPair && start + 1 === end) return start;
    if (isPair && block.bytes[start + 1] === LF) return start + 2;
    return this.#openStream() ? this.#refuse(CODEC_ERROR, end) : end;
  }

  /** Begins an exchange. Returns false if it was given up on the spot. */
  #openStream(): boolean {
    this.#writing = Writing.head;
    this.#isHttp10 =
      this.#isUpgrade =
      this.#isCloseSaid =
      this.#isFramedByClose =
        false;
    this.#methodId = this.#headBytes = this.headerBytes = 0;
    this.#bodyEncoder.begin(BodyEnd.none, 0);
    const receiver = this.#events.openStream(this);
    if (this.#reading !== Reading.head) return false;
    this.#receiver = receiver;
    return true;
  }

  /** A head is complete: what it asks for, and how it goes on. Returns why it is refused, or null. */
  #acceptHead(head: RequestHead): Fault | null {
    this.#methodId = head.methodId;
    const options = this.#options;
    const failure = frameRequest(head, options.allowChunkedLength) ?? resolveTarget(head, options);
    if (failure !== null) return failure;
    if (head.version !== 11) {
      if (!options.acceptHttp10) return LOW_VERSION;
      this.#isHttp10 = true;
      if (options.defaultHostForHttp10 !== "" && !head.headers.has(HeaderId.host)) {
        head.headers.add(HeaderId.host, options.defaultHostForHttp10);
      }
    }
    if (head.wantsClose) this.#willClose = true;
    let bodyEnd: BodyEndValue = BodyEnd.none;
    head.isUpgrade = this.#isUpgrade = asksForTunnel(head, options.ignoresUpgrade);
    if (head.isUpgrade) bodyEnd = BodyEnd.close;
    else if (head.isChunked) bodyEnd = BodyEnd.chunked;
    else if (head.contentLength > 0) bodyEnd = BodyEnd.length;
    if (bodyEnd === BodyEnd.none) {
      this.#reading = Reading.ended;
    } else {
      this.#reading = Reading.body;
      this.#body.begin(bodyEnd, head.contentLength);
    }
    this.#receiver!.onHead(bodyEnd === BodyEnd.none);
    return null;
  }

  #takeBody(block: ByteBlock, start: number, end: number): number {
    const body = this.#body, receiver = this.#receiver!;
    const position = body.take(block, start, end, receiver);
    if (this.#reading !== Reading.body) return end;
    receiver.head.wireBytes += position - start;
    if (body.failure !== null) return this.#refuse(body.failure, end);
    if (!body.isComplete) return position;
    const trailers = body.trailers;
    if (trailers !== null && this.#options.enableTrailers) {
      receiver.onTrailers(trailers);
      if (this.#reading !== Reading.body) return end;
    }
    this.#reading = Reading.ended;
    receiver.onEnd();
    return position;
  }

  /** The request is malformed: what is left of it, and all that follows, is dropped. Returns `end`. */
  #refuse(fault: Fault, end: number): number {
    this.#reading = Reading.dropping;
    this.#willClose = true;
    this.#receiver!.onFault(fault);
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

  encodeInterim(head: ResponseHead): void {
    if (this.#writing !== Writing.head) return;
    chooseResponseBody(head, true, this.#methodId, this.#isHttp10);
    const start = this.#sink.writer.length;
    this.#writeHead(head);
    this.#endHead(start);
  }

  encodeHead(head: ResponseHead, endStream: boolean): void {
    if (this.#writing !== Writing.head) return;
    const isTunnel = opensTunnel(this.#methodId, this.#isUpgrade, head);
    const choice = isTunnel ? BodyChoice.close : chooseResponseBody(head, endStream, this.#methodId, this.#isHttp10);
    const length = choice === BodyChoice.length ? listedLength(head.headers) : 0;
    if (isTunnel && head.status === 101) head.headers.remove(HeaderId.contentLength);
    // The connection of a tunnel goes with it. Any 2xx but 200 to a CONNECT says so all the same, as Envoy has it.
    if (!isTunnel || head.status > 200) {
      // A peer that is still sending, one told to wait for more than comes, one that knows no other end.
      if (this.#reading !== Reading.ended || endStream && length > 0 || choice === BodyChoice.close) {
        this.#willClose = true;
      }
      this.#addConnectionLine(head.headers);
      this.#isCloseSaid = this.#willClose;
    }
    const start = this.#sink.writer.length;
    this.#writeHead(head);
    // A tunnel's end is no answer's: who is in it may have more to say.
    this.#isFramedByClose = choice === BodyChoice.close && !isTunnel;
    this.#writeFramingLine(choice, head.headers);
    this.#endHead(start);
    this.#bodyEncoder.begin(bodyEndOf(choice), length);
    this.#writing = Writing.body;
    if (endStream) this.#finishExchange();
  }

  encodeBody(block: ByteBlock, start: number, end: number): void {
    if (this.#writing === Writing.body) this.#bodyEncoder.write(block, start, end);
  }

  encodeEnd(trailers: HeaderList | null): void {
    if (this.#writing !== Writing.body) return;
    if (!this.#bodyEncoder.finish(this.#options.enableTrailers ? trailers : null)) this.#willClose = true;
    this.headerBytes += this.#bodyEncoder.trailerBytes;
    this.#finishExchange();
  }

  readDisable(disable: boolean): void {
    if (this.#receiver === null) return;
    this.#disables.ask(disable);
  }

  reset(): void {
    if (this.#writing === Writing.idle) return;
    const isPeerDone = this.#isPeerDone;
    this.#giveUp();
    this.#events.onExchangeEnd(false, isPeerDone);
  }

  #writeHead(head: ResponseHead): void {
    const headers = head.headers, writer = this.#sink.writer;
    if (headers.has(HeaderId.transferEncoding)) headers.remove(HeaderId.transferEncoding);
    writeStatusLine(writer, head, this.#isHttp10);
    this.#fieldsStart = writer.length;
    writeFields(writer, headers, this.#options.properCaseWords);
  }

  /** Ends a head that began at `start` of the output. */
  #endHead(start: number): void {
    const writer = this.#sink.writer;
    this.headerBytes += writer.length - this.#fieldsStart;
    writeLineEnd(writer);
    this.#headBytes += writer.length - start;
    this.#sink.touch();
  }

  /** It goes among the fields of the head, where logs find it, as in Envoy. */
  #addConnectionLine(headers: HeaderList): void {
    if (headers.has(HeaderId.connection)) {
      if (asksForClose(headers)) this.#willClose = true;
      return;
    }
    if (this.#isDraining) this.#willClose = true;
    if (this.#willClose) headers.setBytes(HeaderId.connection, CLOSE);
    else if (this.#isHttp10) headers.setBytes(HeaderId.connection, KEEP_ALIVE);
  }

  #writeFramingLine(choice: BodyChoiceValue, headers: HeaderList): void {
    if (choice === BodyChoice.zeroLength) {
      this.#writeOwnLine(Line.contentLengthZero, headers);
    } else if (choice === BodyChoice.chunked || choice === BodyChoice.chunkedWithoutBody) {
      this.#writeOwnLine(Line.transferEncodingChunked, headers);
    }
  }

  #writeOwnLine(line: Uint8Array, headers: HeaderList): void {
    writeOwnLine(this.#sink.writer, line, headers, this.#options.properCaseWords);
  }

  // ---- between exchanges

  get #isPeerDone(): boolean {
    return this.#isFramedByClose || this.#isCloseSaid && this.#reading === Reading.ended;
  }

  /** The response is through. */
  #finishExchange(): void {
    const isPeerDone = this.#isPeerDone;
    const keepAlive = this.#reading === Reading.ended && !this.#willClose;
    this.#receiver = null;
    this.#writing = Writing.idle;
    this.#reading = keepAlive ? Reading.head : Reading.dropping;
    this.#disables.takeBack();
    this.#events.onExchangeEnd(keepAlive, isPeerDone);
    this.#goOn();
  }

  /** Has the connection deliver again what waited for the response. */
  #goOn(): void {
    if (!this.#isHolding || this.#isWaiting) return;
    this.#isHolding = false;
    this.#events.readDisable(false);
  }
}
