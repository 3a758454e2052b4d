/**
 * Who is next where shares differ: earliest deadline first (spec/upstream.md 7.7). Each place has a deadline, the
 * earliest is next, and its next deadline lies `1 / weight` later; equal deadlines go by which was set first. It
 * knows places by number only and is told a place's weight each time it is put back, so weights may change.
 *
 * Worked example, weights a=2 b=1, phases aside: deadlines a 0.5, b 1 | pick a, a 1.0 | pick b (set first), b 2 | pick
 * a, a 1.5 | pick a, a 2.0 | …: two of a for each b.
 */
import type { Random } from "../../base/random.ts";

/** Places 0 to n - 1, at least one, in a binary heap by deadline, then by order. */
export class WeightedSchedule {
  readonly #heap: Uint32Array;
  /** By place. */
  readonly #deadlines: Float64Array;
  /** By place; rises with every time that a place is put back. */
  readonly #orders: Float64Array;
  #nextOrder: number;

  /** Begins somewhere in the course of things: workers that start together must not walk in step. */
  constructor(weights: Float64Array, random: Random) {
    const count = weights.length;
    const heap = this.#heap = new Uint32Array(count);
    const deadlines = this.#deadlines = new Float64Array(count);
    const orders = this.#orders = new Float64Array(count);
    this.#nextOrder = count;
    // In time 1 whole weights have gone through all of it once.
    const phase = random.fraction() * Math.max(1, 1 / smallest(weights));
    const first = random.below(count);
    for (let place = 0; place < count; place++) {
      const weight = weights[place]!;
      heap[place] = place;
      deadlines[place] = (Math.floor(phase * weight) + 1) / weight;
      orders[place] = (place + count - first) % count;
    }
    for (let at = (count >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** The place that is next. */
  get first(): number {
    return this.#heap[0]!;
  }

  /** That place has had its turn, and has this weight now. */
  putBack(weight: number): void {
    const place = this.#heap[0]!;
    this.#deadlines[place]! += 1 / weight;
    this.#orders[place] = this.#nextOrder++;
    this.#sink(0);
  }

  #sink(from: number): void {
    const heap = this.#heap, place = heap[from]!;
    let at = from;
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, place)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = place;
  }

  #isBefore(a: number, b: number): boolean {
    const ofA = this.#deadlines[a]!, ofB = this.#deadlines[b]!;
    return ofA < ofB || ofA === ofB && this.#orders[a]! < this.#orders[b]!;
  }
}

function smallest(weights: Float64Array): number {
  let least = Infinity;
  for (const weight of weights) if (weight < least) least = weight;
  return least;
}
