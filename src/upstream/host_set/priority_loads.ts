/**
 * Which share of requests each priority gets (spec/upstream.md 7.2, 7.3). Whole percents throughout, every division rounded
 * down, what rounding leaves over to the first that can take it: the shares are Envoy's, number for number.
 *
 * Worked example, two priorities, half of the first healthy: H = min(100, 140 · 5 / 10) = 70 and 100, together more than 100
 * and so cut to 100 | the first takes 70, the second the 30 that remain.
 */
import type { AssignmentPolicy } from "../../config/assignment_policy.ts";

/** What there is in one priority: numbers of hosts, and sums of their weights for where weights count. */
export interface LevelCount {
  readonly policy: AssignmentPolicy;
  /** All hosts, whatever is known of them. */
  readonly hosts: number;
  readonly excludedHosts: number;
  readonly healthyHosts: number;
  readonly degradedHosts: number;
  readonly weight: number;
  readonly excludedWeight: number;
  readonly healthyWeight: number;
  readonly degradedWeight: number;
}

/** How available each priority is, in percent, overprovisioning included. */
export interface Availability {
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
}

/** The percents of requests that go to healthy and to degraded hosts of each priority; together they are 100. */
export interface PriorityShares {
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
}

/** What the priorities come to. */
export interface PriorityLoads extends PriorityShares {
  /** Which of them take any host they have. */
  readonly panics: readonly boolean[];
}

/** How available the priorities are. */
export function availabilityOf(levels: readonly LevelCount[]): Availability {
  return { healthy: levels.map(healthyPercent), degraded: levels.map(degradedPercent) };
}

function healthyPercent(level: LevelCount): number {
  return percentOf(level, level.policy.weightedPriorityHealth ? level.healthyWeight : level.healthyHosts);
}

function degradedPercent(level: LevelCount): number {
  return percentOf(level, level.policy.weightedPriorityHealth ? level.degradedWeight : level.degradedHosts);
}

function percentOf(level: LevelCount, usable: number): number {
  const { overprovisioningFactor, weightedPriorityHealth } = level.policy;
  const counted = level.hosts - level.excludedHosts;
  // Without hosts that count there is no weight that does.
  const whole = weightedPriorityHealth && counted > 0 ? level.weight - level.excludedWeight : counted;
  return whole === 0 ? 0 : Math.min(100, Math.floor(overprovisioningFactor * usable / whole));
}

/** The sum of all, which is not more than everything. */
export function totalAvailability({ healthy, degraded }: Availability): number {
  return Math.min(100, sumOf(healthy) + sumOf(degraded));
}

/** What each priority gets. `panicThreshold`: percent of hosts, 0 = nothing ever panics. */
export function priorityLoads(levels: readonly LevelCount[], panicThreshold: number): PriorityLoads {
  const availability = availabilityOf(levels);
  const total = totalAvailability(availability);
  const none = levels.map(() => 0);
  if (total === 0 && panicThreshold === 0) {
    return { healthy: firstGets(none, 0, 100), degraded: none, panics: levels.map(() => false) };
  }
  const panics = levels.map((level) => total < 100 && panicsAt(level, panicThreshold));
  if (panics.every((panic) => panic)) return { healthy: sharesByHosts(levels), degraded: none, panics };
  return { ...sharesOf(availability, total), panics };
}

/** Whether too few hosts of a priority can be used, all others aside. */
export function panicsAt(
  { hosts, excludedHosts, healthyHosts, degradedHosts }: LevelCount,
  threshold: number,
): boolean {
  const counted = hosts - excludedHosts;
  const percent = counted === 0 ? 0 : 100 * healthyHosts / counted + 100 * degradedHosts / counted;
  return percent < Math.min(100, threshold);
}

function sharesOf({ healthy, degraded }: Availability, total: number): PriorityShares {
  let left = 100;
  const take = (available: number) => {
    const share = Math.min(left, Math.floor(available * 100 / total));
    left -= share;
    return share;
  };
  const healthyShares = healthy.map(take), degradedShares = degraded.map(take);
  const firstHealthy = healthy.findIndex((available) => available > 0);
  return firstHealthy >= 0 ? { healthy: firstGets(healthyShares, firstHealthy, left), degraded: degradedShares } : {
    healthy: healthyShares,
    degraded: firstGets(degradedShares, degraded.findIndex((available) => available > 0), left),
  };
}

/** When all panic, hosts are all that counts. */
function sharesByHosts(levels: readonly LevelCount[]): number[] {
  const total = levels.reduce((sum, { hosts }) => sum + hosts, 0);
  if (total === 0) return firstGets(levels.map(() => 0), 0, 100);
  const shares = levels.map(({ hosts }) => Math.floor(100 * hosts / total));
  return firstGets(shares, levels.findIndex(({ hosts }) => hosts > 0), 100 - sumOf(shares));
}

function firstGets(shares: readonly number[], at: number, more: number): number[] {
  return shares.map((share, index) => index === at ? share + more : share);
}

/** All of them together. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
