/**
 * The filters of one stream: the one that answers, and the chain before it where there are others. A terminal filter that
 * stands alone is called directly. What comes for filters that are gone, the request having been answered, is dropped.
 */
import type { ByteBlock } from "../base/byte_block.ts";
import type { TerminalFilter, TerminalHandle } from "../filter/http_filter.ts";
import type { HeaderList } from "../http/header_list.ts";
import type { ChainPlan } from "./chain/chain_plan.ts";
import { type ChainEnd, type ChainStream, FilterChain } from "./chain/filter_chain.ts";

export class StreamFilters implements ChainEnd {
  /** The filters before the terminal one; null where there are none. */
  chain: FilterChain | null = null;
  #terminal: TerminalFilter | null = null;

  /** Makes those that `plan` has for the stream's route. */
  make(plan: ChainPlan, stream: ChainStream & TerminalHandle): void {
    const { filters, terminal } = plan.select(stream.route);
    this.#terminal = terminal.create(stream);
    if (filters.length > 0) this.chain = new FilterChain(filters, stream, this, stream.bufferLimitBytes);
  }

  /** It has said all, or is not to answer: it must not hear of what follows. */
  dropTerminal(): void {
    const terminal = this.#terminal;
    this.#terminal = null;
    terminal?.destroy();
  }

  /** All of them are done with. */
  drop(): void {
    this.dropTerminal();
    this.chain?.destroy();
    this.chain = null;
  }

  // ---- the request, from the client

  decodeHead(endStream: boolean): void {
    if (this.chain === null) this.#terminal!.decodeHead(endStream);
    else this.chain.decodeHead(endStream);
  }

  decodeBody(block: ByteBlock, start: number, end: number): void {
    if (this.chain === null) this.#terminal?.decodeBody(block, start, end);
    else this.chain.decodeBody(block, start, end);
  }

  decodeTrailers(trailers: HeaderList): void {
    if (this.chain === null) this.#terminal?.decodeTrailers(trailers);
    else this.chain.decodeTrailers(trailers);
  }

  decodeEnd(): void {
    if (this.chain === null) this.#terminal?.decodeEnd();
    else this.chain.decodeEnd();
  }

  /** The way back to the client is blocked, or free again. */
  onWriteBlocked(isBlocked: boolean): void {
    this.#terminal?.onWriteBlocked(isBlocked);
  }

  // ---- the same behind the chain

  takeHead(endStream: boolean): void {
    this.#terminal?.decodeHead(endStream);
  }

  takeBody(block: ByteBlock, start: number, end: number): void {
    this.#terminal?.decodeBody(block, start, end);
  }

  takeTrailers(trailers: HeaderList): void {
    this.#terminal?.decodeTrailers(trailers);
  }

  takeEnd(): void {
    this.#terminal?.decodeEnd();
  }
}
