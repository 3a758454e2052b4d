/** When names are asked for again (spec/upstream.md 3.3). All names of a cluster share one back-off, as in Envoy. */
import type { Random } from "../../base/random.ts";
import type { DnsDiscoveryConfig } from "../../config/dns_config.ts";

export class RefreshSchedule {
  readonly #config: DnsDiscoveryConfig;
  readonly #random: Random;
  /** The longest that the next wait after a failure may be. */
  #backoffMs: number;

  constructor(config: DnsDiscoveryConfig, random: Random) {
    this.#config = config;
    this.#random = random;
    this.#backoffMs = config.failureBackoff?.baseMs ?? 0;
  }

  /** How long to wait after an answer that holds for so long; 0 = it does not say. */
  afterSuccess(ttlSeconds: number): number {
    const { failureBackoff, respectsTtl, minRefreshRateMs, refreshRateMs, jitterMs } = this.#config;
    this.#backoffMs = failureBackoff?.baseMs ?? 0;
    const isByTtl = respectsTtl && ttlSeconds > 0;
    const delayMs = isByTtl ? Math.max(ttlSeconds * 1000, minRefreshRateMs) : refreshRateMs;
    return delayMs + this.#random.fraction() * jitterMs;
  }

  /** How long to wait after a failure: anything up to a bound that doubles. */
  afterFailure(): number {
    const { failureBackoff, refreshRateMs } = this.#config;
    if (failureBackoff === null) return refreshRateMs;
    const boundMs = this.#backoffMs;
    this.#backoffMs = Math.min(boundMs * 2, failureBackoff.maxMs);
    return this.#random.fraction() * boundMs;
  }
}
