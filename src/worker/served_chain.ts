/** One filter chain of a listener as a worker serves it: what it is compiled to, and its connections. */
import type { FilterChainConfig } from "../config/listener_config.ts";
import { ConnectionManager } from "../proxy/connection_manager.ts";
import type { HcmContext } from "../proxy/hcm_context.ts";
import type { StreamPool } from "../proxy/stream_pool.ts";
import type { Connection } from "../transport/transport.ts";

export class ServedChain {
  readonly config: FilterChainConfig;
  readonly context: HcmContext;
  readonly connections: Set<ConnectionManager> = new Set<ConnectionManager>();
  readonly #streams: StreamPool;

  constructor(config: FilterChainConfig, context: HcmContext, streams: StreamPool) {
    this.config = config;
    this.context = context;
    this.#streams = streams;
  }

  /** Serves a connection that was accepted. */
  accept(connection: Connection): void {
    const { listenerStats, services } = this.context;
    if (services.overload.rejectsConnection()) {
      listenerStats.cxOverloadReject.inc();
      return connection.close("abort");
    }
    const manager = new ConnectionManager(connection, this.context, this.#streams, this.#forget);
    this.connections.add(manager);
    manager.open();
  }

  readonly #forget = (manager: ConnectionManager): void => {
    this.connections.delete(manager);
  };
}
