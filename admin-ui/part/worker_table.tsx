/** Workers: who carries how much, how late its loop is, and whether it runs the newest configuration. */

import type { JSX } from "preact";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";
import { loadShares, SLOW_LAG_MS, WORKER_LEVEL, workersById } from "../model/workers.ts";
import { span } from "../text/ages.ts";
import { rate } from "../text/rates.ts";
import { joined, numbers } from "../text/units.ts";
import { SOURCES, WORKER_WORDS } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { NumberCell } from "./figure.tsx";
import { HealthWord, ShareBar } from "./health_dot.tsx";
import { Panel } from "./panel.tsx";
import { Term } from "./term.tsx";

/** The panel of workers. */
export function WorkerPanel(): JSX.Element {
  const { feed } = useConsole();
  const items = feed.workers.items.value;
  const shares = loadShares(items ?? []);
  return (
    <Panel id="workers" title="Workers" count={items === null ? undefined : String(items.length)}>
      {items === null
        ? <Loading rows={2} />
        : items.length === 0
        ? <Empty title="No workers yet">The proxy starts one a core; the first appears here in a moment.</Empty>
        : (
          <div class="scroll">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Worker</th>
                  <th scope="col" title="Share of all requests">Share</th>
                  <th scope="col" class="number">Requests/s</th>
                  <th scope="col" class="number">Active cx</th>
                  <th scope="col" class="number">
                    <Term name="lag">Lag</Term>
                  </th>
                  <th scope="col" class="number is-wide-only">
                    <Term name="generation">Gen.</Term>
                  </th>
                  <th scope="col" class="number is-wide-only">Restarts</th>
                </tr>
              </thead>
              <tbody>
                {workersById(items).map((item) => (
                  <WorkerRow key={item.id} item={item} share={shares.get(item.id) ?? 0} />
                ))}
              </tbody>
            </table>
          </div>
        )}
    </Panel>
  );
}

function WorkerRow({ item, share }: { item: WorkerItem; share: number }): JSX.Element {
  const { feed } = useConsole();
  const current = feed.overview.latest.value?.generation ?? item.generation;
  const isBehind = item.generation < current;
  const acked = item.ack_delay_ms === null
    ? ""
    : `, in force ${joined(numbers.duration(item.ack_delay_ms))} after it came`;
  return (
    <tr class={`is-${WORKER_LEVEL[item.state]}`}>
      <th scope="row">
        <span class="words" title={`up ${span(item.uptime_s * 1000)}`}>
          <span class="name">{item.id}</span>
          <HealthWord level={WORKER_LEVEL[item.state]} word={WORKER_WORDS[item.state]} />
        </span>
      </th>
      <td>
        <span class="share">
          <ShareBar share={share} />
          <span class="share-text">{`${Math.round(share * 100)}\u00a0%`}</span>
        </span>
      </td>
      <NumberCell figure={rate(item.rps)} source={SOURCES.listenerRate} />
      <NumberCell figure={numbers.count(item.active_cx)} source={SOURCES.activeConnections} />
      <NumberCell
        figure={numbers.duration(item.lag_ms)}
        source={SOURCES.workerLag}
        tone={item.lag_ms !== null && item.lag_ms > SLOW_LAG_MS ? "warn" : undefined}
      />
      <td
        class={`number is-wide-only${isBehind ? " is-warn" : ""}`}
        title={`configuration generation ${item.generation} of ${current}${acked}`}
      >
        {item.generation}
        {isBehind && <span class="unit">{`\u00a0of ${current}`}</span>}
      </td>
      <td class={`number is-wide-only${item.restarts === 0 ? " is-quiet" : " is-warn"}`}>{item.restarts}</td>
    </tr>
  );
}
