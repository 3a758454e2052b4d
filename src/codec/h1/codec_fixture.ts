/**
 * For tests: a wire that delivers bytes the way a connection does, and peers on top of the codecs that write down what
 * they are told.
 */
import { latin1Bytes, latin1Text } from "../../base/ascii.ts";
import { BlockPool, ByteBlock } from "../../base/byte_block.ts";
import type { ByteSink } from "../../base/byte_sink.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import type { Fault } from "../../base/fault.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type {
  ClientCodecEvents,
  RequestReceiver,
  ResponseEncoder,
  ResponseReceiver,
  ServerCodecEvents,
} from "../http_codec.ts";
import type { H1ClientOptions, H1ServerOptions } from "./options.ts";

/** Envoy's defaults. */
export const SERVER_OPTIONS: H1ServerOptions = {
  maxHeadersKb: 60,
  maxHeadersCount: 100,
  enableTrailers: false,
  allowChunkedLength: false,
  properCaseWords: false,
  preserveCase: null,
  acceptHttp10: false,
  defaultHostForHttp10: "",
  allowAbsoluteUrl: true,
  allowCustomMethods: false,
  ignoresUpgrade: null,
  underscores: null,
  refuseHttpsTarget: false,
};

/** Envoy's defaults. */
export const CLIENT_OPTIONS: H1ClientOptions = {
  maxHeadersKb: 80,
  maxHeadersCount: 100,
  enableTrailers: false,
  allowChunkedLength: false,
  properCaseWords: false,
  preserveCase: null,
  sendFullyQualifiedUrl: false,
};

/** A sink that keeps everything. */
export class TextSink implements ByteSink {
  readonly writer: ByteWriter = new ByteWriter();
  touches = 0;

  touch(): void {
    this.touches++;
  }

  writeBlock(block: ByteBlock, start: number, end: number): void {
    this.writer.writeRange(block.bytes, start, end);
    this.touch();
  }

  /** What was written since the last call. */
  take(): string {
    const text = latin1Text(this.writer.bytes, 0, this.writer.length);
    this.writer.clear();
    return text;
  }
}

/** The part of a codec that takes bytes. */
interface Taker {
  receive(block: ByteBlock, start: number, end: number): number;
}

/**
 * Delivers bytes to a codec and keeps what it leaves. `stay`: a delivery is appended in the same block, as a reader with
 * room does. `move`: each delivery comes in another block at another offset, and the old one is wiped.
 */
export class Wire {
  readonly pool: BlockPool = new BlockPool();
  /** Deliveries wait while the count is above zero, as a connection's do. */
  disables = 0;
  readonly #codec: Taker;
  readonly #isMoving: boolean;
  #block: ByteBlock;
  #start = 0;
  #end = 0;
  #turns = 0;

  constructor(codec: Taker, feeding: "stay" | "move" = "stay") {
    this.#codec = codec;
    this.#isMoving = feeding === "move";
    this.#block = this.pool.acquire(1024);
  }

  /** Bytes that the codec has not taken. */
  get left(): string {
    return latin1Text(this.#block.bytes, this.#start, this.#end);
  }

  /** Delivers `text` in pieces of these sizes, the last size repeating. */
  send(text: string, ...sizes: number[]): void {
    const bytes = latin1Bytes(text);
    let at = 0;
    for (let turn = 0; at < bytes.length; turn++) {
      const size = sizes.length === 0 ? bytes.length : sizes[Math.min(turn, sizes.length - 1)]!;
      const pieceEnd = Math.min(bytes.length, at + size);
      this.#append(bytes.subarray(at, pieceEnd));
      this.deliver();
      at = pieceEnd;
    }
  }

  /** Hands over what is there, if reading is not disabled. */
  deliver(): void {
    if (this.disables > 0) return;
    const block = this.#block;
    const position = this.#codec.receive(block, this.#start, this.#end);
    if (position < this.#start || position > this.#end) throw new Error(`Position ${position} is out of range`);
    this.#start = position;
  }

  #append(piece: Uint8Array): void {
    const pending = this.#end - this.#start;
    if (this.#isMoving || this.#end + piece.length > this.#block.bytes.length) {
      const offset = this.#isMoving ? ++this.#turns % 7 : 0;
      const next = this.pool.acquire(offset + pending + piece.length);
      next.bytes.set(this.#block.bytes.subarray(this.#start, this.#end), offset);
      // Whoever still reads the old place without holding it is found out.
      if (this.#block.holders === 1) this.#block.bytes.fill(0);
      this.#block.release();
      this.#block = next;
      this.#start = offset;
      this.#end = offset + pending;
    }
    this.#block.bytes.set(piece, this.#end);
    this.#end += piece.length;
  }
}

/** What a message was, for comparing. */
export interface Message {
  /** `GET /a HTTP/11` or `200`. */
  start: string;
  fields: [string, string][];
  body: string;
  trailers: [string, string][];
  /** How it ended: `end`, a fault's detail, or empty while it has not. */
  end: string;
  /** Status of the fault. */
  status: number;
  interims: string[];
  writeBlocked: boolean[];
}

function emptyMessage(): Message {
  return { start: "", fields: [], body: "", trailers: [], end: "", status: 0, interims: [], writeBlocked: [] };
}

abstract class Recorder {
  readonly message: Message = emptyMessage();
  /** Called when the message has ended well. */
  onComplete: () => void = () => {};

  onBody(block: ByteBlock, start: number, end: number): void {
    this.message.body += latin1Text(block.bytes, start, end);
  }

  onTrailers(trailers: HeaderList): void {
    this.message.trailers = trailers.entries();
  }

  onEnd(): void {
    if (this.message.end !== "") throw new Error("A message ended twice");
    this.message.end = "end";
    this.onComplete();
  }

  onFault(fault: Fault): void {
    if (this.message.end !== "") throw new Error("A fault came after the end");
    this.message.end = fault.detail;
    this.message.status = fault.status;
  }

  onWriteBlocked(isBlocked: boolean): void {
    this.message.writeBlocked.push(isBlocked);
  }
}

/** Writes down a request. */
export class RequestRecorder extends Recorder implements RequestReceiver {
  readonly head: RequestHead = new RequestHead();
  readonly encoder: ResponseEncoder;

  constructor(encoder: ResponseEncoder) {
    super();
    this.encoder = encoder;
  }

  onHead(endStream: boolean): void {
    const { method, path, version, headers } = this.head;
    this.message.start = `${method} ${path} HTTP/${version}`;
    this.message.fields = headers.entries();
    if (endStream) this.onEnd();
  }
}

/** Writes down a response. */
export class ResponseRecorder extends Recorder implements ResponseReceiver {
  readonly head: ResponseHead = new ResponseHead();

  onHead(endStream: boolean): void {
    this.message.start = `${this.head.status}`;
    this.message.fields = this.head.headers.entries();
    if (endStream) this.onEnd();
  }

  onInterim(): void {
    this.message.interims.push(`${this.head.status} ${JSON.stringify(this.head.headers.entries())}`);
  }
}

/** The connection manager's place: opens recorders and answers as told. */
export class ServerEvents implements ServerCodecEvents {
  readonly requests: RequestRecorder[] = [];
  /** Of each exchange, whether the connection goes on, and whether the peer has nothing more to say or to hear. */
  readonly ends: string[] = [];
  wire: Wire | null = null;
  /** Called for each request that has ended well. */
  answer: (request: RequestRecorder) => void = () => {};

  openStream(encoder: ResponseEncoder): RequestReceiver {
    const request = new RequestRecorder(encoder);
    request.onComplete = () => this.answer(request);
    this.requests.push(request);
    return request;
  }

  readDisable(disable: boolean): void {
    if (this.wire === null) return;
    this.wire.disables += disable ? 1 : -1;
    if (!disable) this.wire.deliver();
  }

  onExchangeEnd(keepAlive: boolean, isPeerDone: boolean): void {
    this.requests.at(-1)?.head.release();
    this.ends.push(keepAlive ? "keep" : isPeerDone ? "close" : "close later");
  }

  /** The messages so far. */
  get messages(): Message[] {
    return this.requests.map((request) => request.message);
  }
}

/** The pool's place. */
export class ClientEvents implements ClientCodecEvents {
  readonly log: string[] = [];
  wire: Wire | null = null;

  readDisable(disable: boolean): void {
    if (this.wire !== null) this.wire.disables += disable ? 1 : -1;
    this.log.push(`readDisable ${disable}`);
  }

  onExchangeEnd(isReusable: boolean): void {
    this.log.push(isReusable ? "reusable" : "close");
  }

  onUnexpectedBytes(isTimeoutNotice?: boolean): void {
    this.log.push(isTimeoutNotice ? "timeout notice" : "unexpected bytes");
  }

  endOutput(): void {
    this.log.push("end output");
  }
}

/** A block that holds `text`. */
export function blockOf(text: string): ByteBlock {
  return new ByteBlock(latin1Bytes(text));
}

/** Answers with a status and a body, `content-length` included. */
export function respond(encoder: ResponseEncoder, status: number, body: string): void {
  const head = new ResponseHead();
  head.beginLocal(status);
  head.headers.addName("content-length", `${body.length}`);
  encoder.encodeHead(head, body === "");
  if (body === "") return;
  encoder.encodeBody(blockOf(body), 0, body.length);
  encoder.encodeEnd(null);
}
