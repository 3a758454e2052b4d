/** The workers as listeners and their routes need them: sockets are opened first, then what serves them is swapped. */
import type { ListenerUpdate, RoutesUpdate } from "../../config/config_change.ts";
import type { BindFailure, ListenerSocket, SocketOrder } from "../../config/listener_sockets.ts";
import type { ListenerDrains } from "../../config/listener_drains.ts";
import type { SocketAddress } from "../../config/socket_address.ts";

/** What became of sockets that were ordered. */
export interface BindOutcome {
  /** By key: real addresses, with what the kernel picked in place of port 0. */
  readonly bound: ReadonlyMap<string, SocketAddress>;
  /** What at least one worker could not have. */
  readonly failed: readonly BindFailure[];
}

export interface ListenerWorkers {
  /** How many there are. */
  readonly count: number;
  /**
   * Workers have these sockets from now on, and no others: all of them, with what is new and what is only tried. Resolves
   * when every worker has said what became of it. Not called again before that.
   */
  bind(orders: readonly SocketOrder[]): Promise<BindOutcome>;
  /**
   * These listeners serve from now on, and no others; `sockets` are all there shall be, and are all bound. A socket that
   * none of these listeners has stays open, and what comes waits in its queue; one that is no longer named closes when its
   * queue was taken by whom it was for.
   */
  serve(listeners: readonly ListenerUpdate[], sockets: readonly ListenerSocket[]): void;
  /** A table that comes by RDS, before the first listener that refers to it. */
  publishRoutes(update: RoutesUpdate): void;
  /** These drains are under way from now on, and no others. */
  drain(drains: ListenerDrains): void;
}
