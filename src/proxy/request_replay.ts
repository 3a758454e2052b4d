/** What a client sent behind a request's head, shown once more to filters that are made anew (spec/http.md 3). */
import type { ByteBlock } from "../base/byte_block.ts";
import type { KeptRequest, KeptRequestSink } from "../filter/http_filter.ts";
import type { HeaderList } from "../http/header_list.ts";

/** The stream, as it takes what comes of a request. */
export interface ReplayedStream {
  onBody(block: ByteBlock, start: number, end: number): void;
  onTrailers(trailers: HeaderList): void;
  deliverEnd(): void;
}

export class RequestReplay implements KeptRequestSink {
  readonly #stream: ReplayedStream;
  #kept: KeptRequest | null = null;

  constructor(stream: ReplayedStream) {
    this.#stream = stream;
  }

  /** Holds what is to be shown; null = nothing. */
  take(kept: KeptRequest | null): void {
    this.#kept = kept;
  }

  /** Shows it, unless the stream has let go of it meanwhile: an answer may come from inside any call. */
  run(): void {
    const kept = this.#kept;
    if (kept === null) return;
    kept.sendTo(this);
    if (this.#kept === kept) this.drop();
  }

  drop(): void {
    this.#kept?.release();
    this.#kept = null;
  }

  sendBody(block: ByteBlock, start: number, end: number): void {
    this.#stream.onBody(block, start, end);
  }

  sendTrailers(trailers: HeaderList): void {
    this.#stream.onTrailers(trailers);
  }

  sendEnd(): void {
    this.#stream.deliverEnd();
  }
}
