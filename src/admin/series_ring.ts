/** The last five minutes of each built-in series, one value a second (spec/console.md 7.2). */
import type { Series, SeriesName } from "./contract/series.ts";

/** Seconds kept. */
export const HISTORY_S = 300;

/** Every series, in the order of the contract. */
export const SERIES_NAMES: readonly SeriesName[] = [
  ...["rps", "rps_2xx", "rps_3xx", "rps_4xx", "rps_5xx", "error_ratio"] as const,
  ...["p50", "p90", "p99", "active_rq", "active_cx", "bytes_in", "bytes_out"] as const,
];

export class SeriesRing {
  /** NaN = unknown. */
  readonly #values = new Map(SERIES_NAMES.map((name) => [name, new Float64Array(HISTORY_S).fill(NaN)]));
  #count = 0;
  #lastMs = 0;

  /** Takes the values of one second. */
  push(wallMs: number, values: Readonly<Record<SeriesName, number | null>>): void {
    const at = this.#count % HISTORY_S;
    for (const [name, ring] of this.#values) ring[at] = values[name] ?? NaN;
    this.#count++;
    this.#lastMs = wallMs;
  }

  /** The last `rangeS` values, oldest first; fewer if there are fewer. */
  window(rangeS: number, names: readonly SeriesName[] = SERIES_NAMES): Series {
    const length = Math.min(rangeS, HISTORY_S, this.#count);
    const series: Series["series"] = {};
    for (const name of names) {
      const ring = this.#values.get(name);
      if (ring === undefined) continue;
      series[name] = Array.from({ length }, (_, at) => {
        const value = ring[(this.#count - length + at) % HISTORY_S]!;
        return Number.isNaN(value) ? null : value;
      });
    }
    return { step_s: 1, start_ms: this.#lastMs - Math.max(0, length - 1) * 1000, series };
  }
}
