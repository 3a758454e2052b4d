/**
 * Received bodies, whichever way they end (RFC 9112 section 6.3): counted, chunked with a trailer section behind, or
 * with the connection. Both codecs read theirs through it.
 */
import type { ByteBlock } from "../../base/byte_block.ts";
import type { Fault } from "../../base/fault.ts";
import { HeaderList } from "../../http/header_list.ts";
import { type BodySink, ChunkedDecoder } from "./chunked_decoder.ts";
import { HEADERS_TOO_LARGE } from "./faults.ts";
import type { FieldNames } from "./field_names.ts";
import { FieldParser, ParseOutcome } from "./field_parser.ts";
import { BodyEnd, type BodyEndValue } from "./framing.ts";

export class BodyDecoder {
  /** Set when the body is malformed; nothing is taken after it. */
  failure: Fault | null = null;
  /** The body was read to its end. Plain field: read for each piece. */
  isComplete = true;
  #end: BodyEndValue = BodyEnd.none;
  #isInTrailers = false;
  #left = 0;
  /** Made for the first chunked body: most connections never see one. */
  #chunked: ChunkedDecoder | null = null;
  #trailers: TrailerSection | null = null;
  readonly #maxTrailerBytes: number;
  readonly #maxTrailers: number;
  readonly #trailerNames: FieldNames | null;

  constructor(maxTrailerBytes: number, maxTrailers: number, trailerNames: FieldNames | null = null) {
    this.#maxTrailerBytes = maxTrailerBytes;
    this.#maxTrailers = maxTrailers;
    this.#trailerNames = trailerNames;
  }

  /** The trailers of the body that just ended; null if there are none. */
  get trailers(): HeaderList | null {
    const list = this.#trailers?.list;
    return list === undefined || list.count === 0 ? null : list;
  }

  /** Whether the end of the connection is the end of this body. */
  get endsWithConnection(): boolean {
    return this.#end === BodyEnd.close;
  }

  /** A body begins; `length` counts with {@link BodyEnd}.length. */
  begin(end: BodyEndValue, length: number): void {
    this.#end = end;
    this.isComplete = end === BodyEnd.none;
    this.failure = null;
    this.#left = length;
    this.#isInTrailers = false;
    this.#trailers?.list.reset(NO_BYTES);
    if (end !== BodyEnd.chunked) return;
    this.#chunked ??= new ChunkedDecoder();
    this.#chunked.begin();
  }

  /**
   * Takes one piece, or one step without a piece, and returns the position behind it: `start` when more bytes are wanted
   * in front of which these must come again.
   */
  take(block: ByteBlock, start: number, end: number, sink: BodySink): number {
    if (this.#end === BodyEnd.chunked) {
      return this.#isInTrailers
        ? this.#takeTrailers(this.#trailers!, block, start, end)
        : this.#takeChunked(this.#chunked!, block, start, end, sink);
    }
    let pieceEnd = end;
    if (this.#end === BodyEnd.length) {
      if (this.#left < end - start) pieceEnd = start + this.#left;
      this.#left -= pieceEnd - start;
      if (this.#left === 0) this.isComplete = true;
    }
    sink.onBody(block, start, pieceEnd);
    return pieceEnd;
  }

  #takeChunked(decoder: ChunkedDecoder, block: ByteBlock, start: number, end: number, sink: BodySink): number {
    const position = decoder.push(block, start, end, sink);
    if (decoder.failure !== null) {
      this.failure = decoder.failure;
    } else if (decoder.isDone) {
      this.#trailers ??= new TrailerSection(this.#maxTrailerBytes, this.#maxTrailers, this.#trailerNames);
      this.#trailers.begin();
      this.#isInTrailers = true;
    }
    return position;
  }

  #takeTrailers(section: TrailerSection, block: ByteBlock, start: number, end: number): number {
    const position = section.parse(block.bytes, start, end);
    this.failure = section.failure;
    this.isComplete = section.isComplete;
    return position;
  }
}

const NO_BYTES = new Uint8Array(0);

/** The fields behind the last chunk. Its bytes stay with the connection until it is complete. */
class TrailerSection {
  readonly list: HeaderList = new HeaderList();
  failure: Fault | null = null;
  isComplete = false;
  readonly #fields: FieldParser;
  readonly #maxBytes: number;
  #start = -1;

  constructor(maxBytes: number, maxCount: number, names: FieldNames | null) {
    this.#maxBytes = maxBytes;
    this.#fields = new FieldParser(maxCount, names);
  }

  begin(): void {
    this.failure = null;
    this.isComplete = false;
    this.#start = -1;
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    if (this.#start < 0) {
      this.list.reset(bytes);
      this.#fields.begin(start);
    } else {
      this.list.moveTo(bytes, start - this.#start);
      this.#fields.shift(start - this.#start);
    }
    this.#start = start;
    const limit = start + this.#maxBytes;
    const outcome = this.#fields.parse(bytes, Math.min(end, limit), this.list);
    if (outcome === ParseOutcome.refused) this.failure = this.#fields.failure;
    else if (outcome === ParseOutcome.complete) this.isComplete = true;
    else if (end >= limit) this.failure = HEADERS_TOO_LARGE;
    return this.isComplete ? this.#fields.at : start;
  }
}
