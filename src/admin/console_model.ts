/**
 * Everything the console shows, brought up to date once a second whether or not anyone looks, so that rates, problems
 * and the last five minutes are there when someone does (spec/console.md 7.2, 10.3).
 */
import type { CircuitBreakerLimits } from "../config/cluster_config.ts";
import type { Clock } from "../base/clock.ts";
import type { ClusterUse } from "../control/cluster/cluster_uses.ts";
import type { ClusterEvent, ClusterItem, ClusterView, HostItem } from "./contract/clusters.ts";
import type { EventItem } from "./contract/events.ts";
import type { ListenerItem, ListenerView } from "./contract/listeners.ts";
import type { Overview } from "./contract/overview.ts";
import type { Page } from "./contract/page.ts";
import type { Series, SeriesName } from "./contract/series.ts";
import type { WarmingView } from "./contract/warming.ts";
import type { WorkerItem } from "./contract/workers.ts";
import { ClusterMeter } from "./cluster_meter.ts";
import { HealthBoard } from "./health_rules.ts";
import { ListenerMeter, workerItems } from "./listener_meter.ts";
import { OverflowWatch } from "./overflow_watch.ts";
import type { AdminSource } from "./source.ts";
import { topLists } from "./top_lists.ts";
import { TrafficMeter } from "./traffic_meter.ts";
import type { ConfigSourceView } from "./config_source.ts";
import { refusedUpdates, xdsFigures } from "./xds_view.ts";
import { warmingView } from "./warming_view.ts";

/** Events on the Overview page. */
const OVERVIEW_EVENTS = 20;

export class ConsoleModel {
  readonly #source: AdminSource;
  readonly #clock: Clock;
  readonly #traffic: TrafficMeter;
  readonly #clusters: ClusterMeter;
  readonly #listeners: ListenerMeter;
  readonly #health = new HealthBoard();
  readonly #overflows: OverflowWatch;
  readonly #limitsOf: (cluster: string) => CircuitBreakerLimits | null;
  #workers: readonly WorkerItem[] = [];
  #tops: Overview["tops"] = { slowest: [], errors: [], breakers: [] };
  #asOfMs = 0;

  constructor(source: AdminSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#traffic = new TrafficMeter(source.stats);
    this.#clusters = new ClusterMeter(source);
    this.#listeners = new ListenerMeter(source);
    const configOf = (name: string) => source.clusterSource.glance(name)?.config ?? null;
    this.#overflows = new OverflowWatch(source.stats, (name) => configOf(name)?.observabilityName ?? null);
    this.#limitsOf = (name) => configOf(name)?.circuitBreakers.default ?? null;
    this.update();
  }

  /** Brings everything up to date; to be called once a second. */
  update(): void {
    const nowMs = this.#clock.refresh();
    const wallMs = this.#asOfMs = this.#clock.wallMs();
    this.#traffic.sample(nowMs, wallMs);
    this.#clusters.update(nowMs, wallMs);
    this.#listeners.update(nowMs, wallMs);
    this.#workers = workerItems(this.#source.workers(), this.#traffic, wallMs);
    this.#tops = topLists(this.clusters, this.#limitsOf);
    this.#health.update({
      state: this.#source.state(),
      areHealthChecksFailed: this.#source.areHealthChecksFailed(),
      generation: this.#source.generation(),
      clusters: this.clusters,
      listeners: this.listeners,
      workers: this.#workers,
      errorRatio: this.#traffic.errorRatioOfMinute,
      warming: this.warming(),
      latency: this.#traffic.latencyOfHour,
      overflowing: this.#overflows.update(this.clusters, nowMs),
      ignoredRuntime: this.#source.runtime()?.ignored ?? [],
      refusedUpdates: refusedUpdates(this.#source.config),
      adminExposure: this.#source.adminExposure,
      stoppedListeners: this.#source.drainStatus().stopped,
    }, wallMs);
    for (const { problem, isOver } of this.#health.changes) {
      // A name may have a slash in it.
      const [subject = "", ...steps] = problem.id.split("/"), name = steps.join("/");
      const text = isOver ? `Over: ${problem.text}` : problem.text;
      this.#source.recordEvent(isOver ? "ok" : problem.level, subject, name, text, problem.link);
    }
  }

  get clusters(): readonly ClusterItem[] {
    return this.#clusters.items;
  }

  /** For who filters and sorts them. */
  get clusterMeter(): ClusterMeter {
    return this.#clusters;
  }

  /** Clusters wait for their first look, as after the start of a process with very many. */
  get isBehind(): boolean {
    return this.#clusters.isBehind;
  }

  /** Looks at a few of them. */
  catchUp(): void {
    this.#clusters.catchUp(this.#clock.refresh(), this.#clock.wallMs());
  }

  /** Null: there is no such cluster. */
  clusterView(cluster: string): ClusterView | null {
    return this.#clusters.viewOf(cluster, this.#asOfMs);
  }

  /** Null: there is no such cluster. */
  hostsOf(cluster: string): readonly HostItem[] | null {
    return this.#clusters.hostsOf(cluster, this.#asOfMs);
  }

  /** What became of a cluster and its hosts, newest first. */
  clusterEvents(cluster: string): ClusterEvent[] {
    return this.#source.clusterSource.happenings().filter((one) => one.cluster === cluster).reverse()
      .map(({ id, atMs, kind, level, address, text }) => ({ id, at_ms: atMs, kind, level, address, text }));
  }

  /** Who names a cluster. */
  usesOf(cluster: string): Promise<readonly ClusterUse[]> {
    return this.#source.clusterSource.usesOf(cluster);
  }

  get listeners(): readonly ListenerItem[] {
    return this.#listeners.items;
  }

  /** Null: there is no such listener. */
  listenerView(listener: string): ListenerView | null {
    return this.#listeners.viewOf(listener, this.#asOfMs);
  }

  /** As it is at this moment. */
  warming(): WarmingView {
    this.#clock.refresh();
    const source = this.#source, server = { state: source.state(), startedMs: Math.floor(source.startedWallMs) };
    return warmingView(source.warming(), server, Math.floor(this.#clock.wallMs()));
  }

  get workers(): readonly WorkerItem[] {
    return this.#workers;
  }

  /** Where configuration comes from. */
  get config(): ConfigSourceView {
    return this.#source.config;
  }

  /** Oldest first. */
  get eventsInOrder(): readonly EventItem[] {
    return this.#source.events();
  }

  history(rangeS: number, names?: readonly SeriesName[]): Series {
    return this.#traffic.history(rangeS, names);
  }

  /** One page of a list, as it was at the last update. */
  page<Item>(items: readonly Item[], offset = 0, limit = items.length): Page<Item> {
    const end = Math.min(items.length, offset + limit);
    return {
      items: items.slice(offset, end),
      total: items.length,
      next_cursor: end < items.length ? String(end) : null,
      as_of_ms: this.#asOfMs,
      generation: this.#source.generation(),
    };
  }

  /** `readOnlyReason` is why the one who asks may only read; null when not so. */
  overview(readOnlyReason: string | null): Overview {
    const state = this.#source.state(), isHealthFailed = this.#source.areHealthChecksFailed();
    return {
      as_of_ms: this.#asOfMs,
      generation: this.#source.generation(),
      server: {
        state,
        version: this.#source.version,
        uptime_s: Math.max(0, Math.floor((this.#asOfMs - this.#source.startedWallMs) / 1000)),
        started_ms: Math.floor(this.#source.startedWallMs),
        node: { ...this.#source.node },
        hostname: this.#source.hostname,
        concurrency: this.#source.concurrency,
        pid: this.#source.pid,
        health_check_failed: isHealthFailed,
        draining: state === "DRAINING" && !isHealthFailed || this.listeners.some(({ state }) => state === "draining"),
        read_only_reason: readOnlyReason,
      },
      health: { level: this.#health.level, problems: [...this.#health.problems] },
      traffic: this.#traffic.traffic,
      clusters: this.#clusterCounts(),
      hosts: this.#hostCounts(),
      listeners: this.#listenerCounts(),
      xds: xdsFigures(this.#source.config),
      runtime: this.#runtimeSummary(),
      certs: null,
      overload: null,
      workers: this.#workers.map(({ id, rps, lag_ms, generation }) => ({ id, rps, lag_ms, generation })),
      tops: this.#tops,
      events: this.eventsInOrder.slice(-OVERVIEW_EVENTS).reverse(),
    };
  }

  #runtimeSummary(): Overview["runtime"] {
    const runtime = this.#source.runtime();
    if (runtime === null) return null;
    const { book, revision } = runtime;
    return { revision, overrides: book.isParked ? 0 : book.values.size, next_expiry_ms: book.nextExpiryMs };
  }

  #clusterCounts(): Overview["clusters"] {
    const count = (...states: ClusterItem["state"][]) =>
      this.clusters.filter(({ state }) => states.includes(state)).length;
    return {
      total: this.#clusters.count,
      healthy: count("healthy"),
      degraded: count("degraded"),
      unhealthy: count("unhealthy", "empty"),
      panic: this.clusters.filter(({ is_panicking }) => is_panicking).length,
      // New ones, which are on no list yet, too.
      warming: this.#source.unready().filter(({ kind }) => kind === "cluster").length,
    };
  }

  #hostCounts(): Overview["hosts"] {
    const hosts = { total: 0, healthy: 0, ejected: 0, pending: 0 };
    for (const { hosts_total, hosts_healthy, hosts_by_health } of this.clusters) {
      hosts.total += hosts_total;
      hosts.healthy += hosts_healthy;
      hosts.ejected += hosts_by_health.ejected;
      hosts.pending += hosts_by_health.pending;
    }
    return hosts;
  }

  #listenerCounts(): Overview["listeners"] {
    const count = (wanted: ListenerItem["state"]) => this.listeners.filter(({ state }) => state === wanted).length;
    return { active: count("active"), warming: count("warming"), draining: count("draining") };
  }
}
