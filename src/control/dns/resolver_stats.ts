/** Envoy's `dns.cares.` stats: what all resolvers of the process asked for (spec/operations.md 12.9). */
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatStore } from "../../observe/stats/store.ts";
import type { LookupResult } from "./name_lookup.ts";

export class ResolverStats {
  readonly #total: Counter;
  readonly #failures: Counter;
  readonly #notFound: Counter;
  readonly #timeouts: Counter;
  readonly #pending: Gauge;

  constructor(store: StatStore) {
    const scope = store.scope("dns.cares");
    this.#total = scope.counter("resolve_total");
    this.#failures = scope.counter("get_addr_failure");
    this.#notFound = scope.counter("not_found");
    this.#timeouts = scope.counter("timeouts");
    this.#pending = scope.gauge("pending_resolutions");
    // No resolver is ever made anew here.
    scope.counter("reinits");
  }

  onStarted(): void {
    this.#pending.add(1);
  }

  /** A lookup ended; null = nobody waited for its end. */
  onEnded(result: LookupResult | null): void {
    this.#pending.add(-1);
    this.#total.inc();
    if (result === null || result.outcome.kind === "answer") return;
    if (result.outcome.kind === "none") this.#notFound.inc();
    else if (result.timeouts > 0) this.#timeouts.add(result.timeouts);
    else this.#failures.inc();
  }
}
