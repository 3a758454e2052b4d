/**
 * The listening sockets of one worker, by key. A socket is not a listener's: what serves behind it is swapped, and nothing
 * in its queue is lost by that.
 *
 * ```
 *   named by main ──▶ held ◀───▶ serving         held: it listens and nobody accepts, what comes waits in the queue
 *                      │            │
 *                      │            └── no longer named: its queue is still accepted, by whom it served ──▶ closed
 *                      └── no longer named ──────────────────────────────────────────────────────────────▶ closed
 * ```
 *
 * A trial is a socket that is opened and closed at once: a listener that waits for its routes must not be refused its
 * address later, and must not listen yet.
 */
import type { BindFailure, SocketOrder } from "../config/listener_sockets.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import type { AcceptListener } from "../transport/deno_net/acceptor.ts";
import type { Connection, ConnectionOptions, TransportAddress } from "../transport/transport.ts";
import { bindError, removeStaleSocket } from "./binding.ts";
import type { BoundSocket } from "./messages.ts";

/** Serves what a socket accepts. */
export interface SocketServer {
  readonly connectionOptions: ConnectionOptions;
  accept(connection: Connection): void;
}

/** A socket of the transport that listens. */
export interface ListeningSocket {
  readonly localAddress: TransportAddress;
  options: ConnectionOptions;
  pause(isPaused: boolean): void;
  close(): void;
  closeAfterQueue(): Promise<void>;
}

/** Opens one; throws the platform's error. */
export type SocketOpener = (
  address: TransportAddress,
  options: ConnectionOptions,
  onAccept: AcceptListener,
) => ListeningSocket;

/** What became of an order. */
export interface OrderOutcome {
  /** Every socket that is open now, old ones too, and every trial that went well. */
  readonly bound: readonly BoundSocket[];
  readonly failed: readonly BindFailure[];
}

/** Until somebody serves, nothing is known of the connections that come. */
const NO_OPTIONS: ConnectionOptions = { bufferLimitBytes: 0, idleReadBytes: 1024, tcpKeepalive: false };

/** One socket, from its opening to its end. */
class OpenSocket {
  readonly address: SocketAddress;
  readonly #socket: ListeningSocket;
  #server: SocketServer | null = null;
  #isPausedByAll: boolean;
  /** Accepted in the moment the socket became held: at most one. */
  readonly #held: Connection[] = [];

  constructor(asked: SocketAddress, open: SocketOpener, isPausedByAll: boolean) {
    this.#isPausedByAll = isPausedByAll;
    this.#socket = open(asked, NO_OPTIONS, (connection) => this.#accept(connection));
    this.address = boundAddress(asked, this.#socket.localAddress);
    this.#pause();
  }

  get server(): SocketServer | null {
    return this.#server;
  }

  /** Null = it is held from now on. */
  serve(server: SocketServer | null): void {
    this.#server = server;
    if (server === null) return this.#pause();
    this.#socket.options = server.connectionOptions;
    for (const connection of this.#held.splice(0)) server.accept(connection);
    this.#pause();
  }

  pauseByAll(isPaused: boolean): void {
    this.#isPausedByAll = isPaused;
    this.#pause();
  }

  close(): void {
    this.#socket.close();
    for (const connection of this.#held.splice(0)) connection.close("abort");
  }

  /** Whoever serves takes what is in the queue; of what nobody serves all is closed. The address is free afterwards. */
  async closeAfterQueue(): Promise<void> {
    await this.#socket.closeAfterQueue();
    this.close();
  }

  #accept(connection: Connection): void {
    if (this.#server === null) this.#held.push(connection);
    else this.#server.accept(connection);
  }

  #pause(): void {
    this.#socket.pause(this.#isPausedByAll || this.#server === null);
  }
}

export class SocketRegistry {
  readonly #open: SocketOpener;
  readonly #sockets = new Map<string, OpenSocket>();
  /** No longer named: what is in their queues is still accepted. */
  readonly #closing = new Set<OpenSocket>();
  #trials: Promise<void>[] = [];
  #isPaused = false;

  constructor(open: SocketOpener) {
    this.#open = open;
  }

  /** Has these sockets and no others from now on: opens what is missing, closes what is not named. */
  order(orders: readonly SocketOrder[]): OrderOutcome {
    const named = new Set(orders.flatMap(({ key, isTrial }) => isTrial ? [] : [key]));
    for (const key of this.#sockets.keys()) if (!named.has(key)) void this.#retire(key);
    const bound: BoundSocket[] = [], failed: BindFailure[] = [];
    for (const order of orders) {
      const { key, listenerName, address } = order;
      try {
        bound.push({ key, address: this.#provide(order) });
      } catch (error) {
        failed.push({ key, listenerName, address, reason: bindError(error) });
      }
    }
    return { bound, failed };
  }

  /** Null = nothing was tried, or the addresses of all that was are free again. */
  trialsOver(): Promise<unknown> | null {
    return this.#trials.length === 0 ? null : Promise.all(this.#trials.splice(0));
  }

  /** Who serves which socket from now on. A socket that nobody serves is held. */
  serve(serverByKey: ReadonlyMap<string, SocketServer>): void {
    for (const [key, socket] of this.#sockets) {
      const server = serverByKey.get(key) ?? null;
      if (socket.server !== server) socket.serve(server);
    }
  }

  /** For the overload manager: no (true) or again (false) new connections, whatever socket they come to. */
  pauseAccepting(isPaused: boolean): void {
    this.#isPaused = isPaused;
    for (const socket of this.#sockets.values()) socket.pauseByAll(isPaused);
  }

  /** Takes what waits in the queues, then closes all. The addresses are free when the promise resolves. */
  async closeAfterQueues(): Promise<void> {
    await Promise.all(Array.from(this.#sockets.keys(), (key) => this.#retire(key)));
  }

  /** Closes all at once. */
  close(): void {
    for (const socket of [...this.#sockets.values(), ...this.#closing]) socket.close();
    this.#sockets.clear();
    this.#closing.clear();
  }

  #provide({ key, address, isTrial }: SocketOrder): SocketAddress {
    const known = this.#sockets.get(key);
    if (known !== undefined) return known.address;
    if (isTrial && this.#listensOn(address)) return address;
    if (address.kind === "pipe") removeStaleSocket(address.path);
    const socket = new OpenSocket(address, this.#open, this.#isPaused);
    if (address.kind === "pipe" && address.mode !== 0) Deno.chmodSync(address.path, address.mode);
    if (isTrial) this.#trials.push(this.#end(socket));
    else this.#sockets.set(key, socket);
    return socket.address;
  }

  /** Trying an address that is in use here would take connections from whom they are for. */
  #listensOn(address: SocketAddress): boolean {
    return [...this.#sockets.values(), ...this.#closing].some((socket) => isSameAddress(socket.address, address));
  }

  #retire(key: string): Promise<void> {
    const socket = this.#sockets.get(key)!;
    this.#sockets.delete(key);
    return this.#end(socket);
  }

  async #end(socket: OpenSocket): Promise<void> {
    this.#closing.add(socket);
    await socket.closeAfterQueue();
    this.#closing.delete(socket);
  }
}

function isSameAddress(a: SocketAddress, b: SocketAddress): boolean {
  if (a.kind === "ip") return b.kind === "ip" && a.host === b.host && a.port === b.port;
  return b.kind === "pipe" && a.path === b.path;
}

/** As asked for, with the real port in place of 0. */
function boundAddress(asked: SocketAddress, bound: TransportAddress): SocketAddress {
  return asked.kind === "ip" && bound.kind === "ip" ? { ...asked, port: bound.port } : asked;
}
