/** The traffic of a cluster: each stat by its own name, with its rate. */

import type { JSX } from "preact";
import type { ClusterView, TrafficFigure } from "../../src/admin/contract/clusters.ts";
import { rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { FigureText } from "./figure.tsx";
import { Panel } from "./panel.tsx";

/** The tab. */
export function TrafficTab({ view }: { view: ClusterView }): JSX.Element {
  const half = Math.ceil(view.traffic.length / 2);
  return (
    <div class="tab-board">
      <Panel id="traffic" title="Requests and connections">
        <TrafficTable figures={view.traffic.slice(0, half)} label="Requests and connections" />
      </Panel>
      <Panel id="failures" title="Failures, retries, bytes">
        <TrafficTable figures={view.traffic.slice(half)} label="Failures, retries, bytes" />
      </Panel>
    </div>
  );
}

/** One row for each stat. */
export function TrafficTable({ figures, label }: { figures: readonly TrafficFigure[]; label: string }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Stat</th>
            <th scope="col" class="number">Value</th>
            <th scope="col" class="number">Per second</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ stat, value, per_s }) => (
            <tr key={stat}>
              <th scope="row">
                <code>{stat}</code>
              </th>
              <td class={`number${value === 0 ? " is-quiet" : ""}`}>{numbers.exact(value)}</td>
              <td class={`number${(per_s ?? 0) === 0 ? " is-quiet" : ""}`}>
                <FigureText figure={rate(per_s)} source={`cluster.NAME.${stat}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
