/**
 * What the console shows of clusters and their hosts, from the configuration and the stats: rates since the last look,
 * levels, and what was seen of each host. One watch per cluster and host, made and dropped with it.
 */
import { addressText } from "../base/address_text.ts";
import { isCanary } from "../config/metadata_config.ts";
import type { DiscoveryConfig } from "../config/cluster_config.ts";
import { flagNames } from "../config/host_health.ts";
import { HOST_STATS, hostStatName, hostStatPrefix } from "../observe/stats/host_stats.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { ClusterItem, HostHealth, HostItem, HostStats } from "./contract/clusters.ts";
import type { Level } from "./contract/problem.ts";
import { ConnectWatch, hostVerdict } from "./host_health.ts";
import { Rate, ratio } from "./rate.ts";
import type { AdminSource, ClusterStatus, HostStatus } from "./source.ts";
import { HistogramWindow, StatReader, StatRow } from "./stat_reader.ts";

/** With more hosts than this in the process, list items come without them. */
const MAX_HOSTS_IN_LIST = 100;

const BREAKERS = ["cx", "cx_pool", "rq_pending", "rq", "rq_retry"];

/** Below these shares of healthy hosts a cluster is a problem. */
const BAD_SHARE = 0.5;
const WARN_SHARE = 0.8;

/** Hosts looked at in one second: some 5 ms. A process with more is seen in turns, which rates allow for. */
const HOSTS_PER_LOOK = 1000;

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

/** Watches all clusters of the process. */
export class ClusterMeter {
  readonly #source: AdminSource;
  #watches = new Map<string, ClusterWatch>();
  #items: ClusterItem[] = [];
  /** Where the next look begins. */
  #next = 0;

  constructor(source: AdminSource) {
    this.#source = source;
  }

  /** Looks at the clusters anew, at all of them if they are not too many. */
  update(nowMs: number, wallMs: number): void {
    const clusters = this.#source.clusters();
    const hostTotal = clusters.reduce((sum, { hostCount }) => sum + hostCount, 0);
    const withHosts = hostTotal <= MAX_HOSTS_IN_LIST;
    const watches = new Map<string, ClusterWatch>();
    for (const { config } of clusters) {
      const known = this.#watches.get(config.name);
      if (known !== undefined) watches.set(config.name, known);
    }
    let hosts = 0;
    for (let seen = 0; seen < clusters.length && hosts < HOSTS_PER_LOOK; seen++) {
      const status = clusters[this.#next++ % clusters.length]!;
      const { name, observabilityName } = status.config;
      let watch = watches.get(name);
      if (watch === undefined) watches.set(name, watch = new ClusterWatch(this.#source, name, observabilityName));
      watch.look(status, withHosts, nowMs, wallMs);
      hosts += status.hostCount + 1;
    }
    if (clusters.length > 0) this.#next %= clusters.length;
    this.#watches = watches;
    this.#items = clusters.flatMap(({ config }) => watches.get(config.name)?.item ?? []);
  }

  /** In the order of the configuration; those not looked at yet are missing. */
  get items(): readonly ClusterItem[] {
    return this.#items;
  }

  /** Null: there is no such cluster. */
  hostsOf(cluster: string): readonly HostItem[] | null {
    return this.#watches.get(cluster)?.hosts ?? null;
  }
}

class ClusterWatch {
  readonly #source: AdminSource;
  readonly #name: string;
  readonly #observabilityName: string;
  readonly #completed: RatedStat;
  readonly #errors: RatedStat;
  readonly #retries: RatedStat;
  readonly #active: StatReader;
  readonly #connections: StatReader;
  readonly #pending: StatReader;
  readonly #time: StatReader;
  readonly #window = new HistogramWindow();
  readonly #breakers: { readonly priority: "default" | "high"; readonly name: string; readonly open: StatReader }[];
  #hostWatches = new Map<string, HostWatch>();
  /** As of the last look. */
  hosts: HostItem[] = [];
  item: ClusterItem | null = null;

  constructor(source: AdminSource, name: string, observabilityName: string) {
    this.#source = source;
    this.#name = name;
    this.#observabilityName = observabilityName;
    const prefix = `cluster.${observabilityName}`.replaceAll(":", "_");
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

  look(
    { config, hosts, isDynamic, versionInfo }: ClusterStatus,
    withHosts: boolean,
    nowMs: number,
    wallMs: number,
  ): void {
    for (const rated of [this.#completed, this.#errors, this.#retries]) rated.update(nowMs);
    const time = this.#time.stat;
    if (time !== undefined) this.#window.update([time]);
    this.hosts = this.#lookAtHosts(hosts, nowMs, wallMs);
    const healthy = this.hosts.filter(({ health }) => isUsable(health)).length;
    const failing = this.hosts.filter(({ health }) => health === "failing").length;
    const [p50, p99] = this.#window.quantiles([0.5, 0.99]) as [number | null, number | null];
    this.item = {
      name: config.name,
      type: discoveryType(config.discovery),
      lb_policy: config.lb.kind,
      source: isDynamic ? "dynamic" : "static",
      version_info: versionInfo,
      level: config.discovery.kind === "aggregate" ? "ok" : levelOf(healthy, this.hosts.length),
      state: stateOf(healthy, this.hosts.length),
      hosts_total: this.hosts.length,
      hosts_healthy: healthy,
      hosts_failing: failing,
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
      hosts: withHosts ? this.hosts : null,
    };
  }

  #openBreakers(priority: "default" | "high"): string[] {
    return this.#breakers.filter((breaker) => breaker.priority === priority && breaker.open.value > 0)
      .map(({ name }) => name);
  }

  #lookAtHosts(hosts: readonly HostStatus[], nowMs: number, wallMs: number): HostItem[] {
    const watches = new Map<string, HostWatch>();
    const addresses = hosts.map(({ endpoint }) => addressText(endpoint.address));
    hosts.forEach(({ endpoint }, index) => {
      const name = hostStatName(endpoint, addresses[index]!);
      const watch = this.#hostWatches.get(name) ??
        new HostWatch(this.#source.stats, hostStatPrefix(this.#observabilityName, name), wallMs);
      watches.set(name, watch);
    });
    this.#hostWatches = watches;
    for (const watch of watches.values()) watch.update(nowMs);
    const picks = [...watches.values()].reduce((sum, watch) => sum + (watch.picks ?? 0), 0);
    const weights = hosts.reduce((sum, { endpoint }) => sum + endpoint.weight, 0);
    return hosts.map((host, index) => {
      const { endpoint } = host, address = addresses[index]!;
      const lastError = this.#source.connectError?.(this.#name, address) ?? "";
      const watch = watches.get(hostStatName(endpoint, address))!;
      const item = watch.look(host, lastError, wallMs);
      item.pick_share = ratio(watch.picks, picks);
      item.expected_share = ratio(endpoint.weight, weights);
      return item;
    });
  }
}

class HostWatch {
  readonly #row: StatRow;
  readonly #connects = new ConnectWatch();
  readonly #requests = new Rate();
  readonly #errors = new Rate();
  readonly #answers = new Rate();
  #stats: HostStats = NO_STATS;
  #health: HostHealth = "healthy";
  #sinceMs: number;

  constructor(book: StatBook, prefix: string, wallMs: number) {
    this.#row = new StatRow(book, prefix, HOST_STATS);
    this.#sinceMs = wallMs;
  }

  /** Requests that this host got between the last two looks. */
  get picks(): number | null {
    return this.#requests.delta;
  }

  update(nowMs: number): void {
    const stats: HostStats = { ...NO_STATS };
    HOST_STATS.forEach((name, at) => stats[name] = this.#row.valueAt(at));
    this.#stats = stats;
    this.#connects.update(stats.cx_connect_fail, stats.cx_total, stats.rq_success);
    this.#requests.update(stats.rq_total, nowMs);
    this.#errors.update(stats.rq_error, nowMs);
    this.#answers.update(stats.rq_error + stats.rq_success, nowMs);
  }

  look({ endpoint, flags }: HostStatus, lastError: string, wallMs: number): HostItem {
    const { health, reason } = hostVerdict({ flags }, this.#connects.failsInARow, lastError);
    if (health !== this.#health) {
      this.#health = health;
      this.#sinceMs = wallMs;
    }
    const { region, zone, subZone } = endpoint.locality;
    return {
      address: addressText(endpoint.address),
      hostname: endpoint.hostname,
      health,
      flags: flagNames(flags),
      reason,
      since_ms: this.#sinceMs,
      weight: endpoint.weight,
      priority: endpoint.priority,
      locality: { region, zone, sub_zone: subZone },
      canary: isCanary(endpoint.metadata),
      stats: this.#stats,
      rps: this.#requests.perSecond,
      error_ratio: ratio(this.#errors.delta, this.#answers.delta),
      pick_share: null,
      expected_share: null,
    };
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

const NO_STATS: HostStats = {
  cx_active: 0,
  cx_connect_fail: 0,
  cx_total: 0,
  rq_active: 0,
  rq_error: 0,
  rq_pending_active: 0,
  rq_success: 0,
  rq_timeout: 0,
  rq_total: 0,
};

function isUsable(health: HostHealth): boolean {
  return health === "healthy" || health === "degraded";
}

function stateOf(healthy: number, total: number): ClusterItem["state"] {
  if (total === 0) return "empty";
  return healthy === 0 ? "unhealthy" : healthy < total ? "degraded" : "healthy";
}

function levelOf(healthy: number, total: number): Level {
  if (total === 0) return "warn";
  const share = healthy / total;
  return share < BAD_SHARE ? "bad" : share < WARN_SHARE ? "warn" : "ok";
}
