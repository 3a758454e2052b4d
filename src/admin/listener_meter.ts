/** What the console shows of listeners and workers, from their status and the stats. */
import type { ListenerConfig } from "../config/listener_config.ts";
import { addressText } from "../base/address_text.ts";
import type { ListenerItem, ListenerView } from "./contract/listeners.ts";
import type { WorkerItem } from "./contract/workers.ts";
import type { ListenerGlance } from "./listener_source.ts";
import { listenerView } from "./listener_view.ts";
import { Rate, ratio } from "./rate.ts";
import type { AdminSource, WorkerStatus } from "./source.ts";
import { StatReader, StatRow } from "./stat_reader.ts";
import type { TrafficMeter } from "./traffic_meter.ts";

const WORKER_STATS = ["downstream_cx_active", "downstream_cx_total"];

/** Watches all listeners of the process. */
export class ListenerMeter {
  readonly #source: AdminSource;
  #watches = new Map<string, ListenerWatch>();
  #items: ListenerItem[] = [];

  constructor(source: AdminSource) {
    this.#source = source;
  }

  /** Looks at every listener anew. */
  update(nowMs: number, wallMs: number): void {
    const { listenerSource } = this.#source, watches = new Map<string, ListenerWatch>();
    this.#items = listenerSource.glances().map((glance) => {
      const { name } = glance.config, known = this.#watches.get(name);
      const watch = known?.fits(glance) === true ? known : new ListenerWatch(this.#source, glance.config);
      watches.set(name, watch);
      return watch.look(glance, nowMs, wallMs);
    });
    for (const { name, details, version } of listenerSource.refused()) {
      // One that has no name of its own can be refused twice.
      if (this.#items.every((item) => item.name !== name)) this.#items.push(neverTaken(name, details, version));
    }
    this.#watches = watches;
  }

  get items(): readonly ListenerItem[] {
    return this.#items;
  }

  /** Everything of one listener. Null: there is none of this name. */
  viewOf(name: string, wallMs: number): ListenerView | null {
    const item = this.#items.find((one) => one.name === name);
    if (item === undefined) return null;
    const glance = this.#source.listenerSource.glances().find(({ config }) => config.name === name) ?? null;
    return listenerView(item, glance, this.#watches.get(name)?.workers() ?? [], this.#source.listenerSource, wallMs);
  }
}

class ListenerWatch {
  readonly #statPrefix: string;
  readonly #active: StatReader;
  readonly #total: StatReader;
  readonly #unmatched: StatReader;
  readonly #completed: readonly StatReader[];
  readonly #errors: readonly StatReader[];
  readonly #workers: readonly StatRow[];
  readonly #accepts = new Rate();
  readonly #unmatchedRate = new Rate();
  readonly #answerRate = new Rate();
  readonly #errorRate = new Rate();
  readonly #prefixes: string[];

  constructor({ stats, concurrency }: AdminSource, config: ListenerConfig) {
    const reader = (name: string) => new StatReader(stats, name.replaceAll(":", "_"));
    const prefix = `listener.${config.statPrefix}`;
    this.#statPrefix = config.statPrefix;
    this.#prefixes = httpPrefixes(config);
    this.#active = reader(`${prefix}.downstream_cx_active`);
    this.#total = reader(`${prefix}.downstream_cx_total`);
    this.#unmatched = reader(`${prefix}.no_filter_chain_match`);
    this.#completed = this.#prefixes.map((prefix) => reader(`http.${prefix}.downstream_rq_completed`));
    this.#errors = this.#prefixes.map((prefix) => reader(`http.${prefix}.downstream_rq_5xx`));
    this.#workers = Array.from({ length: concurrency }, (_, id) => {
      return new StatRow(stats, `${prefix.replaceAll(":", "_")}.worker_${id}`, WORKER_STATS);
    });
  }

  /** What it counts is what this listener has. */
  fits({ config }: ListenerGlance): boolean {
    return config.statPrefix === this.#statPrefix && httpPrefixes(config).join() === this.#prefixes.join();
  }

  look(glance: ListenerGlance, nowMs: number, wallMs: number): ListenerItem {
    const { config, state, boundAddresses, error, isDynamic, versionInfo, warming, drain } = glance;
    this.#accepts.update(this.#total.value, nowMs);
    this.#unmatchedRate.update(this.#unmatched.value, nowMs);
    this.#answerRate.update(sum(this.#completed), nowMs);
    this.#errorRate.update(sum(this.#errors), nowMs);
    return {
      name: config.name,
      state,
      addresses: boundAddresses.map(addressText),
      error: error === "" ? null : error,
      stat_prefix: config.statPrefix,
      direction: config.trafficDirection,
      source: isDynamic ? "dynamic" : "static",
      version_info: versionInfo,
      warming_version: warming === null || state === "warming" ? null : warming.version,
      waiting_for: (warming?.waits ?? []).map(({ kind, subject }) => `${kind} ${subject}`.trim()),
      drain_ends_ms: endOf(drain?.endsInMs ?? null, wallMs),
      filter_chains: config.filterChains.length,
      http_prefixes: this.#prefixes,
      active_cx: this.#active.value,
      cx_total: this.#total.value,
      cx_per_s: this.#accepts.perSecond,
      no_chain_match_per_s: this.#unmatchedRate.perSecond,
      rps: this.#answerRate.perSecond,
      error_ratio: ratio(this.#errorRate.delta, this.#answerRate.delta),
    };
  }

  workers(): ListenerView["workers"] {
    return this.#workers.map((row, id) => {
      const [active_cx = 0, cx_total = 0] = row.readInto([]);
      return { id, active_cx, cx_total };
    });
  }
}

function httpPrefixes({ filterChains }: ListenerConfig): string[] {
  return filterChains.flatMap(({ filters }) => filters.map(({ statPrefix }) => statPrefix));
}

/** To the second, so that it stays what it is while it is waited for. */
function endOf(endsInMs: number | null, wallMs: number): number | null {
  return endsInMs === null ? null : Math.round((wallMs + endsInMs) / 1000) * 1000;
}

function neverTaken(name: string, details: string, version: string): ListenerItem {
  return {
    name,
    state: "failed",
    addresses: [],
    error: details,
    stat_prefix: "",
    direction: "UNSPECIFIED",
    source: "dynamic",
    version_info: version,
    warming_version: null,
    waiting_for: [],
    drain_ends_ms: null,
    filter_chains: 0,
    http_prefixes: [],
    active_cx: 0,
    cx_total: 0,
    cx_per_s: null,
    no_chain_match_per_s: null,
    rps: null,
    error_ratio: null,
  };
}

function sum(readers: readonly StatReader[]): number {
  return readers.reduce((total, reader) => total + reader.value, 0);
}

/** The workers as the console shows them; to be called once a second, after the meter's sample. */
export function workerItems(
  workers: readonly WorkerStatus[],
  meter: TrafficMeter,
  wallMs: number,
): WorkerItem[] {
  return workers.map((worker) => {
    const { activeCx, activeRq, acceptShare } = meter.workerLoad(worker.id);
    return {
      id: worker.id,
      state: worker.state,
      uptime_s: Math.max(0, Math.floor((wallMs - worker.startedWallMs) / 1000)),
      restarts: worker.restarts,
      rps: meter.workerRps(worker.id),
      active_cx: activeCx,
      active_rq: activeRq,
      lag_ms: worker.lagMs,
      heap_bytes: worker.heapBytes,
      generation: worker.ackedGeneration,
      ack_delay_ms: worker.ackDelayMs,
      accept_share: acceptShare,
    };
  });
}
