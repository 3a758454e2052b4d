/**
 * The process's own stats, under Envoy's names (spec/operations.md 12.1, 12.2, 12.5, 7.13): `server.`,
 * `listener_manager.`, `cluster_manager.`, `runtime.` and the watchdog's. Levels are refreshed by the stats flush, so
 * that `server.state` may lag `/ready` as it does in Envoy; `server.live` does not wait.
 */

import type { Counter, Gauge } from "../observe/stats/metric.ts";
import type { StatScope, StatStore } from "../observe/stats/store.ts";
import type { ServerState } from "../admin/contract/overview.ts";
import { STATE_NUMBERS } from "./server_state.ts";
import type { PingOutcome } from "./worker_slot.ts";

/** What a flush writes down. */
export interface ServerFigures {
  readonly state: ServerState;
  readonly uptimeS: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly rssBytes: number;
  readonly connections: number;
  readonly workersStarted: number;
  readonly activeClusters: number;
}

/** Envoy's value for "no certificate". */
const NO_CERTIFICATE_DAYS = 4_294_967_295;

/** Made whole at start, even what stays 0: scrapers want to see the names. */
const SERVER_COUNTERS = [
  "debug_assertion_failures",
  "dropped_stat_flushes",
  "dynamic_unknown_fields",
  "envoy_notifications",
  "wip_protos",
];
const SERVER_GAUGES = [
  "compilation_settings.fips_mode",
  "hot_restart_epoch",
  "parent_connections",
  "seconds_until_first_ocsp_response_expiring",
  "stats_recent_lookups",
];
/** Written by the first flush; there from the start. */
const FLUSHED_GAUGES = [
  "memory_allocated",
  "memory_heap_size",
  "memory_physical_size",
  "state",
  "total_connections",
  "uptime",
];
const LISTENER_COUNTERS = [
  "listener_create_failure",
  "listener_in_place_updated",
  "listener_modified",
  "listener_removed",
  "listener_stopped",
];
const LISTENER_GAUGES = [
  "total_filter_chains_draining",
  "total_listeners_draining",
  "total_listeners_warming",
  "workers_pinned",
];
const RUNTIME_COUNTERS = ["deprecated_feature_use", "load_error", "override_dir_exists"];
const RUNTIME_GAUGES = ["admin_overrides_active", "deprecated_feature_seen_since_process_start", "num_keys"];

interface Watchdog {
  readonly misses: readonly Counter[];
  readonly megaMisses: readonly Counter[];
}

export class ServerStats {
  readonly #server: StatScope;
  readonly #listeners: StatScope;
  readonly #runtime: StatScope;
  readonly #main: Watchdog;
  readonly #workers: readonly Watchdog[];
  readonly #loopLag: readonly Gauge[];
  readonly #workerTimers: readonly Gauge[];
  readonly #mainTimers: Gauge;
  readonly #watchedDirectories: Gauge;
  readonly #clustersInflated: Gauge;

  constructor(store: StatStore, concurrency: number, version: string) {
    this.#server = store.scope("server");
    this.#listeners = store.scope("listener_manager");
    this.#runtime = store.scope("runtime");
    makeAll(
      this.#server,
      [...SERVER_COUNTERS, "envoy_bug_failures", "static_unknown_fields", "worker_restarts"],
      SERVER_GAUGES,
    );
    makeAll(this.#listeners, [...LISTENER_COUNTERS, "listener_added", "listener_create_success"], LISTENER_GAUGES);
    makeAll(this.#runtime, [...RUNTIME_COUNTERS, "load_success", "override_dir_not_exists"], [
      ...RUNTIME_GAUGES,
      "num_layers",
    ]);
    for (const name of FLUSHED_GAUGES) this.#server.gauge(name);
    this.#listeners.gauge("workers_started");
    this.#server.gauge("concurrency").set(concurrency);
    this.#server.gauge("live").set(1);
    this.#server.gauge("hot_restart_generation").set(1);
    this.#server.gauge("days_until_first_cert_expiring").set(NO_CERTIFICATE_DAYS);
    this.#server.gauge("version").set(versionNumber(version));
    this.#main = watchdog(store.scope("main_thread"), store.scope("server.main_thread"));
    const workers = store.scope("workers");
    const indexes = Array.from({ length: concurrency }, (_, index) => index);
    this.#workers = indexes.map((index) => watchdog(workers, store.scope(`server.worker_${index}`)));
    this.#clustersInflated = store.scope("thread_local_cluster_manager.main_thread").gauge("clusters_inflated");
    // The overload manager's, there without one too.
    store.scope("envoy.overload_actions.reset_high_memory_stream").counter("count");
    store.scope("overload").histogram("refresh_interval_delay", "milliseconds");
    const mainThread = store.scope("server.main_thread");
    this.#mainTimers = mainThread.gauge("timers_armed");
    this.#watchedDirectories = mainThread.gauge("watched_directories");
    this.#workerTimers = indexes.map((index) => store.scope(`server.worker_${index}`).gauge("timers_armed"));
    this.#loopLag = indexes.map((index) => store.scope(`server.worker_${index}`).gauge("loop_lag_ms", "max"));
  }

  /** The bootstrap was read. */
  loaded(unknownFields: number, deprecatedUses: number): void {
    this.#server.counter("static_unknown_fields").add(unknownFields);
    this.#runtime.counter("deprecated_feature_use").add(deprecatedUses);
    this.#runtime.gauge("deprecated_feature_seen_since_process_start").set(deprecatedUses);
  }

  /** Workers serve. */
  started(initializationMs: number): void {
    this.#server.histogram("initialization_time_ms", "milliseconds").record(initializationMs);
  }

  setLive(isLive: boolean): void {
    this.#server.gauge("live").set(isLive ? 1 : 0);
  }

  workerRestarted(): void {
    this.#server.counter("worker_restarts").inc();
  }

  bug(): void {
    this.#server.counter("envoy_bug_failures").inc();
  }

  workerPinged(worker: number, outcome: PingOutcome): void {
    count(this.#workers[worker]!, outcome);
  }

  /** The main thread's own ticks: `lateMs` behind their time. */
  mainTicked(lateMs: number): void {
    if (lateMs > 200) count(this.#main, "miss");
    if (lateMs > 1000) count(this.#main, "mega_miss");
  }

  setLoopLag(worker: number, lagMs: number): void {
    this.#loopLag[worker]!.set(lagMs);
  }

  /** How many timers wait in a worker. */
  setWorkerTimers(worker: number, armed: number): void {
    this.#workerTimers[worker]!.set(armed);
  }

  /** And in the main thread, with how many directories it watches. */
  setMainFigures(armedTimers: number, watchedDirectories: number): void {
    this.#mainTimers.set(armedTimers);
    this.#watchedDirectories.set(watchedDirectories);
  }

  flush(figures: ServerFigures): void {
    this.#server.gauge("state").set(STATE_NUMBERS[figures.state]);
    this.#server.gauge("uptime").set(figures.uptimeS);
    this.#server.gauge("memory_allocated").set(figures.heapUsedBytes);
    this.#server.gauge("memory_heap_size").set(figures.heapTotalBytes);
    this.#server.gauge("memory_physical_size").set(figures.rssBytes);
    this.#server.gauge("total_connections").set(figures.connections);
    this.#listeners.gauge("workers_started").set(figures.workersStarted);
    this.#clustersInflated.set(figures.activeClusters);
  }
}

function makeAll(scope: StatScope, counters: readonly string[], gauges: readonly string[]): void {
  for (const name of counters) scope.counter(name);
  for (const name of gauges) scope.gauge(name).set(0);
}

/** Each thread's misses count twice: for its group and for itself. */
function watchdog(group: StatScope, thread: StatScope): Watchdog {
  return {
    misses: [group.counter("watchdog_miss"), thread.counter("watchdog_miss")],
    megaMisses: [group.counter("watchdog_mega_miss"), thread.counter("watchdog_mega_miss")],
  };
}

function count(watchdog: Watchdog, outcome: PingOutcome): void {
  if (outcome === "miss") { for (const counter of watchdog.misses) counter.inc(); }
  if (outcome === "mega_miss") { for (const counter of watchdog.megaMisses) counter.inc(); }
}

/** `0.1.0` as 1000, `1.2.3` as 1002003: rises with the version. Envoy's is a part of its revision. */
function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}
