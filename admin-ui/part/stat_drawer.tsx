/** One stat: its tags and names, where it belongs; of a histogram its percentiles and buckets. */

import type { ComponentChildren, JSX } from "preact";
import type { HistogramView, StatItem } from "../../src/admin/contract/stats.ts";
import type { Values } from "../model/chart.ts";
import { consolePath } from "../router.ts";
import { numbers, UNKNOWN } from "../text/units.ts";
import { CopyButton } from "./copy_button.tsx";
import { Loading } from "./empty.tsx";
import { Facts } from "./facts.tsx";
import { ShareBar } from "./health_dot.tsx";
import { PlainTable } from "./plain_table.tsx";
import { rateOf, StatLine, valueOf } from "./stat_table.tsx";
import { usePolled } from "./use_polled.ts";

/** What the drawer shows of a stat. */
export function StatDetails({ item, values }: { item: StatItem; values: Values }): JSX.Element {
  const { name, tags, links, prometheus_name: prometheus } = item;
  return (
    <>
      <StatLine values={values} />
      <Facts
        facts={[
          ["Value", valueOf(item)],
          ["Per second", rateOf(item)],
          ...tags.map(({ name, value }) => [name, value] as const),
          [
            "Prometheus",
            <code key="name">
              {prometheus} <CopyButton text={prometheus} hint="Copy" />
            </code>,
          ],
          ...links.map(({ title, path }, at) =>
            [at === 0 ? "Of" : "See", <a key={path} href={consolePath(path)}>{title}</a>] as const
          ),
        ]}
      />
      {item.type === "histogram" && <Histogram name={name} />}
    </>
  );
}

function Histogram({ name }: { name: string }): JSX.Element {
  const { data } = usePolled<HistogramView>(`/stats/histogram/${encodeURIComponent(name)}`, 5);
  if (data === null) return <Loading rows={4} />;
  const exact = (value: number | null) => value === null ? UNKNOWN : numbers.exact(value);
  const table = (label: string, rows: readonly (readonly ComponentChildren[])[]) => (
    <>
      <h3>{label}</h3>
      <PlainTable
        label={label}
        head={["", "Last interval", "Since start", "Share"].slice(0, rows[0]?.length)}
        rows={rows}
      />
    </>
  );
  return (
    <>
      {table(
        `Percentiles${data.unit && `, ${data.unit}`}`,
        data.quantiles.map((it) => [`p${exact(it.quantile * 100)}`, exact(it.interval), exact(it.cumulative)]),
      )}
      {table(
        "Buckets",
        data.buckets.filter(({ cumulative }) => cumulative > 0).map((it) => [
          `≤ ${it.upper_bound ?? "∞"}`,
          exact(it.interval),
          exact(it.cumulative),
          <ShareBar key="share" share={it.cumulative / data.count} />,
        ]),
      )}
    </>
  );
}
