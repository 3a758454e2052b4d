/**
 * Finds blocks of bytes in a stream, in their order, with anything between them. The stream is looked at as it comes and
 * never kept but for the tail in which the next block may have begun.
 */

const NOTHING = new Uint8Array(0);

export class PayloadMatcher {
  readonly #blocks: readonly Uint8Array[];
  #found = 0;
  #tail: Uint8Array = NOTHING;

  /** Blocks must not be empty. */
  constructor(blocks: readonly Uint8Array[]) {
    this.#blocks = blocks;
  }

  /** All blocks were found. */
  get isComplete(): boolean {
    return this.#found === this.#blocks.length;
  }

  /** Looks at `bytes[start, end)`. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.isComplete || start === end) return;
    let rest = joined(this.#tail, bytes.subarray(start, end));
    while (!this.isComplete) {
      const block = this.#blocks[this.#found]!;
      const at = indexOf(rest, block);
      if (at < 0) break;
      this.#found++;
      rest = rest.subarray(at + block.length);
    }
    this.#tail = this.isComplete
      ? NOTHING
      : rest.slice(Math.max(0, rest.length - this.#blocks[this.#found]!.length + 1));
  }

  /** Another stream begins. */
  reset(): void {
    this.#found = 0;
    this.#tail = NOTHING;
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}

function indexOf(bytes: Uint8Array, block: Uint8Array): number {
  const last = bytes.length - block.length;
  for (let at = bytes.indexOf(block[0]!); at >= 0 && at <= last; at = bytes.indexOf(block[0]!, at + 1)) {
    if (block.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
