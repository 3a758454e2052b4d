/** One endpoint of a cluster as one worker sees it: its address, its figures and its connection pools. */
import type { EndpointConfig } from "../config/cluster_config.ts";
import { coarseHealth, discoveryFlags } from "../config/host_health.ts";
import type { TransportAddress } from "../transport/transport.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { LocalityFacts } from "../observe/upstream_facts.ts";
import type { StatScope } from "../observe/stats/store.ts";
import { HostStats } from "./cluster_stats.ts";
import type { BalancedHost } from "./balance/load_balancer.ts";
import type { HttpPool } from "./pool/http_pool.ts";
import { HostPools, type PoolContexts, type RoutingPriority } from "./pool/host_pools.ts";
import type { PoolTarget } from "./pool/pool_context.ts";

/** There may be very many, most of them idle: what only those need that have requests is made with the first of them. */
export class Host implements PoolTarget, BalancedHost {
  readonly address: TransportAddress;
  readonly additionalAddresses: readonly TransportAddress[];
  /** `10.0.0.7:8080`, or the path of a socket. */
  readonly addressText: string;
  readonly hostname: string;
  readonly metadata: FilterMetadata;
  readonly locality: LocalityFacts;
  readonly weight: number;
  readonly hashKey: string;
  readonly warmSinceMs = 0;
  /** Whether connections may be made ahead. */
  isHealthy: boolean;
  readonly #clusterScope: StatScope;
  readonly #contexts: PoolContexts;
  #stats: HostStats | null = null;
  #pools: HostPools | null = null;
  #isRetired = false;

  /** `clusterScope`: under which its figures stand. */
  constructor(config: EndpointConfig, clusterScope: StatScope, contexts: PoolContexts) {
    this.address = config.address;
    this.additionalAddresses = config.additionalAddresses;
    this.addressText = addressText(config.address);
    this.hostname = config.hostname;
    this.metadata = config.metadata;
    this.locality = config.locality;
    this.weight = config.weight;
    this.hashKey = this.addressText;
    this.isHealthy = coarseHealth(discoveryFlags(config.healthStatus)) === "healthy";
    this.#clusterScope = clusterScope;
    this.#contexts = contexts;
  }

  get stats(): HostStats {
    return this.#stats ?? this.#openStats();
  }

  get activeRequests(): number {
    return this.#stats === null ? 0 : this.#stats.rqActive.value;
  }

  get activeConnections(): number {
    return this.#stats === null ? 0 : this.#stats.cxActive.value;
  }

  /**
   * The pool for requests of a priority, or for tunnels that end here: no two kinds share connections, as in Envoy.
   * `downstreamId`: of the connection that the request came on, 0 = on none. Null: the cluster has too many pools. The
   * caller asks the pool for a connection at once.
   */
  poolFor(priority: RoutingPriority, isTunnel: boolean, downstreamId: number): HttpPool | null {
    this.#pools ??= new HostPools(this, this.#contexts, () => this.#onPoolsEmpty());
    return this.#pools.poolFor(priority, isTunnel, downstreamId);
  }

  /**
   * The host or its cluster is gone for good: idle connections close now, busy ones when their exchange ends, and who waits
   * for one is served. Its figures are shown no more.
   */
  retire(): void {
    this.#isRetired = true;
    this.#stats?.withdraw();
    if (this.#pools === null) this.#releaseStats();
    else this.#pools.retire();
  }

  /** What connections there are end, idle ones now; requests to come get new ones: the set of hosts has changed. */
  drainConnections(): void {
    this.#pools?.drain();
  }

  /** The host has turned unhealthy: its connections are drained, and its tunnels cut where the cluster says so. */
  onHealthFailure(): void {
    this.drainConnections();
    if (this.#contexts.DEFAULT.config.connections.closeOnHostHealthFailure) this.#pools?.cutTunnels();
  }

  /** Closes every connection now. */
  abort(): void {
    this.#pools?.abort();
  }

  #openStats(): HostStats {
    const stats = new HostStats(this.#clusterScope.scope(`endpoint.${this.addressText}`, null, true));
    if (this.#isRetired) stats.withdraw();
    return this.#stats = stats;
  }

  #onPoolsEmpty(): void {
    this.#pools = null;
    // Whoever has just given up a connection may have more to count in this same event.
    if (this.#isRetired) queueMicrotask(() => this.#releaseStats());
  }

  #releaseStats(): void {
    if (this.#pools !== null) return;
    this.#stats?.release();
    this.#stats = null;
  }
}

/** `ip:port`, with brackets round an IPv6 address; a pipe is its path. */
export function addressText(address: TransportAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
