/**
 * The head of a request: method, path, version and header fields, as ranges over the block it was received in. It holds
 * that block until {@link RequestHead.release}, so a head may be read for as long as its stream lives.
 *
 * The authority is the `host` field, whichever protocol brought it (Envoy's `:authority`).
 */
import { latin1Bytes, latin1Text } from "../base/ascii.ts";
import type { ByteBlock } from "../base/byte_block.ts";
import { HeaderList } from "./header_list.ts";
import { HeaderId } from "./header_names.ts";
import { CUSTOM_METHOD, Method, METHOD_BYTES, METHOD_NAMES } from "./method.ts";
import { pathEndOf } from "./path.ts";

const EMPTY = new Uint8Array(0);

/** HTTP versions as `major * 10 + minor`. */
export type HttpVersion = 9 | 10 | 11 | 20;

export class RequestHead {
  readonly headers: HeaderList = new HeaderList();
  /** A number of `http/method.ts`. */
  methodId = 0;
  /** The method's text: a range over `methodBytes`. */
  methodBytes: Uint8Array = EMPTY;
  methodStart = 0;
  methodEnd = 0;
  version: HttpVersion = 11;
  /** The path with its query: a range over `pathBytes`. Plain fields: matchers read them byte by byte. */
  pathBytes: Uint8Array = EMPTY;
  pathStart = 0;
  pathEnd = 0;
  /** `http` or `https`, from an absolute target; else empty until the connection manager has said which. */
  scheme = "";
  /** The port that was taken off the authority of a CONNECT, for routing only: it is due again upstream. 0 = none. */
  connectPort = 0;
  /** Length of the body if `content-length` gave one, else -1. */
  contentLength = -1;
  /** The body is chunked. */
  isChunked = false;
  /** The sender asked for the connection to close, or speaks HTTP/1.0 without keep-alive. */
  wantsClose = false;
  /** CONNECT, or a wish for another protocol: what follows the head is no HTTP and has no length. */
  isUpgrade = false;
  /** What was received of the request: the head, and with it the body and its framing. */
  wireBytes = 0;
  /** Where the request line as received ends, line end included, if it reads `METHOD /path HTTP/1.1 CRLF`; else 0. */
  requestLineEnd = 0;
  #block: ByteBlock | null = null;

  /** Empties the head; what follows is received in `block`, which the head keeps from now on. */
  begin(block: ByteBlock): void {
    this.release();
    block.retain();
    this.#block = block;
    this.headers.reset(block.bytes);
    this.methodId = this.methodStart = this.methodEnd = 0;
    this.version = 11;
    this.methodBytes = this.pathBytes = block.bytes;
    this.pathStart = this.pathEnd = 0;
    this.scheme = "";
    this.connectPort = 0;
    this.contentLength = -1;
    this.isChunked = this.wantsClose = this.isUpgrade = false;
    this.wireBytes = this.requestLineEnd = 0;
  }

  /**
   * Takes up again a head that was released half-received: its bytes lie in `block` now, `delta` further on than before.
   */
  moveTo(block: ByteBlock, delta: number): void {
    this.release();
    block.retain();
    this.#block = block;
    this.headers.moveTo(block.bytes, delta);
    this.methodStart += delta;
    this.methodEnd += delta;
    this.methodBytes = this.pathBytes = block.bytes;
    this.pathStart += delta;
    this.pathEnd += delta;
    if (this.requestLineEnd !== 0) this.requestLineEnd += delta;
  }

  /** Becomes the same head as `other`, and holds its block too. */
  assign(other: RequestHead): void {
    other.#block?.retain();
    this.release();
    this.#block = other.#block;
    this.headers.assign(other.headers);
    this.methodId = other.methodId;
    this.methodBytes = other.methodBytes;
    this.methodStart = other.methodStart;
    this.methodEnd = other.methodEnd;
    this.version = other.version;
    this.pathBytes = other.pathBytes;
    this.pathStart = other.pathStart;
    this.pathEnd = other.pathEnd;
    this.scheme = other.scheme;
    this.contentLength = other.contentLength;
    this.isChunked = other.isChunked;
    this.wantsClose = other.wantsClose;
    this.isUpgrade = other.isUpgrade;
    this.wireBytes = other.wireBytes;
    this.requestLineEnd = other.requestLineEnd;
  }

  /** Another of the known methods. */
  setMethod(id: number): void {
    this.methodId = id;
    this.methodBytes = METHOD_BYTES[id]!;
    this.methodStart = 0;
    this.methodEnd = this.methodBytes.length;
    this.requestLineEnd = 0;
  }

  /** Gives the block back. The head must not be read after. */
  release(): void {
    this.#block?.release();
    this.#block = null;
  }

  get method(): string {
    if (this.methodId !== CUSTOM_METHOD) return METHOD_NAMES[this.methodId]!;
    return latin1Text(this.methodBytes, this.methodStart, this.methodEnd);
  }

  /** The path with its query. */
  get path(): string {
    return latin1Text(this.pathBytes, this.pathStart, this.pathEnd);
  }

  set path(text: string) {
    this.setPath(latin1Bytes(text));
  }

  /** Another path, all of `bytes`. */
  setPath(bytes: Uint8Array): void {
    this.pathBytes = bytes;
    this.pathStart = 0;
    this.pathEnd = bytes.length;
  }

  /** Replaces the path; its query stays. */
  replacePath(path: Uint8Array): void {
    const query = pathEndOf(this.pathBytes, this.pathStart, this.pathEnd);
    const target = new Uint8Array(path.length + this.pathEnd - query);
    target.set(path);
    target.set(this.pathBytes.subarray(query, this.pathEnd), path.length);
    this.pathBytes = target;
    this.pathStart = 0;
    this.pathEnd = target.length;
  }

  /** What an upgrade asks for, as `upgrade_configs` name it: `websocket`, `CONNECT`. All of a list, letter case as sent. */
  get upgradeType(): string {
    if (this.methodId === Method.connect) return METHOD_NAMES[Method.connect]!;
    const { headers } = this, first = headers.find(HeaderId.upgrade);
    if (first < 0) return "";
    let text = headers.valueText(first);
    for (let entry = headers.findNext(first); entry >= 0; entry = headers.findNext(entry)) {
      text += `,${headers.valueText(entry)}`;
    }
    return text;
  }

  /** The host, or null when the request names none. */
  get authority(): string | null {
    return this.headers.get(HeaderId.host);
  }
}
