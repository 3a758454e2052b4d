/** One cluster as the console follows it, with a watch for each of its hosts; made and dropped with the cluster. */
import { addressText } from "../base/address_text.ts";
import type { DiscoveryConfig } from "../config/cluster_config.ts";
import { hostStatName, hostStatPrefix } from "../observe/stats/host_stats.ts";
import { type ClusterCounters, CounterSet } from "./cluster_counters.ts";
import type { ClusterDetail, ClusterGlance, GlancedHost } from "./cluster_source.ts";
import type { ClusterItem, HostCounts, HostHealth, HostItem } from "./contract/clusters.ts";
import type { Level } from "./contract/problem.ts";
import { HostWatch } from "./host_watch.ts";
import { Rate, ratio } from "./rate.ts";
import type { AdminSource } from "./source.ts";
import { HistogramWindow, StatReader } from "./stat_reader.ts";

const BREAKERS = ["cx", "cx_pool", "rq_pending", "rq", "rq_retry"];

/** Below these shares of healthy hosts a cluster is a problem. */
const BAD_SHARE = 0.5;
const WARN_SHARE = 0.8;

/** Picks are counted over the last minute, in steps. */
const PICK_WINDOW_MS = 60_000;
const MARK_MS = 10_000;

/** A cluster that nobody asked for so long is looked at in its turn only. */
const CLOSE_MS = 10_000;

/** Places of hosts that an item names. */
const MAX_LOCALITIES = 8;

/** One host in the order of the cluster. */
interface Placed {
  readonly host: GlancedHost;
  readonly endpoint: GlancedHost["endpoint"];
  readonly key: string;
  readonly watch: HostWatch;
}

export class ClusterWatch {
  readonly name: string;
  /** `svc-2` sorts before `svc-10` by it. */
  readonly sortName: string;
  readonly #source: AdminSource;
  readonly #observabilityName: string;
  readonly #prefix: string;
  readonly #completed: RatedStat;
  readonly #errors: RatedStat;
  readonly #retries: RatedStat;
  readonly #active: StatReader;
  readonly #connections: StatReader;
  readonly #pending: StatReader;
  readonly #time: StatReader;
  readonly #window = new HistogramWindow();
  readonly #breakers: { readonly priority: "default" | "high"; readonly name: string; readonly open: StatReader }[];
  #placed: Placed[] = [];
  #markMs: number[] = [];
  #localities: string[] = [];
  /** All names and addresses, in lower case. */
  #searched: string;
  #counters: CounterSet | null = null;
  #askedMs = -Infinity;
  /** As of the last look. */
  item: ClusterItem | null = null;

  constructor(source: AdminSource, name: string, observabilityName: string) {
    this.#source = source;
    this.name = name;
    this.#searched = name.toLowerCase();
    this.sortName = name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, "0"));
    this.#observabilityName = observabilityName;
    const prefix = this.#prefix = `cluster.${observabilityName}`.replaceAll(":", "_");
    const reader = (stat: string) => new StatReader(source.stats, `${prefix}.${stat}`);
    this.#completed = new RatedStat(reader("upstream_rq_completed"));
    this.#errors = new RatedStat(reader("upstream_rq_5xx"));
    this.#retries = new RatedStat(reader("upstream_rq_retry"));
    this.#active = reader("upstream_rq_active");
    this.#connections = reader("upstream_cx_active");
    this.#pending = reader("upstream_rq_pending_active");
    this.#time = reader("upstream_rq_time");
    this.#breakers = (["default", "high"] as const).flatMap((priority) =>
      BREAKERS.map((name) => ({ priority, name, open: reader(`circuit_breakers.${priority}.${name}_open`) }))
    );
  }

  /** Somebody has it before him: from now on it is looked at each second, for a while. */
  ask(nowMs: number): void {
    this.#askedMs = nowMs;
  }

  isAsked(nowMs: number): boolean {
    return nowMs - this.#askedMs < CLOSE_MS;
  }

  /** Whether its name, or the address or name of a host, contains `text`, which is in lower case. */
  mentions(text: string): boolean {
    return this.#searched.includes(text);
  }

  /** Looks at it anew. */
  look(glance: ClusterGlance, nowMs: number, wallMs: number): void {
    for (const rated of [this.#completed, this.#errors, this.#retries]) rated.update(nowMs);
    if (this.isAsked(nowMs)) this.#ownCounters().update(nowMs);
    else this.#counters = null;
    const time = this.#time.stat;
    if (time !== undefined) this.#window.update([time]);
    this.#place(glance, wallMs);
    const counts = this.#lookAtHosts(glance, nowMs, wallMs);
    this.#mark(nowMs);
    this.item = this.#makeItem(glance, counts);
  }

  /** Every host, as it is now. */
  hosts({ hosts, lb }: ClusterDetail): HostItem[] {
    const byHost = new Map(this.#placed.map(({ endpoint, watch }) => [endpoint, watch]));
    const picks = this.#placed.reduce((sum, { watch }) => sum + watch.picks, 0);
    return hosts.flatMap((host, at) => {
      const watch = byHost.get(host.endpoint);
      // It came after the last look.
      if (watch === undefined) return [];
      const lastError = this.#source.connectError?.(this.name, addressText(host.endpoint.address)) ?? "";
      return [watch.item(host, {
        lastError,
        effectiveWeight: lb.effectiveWeights[at]!,
        pickShare: ratio(watch.picks, picks),
        expectedShare: lb.expectedShares?.[at] ?? null,
      })];
    });
  }

  /** The stats of its own page. */
  get counters(): ClusterCounters {
    return this.#ownCounters().figures;
  }

  #ownCounters(): CounterSet {
    return this.#counters ??= new CounterSet(this.#source.stats, this.#prefix);
  }

  /** Finds each host its watch. Of a great many mostly none is another than at the last look. */
  #place({ hosts, hostCount }: ClusterGlance, wallMs: number): void {
    const before = this.#placed;
    let at = 0, isSame = before.length === hostCount;
    if (isSame) {
      for (const host of hosts) {
        const placed = before[at++];
        if (placed === undefined || placed.host !== host || placed.endpoint !== host.endpoint) {
          isSame = false;
          break;
        }
      }
    }
    if (isSame) return;
    const known = new Map(before.map(({ key, watch }) => [key, watch]));
    this.#placed = Array.from(hosts, (host): Placed => {
      const { endpoint } = host;
      const key = hostStatName(endpoint, addressText(endpoint.address));
      const watch = known.get(key) ??
        new HostWatch(this.#source.stats, hostStatPrefix(this.#observabilityName, key), wallMs);
      known.set(key, watch);
      return { host, endpoint, key, watch };
    });
    const names = this.#placed.flatMap(({ endpoint: { address, hostname } }) => [addressText(address), hostname]);
    this.#searched = [this.name, ...names].join("\n").toLowerCase();
    const places = new Set<string>();
    for (const { endpoint: { locality: { region, zone, subZone } } } of this.#placed) {
      const place = [region, zone, subZone].filter((part) => part !== "").join("/");
      if (place !== "" && places.size < MAX_LOCALITIES) places.add(place);
    }
    this.#localities = [...places];
  }

  #lookAtHosts(glance: ClusterGlance, nowMs: number, wallMs: number): HostCounts {
    const counts: HostCounts = { ...NO_HOSTS };
    for (const { host, watch } of this.#placed) {
      watch.look(host, () => glance.isUnchecked(host), nowMs, wallMs);
      counts[watch.health]++;
    }
    return counts;
  }

  #mark(nowMs: number): void {
    const last = this.#markMs.at(-1);
    if (last !== undefined && nowMs - last < MARK_MS) return;
    this.#markMs.push(nowMs);
    while (this.#markMs[0]! < nowMs - PICK_WINDOW_MS) this.#markMs.shift();
    for (const { watch } of this.#placed) watch.mark(this.#markMs.length);
  }

  #makeItem({ config, isDynamic, versionInfo, updatedMs, isWarming, isNacked }: ClusterGlance, counts: HostCounts) {
    const total = this.#placed.length, healthy = counts.healthy + counts.degraded;
    const [p50, p99] = this.#window.quantiles([0.5, 0.99]) as [number | null, number | null];
    const isAggregate = config.discovery.kind === "aggregate";
    const item: ClusterItem = {
      name: config.name,
      type: discoveryType(config.discovery),
      lb_policy: config.lb.kind,
      source: isDynamic ? "dynamic" : "static",
      version_info: versionInfo,
      updated_ms: updatedMs === 0 ? null : updatedMs,
      level: isAggregate ? "ok" : levelOf(healthy, total),
      state: stateOf(healthy, total),
      is_panicking: healthy < total && this.#source.clusterSource.isPanicking(config.name),
      is_warming: isWarming,
      is_nacked: isNacked,
      hosts_total: total,
      hosts_healthy: healthy,
      hosts_failing: counts.failing,
      hosts_by_health: counts,
      localities: this.#localities,
      rps: this.#completed.rate.perSecond,
      error_ratio: ratio(this.#errors.rate.delta, this.#completed.rate.delta),
      p50,
      p99,
      active_rq: this.#active.value,
      active_cx: this.#connections.value,
      pending_rq: this.#pending.value,
      retries_per_s: this.#retries.rate.perSecond,
      breakers: { default: this.#openBreakers("default"), high: this.#openBreakers("high") },
      connect_timeout_ms: config.connectTimeoutMs,
    };
    if (item.level === "ok" && (item.is_panicking || item.is_nacked)) item.level = "warn";
    return item;
  }

  #openBreakers(priority: "default" | "high"): string[] {
    return this.#breakers.filter((breaker) => breaker.priority === priority && breaker.open.value > 0)
      .map(({ name }) => name);
  }
}

/** A counter and its rate. */
class RatedStat {
  readonly rate = new Rate();
  readonly #reader: StatReader;

  constructor(reader: StatReader) {
    this.#reader = reader;
  }

  update(nowMs: number): void {
    this.rate.update(this.#reader.value, nowMs);
  }
}

/** As `Cluster.type` names it, where that has a name for it. */
function discoveryType(discovery: DiscoveryConfig): string {
  switch (discovery.kind) {
    case "static":
      return "STATIC";
    case "eds":
      return "EDS";
    case "dns":
      return discovery.isLogical ? "LOGICAL_DNS" : "STRICT_DNS";
    case "aggregate":
      return "aggregate";
  }
}

const NO_HOSTS: Readonly<Record<HostHealth, number>> = {
  healthy: 0,
  failing: 0,
  degraded: 0,
  unhealthy: 0,
  ejected: 0,
  draining: 0,
  pending: 0,
  excluded: 0,
};

function stateOf(healthy: number, total: number): ClusterItem["state"] {
  if (total === 0) return "empty";
  return healthy === 0 ? "unhealthy" : healthy < total ? "degraded" : "healthy";
}

function levelOf(healthy: number, total: number): Level {
  if (total === 0) return "warn";
  const share = healthy / total;
  return share < BAD_SHARE ? "bad" : share < WARN_SHARE ? "warn" : "ok";
}
