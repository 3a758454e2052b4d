/** What the console shows of listeners and workers, from their status and the stats. */
import type { ListenerConfig } from "../config/listener_config.ts";
import { addressText } from "../base/address_text.ts";
import type { ListenerItem } from "./contract/listeners.ts";
import type { WorkerItem } from "./contract/workers.ts";
import { Rate, ratio } from "./rate.ts";
import type { AdminSource, ListenerStatus, WorkerStatus } from "./source.ts";
import { StatReader } from "./stat_reader.ts";
import type { TrafficMeter } from "./traffic_meter.ts";

export class ListenerMeter {
  readonly #source: AdminSource;
  #watches = new Map<string, ListenerWatch>();
  #items: ListenerItem[] = [];

  constructor(source: AdminSource) {
    this.#source = source;
  }

  /** Looks at every listener anew. */
  update(nowMs: number): void {
    const listeners = this.#source.listeners();
    const watches = new Map<string, ListenerWatch>();
    for (const { config } of listeners) {
      watches.set(config.name, this.#watches.get(config.name) ?? new ListenerWatch(this.#source, config));
    }
    this.#watches = watches;
    this.#items = listeners.map((status) => watches.get(status.config.name)!.look(status, nowMs));
  }

  get items(): readonly ListenerItem[] {
    return this.#items;
  }
}

class ListenerWatch {
  readonly #active: StatReader;
  readonly #total: StatReader;
  readonly #completed: readonly StatReader[];
  readonly #errors: readonly StatReader[];
  readonly #accepts = new Rate();
  readonly #answerRate = new Rate();
  readonly #errorRate = new Rate();
  readonly #prefixes: string[];

  constructor({ stats }: AdminSource, config: ListenerConfig) {
    const reader = (name: string) => new StatReader(stats, name.replaceAll(":", "_"));
    this.#prefixes = config.filterChains.flatMap(({ filters }) => filters.map(({ statPrefix }) => statPrefix));
    this.#active = reader(`listener.${config.statPrefix}.downstream_cx_active`);
    this.#total = reader(`listener.${config.statPrefix}.downstream_cx_total`);
    this.#completed = this.#prefixes.map((prefix) => reader(`http.${prefix}.downstream_rq_completed`));
    this.#errors = this.#prefixes.map((prefix) => reader(`http.${prefix}.downstream_rq_5xx`));
  }

  look({ config, state, boundAddresses, error, isDynamic, versionInfo }: ListenerStatus, nowMs: number): ListenerItem {
    this.#accepts.update(this.#total.value, nowMs);
    this.#answerRate.update(sum(this.#completed), nowMs);
    this.#errorRate.update(sum(this.#errors), nowMs);
    return {
      name: config.name,
      state,
      addresses: boundAddresses.map(addressText),
      error: error === "" ? null : error,
      stat_prefix: config.statPrefix,
      source: isDynamic ? "dynamic" : "static",
      version_info: versionInfo,
      filter_chains: config.filterChains.length,
      http_prefixes: this.#prefixes,
      active_cx: this.#active.value,
      cx_total: this.#total.value,
      cx_per_s: this.#accepts.perSecond,
      rps: this.#answerRate.perSecond,
      error_ratio: ratio(this.#errorRate.delta, this.#answerRate.delta),
    };
  }
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
