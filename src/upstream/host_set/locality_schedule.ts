/**
 * Localities in turn, by weight: each has a deadline, the earliest is next, and its next one lies `1 / weight` later. What a
 * locality weighs shrinks with the hosts it can use (spec/upstream.md 7.5).
 *
 * Worked example, overprovisioning 140: X weighs 1, all of its hosts are healthy; Y weighs 2, half of them are. Y counts
 * 2 · min(1, 1.4 · 0.5) = 1.4, so X has 1 / 2.4 of the requests.
 */
import type { Random } from "../../base/random.ts";

/** The most picks that the random phase skips. */
const MAX_PHASE = 64;

/** What a locality of this weight counts when `usable` of `counted` hosts can be used. */
export function effectiveWeight(
  weight: number,
  usable: number,
  counted: number,
  overprovisioningFactor: number,
): number {
  return counted === 0 ? 0 : weight * Math.min(1, overprovisioningFactor / 100 * usable / counted);
}

/** A turn for each locality that weighs anything. */
export class LocalitySchedule {
  readonly #weights: readonly number[];
  readonly #places: readonly number[];
  readonly #deadlines: Float64Array;
  /** Breaks ties: rises with every turn. */
  readonly #orders: Float64Array;
  #order: number;

  private constructor(weights: readonly number[], places: readonly number[], random: Random) {
    this.#weights = weights;
    this.#places = places;
    this.#deadlines = Float64Array.from(places, (place) => 1 / weights[place]!);
    this.#orders = Float64Array.from(places, (_, index) => index);
    this.#order = places.length;
    // Workers that start together must not walk in step.
    for (let skip = random.below(MAX_PHASE); skip > 0; skip--) this.next();
  }

  /** Null: no locality weighs anything. */
  static of(weights: readonly number[], random: Random): LocalitySchedule | null {
    const places = weights.flatMap((weight, place) => weight > 0 ? [place] : []);
    return places.length === 0 ? null : new LocalitySchedule(weights, places, random);
  }

  /** The place, among the weights, of the locality whose turn it is. */
  next(): number {
    const deadlines = this.#deadlines, orders = this.#orders;
    let first = 0;
    for (let i = 1; i < deadlines.length; i++) {
      const isEarlier = deadlines[i]! < deadlines[first]! ||
        deadlines[i] === deadlines[first] && orders[i]! < orders[first]!;
      if (isEarlier) first = i;
    }
    const place = this.#places[first]!;
    deadlines[first]! += 1 / this.#weights[place]!;
    orders[first] = this.#order++;
    return place;
  }
}
