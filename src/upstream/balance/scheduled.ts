/**
 * What ROUND_ROBIN and LEAST_REQUEST share (spec/upstream.md 7.7, 7.8): where hosts have different weights, or some of them
 * are still warming up, a schedule says who is next, by what each host weighs at that moment; everywhere else a plain
 * way of choosing does. A set that was only warming up goes back to the plain way when it is warm.
 */
import type { Random } from "../../base/random.ts";
import type { BalancedHost, LoadBalancer, PickContext } from "./load_balancer.ts";
import type { SlowStart } from "./slow_start.ts";
import { WeightedSchedule } from "./weighted_schedule.ts";

/** A policy's own part. */
export interface ScheduledPolicy<H> {
  /** What a host weighs now, slow start aside; above 0. */
  weightOf(host: H): number;
  /** Who is next where nothing sets hosts apart, an empty set included. */
  plain(): LoadBalancer<H>;
}

/** The balancer for `hosts`: the cheap one where weights allow. */
export function scheduled<H extends BalancedHost>(
  hosts: readonly H[],
  policy: ScheduledPolicy<H>,
  slowStart: SlowStart | null,
  random: Random,
): LoadBalancer<H> {
  if (hosts.length < 2) return policy.plain();
  const { weight } = hosts[0]!;
  const isEven = hosts.every((host) => host.weight === weight);
  const isWarm = slowStart === null || slowStart.warmAtMs(hosts) <= slowStart.nowMs;
  if (isWarm) return isEven ? policy.plain() : new ScheduledBalancer(hosts, policy, random);
  return new WarmingBalancer(hosts, policy, slowStart, random, isEven);
}

/** All hosts are warm. */
class ScheduledBalancer<H extends BalancedHost> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #policy: ScheduledPolicy<H>;
  readonly #schedule: WeightedSchedule;

  constructor(hosts: readonly H[], policy: ScheduledPolicy<H>, random: Random) {
    this.#hosts = hosts;
    this.#policy = policy;
    this.#schedule = new WeightedSchedule(weightsOf(hosts, (host) => policy.weightOf(host)), random);
  }

  pick(): H {
    const schedule = this.#schedule, host = this.#hosts[schedule.first]!;
    schedule.putBack(this.#policy.weightOf(host));
    return host;
  }
}

/** Some host is warming up. */
class WarmingBalancer<H extends BalancedHost> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #policy: ScheduledPolicy<H>;
  readonly #slowStart: SlowStart;
  readonly #schedule: WeightedSchedule;
  readonly #warmAtMs: number;
  readonly #isEven: boolean;
  /** What takes over when all are warm. */
  #plain: LoadBalancer<H> | null = null;

  /** `isEven`: but for that hosts are all alike. */
  constructor(
    hosts: readonly H[],
    policy: ScheduledPolicy<H>,
    slowStart: SlowStart,
    random: Random,
    isEven: boolean,
  ) {
    this.#hosts = hosts;
    this.#policy = policy;
    this.#slowStart = slowStart;
    this.#isEven = isEven;
    this.#warmAtMs = slowStart.warmAtMs(hosts);
    this.#schedule = new WeightedSchedule(weightsOf(hosts, (host) => this.#weightOf(host)), random);
  }

  pick(context: PickContext): H | null {
    if (this.#plain !== null) return this.#plain.pick(context);
    if (this.#isEven && this.#slowStart.nowMs >= this.#warmAtMs) {
      this.#plain = this.#policy.plain();
      return this.#plain.pick(context);
    }
    const schedule = this.#schedule, host = this.#hosts[schedule.first]!;
    schedule.putBack(this.#weightOf(host));
    return host;
  }

  #weightOf(host: H): number {
    return this.#policy.weightOf(host) * this.#slowStart.share(host);
  }
}

/** Hosts may be very many, and an iterator costs more than what it walks through. */
function weightsOf<H>(hosts: readonly H[], weightOf: (host: H) => number): Float64Array {
  const weights = new Float64Array(hosts.length);
  for (let index = 0; index < weights.length; index++) weights[index] = weightOf(hosts[index]!);
  return weights;
}
