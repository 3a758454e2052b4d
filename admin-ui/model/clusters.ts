/** Clusters in the order an operator wants them, what fails first, and what the address says of their list. */

import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import { LiveList } from "./live_list.ts";
import { LEVEL_ORDER } from "./overview.ts";

/** Makes the list of clusters, empty. */
export function createClusters(): LiveList<ClusterItem> {
  return new LiveList((item) => `cluster/${item.name}`);
}

/** It, or one of its hosts, is not well. */
export function hasProblem(item: ClusterItem): boolean {
  return item.level === "bad" || item.level === "warn" || item.hosts_healthy < item.hosts_total;
}

/** What fails first, then by name. */
export function byTrouble(items: readonly ClusterItem[]): ClusterItem[] {
  return [...items].sort((a, b) =>
    LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level] || Number(hasProblem(b)) - Number(hasProblem(a)) ||
    // `svc-2` before `svc-10`.
    a.name.localeCompare(b.name, "en", { numeric: true })
  );
}

/** What the address says of a list: the values of its query by name, empty where absent. */
export type ListChoice = Readonly<
  Record<"q" | "problems" | "type" | "source" | "locality" | "health" | "sort", string>
>;

/** The part of an API path behind `?` that asks for it. */
export function listQuery(choice: Partial<ListChoice>, limit: number): string {
  const { q = "", problems = "", sort = "" } = choice;
  const filters = [
    ...problems === "1" ? ["problems"] : [],
    ...(["type", "source", "locality", "health"] as const).flatMap((kind) => {
      const value = choice[kind] ?? "";
      return value === "" ? [] : [`${kind}:${value}`];
    }),
  ];
  const query = new URLSearchParams({ limit: String(limit) });
  if (q !== "") query.set("q", q);
  if (filters.length > 0) query.set("filter", filters.join(","));
  if (sort !== "") query.set("sort", sort);
  return query.toString();
}
