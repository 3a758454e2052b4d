/**
 * Blocks of bytes on loan from a pool, counted by their holders.
 *
 * A connection reads into a block and hands it up the stack. Whoever needs the bytes after that call (a stream its head,
 * a slow peer its body) retains the block; the reader then takes another for its next read. So nothing is copied
 * to be kept, an idle connection holds one small block, and the last holder gives the block back.
 *
 * Rule: `retain` and `release` come in pairs; a block made by the pool starts with one holder.
 */
import { invariant } from "./errors.ts";

/** The sizes that are kept for reuse; a bigger block is made for the purpose and left to the garbage collector. */
export const BLOCK_SIZES: readonly number[] = [1024, 2048, 4096, 8192, 16384, 65536, 262144];

/**
 * Free bytes kept of each size, at most: what 64 streams of the largest blocks use. Below that, big bodies cost a fresh,
 * zeroed and cold block for every read, a third of their price.
 */
const MAX_FREE_BYTES_PER_SIZE = 16 * 1024 * 1024;

/** Small blocks are cut from slabs of this size: one allocation then serves many connections. */
const SLAB_BYTES = 65536;

/** A block of bytes and the number of its holders. */
export class ByteBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Plain fields: read for each delivery. Only this file and the reader that owns the block write them. */
  holders = 1;
  readonly #pool: BlockPool | null;
  readonly #sizeClass: number;
  #view: DataView | null = null;

  constructor(bytes: Uint8Array<ArrayBuffer>, pool: BlockPool | null = null, sizeClass = -1) {
    this.bytes = bytes;
    this.#pool = pool;
    this.#sizeClass = sizeClass;
  }

  /** The bytes, to be read four at a time. */
  get view(): DataView {
    return this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }

  /** A holder more. */
  retain(): void {
    this.holders++;
  }

  /** A holder less; the last one gives the block back to its pool. */
  release(): void {
    invariant(this.holders > 0, "A block was released more often than retained");
    if (--this.holders === 0 && this.#pool !== null) this.#pool.takeBack(this, this.#sizeClass);
  }
}

/** Hands out blocks by size and keeps a bounded number of free ones. */
export class BlockPool {
  readonly #free: ByteBlock[][] = BLOCK_SIZES.map(() => []);
  #slab: ArrayBuffer | null = null;
  #slabUsed = 0;
  /** Blocks on loan: a leak shows here. */
  onLoan = 0;

  /** A block of at least `size` bytes with one holder. Its bytes are whatever the last user left. */
  acquire(size: number): ByteBlock {
    this.onLoan++;
    const sizeClass = sizeClassOf(size);
    if (sizeClass < 0) return new ByteBlock(new Uint8Array(size), this, -1);
    const block = this.#free[sizeClass]!.pop();
    if (block === undefined) return new ByteBlock(this.#allocate(BLOCK_SIZES[sizeClass]!), this, sizeClass);
    block.holders = 1;
    return block;
  }

  /** For {@link ByteBlock.release} only. */
  takeBack(block: ByteBlock, sizeClass: number): void {
    this.onLoan--;
    if (sizeClass < 0) return;
    const free = this.#free[sizeClass]!;
    if (free.length * block.bytes.length < MAX_FREE_BYTES_PER_SIZE) free.push(block);
  }

  #allocate(size: number): Uint8Array<ArrayBuffer> {
    if (size >= SLAB_BYTES / 4) return new Uint8Array(size);
    if (this.#slab === null || this.#slabUsed + size > SLAB_BYTES) {
      this.#slab = new ArrayBuffer(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const bytes = new Uint8Array(this.#slab, this.#slabUsed, size);
    this.#slabUsed += size;
    return bytes;
  }
}

function sizeClassOf(size: number): number {
  for (let sizeClass = 0; sizeClass < BLOCK_SIZES.length; sizeClass++) {
    if (size <= BLOCK_SIZES[sizeClass]!) return sizeClass;
  }
  return -1;
}
