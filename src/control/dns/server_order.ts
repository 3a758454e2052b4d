/**
 * Which server is asked first. They are asked in the order they are given in, or from a random one on; but one that failed
 * comes last for a while: otherwise every question would wait for a dead first server again.
 */
import { hostPortText } from "../../base/address_text.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { DnsServerAddress } from "../../config/dns_config.ts";

/** How long. It is asked all the same when the others fail too. */
const REST_MS = 30_000;

export class ServerOrder {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #rotates: boolean;
  readonly #restsUntilMs = new Map<string, number>();

  constructor(clock: Clock, random: Random, rotates: boolean) {
    this.#clock = clock;
    this.#random = random;
    this.#rotates = rotates;
  }

  /** All of them, in the order to ask them in. */
  arrange(servers: readonly DnsServerAddress[]): DnsServerAddress[] {
    const first = this.#rotates ? this.#random.below(servers.length) : 0;
    const inTurn = [...servers.slice(first), ...servers.slice(0, first)];
    return [...inTurn.filter((server) => !this.#rests(server)), ...inTurn.filter((server) => this.#rests(server))];
  }

  /** It gave an answer, or none that is of use. */
  onTried(server: DnsServerAddress, isGood: boolean): void {
    if (isGood) this.#restsUntilMs.delete(hostPortText(server));
    else this.#restsUntilMs.set(hostPortText(server), this.#clock.nowMs + REST_MS);
  }

  #rests(server: DnsServerAddress): boolean {
    return (this.#restsUntilMs.get(hostPortText(server)) ?? -Infinity) > this.#clock.nowMs;
  }
}
