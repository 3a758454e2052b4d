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
 *
 * Where connections are made ahead (10.6), enough are kept for `ratio` times the requests that wait and are under way, as long
 * as the host is healthy.
 *
 * A pool ends in three ways (10.5): `retire` for good, `drain` of what there is, with new connections for what comes, and `cut`
 * of what is in use. One without connections and clients is nobody's: its owner forgets it.
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

/** Has pools. */
export interface PoolOwner {
  /** There is nothing left in it. */
  onPoolIdle(pool: HttpPool): void;
}

/** Too many wait already: no host was asked, and none is told of. */
export const PENDING_OVERFLOW: Fault = fault("local", "stream", "overflow", "overflow", { retry: "safe" });
/** Another circuit breaker is open. */
const OVERFLOW = fault("local", "stream", "overflow", "overflow", { retry: "safe" });
/** The worker stops. */
const STOPPED = fault("local", "connection", "connect_failure", "local connection failure");

/** Connections opened at the most for one new client: catches up after a burst without a stampede. */
const MAX_OPENED_AT_ONCE = 3;

/** Gives each request a connection to one host, or says why not. */
export class HttpPool implements ConnectionOwner {
  readonly target: PoolTarget;
  readonly context: PoolContext;
  readonly protocol: PoolProtocol;
  /** Its owner's name for it. */
  readonly key: number;
  readonly #owner: PoolOwner;
  readonly #preconnectRatio: number;
  /** Used as a stack: the warmest connection is taken first, the coldest reach their idle timeout. */
  readonly #idle: UpstreamConnection[] = [];
  /** In the order of arrival; a set, so that a client may leave from the middle. */
  readonly #waiting = new Set<PoolClient>();
  /** Connected ones, idle or busy. */
  readonly #connected = new Set<UpstreamConnection>();
  readonly #connecting = new Set<UpstreamConnection>();
  #isRetired = false;

  constructor(target: PoolTarget, context: PoolContext, protocol: PoolProtocol, owner: PoolOwner, key: number) {
    this.target = target;
    this.context = context;
    this.protocol = protocol;
    this.key = key;
    this.#owner = owner;
    this.#preconnectRatio = context.config.connections.preconnectRatio;
  }

  /** Somebody has a connection of it, or waits for one. */
  get isBusy(): boolean {
    return this.#waiting.size > 0 || this.#connected.size > this.#idle.length;
  }

  /** Calls `client` back with a connection or a failure, now or later. */
  acquire(client: PoolClient): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      this.#attach(idle, client);
      if (this.#preconnectRatio > 1) this.#openConnections();
      return;
    }
    const { breaker, stats } = this.context;
    if (!breaker.acquirePending()) {
      stats.rqPendingOverflow.inc();
      client.onPoolFailure(PENDING_OVERFLOW);
      return this.#leaveIfIdle();
    }
    this.#waiting.add(client);
    stats.rqPendingTotal.inc();
    stats.rqPendingActive.inc();
    this.target.stats.rqPendingActive.inc();
    this.#openConnections();
  }

  /** Takes back an `acquire` that was not answered yet. */
  cancel(client: PoolClient): void {
    if (!this.#leaveQueue(client)) return;
    this.context.stats.rqCancelled.inc();
    this.#leaveIfIdle();
  }

  /** Idle connections close now, busy ones when their exchange ends; who waits is served. Nobody comes any more. */
  retire(): void {
    this.#isRetired = true;
    this.#closeUnused();
  }

  /** Idle connections close now, busy ones when their exchange ends; who waits or comes gets new ones. */
  drain(): void {
    this.#closeUnused();
    for (const connection of this.#connected) connection.drain();
  }

  /** Closes every connection now, whoever has it. */
  cut(): void {
    for (const connection of [...this.#connected, ...this.#connecting]) connection.close();
  }

  /** Closes everything now: the worker stops. */
  abort(): void {
    this.#isRetired = true;
    this.#failWaiting(STOPPED);
    this.cut();
  }

  // ---- called by this pool's connections

  onConnected(connection: UpstreamConnection): void {
    this.#connecting.delete(connection);
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
  onConnectFailure(connection: UpstreamConnection, failure: Fault): void {
    this.#connecting.delete(connection);
    this.#uncount();
    this.#failWaiting(failure);
    this.#leaveIfIdle();
  }

  /** A connection is no more. */
  onGone(connection: UpstreamConnection): void {
    this.#connected.delete(connection);
    this.#uncount();
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#isShort) this.#openConnection();
    else this.#leaveIfIdle();
  }

  // ----

  /** Fewer connections are there or on their way than are wanted. */
  get #isShort(): boolean {
    const waiting = this.#waiting.size, connecting = this.#connecting.size, ratio = this.#preconnectRatio;
    if (ratio === 1 || this.#isRetired || !this.target.isHealthy) return waiting > connecting;
    const busy = this.#connected.size - this.#idle.length;
    return (waiting + busy) * ratio > connecting + this.#connected.size;
  }

  #openConnections(): void {
    for (let opened = 0; this.#isShort && opened < MAX_OPENED_AT_ONCE; opened++) {
      if (!this.#openConnection()) break;
    }
  }

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
    const { breaker, stats } = this.context, { target } = this;
    if (breaker.areConnectionsUsedUp || target.activeConnections >= breaker.maxConnectionsPerHost) {
      stats.cxOverflow.inc();
      if (this.#connected.size + this.#connecting.size > 0) return false;
    }
    const connection = new UpstreamConnection(this);
    this.#connecting.add(connection);
    breaker.addConnection();
    stats.cxTotal.inc();
    stats.cxActive.inc();
    if (!this.protocol.isRaw) stats.onHttp1Connection();
    target.stats.cxTotal.inc();
    target.stats.cxActive.inc();
    target.counts.addConnections(1);
    connection.connect();
    return true;
  }

  #uncount(): void {
    const { breaker, stats } = this.context;
    breaker.releaseConnection();
    stats.cxActive.dec();
    this.target.stats.cxActive.dec();
    this.target.counts.addConnections(-1);
  }

  /** Closes what nobody has and nobody waits for. */
  #closeUnused(): void {
    for (const connection of this.#idle.splice(0)) connection.close();
    if (this.#waiting.size > 0) return;
    for (const connection of [...this.#connecting]) connection.close();
  }

  #failWaiting(failure: Fault): void {
    const { stats } = this.context;
    for (const client of [...this.#waiting]) {
      if (!this.#leaveQueue(client)) continue;
      stats.rqPendingFailureEject.inc();
      client.onPoolFailure(failure);
    }
  }

  #leaveQueue(client: PoolClient): boolean {
    if (!this.#waiting.delete(client)) return false;
    const { breaker, stats } = this.context;
    breaker.releasePending();
    stats.rqPendingActive.dec();
    this.target.stats.rqPendingActive.dec();
    return true;
  }

  #leaveIfIdle(): void {
    if (this.#connected.size + this.#connecting.size + this.#waiting.size === 0) this.#owner.onPoolIdle(this);
  }
}
