/** The clusters that want looking at, on the Overview: the worst few, each a link to its page. The whole list is a page. */

import type { JSX } from "preact";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import { byTrouble, hasProblem } from "../model/clusters.ts";
import { pathOf } from "../router.ts";
import { errorTone, rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { STARTER_YAML } from "../text/starter.ts";
import { SOURCES } from "../text/words.ts";
import { ClusterFlags, ClusterHealth, HostsBar } from "./cluster_words.tsx";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { Empty, Loading } from "./empty.tsx";
import { NumberCell } from "./figure.tsx";
import { Panel } from "./panel.tsx";

/** Rows of the short table. */
const ROWS = 8;

/** The panel of clusters. */
export function ClusterPanel(): JSX.Element {
  const { feed } = useConsole();
  const items = feed.clusters.items.value;
  const total = Math.max(items?.length ?? 0, feed.overview.latest.value?.clusters.total ?? 0);
  const troubled = (items ?? []).filter(hasProblem).length;
  return (
    <Panel
      id="clusters"
      title="Clusters"
      count={items === null ? undefined : troubled > 0 ? `${total}, ${troubled} with problems` : `${total}`}
      tools={<a class="button is-quiet" href={pathOf("clusters")}>All clusters</a>}
    >
      {items === null ? <Loading rows={5} /> : items.length === 0 ? <NoClusters /> : (
        <div class="scroll">
          <table class="table cluster-table">
            <thead>
              <tr>
                <th scope="col">Cluster</th>
                <th scope="col">Health</th>
                <th scope="col">Hosts</th>
                <th scope="col" class="number">Requests/s</th>
                <th scope="col" class="number">Errors</th>
                <th scope="col" class="number is-wide-only">Active cx</th>
              </tr>
            </thead>
            <tbody>
              {byTrouble(items).slice(0, ROWS).map((item) => <ClusterRow key={item.name} item={item} />)}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function ClusterRow({ item }: { item: ClusterItem }): JSX.Element {
  return (
    <tr class={`cluster-row is-${item.level}`}>
      <th scope="row">
        <span class="words">
          <a class="name" href={pathOf("clusters", item.name)}>{item.name}</a>
          <span class="aside">{item.type} · {item.lb_policy}</span>
          <ClusterFlags item={item} />
        </span>
      </th>
      <td>
        <ClusterHealth item={item} />
      </td>
      <td>
        <HostsBar item={item} />
      </td>
      <NumberCell figure={rate(item.rps)} source={SOURCES.clusterRate} />
      <NumberCell
        figure={numbers.percent(item.error_ratio)}
        source={SOURCES.clusterErrors}
        tone={errorTone(item.error_ratio)}
      />
      <NumberCell figure={numbers.count(item.active_cx)} source={SOURCES.clusterConnections} isWideOnly />
    </tr>
  );
}

/** Why there are none, and the smallest configuration that does something. */
export function NoClusters(): JSX.Element {
  return (
    <Empty title="No clusters yet">
      <p>
        Add <code>static_resources.clusters</code> or a CDS source; this is the smallest example:
      </p>
      <pre class="starter" tabIndex={0}>{STARTER_YAML}</pre>
      <CopyButton text={STARTER_YAML} label="Copy the example" />
    </Empty>
  );
}
