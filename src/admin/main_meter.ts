/** How the main thread is: how late its timers fire, what its heap holds, how long admin requests take (spec/console.md 5.12). */
import type { MainThreadView } from "./contract/workers.ts";
import type { AdminSource } from "./source.ts";

const QUANTILES = [0.5, 0.99];

/** Seconds over which the longest block is told. */
const SECONDS = 300;

export class MainMeter {
  readonly #beatMs: number;
  #lastBeatMs: number | null = null;
  /** The worst of the second that runs. */
  #worstMs = 0;
  /** The worst of each second, in a ring. */
  readonly #seconds = new Float64Array(SECONDS);
  #count = 0;

  /** `beatMs` is how far apart beats should be. */
  constructor(beatMs: number) {
    this.#beatMs = beatMs;
  }

  /** A timer fired. */
  beat(nowMs: number): void {
    if (this.#lastBeatMs !== null) this.#worstMs = Math.max(this.#worstMs, nowMs - this.#lastBeatMs - this.#beatMs);
    this.#lastBeatMs = nowMs;
  }

  /** A second is over. */
  tick(): void {
    this.#seconds[this.#count++ % SECONDS] = this.#worstMs;
    this.#worstMs = 0;
  }

  view(source: AdminSource, sseClients: number): MainThreadView {
    const time = source.stats.find("http.admin.downstream_rq_time");
    const [p50, p99] = time?.cumulative.quantiles(QUANTILES) ?? [];
    const { mainHeapBytes, rssBytes } = source.memory();
    return {
      lag_ms: this.#count === 0 ? null : this.#seconds[(this.#count - 1) % SECONDS]!,
      longest_block_ms: this.#count === 0 ? null : Math.max(...this.#seconds),
      heap_bytes: mainHeapBytes,
      rss_bytes: rssBytes,
      sse_clients: sseClients,
      admin_rq_total: source.stats.valueOf("http.admin.downstream_rq_total"),
      admin_rq_p50: p50 ?? null,
      admin_rq_p99: p99 ?? null,
    };
  }
}
