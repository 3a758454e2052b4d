/**
 * Clusters and their hosts in the order an operator wants them: what fails first. Filtering and sorting are pure
 * functions of the list and of what the URL says.
 */

import type { ClusterItem, HostHealth, HostItem } from "../../src/admin/contract/clusters.ts";
import type { Level } from "../../src/admin/contract/problem.ts";
import { LiveList } from "./live_list.ts";
import { LEVEL_ORDER } from "./overview.ts";

/** Columns a reader can sort by; `problems` is the order without a choice. */
export type ClusterColumn = "problems" | "name" | "hosts" | "total" | "rps" | "errors" | "active" | "connects";

/** What the URL says about the table. */
export interface ClusterView {
  readonly text: string;
  readonly isProblemsOnly: boolean;
  readonly column: ClusterColumn;
  readonly isDescending: boolean;
}

/** Makes the list of clusters, empty. */
export function createClusters(): LiveList<ClusterItem> {
  return new LiveList((item) => `cluster/${item.name}`);
}

/** Those that match, sorted. The text is looked for in cluster names, host addresses and host names. */
export function arrange(items: readonly ClusterItem[], view: ClusterView): ClusterItem[] {
  const text = view.text.trim().toLowerCase();
  const kept = items.filter((item) =>
    (!view.isProblemsOnly || hasProblem(item)) && (text === "" || mentions(item, text))
  );
  const turn = view.isDescending ? -1 : 1;
  return kept.sort((a, b) => turn * compare(a, b, view.column) || byName(a, b));
}

/** It, or one of its hosts, is not well. */
export function hasProblem(item: ClusterItem): boolean {
  return item.level === "bad" || item.level === "warn" || item.hosts_failing > 0 ||
    item.hosts_healthy < item.hosts_total;
}

/** Failing hosts first, then by address. */
export function byTrouble(hosts: readonly HostItem[]): HostItem[] {
  return [...hosts].sort((a, b) =>
    HOST_ORDER[a.health] - HOST_ORDER[b.health] || a.address.localeCompare(b.address, "en", { numeric: true })
  );
}

/** How bad each word for a host is. A host that drains or waits is as it should be. */
export const HOST_LEVEL: Readonly<Record<HostHealth, Level>> = {
  unhealthy: "bad",
  failing: "bad",
  ejected: "warn",
  degraded: "warn",
  excluded: "info",
  pending: "info",
  draining: "info",
  healthy: "ok",
};

const HOST_ORDER: Readonly<Record<HostHealth, number>> = {
  unhealthy: 0,
  failing: 1,
  ejected: 2,
  degraded: 3,
  excluded: 4,
  pending: 5,
  draining: 6,
  healthy: 7,
};

/** Sum of one host number over a cluster; null when the hosts were not sent. */
export function sumOverHosts(item: ClusterItem, pick: (host: HostItem) => number): number | null {
  return item.hosts === null ? null : item.hosts.reduce((sum, host) => sum + pick(host), 0);
}

function mentions(item: ClusterItem, text: string): boolean {
  return item.name.toLowerCase().includes(text) ||
    (item.hosts ?? []).some((host) => host.address.includes(text) || host.hostname.toLowerCase().includes(text));
}

function compare(a: ClusterItem, b: ClusterItem, column: ClusterColumn): number {
  switch (column) {
    case "problems":
      return LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level] || Number(hasProblem(b)) - Number(hasProblem(a));
    case "name":
      return byName(a, b);
    default:
      return numberOf(a, column) - numberOf(b, column);
  }
}

/** `svc-2` before `svc-10`. */
function byName(a: ClusterItem, b: ClusterItem): number {
  return a.name.localeCompare(b.name, "en", { numeric: true });
}

/** What is not known sorts below everything known. */
function numberOf(item: ClusterItem, column: ClusterColumn): number {
  switch (column) {
    case "hosts":
      return item.hosts_total;
    case "total":
      return sumOverHosts(item, (host) => host.stats.rq_total) ?? -1;
    case "rps":
      return item.rps ?? -1;
    case "errors":
      return item.error_ratio ?? -1;
    case "active":
      return item.active_cx;
    case "connects":
      return sumOverHosts(item, (host) => host.stats.cx_connect_fail) ?? -1;
    default:
      return 0;
  }
}
