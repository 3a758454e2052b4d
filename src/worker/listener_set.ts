/**
 * The listeners of one worker: what serves the connections that their sockets accept. A new version of a listener takes its
 * place between two events, or only other filter chains do; what served before drains (spec/xds.md 10.4).
 */
import type { ListenerUpdate } from "../config/config_change.ts";
import type { FilterChainConfig, ListenerConfig } from "../config/listener_config.ts";
import { type SocketOrder, socketsOf } from "../config/listener_sockets.ts";
import { LocalCloseReason } from "../proxy/connection/disconnects.ts";
import type { ConnectionManager } from "../proxy/connection_manager.ts";
import type { HcmContext } from "../proxy/hcm_context.ts";
import type { StreamPool } from "../proxy/stream_pool.ts";
import type { Connection, ConnectionOptions } from "../transport/transport.ts";
import type { DrainingChains } from "./draining_chains.ts";
import { ServedChain } from "./served_chain.ts";
import type { OrderOutcome, SocketRegistry, SocketServer } from "./socket_registry.ts";

/** Most request heads fit; a connection that sees bigger ones learns. */
const IDLE_READ_BYTES = 1024;

/** Compiles a filter chain of a listener. */
export type ChainCompiler = (listener: ListenerConfig, chain: FilterChainConfig) => HcmContext;

/** One listener as this worker serves it. */
export class WorkerListener implements SocketServer {
  readonly name: string;
  readonly incarnation: number;
  /** Of the filter chains. */
  revision: number;
  readonly isInbound: boolean;
  readonly socketKeys: readonly string[];
  readonly connectionOptions: ConnectionOptions;
  readonly #streams: StreamPool;
  #chains: readonly ServedChain[];
  /** Until filter chain matching comes there is one, and all connections are its. */
  #chain: ServedChain;

  constructor({ config, incarnation, revision }: ListenerUpdate, compile: ChainCompiler, streams: StreamPool) {
    this.name = config.name;
    this.incarnation = incarnation;
    this.revision = revision;
    this.isInbound = config.trafficDirection === "INBOUND";
    this.socketKeys = socketsOf(config).map(({ key }) => key);
    this.connectionOptions = {
      bufferLimitBytes: config.perConnectionBufferLimitBytes,
      idleReadBytes: IDLE_READ_BYTES,
      tcpKeepalive: false,
    };
    this.#streams = streams;
    this.#chains = config.filterChains.map((chain) => new ServedChain(chain, compile(config, chain), streams));
    this.#chain = this.#chains[0]!;
  }

  get chains(): readonly ServedChain[] {
    return this.#chains;
  }

  accept(connection: Connection): void {
    this.#chain.accept(connection);
  }

  /**
   * Compiles other filter chains; one that is as before stays. The function that comes back swaps them in and returns those
   * that are gone.
   */
  prepareChains({ config, revision }: ListenerUpdate, compile: ChainCompiler): () => Iterable<ServedChain> {
    const free = new Map(this.#chains.map((chain) => [contentOf(chain.config), chain]));
    const chains = config.filterChains.map((chain) => {
      const content = contentOf(chain), kept = free.get(content);
      if (kept === undefined) return new ServedChain(chain, compile(config, chain), this.#streams);
      free.delete(content);
      return kept;
    });
    return () => {
      this.revision = revision;
      this.#chains = chains;
      this.#chain = chains[0]!;
      return free.values();
    };
  }
}

/** All of them. */
export class ListenerSet {
  readonly #sockets: SocketRegistry;
  readonly #draining: DrainingChains;
  readonly #streams: StreamPool;
  #listeners = new Map<string, WorkerListener>();

  constructor(sockets: SocketRegistry, draining: DrainingChains, streams: StreamPool) {
    this.#sockets = sockets;
    this.#draining = draining;
    this.#streams = streams;
  }

  find(name: string): WorkerListener | null {
    return this.#listeners.get(name) ?? null;
  }

  /**
   * Compiles what is new in these listeners; with the function that comes back they serve, and no others. What a removed
   * listener's sockets still have in their queues waits for whom main names next.
   */
  prepare(updates: readonly ListenerUpdate[], compile: ChainCompiler): () => void {
    const listeners = new Map<string, WorkerListener>(), swaps: (() => Iterable<ServedChain>)[] = [];
    for (const update of updates) {
      const { config, incarnation } = update, current = this.find(config.name);
      const isKept = current !== null && current.incarnation === incarnation;
      if (isKept && current.revision !== update.revision) swaps.push(current.prepareChains(update, compile));
      listeners.set(config.name, isKept ? current : new WorkerListener(update, compile, this.#streams));
    }
    return () => {
      for (const listener of this.#listeners.values()) {
        if (listeners.get(listener.name) === listener) continue;
        for (const chain of listener.chains) this.#draining.start(chain, LocalCloseReason.listenerRemoved);
      }
      for (const swap of swaps) {
        for (const chain of swap()) this.#draining.start(chain, LocalCloseReason.chainRemoved);
      }
      this.#listeners = listeners;
      this.#assignSockets();
    };
  }

  /** Has these sockets, and no others. */
  order(orders: readonly SocketOrder[]): OrderOutcome {
    const outcome = this.#sockets.order(orders);
    this.#assignSockets();
    return outcome;
  }

  /** See {@link SocketRegistry.trialsOver}. */
  trialsOver(): Promise<unknown> | null {
    return this.#sockets.trialsOver();
  }

  /** For the overload manager: no (true) or again (false) new connections, whatever listener they come to. */
  pauseAccepting(isPaused: boolean): void {
    this.#sockets.pauseAccepting(isPaused);
  }

  /** Takes what waits in the kernel's queues, then stops accepting. */
  closeSocketsAfterQueues(): Promise<void> {
    return this.#sockets.closeAfterQueues();
  }

  /** Those of the listeners that serve. */
  *servedConnections(isInboundOnly: boolean): Iterable<ConnectionManager> {
    for (const listener of this.#listeners.values()) {
      if (isInboundOnly && !listener.isInbound) continue;
      for (const chain of listener.chains) yield* chain.connections;
    }
  }

  /** Every connection of this worker. */
  *connections(): Iterable<ConnectionManager> {
    yield* this.servedConnections(false);
    for (const chain of this.#draining.chains) yield* chain.connections;
  }

  /** The worker ends: no socket is open any more, and no drain runs. Connections are its caller's to close. */
  close(): void {
    this.#sockets.close();
    this.#draining.close();
  }

  #assignSockets(): void {
    const servers = new Map<string, SocketServer>();
    for (const listener of this.#listeners.values()) {
      for (const key of listener.socketKeys) servers.set(key, listener);
    }
    this.#sockets.serve(servers);
  }
}

/** Equal texts mean equal configurations: they hold nothing but data, and their keys are always in the same order. */
function contentOf(chain: FilterChainConfig): string {
  return JSON.stringify(chain);
}
