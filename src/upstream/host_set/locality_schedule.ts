/**
 * Localities in turn, by weight (balance/weighted_schedule.ts). What a locality weighs shrinks with the hosts it can use
 * (spec/upstream.md 7.5).
 *
 * Worked example, overprovisioning 140: X weighs 1, all of its hosts are healthy; Y weighs 2, half of them are. Y counts
 * 2 · min(1, 1.4 · 0.5) = 1.4, so X has 1 / 2.4 of the requests.
 */
import type { Random } from "../../base/random.ts";
import { WeightedSchedule } from "../balance/weighted_schedule.ts";

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
  /** Those that weigh anything, by their places among the weights. */
  readonly #places: readonly number[];
  readonly #schedule: WeightedSchedule;

  private constructor(weights: readonly number[], places: readonly number[], random: Random) {
    this.#weights = weights;
    this.#places = places;
    this.#schedule = new WeightedSchedule(Float64Array.from(places, (place) => weights[place]!), random);
  }

  /** Null: no locality weighs anything. */
  static of(weights: readonly number[], random: Random): LocalitySchedule | null {
    const places = weights.flatMap((weight, place) => weight > 0 ? [place] : []);
    return places.length === 0 ? null : new LocalitySchedule(weights, places, random);
  }

  /** The place, among the weights, of the locality whose turn it is. */
  next(): number {
    const place = this.#places[this.#schedule.first]!;
    this.#schedule.putBack(this.#weights[place]!);
    return place;
  }
}
