/**
 * One connection to a host that has several addresses (spec/upstream.md 10.7, RFC 8305): they are tried in turn, each a while
 * after the one before or as soon as that one fails, and the first to answer is the connection. The others are given up.
 *
 * ```
 *   first ──┬── 300 ms or failure ──▶ second ──┬── 300 ms or failure ──▶ third …
 *           └── connected ──▶ done             └── connected ──▶ done      all failed ──▶ the last failure
 * ```
 */
import { invariant } from "../../base/errors.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { AddressFamily, HappyEyeballsConfig } from "../../config/cluster_config.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type {
  ConnectAttempt,
  ConnectFailure,
  Connection,
  ConnectionOptions,
  Dialer,
  TransportAddress,
} from "../../transport/transport.ts";

/** How long an attempt has before the next one is made beside it: RFC 8305 suggests 250 ms, Envoy takes this. */
const ATTEMPT_DELAY_MS = 300;

/** What an attempt at several addresses is made with. */
export interface HappyEyeballsContext {
  readonly dialer: Dialer;
  readonly loop: EventLoop;
  /** Another address is tried as well. */
  readonly onFurtherAttempt: () => void;
  readonly onConnect: (connection: Connection) => void;
  readonly onFailure: (failure: ConnectFailure) => void;
}

export class HappyEyeballs implements ConnectAttempt {
  readonly #addresses: readonly TransportAddress[];
  readonly #options: ConnectionOptions;
  readonly #context: HappyEyeballsContext;
  readonly #timer: Timer;
  readonly #active = new Set<ConnectAttempt>();
  #next = 0;

  /** `addresses` in the order of trying, at least one. */
  constructor(
    addresses: readonly TransportAddress[],
    options: ConnectionOptions,
    context: HappyEyeballsContext,
  ) {
    invariant(addresses.length > 0, "There is no address to connect to");
    this.#addresses = addresses;
    this.#options = options;
    this.#context = context;
    this.#timer = new Timer(context.loop.timers, () => this.#tryNext());
    this.#tryNext();
  }

  cancel(): void {
    this.#timer.cancel();
    for (const attempt of this.#active) attempt.cancel();
    this.#active.clear();
    this.#next = this.#addresses.length;
  }

  #tryNext(): void {
    if (this.#next > 0) this.#context.onFurtherAttempt();
    const address = this.#addresses[this.#next++]!;
    const attempt = this.#context.dialer.connect(
      address,
      this.#options,
      (connection) => {
        this.#active.delete(attempt);
        this.cancel();
        this.#context.onConnect(connection);
      },
      (failure) => this.#onFailure(attempt, failure),
    );
    this.#active.add(attempt);
    if (this.#next < this.#addresses.length) this.#timer.arm(ATTEMPT_DELAY_MS);
  }

  #onFailure(attempt: ConnectAttempt, failure: ConnectFailure): void {
    this.#active.delete(attempt);
    if (this.#next < this.#addresses.length) {
      this.#timer.cancel();
      this.#tryNext();
    } else if (this.#active.size === 0) {
      this.#context.onFailure(failure);
    }
  }
}

/**
 * `firstFamilyCount` addresses of the first family, then one of another, and so on; each family keeps its own order. Where no
 * family is asked for and the first address is a pipe, all stay as they are.
 *
 * Worked example, first family v6, count 2: 4a 6a 6b 4b 6c becomes 6a 6b 4a 6c 4b.
 */
export function inOrderOfTrying(
  addresses: readonly TransportAddress[],
  { firstFamily, firstFamilyCount }: HappyEyeballsConfig,
): readonly TransportAddress[] {
  const family = firstFamily ?? familyOf(addresses[0]!);
  if (firstFamily === null && family === "pipe") return addresses;
  const first = addresses.filter((address) => familyOf(address) === family);
  const others = addresses.filter((address) => familyOf(address) !== family);
  const ordered: TransportAddress[] = [];
  while (ordered.length < addresses.length) {
    ordered.push(...first.splice(0, firstFamilyCount), ...others.splice(0, 1));
  }
  return ordered;
}

function familyOf(address: TransportAddress): AddressFamily {
  if (address.kind === "pipe") return "pipe";
  return address.host.includes(":") ? "v6" : "v4";
}
