/**
 * The tallies of one request beside its cluster's own figures: its route's and its virtual cluster's (spec/http.md 2.12).
 * Most requests have neither.
 */
import type { Tally } from "../../route/tally.ts";

/** Used again for the router's next stream, from `use` on. */
export class RequestTallies {
  /** A name that the cluster's answers are counted under as well; null = there is none. */
  altName: string | null = null;
  #route: Tally | null = null;
  #virtualCluster: Tally | null = null;

  /** From now on these two are meant. */
  use(route: Tally | null, virtualCluster: Tally | null): void {
    this.altName = null;
    this.#route = route;
    this.#virtualCluster = virtualCluster;
  }

  onRequest(): void {
    this.#route?.onRequest();
    this.#virtualCluster?.onRequest();
  }

  onAnswer(status: number): void {
    this.#route?.onAnswer(status);
    this.#virtualCluster?.onAnswer(status);
  }

  onTime(elapsedMs: number): void {
    this.#route?.onTime(elapsedMs);
    this.#virtualCluster?.onTime(elapsedMs);
  }

  onTimeout(): void {
    this.#route?.onTimeout();
    this.#virtualCluster?.onTimeout();
  }

  onRetry(): void {
    this.#route?.onRetry();
    this.#virtualCluster?.onRetry();
  }

  onRetryLimitExceeded(): void {
    this.#route?.onRetryLimitExceeded();
    this.#virtualCluster?.onRetryLimitExceeded();
  }

  onRetryOverflow(): void {
    this.#route?.onRetryOverflow();
    this.#virtualCluster?.onRetryOverflow();
  }

  onRetrySuccess(): void {
    this.#route?.onRetrySuccess();
    this.#virtualCluster?.onRetrySuccess();
  }
}
