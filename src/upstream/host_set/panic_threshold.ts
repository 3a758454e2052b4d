/**
 * Below which percent of usable hosts a priority panics: as configured, or as runtime has it now (spec/upstream.md 7.3).
 *
 * Differs from Envoy: another runtime value counts at once; in Envoy it waits for the next change of the hosts.
 */
import type { CommonLbConfig } from "../../config/locality_lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

const RUNTIME_KEY = "upstream.healthy_panic_threshold";

/** From 0, which is never, to 100. */
export function panicThresholdOf(runtime: RuntimeValues, { healthyPanicThreshold }: CommonLbConfig): number {
  return Math.min(100, runtime.number(RUNTIME_KEY, healthyPanicThreshold));
}
