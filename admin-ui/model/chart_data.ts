/**
 * What charts draw: the live seconds of the last five minutes, or the server's record of an hour or a day. All have so
 * many steps, the newest last; what is not known is a hole.
 */

import type { Series, SeriesName } from "../../src/admin/contract/series.ts";
import { type History, HISTORY_SECONDS, SERIES } from "./history.ts";

/** Ranges a reader can choose, by their name in the address; empty is the live one. */
export const RANGES: readonly { readonly id: string; readonly word: string; readonly seconds: number }[] = [
  { id: "", word: "5 min", seconds: HISTORY_SECONDS },
  { id: "1h", word: "1 h", seconds: 3600 },
  { id: "24h", word: "24 h", seconds: 86_400 },
];

/** More steps than a tile has pixels only cost time. */
const MOST_STEPS = 360;

/** One value a step of each series. */
export interface ChartData {
  readonly stepS: number;
  /** Time of the newest step, by the server's clock. */
  readonly endMs: number;
  /** Steps in all; charts may draw fewer. */
  readonly steps: number;
  readonly values: History;
}

/** The live seconds. */
export function liveData(values: History, endMs: number): ChartData {
  return { stepS: 1, endMs, steps: HISTORY_SECONDS, values };
}

/** The server's record of `seconds`, with holes where it does not reach. */
export function pastData(series: Series, seconds: number): ChartData {
  const given = Math.ceil(seconds / series.step_s);
  const merged = Math.ceil(given / MOST_STEPS);
  const steps = Math.ceil(given / merged);
  let longest = 0;
  const values: Partial<Record<SeriesName, readonly (number | null)[]>> = {};
  for (const name of SERIES) {
    const list = series.series[name] ?? [];
    longest = Math.max(longest, list.length);
    const whole = [...new Array<null>(Math.max(0, steps * merged - list.length)).fill(null), ...list];
    values[name] = Array.from({ length: steps }, (_, at) => mean(whole.slice(at * merged, (at + 1) * merged)));
  }
  const endMs = series.start_ms + Math.max(0, longest - 1) * series.step_s * 1000;
  return { stepS: series.step_s * merged, endMs, steps, values: values as History };
}

/** Time of a step. */
export function timeOf(data: ChartData, step: number): number {
  return data.endMs - (data.steps - 1 - step) * data.stepS * 1000;
}

/**
 * How many of the last steps are drawn: as many as make what is known fill a good part of a chart, so that a proxy that
 * just started has charts to look at and not slivers.
 */
export function stepsShown({ steps, values }: ChartData): number {
  const first = values.active_cx.findIndex((value) => value !== null);
  const known = first < 0 ? 0 : steps - first;
  return [5, 2.5].map((part) => Math.round(steps / part)).find((shown) => known <= shown) ?? steps;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
