/**
 * The stats of a route (`vhost.<virtual host>.route.<stat_prefix>.`) or of a virtual cluster
 * (`vhost.<virtual host>.vcluster.<name>.`), as handles (spec/operations.md 12.9). The codes and the times appear with the
 * first answer, as in Envoy; the others are there from the start.
 */
import type { Counter, Histogram } from "../../observe/stats/metric.ts";
import { ResponseCodeCounters } from "../../observe/stats/response_codes.ts";
import type { StatScope, StatStore } from "../../observe/stats/store.ts";
import type { Tally, TallyMaker } from "../../route/tally.ts";

/** Tallies that are stats of `store`. */
export function statTallies(store: StatStore): TallyMaker {
  return (virtualHost, subject, name) => {
    const tag = subject === "route" ? "envoy.route" : "envoy.virtual_cluster";
    const host = store.scope(`vhost.${virtualHost}`, { name: "envoy.virtual_host", value: virtualHost });
    return new StatTally(host.scope(`${subject}.${name}`, { name: tag, value: name }));
  };
}

class StatTally implements Tally {
  readonly #scope: StatScope;
  readonly #rqTotal: Counter;
  readonly #rqTimeout: Counter;
  readonly #rqRetry: Counter;
  readonly #rqRetryLimitExceeded: Counter;
  readonly #rqRetryOverflow: Counter;
  readonly #rqRetrySuccess: Counter;
  readonly #rqCodes: ResponseCodeCounters;
  #rqCompleted: Counter | null = null;
  #rqTime: Histogram | null = null;

  constructor(scope: StatScope) {
    this.#scope = scope;
    this.#rqTotal = scope.counter("upstream_rq_total");
    this.#rqTimeout = scope.counter("upstream_rq_timeout");
    this.#rqRetry = scope.counter("upstream_rq_retry");
    this.#rqRetryLimitExceeded = scope.counter("upstream_rq_retry_limit_exceeded");
    this.#rqRetryOverflow = scope.counter("upstream_rq_retry_overflow");
    this.#rqRetrySuccess = scope.counter("upstream_rq_retry_success");
    this.#rqCodes = new ResponseCodeCounters(scope, "upstream_rq_");
  }

  onRequest(): void {
    this.#rqTotal.inc();
  }

  onAnswer(status: number): void {
    this.#rqCompleted ??= this.#scope.counter("upstream_rq_completed");
    this.#rqCompleted.inc();
    this.#rqCodes.count(status);
  }

  onTime(elapsedMs: number): void {
    this.#rqTime ??= this.#scope.histogram("upstream_rq_time", "milliseconds");
    this.#rqTime.record(elapsedMs);
  }

  onTimeout(): void {
    this.#rqTimeout.inc();
  }

  onRetry(): void {
    this.#rqRetry.inc();
  }

  onRetryLimitExceeded(): void {
    this.#rqRetryLimitExceeded.inc();
  }

  onRetryOverflow(): void {
    this.#rqRetryOverflow.inc();
  }

  onRetrySuccess(): void {
    this.#rqRetrySuccess.inc();
  }
}
