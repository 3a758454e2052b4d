/**
 * The listeners of a worker in memory: sockets with queues, the real registry, drains and connection managers on the network
 * and the clock of a {@link DataPath}.
 */
import { type SocketOrder, socketsOf } from "../../src/config/listener_sockets.ts";
import type { ListenerConfig } from "../../src/config/listener_config.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { NO_NODE } from "../../src/config/snapshot.ts";
import { listenerLogOf } from "../../src/proxy/connection_log.ts";
import { HcmContext } from "../../src/proxy/hcm_context.ts";
import { ListenerStats } from "../../src/proxy/hcm_stats.ts";
import { StreamPool } from "../../src/proxy/stream_pool.ts";
import type { Connection, ConnectionOptions, TransportAddress } from "../../src/transport/transport.ts";
import { DrainingChains, type DrainTimes } from "../../src/worker/draining_chains.ts";
import { type ChainCompiler, ListenerSet } from "../../src/worker/listener_set.ts";
import { type ListeningSocket, type OrderOutcome, SocketRegistry } from "../../src/worker/socket_registry.ts";
import { bootstrapOf, directRoute, httpListener } from "./bootstrap.ts";
import { DataPath, type DataPathOptions, Peer } from "./data_path.ts";

/** What a test says of a listener. */
export interface ListenerText {
  readonly name?: string;
  readonly port?: number;
  /** What it answers. */
  readonly body?: string;
  readonly fields?: readonly string[];
  readonly managerFields?: readonly string[];
}

/** Read by the real loader. */
export function listenerConfig({ name = "web", port = 80, body = "hi", ...more }: ListenerText = {}): ListenerConfig {
  const address = `address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }`;
  const { fields = [], managerFields = [] } = more;
  const lines = httpListener(name, {
    fields: [address, ...fields],
    managerFields,
    routes: [directRoute("/", body)],
  });
  return loadBootstrap({ file: { text: bootstrapOf([lines], []), fileName: "test.yaml" } }).snapshot.listeners[0]!;
}

/** Every socket of these listeners, to be opened. */
export function ordersFor(...configs: readonly ListenerConfig[]): SocketOrder[] {
  return configs.flatMap(socketsOf).map((socket) => ({ ...socket, isTrial: false }));
}

/** A listening socket of the network in memory: what comes while it is paused waits. */
class MemorySocket implements ListeningSocket {
  readonly localAddress: TransportAddress;
  options: ConnectionOptions;
  readonly queue: Connection[] = [];
  isPaused = false;
  readonly #onAccept: (connection: Connection) => void;
  readonly #close: () => void;

  constructor(
    path: DataPath,
    address: TransportAddress,
    options: ConnectionOptions,
    onAccept: (connection: Connection) => void,
  ) {
    this.options = options;
    this.#onAccept = onAccept;
    const acceptor = path.network.listen(address, (connection) => {
      if (this.isPaused) this.queue.push(connection);
      else onAccept(connection);
    });
    this.localAddress = acceptor.localAddress;
    this.#close = () => acceptor.close();
  }

  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    if (!isPaused) { for (const connection of this.queue.splice(0)) this.#onAccept(connection); }
  }

  close(): void {
    this.#close();
    for (const connection of this.queue.splice(0)) connection.close("abort");
  }

  closeAfterQueue(): Promise<void> {
    this.pause(false);
    this.close();
    return Promise.resolve();
  }
}

/** The floor itself. */
export class WorkerListeners {
  readonly path: DataPath;
  readonly registry: SocketRegistry;
  readonly set: ListenerSet;
  /** How many sockets were opened so far. */
  opened = 0;
  readonly #compile: ChainCompiler;
  #revision = 0;

  constructor(times: DrainTimes = { strategy: "gradual", timeMs: 60_000 }, options: DataPathOptions = {}) {
    const path = this.path = new DataPath(options), { services } = path.context;
    this.registry = new SocketRegistry((address, options, onAccept) => {
      this.opened++;
      return new MemorySocket(path, address, options, onAccept);
    });
    this.set = new ListenerSet(
      this.registry,
      new DrainingChains(path.loop, services.random, times),
      new StreamPool(path.loop),
    );
    this.#compile = (config, chain) =>
      new HcmContext(
        chain.filters[0]!,
        services,
        new ListenerStats(path.stats, config.statPrefix, 0),
        listenerLogOf(config, services.accessLog, chain),
        config,
        NO_NODE,
      );
  }

  /** These serve from now on, by incarnation. */
  serve(...listeners: readonly (readonly [incarnation: number, config: ListenerConfig])[]): void {
    const revision = this.#revision++;
    const updates = listeners.map(([incarnation, config]) => ({ config, incarnation, revision }));
    this.path.loop.runEvent(this.set.prepare(updates, this.#compile));
    this.path.deliver();
  }

  order(...orders: readonly SocketOrder[]): OrderOutcome {
    let outcome: OrderOutcome | null = null;
    this.path.loop.runEvent(() => void (outcome = this.set.order(orders)));
    this.path.deliver();
    return outcome!;
  }

  /** A client connects; null = it was refused. */
  connect(port = 80): Peer | null {
    const { path } = this, options = { bufferLimitBytes: 1 << 20, idleReadBytes: 1024, tcpKeepalive: false };
    let client: Peer | null = null;
    path.network.connect(
      { kind: "ip", host: "127.0.0.1", port },
      options,
      (connection) => client = new Peer(connection, path.loop),
      () => {},
    );
    path.deliver();
    return client;
  }

  /** Asks, and returns the head and the body of what comes back. */
  ask(client: Peer | null): { head: string; body: string } {
    client!.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    this.path.deliver();
    const [head = "", body = ""] = client!.take().split("\r\n\r\n");
    return { head, body };
  }

  /** Nothing is left behind. */
  close(): void {
    this.path.loop.runEvent(() => {
      this.set.close();
      for (const connection of [...this.set.connections()]) connection.abort();
    });
    this.path.deliver();
  }
}
