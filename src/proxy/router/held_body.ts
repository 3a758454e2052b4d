/**
 * What of a request came too early for its try: before there is a connection, or before the answer to an upgrade opens the
 * tunnel. It is kept in the blocks it was received in, and handed to the encoder when its time comes.
 */
import { BlockQueue } from "../../base/block_queue.ts";
import { ByteBlock } from "../../base/byte_block.ts";
import type { RequestEncoder } from "../../codec/http_codec.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { TryLog } from "./try_log.ts";

/** Of one try; used again for the next. */
export class HeldBody {
  /** Something of the request waits, if only its end. */
  isHolding = false;
  trailers: HeaderList | null = null;
  /** Memory that is held: whole blocks, however little of them is wanted. */
  heldBytes = 0;
  readonly #body: BlockQueue = new BlockQueue();
  /** Goes before all of it. */
  #own: Uint8Array<ArrayBuffer> | null = null;

  keep(block: ByteBlock, start: number, end: number): void {
    this.isHolding = true;
    this.#body.add(block, start, end);
    this.heldBytes += block.bytes.length;
  }

  /** Keeps bytes of our own, which are no body. */
  keepOwn(bytes: Uint8Array<ArrayBuffer>): void {
    this.isHolding = true;
    this.#own = bytes;
  }

  keepTrailers(trailers: HeaderList): void {
    this.isHolding = true;
    this.trailers = trailers.copy();
  }

  /** The request is complete: its end waits too. */
  keepEnd(): void {
    this.isHolding = true;
  }

  /** Sends the body that waits. The end is the caller's to send, with the trailers that stay here. */
  sendTo(encoder: RequestEncoder, log: TryLog): void {
    const ranges = this.#body.takeAll(), own = this.#own;
    this.#forget();
    if (own !== null) sendOwn(own, encoder, log);
    for (const { block, start, end } of ranges) {
      encoder.encodeBody(block, start, end);
      log.onSent(encoder, end - start);
      block.release();
    }
  }

  /** Lets go of everything. */
  drop(): void {
    this.trailers = null;
    if (!this.isHolding) return;
    this.#body.drop();
    this.#forget();
  }

  #forget(): void {
    this.isHolding = false;
    this.heldBytes = 0;
    this.#own = null;
  }
}

function sendOwn(bytes: Uint8Array<ArrayBuffer>, encoder: RequestEncoder, log: TryLog): void {
  const block = new ByteBlock(bytes);
  encoder.encodeBody(block, 0, bytes.length);
  block.release();
  log.onPreface(encoder, bytes.length);
}
