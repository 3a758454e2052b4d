/** What the admin counts of itself: `http.admin.` (spec/operations.md 4.2, 12.4). */
import type { Counter, Gauge, Histogram } from "../observe/stats/metric.ts";
import type { StatStore } from "../observe/stats/store.ts";

export class AdminStats {
  readonly #total: Counter;
  readonly #completed: Counter;
  readonly #classes: readonly Counter[];
  readonly #active: Gauge;
  readonly #time: Histogram;

  constructor(store: StatStore) {
    const scope = store.scope("http.admin", { name: "envoy.http_conn_manager_prefix", value: "admin" });
    this.#total = scope.counter("downstream_rq_total");
    this.#completed = scope.counter("downstream_rq_completed");
    this.#classes = [1, 2, 3, 4, 5].map((first) => scope.counter(`downstream_rq_${first}xx`));
    this.#active = scope.gauge("downstream_rq_active");
    this.#time = scope.histogram("downstream_rq_time", "milliseconds");
  }

  started(): void {
    this.#total.inc();
    this.#active.inc();
  }

  /** The head of an answer is ready, `ms` after the request came. */
  answered(status: number, ms: number): void {
    this.#active.dec();
    this.#completed.inc();
    this.#classes[((status / 100) | 0) - 1]?.inc();
    this.#time.record(ms);
  }
}
