/**
 * The head of a response: status, reason phrase and header fields. A received one holds the block its bytes are in until
 * {@link ResponseHead.release}; one that denvoy makes has only added fields.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import { HeaderList } from "./header_list.ts";
import type { HttpVersion } from "./request_head.ts";

const EMPTY = new Uint8Array(0);

export class ResponseHead {
  readonly headers: HeaderList = new HeaderList();
  status = 0;
  version: HttpVersion = 11;
  /** Range of the reason phrase in the received bytes; empty where none was sent. */
  reasonStart = 0;
  reasonEnd = 0;
  /** The phrase is to go out as it came, and not as the standard one. */
  keepsReason = false;
  /** Length of the body if `content-length` gave one, else -1. */
  contentLength = -1;
  isChunked = false;
  /** What was received of the response: the head, and with it the body and its framing. */
  wireBytes = 0;
  /** The sender will close after this response. */
  wantsClose = false;
  #block: ByteBlock | null = null;

  /** Empties the head; what follows is received in `block`, which the head keeps from now on. */
  begin(block: ByteBlock): void {
    this.release();
    block.retain();
    this.#block = block;
    this.#clear(block.bytes);
  }

  /**
   * Takes up again a head that was released half-received: its bytes lie in `block` now, `delta` further on than before.
   */
  moveTo(block: ByteBlock, delta: number): void {
    this.release();
    block.retain();
    this.#block = block;
    this.headers.moveTo(block.bytes, delta);
    this.reasonStart += delta;
    this.reasonEnd += delta;
  }

  /** Empties the head for a response that denvoy makes. */
  beginLocal(status: number): void {
    this.release();
    this.#clear(EMPTY);
    this.status = status;
  }

  /** Gives the block back. The head must not be read after. */
  release(): void {
    this.#block?.release();
    this.#block = null;
  }

  #clear(bytes: Uint8Array): void {
    this.headers.reset(bytes);
    this.status = 0;
    this.version = 11;
    this.reasonStart = this.reasonEnd = 0;
    this.contentLength = -1;
    this.wireBytes = 0;
    this.isChunked = this.wantsClose = this.keepsReason = false;
  }
}
