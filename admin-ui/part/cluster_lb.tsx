/** How a cluster spreads its requests: the policy, the priorities with their shares, panic, localities, zones, subsets. */

import type { JSX } from "preact";
import type { ClusterView } from "../../src/admin/contract/clusters.ts";
import { pathOf } from "../router.ts";
import { TrafficTable } from "./cluster_traffic.tsx";
import { Facts } from "./facts.tsx";
import { Panel } from "./panel.tsx";
import { PlainTable } from "./plain_table.tsx";

/** The tab. */
export function LbTab({ view: { lb } }: { view: ClusterView }): JSX.Element {
  const key = "upstream.healthy_panic_threshold";
  const counters = lb.counters.filter(({ value }) => value > 0);
  return (
    <div class="tab-board">
      <Panel id="policy" title="Policy">
        <Facts
          facts={[
            ["Policy", lb.policy],
            ...lb.parameters.map(({ name, value }) => [name, value] as const),
            ["Zone aware routing", lb.zones],
          ]}
        />
      </Panel>
      <Panel id="priorities" title="Priorities and panic">
        <PlainTable
          label="Priorities"
          head={["Priority", "Hosts", "Healthy", "Degraded", "Available", "To healthy", "To degraded", "Panic"]}
          rows={lb.priorities.map((one, at) => [
            at,
            one.excluded === 0 ? one.hosts : `${one.hosts} (${one.excluded} do not count)`,
            one.healthy,
            one.degraded,
            `${one.availability} %`,
            `${one.healthy_share} %`,
            `${one.degraded_share} %`,
            one.is_panicking ? <span class="flag is-warn" key="panic">panic</span> : "no",
          ])}
        />
        {lb.priorities.map((one, at) => (
          <p class={`note${one.is_panicking ? " is-warn" : ""}`} key={at}>{panicText(at, one, lb.panic_threshold)}</p>
        ))}
        <p class="note">
          Healthy hosts count {lb.overprovisioning_factor} % (<code>overprovisioning_factor</code>
          ): a priority keeps all its requests until fewer than {Math.ceil(10_000 / lb.overprovisioning_factor)}{" "}
          % of its hosts are healthy. Threshold:{" "}
          <a href={pathOf("runtime", "key", key)} aria-label={`Change ${key}`}>change</a>
        </p>
      </Panel>
      <Panel id="localities" title="Localities">
        <PlainTable
          label="Localities"
          head={["Locality", "Priority", "Weight", "Healthy", "Hosts"]}
          rows={lb.localities.map((one) => [
            one.locality || "none given",
            one.priority,
            one.weight === 0 ? "–" : one.weight,
            one.healthy,
            one.hosts,
          ])}
        />
      </Panel>
      {lb.subsets !== null && (
        <Panel id="subsets" title="Subsets" count={String(lb.subset_count)}>
          <PlainTable
            label="Subsets"
            head={["Values", "Healthy", "Hosts"]}
            rows={lb.subsets.map(({ values, hosts, healthy }) => [<code key="values">{values}</code>, healthy, hosts])}
          />
        </Panel>
      )}
      {counters.length > 0 && (
        <Panel id="lb-counters" title="Counters">
          <TrafficTable figures={counters} label="Counters" />
        </Panel>
      )}
    </div>
  );
}

/** The sum that decides, written out. */
function panicText(
  at: number,
  { hosts, healthy, degraded, excluded, is_panicking }: ClusterView["lb"]["priorities"][number],
  threshold: number,
): string {
  const counted = hosts - excluded;
  if (counted === 0) return `Priority ${at} has no hosts that count.`;
  const percent = Math.floor(100 * (healthy + degraded) / counted);
  const sum = `Priority ${at}: ${healthy + degraded} of ${counted} hosts can be used, that is ${percent} %`;
  if (threshold === 0) return `${sum}; panic is switched off.`;
  if (is_panicking) return `${sum}, below the threshold of ${threshold} %: panic.`;
  const why = percent < threshold ? "other priorities take the requests" : `not below the threshold of ${threshold} %`;
  return `${sum}, ${why}: no panic.`;
}
