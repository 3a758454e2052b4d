/** The clusters to look at first: the slowest, those with most errors, those nearest to a limit. */

import type { JSX } from "preact";
import type { TopItem, TopLists } from "../../src/admin/contract/overview.ts";
import { pathOf } from "../router.ts";
import { rate } from "../text/rates.ts";
import { type Figure, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Loading } from "./empty.tsx";
import { FigureText } from "./figure.tsx";
import { ShareBar } from "./health_dot.tsx";
import { Panel } from "./panel.tsx";

const LISTS: readonly {
  readonly id: keyof TopLists;
  readonly title: string;
  readonly source: string;
  readonly none: string;
  readonly format: (value: number) => Figure;
}[] = [
  {
    id: "slowest",
    title: "Slowest, p99",
    source: SOURCES.clusterLatency,
    none: "No cluster had an answer in the last second",
    format: (value) => numbers.duration(value),
  },
  { id: "errors", title: "Most 5xx", source: SOURCES.clusterErrors, none: "No cluster answers with 5xx", format: rate },
  {
    id: "breakers",
    title: "Fullest breakers",
    source: SOURCES.breakers,
    none: "No cluster is near a limit",
    format: (value) => numbers.percent(value),
  },
];

/** The panel. */
export function TopPanel(): JSX.Element {
  const tops = useConsole().feed.overview.latest.value?.tops ?? null;
  return (
    <Panel id="tops" title="Clusters to look at first">
      {tops === null ? <Loading rows={3} /> : (
        <div class="tops">
          {LISTS.map(({ id, title, source, none, format }) => (
            <section key={id}>
              <h3>{title}</h3>
              {tops[id].length === 0 ? <p class="aside">{none}</p> : (
                <ol>
                  {tops[id].map((item) => (
                    <Row
                      key={item.cluster}
                      item={item}
                      figure={format(item.value)}
                      source={source}
                      most={mostOf(id, tops)}
                    />
                  ))}
                </ol>
              )}
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

function Row({ item, figure, source, most }: {
  item: TopItem;
  figure: Figure;
  source: string;
  most: number;
}): JSX.Element {
  return (
    <li>
      <a class="name" href={pathOf("clusters", item.cluster)}>{item.cluster}</a>
      <FigureText figure={figure} source={source} />
      <ShareBar share={most === 0 ? 0 : item.value / most} />
    </li>
  );
}

/** A breaker is held against its limit, the others against the first of their list. */
function mostOf(id: keyof TopLists, tops: TopLists): number {
  return id === "breakers" ? 1 : tops[id][0]?.value ?? 0;
}
