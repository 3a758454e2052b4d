/**
 * The texts of versions of resources, as many as fit: when there is no more room the oldest one goes. Equal texts of one
 * resource are kept once.
 */

/** One text. */
export interface KeptText {
  readonly text: string;
  /** What it takes in memory. */
  readonly bytes: number;
  /** Versions that have it. */
  holders: number;
}

/** Who has a text. */
export interface TextHolder {
  /** Null = not written down yet, or let go. */
  kept: KeptText | null;
}

/** With a character of these all of a text take two bytes. */
const WIDE = /[\u0100-\uffff]/;

export class KeptTexts {
  readonly #maxBytes: number;
  /** The oldest first. */
  readonly #holders = new Set<TextHolder>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Of all texts together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a text for a holder; `like`: another that may have an equal one. */
  keep(holder: TextHolder, text: string, like: TextHolder | null): void {
    const known = like?.kept?.text === text ? like.kept : null;
    const kept = known ?? { text, bytes: WIDE.test(text) ? 2 * text.length : text.length, holders: 0 };
    if (kept.holders++ === 0) this.#bytes += kept.bytes;
    holder.kept = kept;
    this.#holders.add(holder);
    for (const oldest of this.#holders) {
      if (this.#bytes <= this.#maxBytes) return;
      this.release(oldest);
    }
  }

  /** It needs no text any more. */
  release(holder: TextHolder): void {
    if (!this.#holders.delete(holder) || holder.kept === null) return;
    if (--holder.kept.holders === 0) this.#bytes -= holder.kept.bytes;
    holder.kept = null;
  }
}
