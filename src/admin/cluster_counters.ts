/**
 * The stats on a cluster's own page, with their rates: read each second while somebody looks, and not at all otherwise.
 */
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { TrafficFigure } from "./contract/clusters.ts";
import { Rate } from "./rate.ts";
import { StatReader } from "./stat_reader.ts";

const GAUGES = ["upstream_rq_active", "upstream_rq_pending_active", "upstream_cx_active", "upstream_rq_retry_backoff"];

const TRAFFIC = [
  ...["upstream_rq_completed", "upstream_rq_2xx", "upstream_rq_3xx", "upstream_rq_4xx", "upstream_rq_5xx"],
  ...["upstream_rq_active", "upstream_rq_pending_active", "upstream_cx_active", "upstream_cx_total"],
  ...["upstream_cx_connect_fail", "upstream_cx_connect_timeout", "upstream_rq_timeout", "upstream_rq_per_try_timeout"],
  ...["upstream_rq_rx_reset", "upstream_rq_tx_reset", "upstream_rq_cancelled", "upstream_rq_retry"],
  ...["upstream_rq_retry_success", "upstream_cx_none_healthy", "upstream_rq_maintenance_mode"],
  ...["upstream_cx_rx_bytes_total", "upstream_cx_tx_bytes_total"],
];

const REJECTS = [
  ...["upstream_cx_overflow", "upstream_rq_pending_overflow", "upstream_rq_active_overflow"],
  ...["upstream_rq_retry_overflow", "upstream_cx_pool_overflow"],
];

const SPREAD = [
  ...["lb_healthy_panic", "lb_zone_routing_all_directly", "lb_zone_routing_sampled", "lb_zone_routing_cross_zone"],
  ...["lb_zone_no_capacity_left", "lb_local_cluster_not_ok", "lb_zone_cluster_too_small"],
];

/** Of one cluster. */
export interface ClusterCounters {
  readonly traffic: TrafficFigure[];
  readonly rejects: TrafficFigure[];
  readonly spread: TrafficFigure[];
}

/** The stats of one cluster, with their rates. */
export class CounterSet {
  readonly #counters: ReadonlyMap<string, { readonly reader: StatReader; readonly rate: Rate }>;

  /** `prefix`: `cluster.web`. */
  constructor(book: StatBook, prefix: string) {
    this.#counters = new Map([...TRAFFIC, ...REJECTS, ...SPREAD].map((stat) => [
      stat,
      { reader: new StatReader(book, `${prefix}.${stat}`), rate: new Rate() },
    ]));
  }

  update(nowMs: number): void {
    for (const { reader, rate } of this.#counters.values()) rate.update(reader.value, nowMs);
  }

  get figures(): ClusterCounters {
    return { traffic: this.#figures(TRAFFIC), rejects: this.#figures(REJECTS), spread: this.#figures(SPREAD) };
  }

  #figures(stats: readonly string[]): TrafficFigure[] {
    return stats.map((stat) => {
      const { reader, rate } = this.#counters.get(stat)!;
      return { stat, value: reader.value, per_s: GAUGES.includes(stat) ? null : rate.perSecond };
    });
  }
}
