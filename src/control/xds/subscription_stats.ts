/** The stats that every subscription has, whatever it is for (spec/xds.md 12). */
import { XxHash64 } from "../../base/xx_hash64.ts";
import type { Counter, Gauge, Histogram } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";

export class SubscriptionStats {
  readonly #attempt: Counter;
  readonly #success: Counter;
  readonly #failure: Counter;
  readonly #rejected: Counter;
  readonly #fetchTimeout: Counter;
  readonly #time: Gauge;
  readonly #version: Gauge;
  readonly #versionText: TextReadout;
  readonly #duration: Histogram;

  /** Under `scope`: `cluster_manager.cds`, `cluster.<name>`, `runtime`. `versionText` is the readout of the same root. */
  constructor(scope: StatScope, versionText: TextReadout) {
    this.#attempt = scope.counter("update_attempt");
    this.#success = scope.counter("update_success");
    this.#failure = scope.counter("update_failure");
    this.#rejected = scope.counter("update_rejected");
    this.#fetchTimeout = scope.counter("init_fetch_timeout");
    this.#time = scope.gauge("update_time");
    this.#version = scope.gauge("version");
    this.#versionText = versionText;
    this.#duration = scope.histogram("update_duration", "milliseconds");
  }

  /** It is asked for, or a file is read. */
  onAttempt(): void {
    this.#attempt.inc();
  }

  /** It was taken, be there anything new in it or not. `wallMs`: when; `tookMs`: how long it took. */
  onSuccess(version: string, wallMs: number, tookMs: number): void {
    this.#success.inc();
    this.#time.set(Math.floor(wallMs));
    this.#version.set(versionNumber(version));
    this.#versionText.set(version);
    this.#duration.record(tookMs);
  }

  /** Nothing came, or nothing that can be read. */
  onFailure(): void {
    this.#failure.inc();
  }

  /** It was refused, all of it or a part. */
  onRejected(): void {
    this.#rejected.inc();
  }

  /** Nothing came in time. */
  onFetchTimeout(): void {
    this.#fetchTimeout.inc();
  }
}

/** A gauge holds the first 53 bits of the 64 that Envoy shows. */
function versionNumber(version: string): number {
  const hash = new XxHash64();
  hash.hashText(version);
  return Number(BigInt(`0x${hash.digest.toHex()}`));
}
