/** RANDOM (spec/upstream.md 7.9): every host has the same chance, whatever it weighs. */
import type { Random } from "../../base/random.ts";
import type { LoadBalancer } from "./load_balancer.ts";

export class RandomChoice<H> implements LoadBalancer<H> {
  readonly #hosts: readonly H[];
  readonly #random: Random;

  constructor(hosts: readonly H[], random: Random) {
    this.#hosts = hosts;
    this.#random = random;
  }

  pick(): H | null {
    const hosts = this.#hosts;
    return hosts.length === 0 ? null : hosts[this.#random.below(hosts.length)]!;
  }
}
