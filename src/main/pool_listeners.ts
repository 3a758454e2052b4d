/** The pool and the publisher as one: where sockets are opened, and what serves them is told. */
import type { ListenerUpdate, RoutesUpdate } from "../config/config_change.ts";
import type { ListenerDrains } from "../config/listener_drains.ts";
import type { ListenerSocket, SocketOrder } from "../config/listener_sockets.ts";
import type { BindOutcome, ListenerWorkers } from "../control/listener/listener_workers.ts";
import type { Publisher } from "../control/publisher.ts";
import type { WorkerPool } from "./worker_pool.ts";

export class PoolListeners implements ListenerWorkers {
  readonly #pool: WorkerPool;
  readonly #publisher: Publisher;

  constructor(pool: WorkerPool, publisher: Publisher) {
    this.#pool = pool;
    this.#publisher = publisher;
  }

  get count(): number {
    return this.#pool.slots.length;
  }

  bind(orders: readonly SocketOrder[]): Promise<BindOutcome> {
    return this.#pool.bind(orders);
  }

  serve(listeners: readonly ListenerUpdate[], sockets: readonly ListenerSocket[]): void {
    this.#pool.useSockets(sockets);
    this.#publisher.setListeners(listeners);
    this.#publisher.flush();
  }

  publishRoutes(update: RoutesUpdate): void {
    this.#publisher.putRoutes(update);
  }

  drain(drains: ListenerDrains): void {
    this.#pool.drainListeners(drains);
  }
}
