/** A cluster in short, beside the list: how it is, which hosts are out and why, and where its page is. */

import type { JSX } from "preact";
import type { ClusterView, HostItem } from "../../src/admin/contract/clusters.ts";
import type { Page } from "../../src/admin/contract/page.ts";
import { listQuery } from "../model/clusters.ts";
import { pathOf } from "../router.ts";
import { rate } from "../text/rates.ts";
import { joined, numbers } from "../text/units.ts";
import { BreakerGauges } from "./cluster_breakers.tsx";
import { HostLine } from "./cluster_hosts.tsx";
import { ClusterFlags, ClusterHealth, HostsBar } from "./cluster_words.tsx";
import { Drawer } from "./drawer.tsx";
import { Empty, Loading } from "./empty.tsx";
import { Facts } from "./facts.tsx";
import { usePolled } from "./use_polled.ts";

/** Hosts that are named here. */
const HOSTS = 6;

/** Of the cluster of this name. */
export function ClusterDrawer({ name, onClose }: { name: string; onClose: () => void }): JSX.Element {
  const path = `/clusters/${encodeURIComponent(name)}`;
  const { data, error } = usePolled<ClusterView>(path);
  const hosts = usePolled<Page<HostItem>>(`${path}/hosts?${listQuery({ problems: "1" }, HOSTS)}`).data;
  return (
    <Drawer kind="Cluster" title={name} onClose={onClose}>
      {data === null ? error === null ? <Loading rows={6} /> : <Empty title={error.message} /> : (
        <>
          <p class="words">
            <ClusterHealth item={data.item} />
            <HostsBar item={data.item} />
            <ClusterFlags item={data.item} />
          </p>
          <p>
            <a class="button" href={pathOf("clusters", name)}>Open its page</a>
          </p>
          <section>
            <h3>{hosts === null || hosts.total > 0 ? "Hosts that are out" : "All hosts are well"}</h3>
            {hosts?.items.map((host) => <HostLine key={host.address} host={host} />)}
            {hosts !== null && hosts.total > HOSTS && (
              <a href={`${pathOf("clusters", name, "hosts")}?problems=1`}>and {hosts.total - HOSTS} more</a>
            )}
          </section>
          <Facts
            facts={[
              ["Type", data.item.type],
              ["Policy", data.item.lb_policy],
              ["Source", data.item.source === "static" ? "static" : `CDS ${data.item.version_info}`],
              ["Requests/s", joined(rate(data.item.rps))],
              ["Errors", joined(numbers.percent(data.item.error_ratio))],
              ["p50, p99", `${joined(numbers.duration(data.item.p50))}, ${joined(numbers.duration(data.item.p99))}`],
              ["Connections", joined(numbers.count(data.item.active_cx))],
            ]}
          />
          <section>
            <h3>Circuit breakers</h3>
            <BreakerGauges breakers={data.breakers.filter(({ priority }) => priority === "default")} isShort />
          </section>
        </>
      )}
    </Drawer>
  );
}
