/**
 * Slow start (spec/upstream.md 7.13): a host that is new, or healthy again, gets little at first and more with time,
 * until its window is over.
 *
 * ```
 *   share of its weight = max(min_weight_percent, (time since / window) ^ (1 / aggression))
 * ```
 */
import type { Clock } from "../../base/clock.ts";
import type { SlowStartConfig } from "../../config/lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { BalancedHost } from "./load_balancer.ts";
import { runtimeDouble } from "./runtime_double.ts";

export class SlowStart {
  readonly #config: SlowStartConfig;
  readonly #runtime: RuntimeValues;
  readonly #clock: Clock;

  constructor(config: SlowStartConfig, runtime: RuntimeValues, clock: Clock) {
    this.#config = config;
    this.#runtime = runtime;
    this.#clock = clock;
  }

  /** Wall clock, ms: when the last of these hosts has its whole weight. */
  warmAtMs(hosts: readonly BalancedHost[]): number {
    let latest = -Infinity;
    for (const { warmSinceMs } of hosts) if (warmSinceMs > latest) latest = warmSinceMs;
    return latest + this.#config.windowMs;
  }

  get nowMs(): number {
    return this.#clock.wallMs();
  }

  /** The share of its weight that a host has by now. */
  share({ warmSinceMs }: BalancedHost): number {
    const { windowMs, minWeightPercent, aggression } = this.#config;
    const elapsedMs = this.nowMs - warmSinceMs;
    if (elapsedMs >= windowMs) return 1;
    const part = Math.max(1, elapsedMs) / windowMs;
    const steepness = runtimeDouble(aggression, this.#runtime);
    // As in Envoy, what makes no sense is as if it were not said.
    const grown = steepness > 0 && steepness !== 1 ? part ** (1 / steepness) : part;
    return Math.max(grown, minWeightPercent / 100);
  }
}
