/** The time range of the charts, which is in the address, and the data of the range that is chosen. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Series } from "../../src/admin/contract/series.ts";
import { type ChartData, liveData, pastData, RANGES } from "../model/chart_data.ts";
import { useConsole } from "./context.ts";

/** The switch of the top bar. */
export function RangeSwitch(): JSX.Element {
  const { router } = useConsole();
  const chosen = router.query("range");
  return (
    <div class="range" role="group" aria-label="Time range of the charts">
      {RANGES.map(({ id, word }) => (
        <button
          type="button"
          key={id}
          aria-pressed={chosen === id}
          onClick={() => router.setQuery("range", id)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}

/** What the charts draw; null while a range is on its way. The record is asked for anew when it has a step more. */
export function useChartData(): ChartData | null {
  const { api, feed, router } = useConsole();
  const past = useSignal<{ id: string; data: ChartData } | null>(null);
  const range = RANGES.find(({ id }) => id === router.query("range")) ?? RANGES[0]!;
  const isLive = range === RANGES[0];
  const endMs = feed.overview.latest.value?.as_of_ms ?? 0;
  // A record moves on with its step; asking again more often would bring the same.
  const turn = isLive ? 0 : Math.floor(endMs / (range.seconds > 3600 ? 60_000 : 10_000));
  useEffect(() => {
    if (isLive) return;
    const abort = new AbortController();
    api.get<Series>(`/series?range_s=${range.seconds}`, abort.signal).then(
      (series) => past.value = { id: range.id, data: pastData(series, range.seconds) },
      // What is on screen stays; the next turn asks again.
      () => {},
    );
    return () => abort.abort();
  }, [range.id, turn]);
  if (isLive) return liveData(feed.overview.history.value, endMs);
  return past.value?.id === range.id ? past.value.data : null;
}
