/**
 * The past of each built-in series: five minutes second by second, an hour in steps of ten seconds, a day in minutes
 * (spec/console.md 7.2). A step is the mean of what is known of its seconds, and unknown when nothing is.
 */
import type { Series, SeriesName } from "./contract/series.ts";

/** Seconds that are kept one by one. */
export const HISTORY_S = 300;

/** What is kept, finest first. */
const RINGS = [
  { stepS: 1, length: HISTORY_S },
  { stepS: 10, length: 360 },
  { stepS: 60, length: 1440 },
] as const;

/** The longest range there is. */
export const LONGEST_RANGE_S = 86_400;

/** Every series, in the order of the contract. */
export const SERIES_NAMES: readonly SeriesName[] = [
  ...["rps", "rps_2xx", "rps_3xx", "rps_4xx", "rps_5xx", "error_ratio"] as const,
  ...["p50", "p90", "p99", "active_rq", "active_cx", "bytes_in", "bytes_out"] as const,
];

/** One value a second of every series. */
export type SeriesValues = Readonly<Record<SeriesName, number | null>>;

/** All rings. */
export class SeriesRing {
  readonly #rings = RINGS.map(({ stepS, length }) => new Ring(stepS, length));

  /** Takes the values of one second. */
  push(wallMs: number, values: SeriesValues): void {
    for (const ring of this.#rings) ring.push(wallMs, values);
  }

  /** The last `rangeS` seconds from the finest ring that reaches so far, oldest first; fewer if there are fewer. */
  window(rangeS: number, names: readonly SeriesName[] = SERIES_NAMES): Series {
    const at = RINGS.findIndex(({ stepS, length }) => stepS * length >= rangeS);
    return this.#rings[at < 0 ? RINGS.length - 1 : at]!.window(rangeS, names);
  }

  /** The values of one series in steps of ten seconds, of the last hour, unknown ones left out. */
  lastHour(name: SeriesName): number[] {
    const values = this.#rings[1]!.window(3600, [name]).series[name] ?? [];
    return values.filter((value) => value !== null);
  }
}

class Ring {
  readonly #stepS: number;
  readonly #length: number;
  /** NaN = unknown. */
  readonly #values: ReadonlyMap<SeriesName, Float64Array>;
  readonly #sums = new Map<SeriesName, { sum: number; known: number }>();
  #count = 0;
  #seconds = 0;
  #lastMs = 0;

  constructor(stepS: number, length: number) {
    this.#stepS = stepS;
    this.#length = length;
    this.#values = new Map(SERIES_NAMES.map((name) => [name, new Float64Array(length).fill(NaN)]));
    for (const name of SERIES_NAMES) this.#sums.set(name, { sum: 0, known: 0 });
  }

  push(wallMs: number, values: SeriesValues): void {
    for (const [name, total] of this.#sums) {
      const value = values[name];
      if (value === null) continue;
      total.sum += value;
      total.known++;
    }
    if (++this.#seconds < this.#stepS) return;
    const at = this.#count % this.#length;
    for (const [name, total] of this.#sums) {
      this.#values.get(name)![at] = total.known === 0 ? NaN : total.sum / total.known;
      total.sum = total.known = 0;
    }
    this.#seconds = 0;
    this.#count++;
    this.#lastMs = wallMs;
  }

  window(rangeS: number, names: readonly SeriesName[]): Series {
    const length = Math.min(Math.ceil(rangeS / this.#stepS), this.#length, this.#count);
    const series: Series["series"] = {};
    for (const name of names) {
      const ring = this.#values.get(name);
      if (ring === undefined) continue;
      series[name] = Array.from({ length }, (_, at) => {
        const value = ring[(this.#count - length + at) % this.#length]!;
        return Number.isNaN(value) ? null : value;
      });
    }
    const startMs = this.#lastMs - Math.max(0, length - 1) * this.#stepS * 1000;
    return { step_s: this.#stepS, start_ms: startMs, series };
  }
}
