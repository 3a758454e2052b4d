/** Which clusters and hosts a list has, and in which order: what `q`, `filter` and `sort` of the API mean (spec/console.md 7.1). */
import type { ClusterWatch } from "./cluster_watch.ts";
import type { ClusterItem, ClusterSort, HostHealth, HostItem, HostSort } from "./contract/clusters.ts";
import type { Level } from "./contract/problem.ts";

/** One condition of `filter`: `problems`, `type:EDS`, `source:static`, `locality:eu/eu-1`, `health:ejected`. */
export interface ListFilter {
  readonly kind: "problems" | "type" | "source" | "locality" | "health";
  readonly value: string;
}

/** Reads `filter`: conditions with commas between, all of which must hold. Null: not to be read. */
export function parseListFilter(text: string): readonly ListFilter[] | null {
  if (text === "") return [];
  const filters: ListFilter[] = [];
  for (const part of text.split(",")) {
    const [kind = "", ...rest] = part.split(":"), value = rest.join(":");
    if (!isKind(kind) || (kind === "problems") !== (value === "")) return null;
    filters.push({ kind, value });
  }
  return filters;
}

function isKind(kind: string): kind is ListFilter["kind"] {
  return ["problems", "type", "source", "locality", "health"].includes(kind);
}

/** What a list is asked for. */
export interface ListView<Sort> {
  readonly text: string;
  readonly filters: readonly ListFilter[];
  readonly sort: Sort;
  readonly isDescending: boolean;
}

/** It, or one of its hosts, is not well. */
export function hasProblem(item: ClusterItem): boolean {
  return item.level === "bad" || item.level === "warn" || item.hosts_healthy < item.hosts_total ||
    item.is_panicking || item.is_nacked || item.breakers.default.length + item.breakers.high.length > 0;
}

/** Those that match, sorted. */
export function arrangeClusters(watches: readonly ClusterWatch[], view: ListView<ClusterSort>): ClusterItem[] {
  const text = view.text.trim().toLowerCase();
  const kept = watches.filter((watch) =>
    view.filters.every((filter) => holds(watch.item!, filter)) && (text === "" || watch.mentions(text))
  );
  const turn = view.isDescending ? -1 : 1;
  const keyOf = CLUSTER_KEYS[view.sort];
  if (view.sort === "name") {
    kept.sort((a, b) => turn * byText(a.sortName, b.sortName));
  } else {
    // A key each, once: of five thousand a comparison that makes something is a comparison too many.
    const keys = new Map(kept.map((watch) => [watch, keyOf(watch.item!)]));
    kept.sort((a, b) => turn * compare(keys.get(a)!, keys.get(b)!) || byText(a.sortName, b.sortName));
  }
  return kept.map((watch) => watch.item!);
}

/** The same of hosts. */
export function arrangeHosts(hosts: readonly HostItem[], view: ListView<HostSort>): HostItem[] {
  const text = view.text.trim().toLowerCase();
  const kept = hosts.filter((host) =>
    view.filters.every((filter) => hostHolds(host, filter)) &&
    (text === "" || host.address.toLowerCase().includes(text) || host.hostname.toLowerCase().includes(text))
  );
  const turn = view.isDescending ? -1 : 1, keyOf = HOST_KEYS[view.sort];
  // Hosts of one key stay in the order of the configuration.
  return kept.sort((a, b) => turn * compare(keyOf(a), keyOf(b)));
}

function holds(item: ClusterItem, { kind, value }: ListFilter): boolean {
  switch (kind) {
    case "problems":
      return hasProblem(item);
    case "type":
      return item.type === value;
    case "source":
      return item.source === value;
    case "locality":
      return item.localities.some((place) => place === value || place.startsWith(`${value}/`));
    case "health":
      return (item.hosts_by_health[value as HostHealth] ?? 0) > 0;
  }
}

function hostHolds(host: HostItem, { kind, value }: ListFilter): boolean {
  switch (kind) {
    case "problems":
      return host.health !== "healthy";
    case "health":
      return host.health === value;
    case "locality": {
      const { region, zone, sub_zone } = host.locality;
      const place = [region, zone, sub_zone].filter((part) => part !== "").join("/");
      return place === value || place.startsWith(`${value}/`);
    }
    default:
      return true;
  }
}

const LEVEL_ORDER: Readonly<Record<Level, number>> = { bad: 0, warn: 1, info: 2, ok: 3 };

const HEALTH_ORDER: Readonly<Record<HostHealth, number>> = {
  unhealthy: 0,
  failing: 1,
  ejected: 2,
  degraded: 3,
  excluded: 4,
  pending: 5,
  draining: 6,
  healthy: 7,
};

type Key = number | string;

/** What is not known sorts below everything known. */
const CLUSTER_KEYS: Readonly<Record<ClusterSort, (item: ClusterItem) => Key>> = {
  problems: (item) => LEVEL_ORDER[item.level] * 2 + (hasProblem(item) ? 0 : 1),
  name: ({ name }) => name,
  type: ({ type }) => type,
  lb: ({ lb_policy }) => lb_policy,
  hosts: ({ hosts_total }) => hosts_total,
  rps: ({ rps }) => rps ?? -1,
  errors: ({ error_ratio }) => error_ratio ?? -1,
  p50: ({ p50 }) => p50 ?? -1,
  p99: ({ p99 }) => p99 ?? -1,
  active: ({ active_rq }) => active_rq,
  connections: ({ active_cx }) => active_cx,
  retries: ({ retries_per_s }) => retries_per_s ?? -1,
  age: ({ updated_ms }) => updated_ms ?? 0,
};

const HOST_KEYS: Readonly<Record<HostSort, (host: HostItem) => Key>> = {
  problems: ({ health }) => HEALTH_ORDER[health],
  address: ({ address }) => address,
  weight: ({ effective_weight }) => effective_weight,
  share: ({ pick_share }) => pick_share ?? -1,
  rps: ({ rps }) => rps ?? -1,
  errors: ({ error_ratio }) => error_ratio ?? -1,
  active: ({ stats }) => stats.rq_active,
  total: ({ stats }) => stats.rq_total,
};

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
