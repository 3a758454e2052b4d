/**
 * A network in memory: whoever listens on it is found by whoever dials on it, and every byte between them moves when
 * the test calls {@link MemoryNetwork.deliver}. An address nobody listens on refuses; one that is silenced says nothing.
 */
import { invariant } from "../../base/errors.ts";
import type { EventLoop } from "../event_loop.ts";
import type {
  Acceptor,
  ConnectAttempt,
  ConnectFailure,
  Connection,
  ConnectionOptions,
  Dialer,
  TransportAddress,
} from "../transport.ts";
import { MemoryPair, type MemoryPairOptions } from "./pair.ts";

interface Attempt {
  readonly address: TransportAddress;
  readonly options: ConnectionOptions;
  readonly onConnect: (connection: Connection) => void;
  readonly onFailure: (failure: ConnectFailure) => void;
  isOver: boolean;
}

export class MemoryNetwork implements Dialer {
  /** Every pair that is not over, in the order of connecting. */
  pairs: readonly MemoryPair[] = [];
  readonly #loop: EventLoop;
  readonly #wire: Pick<MemoryPairOptions, "windowBytes" | "pieceBytes">;
  readonly #listeners = new Map<string, (connection: Connection) => void>();
  readonly #silenced = new Set<string>();
  #attempts: Attempt[] = [];
  #nextPort = 40000;

  constructor(loop: EventLoop, wire: Pick<MemoryPairOptions, "windowBytes" | "pieceBytes"> = {}) {
    this.#loop = loop;
    this.#wire = wire;
  }

  /** Connections dialled to `address` come out of `onAccept`. */
  listen(address: TransportAddress, onAccept: (connection: Connection) => void): Acceptor {
    const key = keyOf(address);
    invariant(!this.#listeners.has(key), `Somebody listens on ${key} already`);
    this.#listeners.set(key, onAccept);
    return { localAddress: address, close: () => void this.#listeners.delete(key) };
  }

  /** From now on (true) or no longer (false), who dials `address` is left waiting. */
  silence(address: TransportAddress, isSilent: boolean): void {
    if (isSilent) this.#silenced.add(keyOf(address));
    else this.#silenced.delete(keyOf(address));
  }

  connect(
    address: TransportAddress,
    options: ConnectionOptions,
    onConnect: (connection: Connection) => void,
    onFailure: (failure: ConnectFailure) => void,
  ): ConnectAttempt {
    const attempt = { address, options, onConnect, onFailure, isOver: false };
    this.#attempts.push(attempt);
    return { cancel: () => void (attempt.isOver = true) };
  }

  /** Connects who dialled and moves what can be moved, once. Returns false if there was nothing to do. */
  deliver(): boolean {
    const attempts = this.#attempts;
    this.#attempts = attempts.filter((attempt) => this.#silenced.has(keyOf(attempt.address)) && !attempt.isOver);
    let hasMoved = false;
    for (const attempt of attempts) {
      if (this.#attempts.includes(attempt)) continue;
      hasMoved = true;
      this.#loop.runEvent(() => this.#decide(attempt));
    }
    let isAnyOver = false;
    for (const pair of this.pairs) {
      if (pair.deliver()) hasMoved = true;
      else if (pair.near.isClosed && pair.far.isClosed) isAnyOver = true;
    }
    if (isAnyOver) {
      this.pairs = this.pairs.filter((pair) => !pair.near.isClosed || !pair.far.isClosed || pair.deliver());
    }
    return hasMoved;
  }

  /** Delivers until nothing moves. */
  deliverAll(): void {
    while (this.deliver());
  }

  #decide(attempt: Attempt): void {
    if (attempt.isOver) return;
    attempt.isOver = true;
    const onAccept = this.#listeners.get(keyOf(attempt.address));
    if (onAccept === undefined) return attempt.onFailure({ kind: "refused", text: "Connection refused" });
    const pair = new MemoryPair(this.#loop, {
      ...this.#wire,
      near: attempt.options,
      nearAddress: { kind: "ip", host: "127.0.0.1", port: this.#nextPort++ },
      farAddress: attempt.address,
    });
    this.pairs = [...this.pairs, pair];
    onAccept(pair.far);
    attempt.onConnect(pair.near);
  }
}

function keyOf(address: TransportAddress): string {
  return address.kind === "ip" ? `${address.host}:${address.port}` : address.path;
}
