/**
 * The connections of one worker to one host for requests over HTTP/1, or for tunnels that end here (spec/upstream.md 10.2,
 * 10.3, 11).
 *
 * ```
 *            idle? ── most recently used one ──────────────▶ client
 *   acquire ─┤
 *            none ── queue ── open one while more wait than connect ── connected ──▶ oldest client
 *                                                            └─ failed ──▶ every waiting client fails
 * ```
 *
 * Circuit breakers count over the whole process. A pool without any connection may always open one, whatever
 * `max_connections` says: a queue must not wait for ever.
 */
import { type Fault, fault } from "../../base/fault.ts";
import type { PoolContext, PoolProtocol, PoolTarget } from "./pool_context.ts";
import { type ConnectionOwner, UpstreamConnection } from "./upstream_connection.ts";

/** Wants a connection for one request. */
export interface PoolClient {
  /** The connection is this client's until the exchange ends. May be called from inside `acquire`. */
  onPoolReady(connection: UpstreamConnection): void;
  /** There will be none. May be called from inside `acquire`. */
  onPoolFailure(fault: Fault): void;
}

/** A circuit breaker is open. */
const OVERFLOW = fault("local", "stream", "overflow", "overflow", { retry: "safe" });

/** Connections opened at the most for one new client: catches up after a burst without a stampede. */
const MAX_OPENED_AT_ONCE = 3;

/** Gives each request a connection to one host, or says why not. */
export class HttpPool implements ConnectionOwner {
  readonly target: PoolTarget;
  readonly context: PoolContext;
  readonly protocol: PoolProtocol;
  /** Used as a stack: the warmest connection is taken first, the coldest reach their idle timeout. */
  readonly #idle: UpstreamConnection[] = [];
  /** In the order of arrival; a set, so that a client may leave from the middle. */
  readonly #waiting = new Set<PoolClient>();
  /** Connected ones, idle or busy. */
  readonly #connected = new Set<UpstreamConnection>();
  #connecting = 0;
  #open = 0;
  #isRetired = false;

  constructor(target: PoolTarget, context: PoolContext, protocol: PoolProtocol) {
    this.target = target;
    this.context = context;
    this.protocol = protocol;
  }

  /** Calls `client` back with a connection or a failure, now or later. */
  acquire(client: PoolClient): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) return this.#attach(idle, client);
    const { breaker, stats } = this.context;
    if (!breaker.acquirePending()) {
      stats.rqPendingOverflow.inc();
      return client.onPoolFailure(OVERFLOW);
    }
    this.#waiting.add(client);
    stats.rqPendingTotal.inc();
    stats.rqPendingActive.inc();
    this.target.stats.rqPendingActive.inc();
    for (let opened = 0; this.#waiting.size > this.#connecting && opened < MAX_OPENED_AT_ONCE; opened++) {
      if (!this.#openConnection()) break;
    }
  }

  /** Takes back an `acquire` that was not answered yet. */
  cancel(client: PoolClient): void {
    if (!this.#leaveQueue(client)) return;
    this.context.stats.rqCancelled.inc();
  }

  /** The host or its cluster is gone: idle connections close now, busy ones when their exchange ends. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  /** Closes everything now: the worker stops. */
  abort(): void {
    this.#isRetired = true;
    for (const connection of [...this.#connected]) connection.close();
  }

  // ---- called by this pool's connections

  onConnected(connection: UpstreamConnection): void {
    this.#connecting--;
    this.#connected.add(connection);
    this.onAvailable(connection);
  }

  /** The connection has no exchange: the oldest client that waits takes it. */
  onAvailable(connection: UpstreamConnection): void {
    if (this.#waiting.size > 0) {
      const client = this.#waiting.values().next().value!;
      this.#leaveQueue(client);
      return this.#attach(connection, client);
    }
    if (this.#isRetired) return connection.close();
    this.#idle.push(connection);
    connection.startIdling();
  }

  /** The attempt failed: everyone who waits hears of it, as in Envoy, and decides about another try. */
  onConnectFailure(failure: Fault): void {
    this.#connecting--;
    this.onGone(null);
    const { stats } = this.context;
    for (const client of [...this.#waiting]) {
      if (!this.#leaveQueue(client)) continue;
      stats.rqPendingFailureEject.inc();
      client.onPoolFailure(failure);
    }
  }

  /** A connection is no more. */
  onGone(connection: UpstreamConnection | null): void {
    const { breaker, stats } = this.context;
    this.#open--;
    breaker.releaseConnection();
    stats.cxActive.dec();
    this.target.stats.cxActive.dec();
    this.target.counts.addConnections(-1);
    if (connection === null) return;
    this.#connected.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#waiting.size > this.#connecting) this.#openConnection();
  }

  // ----

  #attach(connection: UpstreamConnection, client: PoolClient): void {
    const { breaker, stats } = this.context;
    if (this.protocol.isRaw) {
      breaker.addRequest();
    } else if (!breaker.acquireRequest()) {
      stats.rqActiveOverflow.inc();
      this.onAvailable(connection);
      return client.onPoolFailure(OVERFLOW);
    }
    const hostStats = this.target.stats;
    stats.rqTotal.inc();
    stats.rqActive.inc();
    hostStats.rqTotal.inc();
    hostStats.rqActive.inc();
    this.target.counts.addRequests(1);
    connection.startExchange();
    client.onPoolReady(connection);
  }

  #openConnection(): boolean {
    const { breaker, stats } = this.context;
    if (breaker.areConnectionsUsedUp) {
      stats.cxOverflow.inc();
      if (this.#open > 0) return false;
    }
    this.#open++;
    this.#connecting++;
    breaker.addConnection();
    stats.cxTotal.inc();
    stats.cxActive.inc();
    if (!this.protocol.isRaw) stats.cxHttp1Total.inc();
    this.target.stats.cxTotal.inc();
    this.target.stats.cxActive.inc();
    this.target.counts.addConnections(1);
    new UpstreamConnection(this).connect();
    return true;
  }

  #leaveQueue(client: PoolClient): boolean {
    if (!this.#waiting.delete(client)) return false;
    const { breaker, stats } = this.context;
    breaker.releasePending();
    stats.rqPendingActive.dec();
    this.target.stats.rqPendingActive.dec();
    return true;
  }
}
