/**
 * The last five minutes of the built-in series, one value a second, oldest first. Filled once from the snapshot's
 * history, then by the ticks. A second without a tick stays unknown (null): the line breaks there, it is not drawn on.
 */

import type { Traffic } from "../../src/admin/contract/overview.ts";
import type { Series, SeriesName } from "../../src/admin/contract/series.ts";

/** How many seconds are kept. */
export const HISTORY_SECONDS = 300;

/** A moment's values by series; the index of the newest is {@link HISTORY_SECONDS} - 1. */
export type History = Readonly<Record<SeriesName, readonly (number | null)[]>>;

/** All series. */
export const SERIES: readonly SeriesName[] = [
  "rps",
  "rps_2xx",
  "rps_3xx",
  "rps_4xx",
  "rps_5xx",
  "error_ratio",
  "p50",
  "p90",
  "p99",
  "active_rq",
  "active_cx",
  "bytes_in",
  "bytes_out",
];

/** What a tick says about each series. */
export function seriesOf(traffic: Traffic): Record<SeriesName, number | null> {
  return {
    rps: traffic.rps,
    rps_2xx: traffic.by_class.c2,
    rps_3xx: traffic.by_class.c3,
    rps_4xx: traffic.by_class.c4,
    rps_5xx: traffic.by_class.c5,
    error_ratio: traffic.error_ratio,
    p50: traffic.p50,
    p90: traffic.p90,
    p99: traffic.p99,
    active_rq: traffic.active_rq,
    active_cx: traffic.active_cx,
    bytes_in: traffic.bytes_in,
    bytes_out: traffic.bytes_out,
  };
}

/** A ring of seconds. */
export class HistoryRing {
  readonly #values = new Map<SeriesName, (number | null)[]>();
  #lastMs = 0;

  constructor() {
    this.clear();
  }

  /** Forgets everything. */
  clear(): void {
    this.#lastMs = 0;
    for (const name of SERIES) this.#values.set(name, blank(HISTORY_SECONDS));
  }

  /** Takes the server's own record, which ends at `endMs`. A coarser step is spread over its seconds. */
  load(history: Series): void {
    this.clear();
    const step = Math.max(1, Math.round(history.step_s));
    let longest = 0;
    for (const name of SERIES) {
      const given = history.series[name] ?? [];
      longest = Math.max(longest, given.length);
      const seconds = step === 1 ? given : given.flatMap((value) => new Array<number | null>(step).fill(value));
      const kept = seconds.slice(-HISTORY_SECONDS);
      this.#values.set(name, [...blank(HISTORY_SECONDS - kept.length), ...kept]);
    }
    if (longest > 0) this.#lastMs = history.start_ms + (longest - 1) * step * 1000;
  }

  /** Adds the tick of `asOfMs`. A tick of the second that is already there replaces it. */
  push(asOfMs: number, traffic: Traffic): void {
    // Ticks are not on the second: what counts is how far this one is from the last.
    const steps = this.#lastMs === 0 ? 1 : Math.round((asOfMs - this.#lastMs) / 1000);
    if (steps < 0) this.clear();
    const missed = Math.min(Math.max(steps, 0), HISTORY_SECONDS);
    const latest = seriesOf(traffic);
    for (const name of SERIES) {
      const values = this.#values.get(name) ?? blank(HISTORY_SECONDS);
      for (let step = 0; step < missed; step++) {
        values.shift();
        values.push(null);
      }
      values[HISTORY_SECONDS - 1] = latest[name];
    }
    if (steps !== 0) this.#lastMs = asOfMs;
  }

  /** A copy that later ticks do not change. */
  view(): History {
    const copy: Partial<Record<SeriesName, readonly (number | null)[]>> = {};
    for (const name of SERIES) copy[name] = [...(this.#values.get(name) ?? [])];
    return copy as History;
  }
}

function blank(length: number): (number | null)[] {
  return new Array<number | null>(length).fill(null);
}
