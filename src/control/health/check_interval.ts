/** When the next check is due (spec/upstream.md 5.2). */
import type { Random } from "../../base/random.ts";
import type { CheckIntervals } from "../../config/health_check_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

/** Whatever is configured, so that a loop of checks leaves room for others. */
const MIN_INTERVAL_MS = 1;

/** What the interval depends on. */
export interface CheckState {
  readonly isPass: boolean;
  /** The result moves towards another state of the host, and is not there yet. */
  readonly isChangePending: boolean;
  readonly hasHadTraffic: boolean;
}

/** The configured interval that counts after a result, before chance and runtime have their say. */
export function baseIntervalMs(intervals: CheckIntervals, state: CheckState): number {
  const { isPass, isChangePending, hasHadTraffic } = state;
  if (!hasHadTraffic) {
    return isPass && !isChangePending ? intervals.noTrafficHealthyIntervalMs : intervals.noTrafficIntervalMs;
  }
  if (isPass) return isChangePending ? intervals.healthyEdgeIntervalMs : intervals.intervalMs;
  return isChangePending ? intervals.unhealthyEdgeIntervalMs : intervals.unhealthyIntervalMs;
}

/** How long after this result the next check begins. */
export function nextIntervalMs(
  intervals: CheckIntervals,
  state: CheckState,
  random: Random,
  runtime: RuntimeValues,
): number {
  return jittered(baseIntervalMs(intervals, state), intervals.jitterMs, intervals.jitterPercent, random, runtime);
}

/** How long after its start a host's first check begins; 0 without `initial_jitter`. */
export function firstDelayMs(
  { initialJitterMs, jitterPercent }: CheckIntervals,
  random: Random,
  runtime: RuntimeValues,
) {
  return initialJitterMs === 0 ? 0 : jittered(0, initialJitterMs, jitterPercent, random, runtime);
}

function jittered(
  baseMs: number,
  jitterMs: number,
  jitterPercent: number,
  random: Random,
  runtime: RuntimeValues,
): number {
  const delayMs = baseMs + random.fraction() * (baseMs * jitterPercent / 100) + random.fraction() * jitterMs;
  const leastMs = runtime.number("health_check.min_interval", 0);
  const mostMs = runtime.number("health_check.max_interval", Infinity);
  return Math.max(Math.min(Math.max(delayMs, leastMs), mostMs), MIN_INTERVAL_MS);
}
