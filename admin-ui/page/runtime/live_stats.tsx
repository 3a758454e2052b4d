/** What a key does, as its stats show it: the last minute, looked at once a second for as long as it is on screen. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { chartTop, linePath } from "../../model/chart.ts";
import { type RelatedStat, relatedStats, statsFilter, StatTrail } from "../../model/runtime/related_stats.ts";
import { useConsole } from "../../part/context.ts";
import { FigureText } from "../../part/figure.tsx";
import { rate } from "../../text/rates.ts";
import { numbers } from "../../text/units.ts";

const LOOKS = 60;

/** Lines for these keys, at most `most` of them. */
export function LiveStats({ keys, most = 4 }: { keys: readonly string[]; most?: number }): JSX.Element {
  const { api, feed } = useConsole();
  const subject = keys.join("\n");
  const [trails, setTrails] = useState<readonly StatTrail[]>([]);
  useEffect(() => {
    const stats = new Map<string, RelatedStat>();
    for (const key of keys) for (const stat of relatedStats(key)) stats.set(stat.name, stat);
    let current = [...stats.values()].slice(0, most).map((stat) => new StatTrail(stat));
    setTrails(current);
    const filter = statsFilter(current.map(({ stat }) => stat));
    const abort = new AbortController();
    let isAsking = false;
    const look = () => {
      if (isAsking || document.hidden) return;
      isAsking = true;
      api.stats(filter, abort.signal).then((values) => {
        current = current.map((trail) => trail.with(values, performance.now(), LOOKS));
        if (!feed.settings.isPaused.peek()) setTrails(current);
        // A look that failed is a look less: the connection's state is told at the top.
      }, () => {}).finally(() => isAsking = false);
    };
    look();
    const timer = setInterval(look, 1000);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [subject, most]);
  return (
    <ul class="live-stats">
      {trails.map(({ stat, points }) => {
        const last = points.at(-1) ?? null;
        const figure = stat.kind === "counter" ? rate(last) : numbers.count(last);
        return (
          <li key={stat.name}>
            <code>{stat.name}</code>
            <svg class="live-chart" viewBox="0 0 59 20" preserveAspectRatio="none" role="img" aria-label={figure.exact}>
              <path class="chart-line" d={linePath(padded(points), chartTop([points], 1), 20)} />
            </svg>
            <FigureText figure={figure} source={stat.kind === "counter" ? `${stat.name}, per second` : stat.name} />
          </li>
        );
      })}
    </ul>
  );
}

/** The newest at the right edge. */
function padded(points: readonly (number | null)[]): (number | null)[] {
  return [...Array<null>(LOOKS - points.length).fill(null), ...points];
}
