/**
 * The numbers of outlier detection as they are at this moment: what runtime has under `outlier_detection.` goes for every
 * cluster, and before its configuration (spec/upstream.md 6.1, spec/operations.md 7.12). Only the two switches of a cluster
 * and the split of origins have no key, as in Envoy.
 */
import type { EjectionKind, OutlierConfig } from "../../config/outlier_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

/** Keys of chances, which end otherwise than their stats do. */
const ENFORCING_KEYS: Readonly<Record<EjectionKind, string>> = {
  consecutive_5xx: "outlier_detection.enforcing_consecutive_5xx",
  consecutive_gateway_failure: "outlier_detection.enforcing_consecutive_gateway_failure",
  consecutive_local_origin_failure: "outlier_detection.enforcing_consecutive_local_origin_failure",
  success_rate: "outlier_detection.enforcing_success_rate",
  local_origin_success_rate: "outlier_detection.enforcing_local_origin_success_rate",
  failure_percentage: "outlier_detection.enforcing_failure_percentage",
  local_origin_failure_percentage: "outlier_detection.enforcing_failure_percentage_local_origin",
};

export class OutlierSettings {
  readonly #config: OutlierConfig;
  readonly #runtime: RuntimeValues;

  constructor(config: OutlierConfig, runtime: RuntimeValues) {
    this.#config = config;
    this.#runtime = runtime;
  }

  get intervalMs(): number {
    return this.#number("interval_ms", this.#config.intervalMs);
  }

  get baseEjectionTimeMs(): number {
    return this.#number("base_ejection_time_ms", this.#config.baseEjectionTimeMs);
  }

  get maxEjectionTimeMs(): number {
    return this.#number("max_ejection_time_ms", this.#config.maxEjectionTimeMs);
  }

  get maxEjectionTimeJitterMs(): number {
    return this.#number("max_ejection_time_jitter_ms", this.#config.maxEjectionTimeJitterMs);
  }

  get maxEjectionPercent(): number {
    return Math.min(100, this.#number("max_ejection_percent", this.#config.maxEjectionPercent));
  }

  get alwaysEjectsOneHost(): boolean {
    return this.#config.alwaysEjectsOneHost;
  }

  get unejectsByHealthCheck(): boolean {
    return this.#config.unejectsByHealthCheck;
  }

  get successRateMinimumHosts(): number {
    return this.#number("success_rate_minimum_hosts", this.#config.successRateMinimumHosts);
  }

  get successRateRequestVolume(): number {
    return this.#number("success_rate_request_volume", this.#config.successRateRequestVolume);
  }

  /** Standard deviations, no thousandths. */
  get successRateStdevFactor(): number {
    return this.#number("success_rate_stdev_factor", this.#config.successRateStdevFactor) / 1000;
  }

  get failurePercentageMinimumHosts(): number {
    return this.#number("failure_percentage_minimum_hosts", this.#config.failurePercentageMinimumHosts);
  }

  get failurePercentageRequestVolume(): number {
    return this.#number("failure_percentage_request_volume", this.#config.failurePercentageRequestVolume);
  }

  get failurePercentageThreshold(): number {
    return this.#number("failure_percentage_threshold", this.#config.failurePercentageThreshold);
  }

  /** Whether what was detected is ejected, by the chance `random`. */
  enforces(kind: EjectionKind, random: number): boolean {
    return this.#runtime.percent(ENFORCING_KEYS[kind], this.#config.enforcing[kind], random);
  }

  #number(name: string, byDefault: number): number {
    return this.#runtime.number(`outlier_detection.${name}`, byDefault);
  }
}
