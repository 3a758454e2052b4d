/**
 * The listeners of one worker: which sockets it has, what serves the connections they accept, and the connections
 * themselves. A new configuration swaps what serves; sockets that are still wanted stay as they are.
 */
import type { ListenerConfig } from "../config/listener_config.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import { ConnectionManager } from "../proxy/connection_manager.ts";
import type { HcmContext } from "../proxy/hcm_context.ts";
import type { StreamPool } from "../proxy/stream_pool.ts";
import { SocketAcceptor } from "../transport/deno_net/acceptor.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import type { TransportAddress } from "../transport/transport.ts";
import { bindError, removeStaleSocket } from "./binding.ts";
import type { BindFailure, BoundListener, ListenOrder } from "./messages.ts";

/** Most request heads fit; a connection that sees bigger ones learns. */
const IDLE_READ_BYTES = 1024;

/** One listener as this worker serves it. */
export class WorkerListener {
  readonly config: ListenerConfig;
  /** What new connections are served by. */
  context: HcmContext;
  readonly acceptors: SocketAcceptor[] = [];
  readonly connections: Set<ConnectionManager> = new Set<ConnectionManager>();
  readonly #loop: EventLoop;
  readonly #streams: StreamPool;
  #bound: SocketAddress[] = [];

  constructor(config: ListenerConfig, context: HcmContext, loop: EventLoop, streams: StreamPool) {
    this.config = config;
    this.context = context;
    this.#loop = loop;
    this.#streams = streams;
  }

  /** Has all its sockets, bound to these addresses. */
  get boundAddresses(): readonly SocketAddress[] {
    return this.#bound;
  }

  /** Binds every address, or none: then the failures are returned. */
  bind(addresses: readonly SocketAddress[]): BindFailure[] {
    if (this.acceptors.length > 0) return [];
    const failures: BindFailure[] = [];
    for (const address of addresses) {
      try {
        this.acceptors.push(this.#listen(address));
      } catch (error) {
        failures.push({ listenerName: this.config.name, address, reason: bindError(error) });
      }
    }
    if (failures.length > 0) this.closeSockets();
    else this.#bound = addresses.map((address, i) => boundAddress(address, this.acceptors[i]!.localAddress));
    return failures;
  }

  /** Stops accepting at once; connections go on. */
  closeSockets(): void {
    for (const acceptor of this.acceptors.splice(0)) acceptor.close();
    this.#bound = [];
  }

  /** Stops (true) or goes on (false) accepting: what comes waits in the kernel's queues. */
  pauseAccepting(isPaused: boolean): void {
    for (const acceptor of this.acceptors) acceptor.pause(isPaused);
  }

  /** Takes what waits in the kernel's queues, then stops accepting. */
  async closeSocketsAfterQueue(): Promise<void> {
    const acceptors = this.acceptors.splice(0);
    await Promise.all(acceptors.map((acceptor) => acceptor.closeAfterQueue()));
    this.#bound = [];
  }

  #listen(address: SocketAddress): SocketAcceptor {
    const options = {
      bufferLimitBytes: this.config.perConnectionBufferLimitBytes,
      idleReadBytes: IDLE_READ_BYTES,
      tcpKeepalive: false,
    };
    if (address.kind === "pipe") removeStaleSocket(address.path);
    const acceptor = new SocketAcceptor(this.#loop, address, options, (connection) => {
      const { listenerStats, services } = this.context;
      if (services.overload.rejectsConnection()) {
        listenerStats.cxOverloadReject.inc();
        return connection.close("abort");
      }
      const manager = new ConnectionManager(connection, this.context, this.#streams, this.#forget);
      this.connections.add(manager);
      manager.open();
    });
    if (address.kind === "pipe" && address.mode !== 0) Deno.chmodSync(address.path, address.mode);
    return acceptor;
  }

  readonly #forget = (manager: ConnectionManager): void => {
    this.connections.delete(manager);
  };
}

/** All of them. */
export class ListenerSet {
  readonly #listeners = new Map<string, WorkerListener>();
  /** Listeners no longer configured whose connections live on. */
  readonly #draining = new Set<WorkerListener>();

  find(name: string): WorkerListener | null {
    return this.#listeners.get(name) ?? null;
  }

  values(): Iterable<WorkerListener> {
    return this.#listeners.values();
  }

  /** Takes the listeners of a new configuration. What is gone stops accepting; its connections finish. */
  replace(listeners: readonly WorkerListener[]): void {
    const kept = new Set(listeners);
    for (const listener of this.#listeners.values()) {
      if (kept.has(listener)) continue;
      listener.closeSockets();
      for (const connection of listener.connections) connection.drain();
      if (listener.connections.size > 0) this.#draining.add(listener);
    }
    this.#listeners.clear();
    for (const listener of listeners) this.#listeners.set(listener.config.name, listener);
  }

  /** Makes the sockets what `orders` say. */
  listen(orders: readonly ListenOrder[]): { bound: BoundListener[]; failed: BindFailure[] } {
    const named = new Set(orders.map(({ listenerName }) => listenerName));
    for (const [name, listener] of this.#listeners) if (!named.has(name)) listener.closeSockets();
    const bound: BoundListener[] = [], failed: BindFailure[] = [];
    for (const { listenerName, addresses } of orders) {
      const listener = this.#listeners.get(listenerName);
      if (listener === undefined) continue;
      const failures = listener.bind(addresses);
      failed.push(...failures);
      if (failures.length === 0) bound.push({ listenerName, addresses: listener.boundAddresses });
    }
    return { bound, failed };
  }

  /** For the overload manager: no (true) or again (false) new connections, whatever listener they come to. */
  pauseAccepting(isPaused: boolean): void {
    for (const listener of this.#listeners.values()) listener.pauseAccepting(isPaused);
  }

  /** Every connection of this worker. */
  *connections(): Iterable<ConnectionManager> {
    for (const listener of this.#listeners.values()) yield* listener.connections;
    for (const listener of this.#draining) {
      if (listener.connections.size === 0) this.#draining.delete(listener);
      yield* listener.connections;
    }
  }
}

/** As asked for, with the real port in place of 0. */
function boundAddress(asked: SocketAddress, bound: TransportAddress): SocketAddress {
  return asked.kind === "ip" && bound.kind === "ip" ? { ...asked, port: bound.port } : asked;
}
