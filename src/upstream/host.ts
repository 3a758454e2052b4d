/** One endpoint of a cluster as one worker sees it: its address, its figures and its connection pools. */
import { addressText } from "../base/address_text.ts";
import type { LocalityConfig } from "../config/cluster_config.ts";
import type { HostConfig } from "../config/host_config.ts";
import { coarseHealth, type HealthStatus } from "../config/host_health.ts";
import type { TransportAddress } from "../transport/transport.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import { hostStatName } from "../observe/stats/host_stats.ts";
import type { StatScope } from "../observe/stats/store.ts";
import { HostStats } from "./cluster_stats.ts";
import type { SetHost } from "./host_set/set_host.ts";
import type { HttpPool } from "./pool/http_pool.ts";
import { HostPools, type PoolContexts, type RoutingPriority } from "./pool/host_pools.ts";
import type { OutlierCounter } from "./outlier_counter.ts";
import type { PoolTarget } from "./pool/pool_context.ts";
import type { HostCounts } from "./shared_hosts.ts";

/** There may be very many, most of them idle: what only those need that have requests is made with the first of them. */
export class Host implements PoolTarget, SetHost {
  /** What main calls it by. */
  readonly id: number;
  /** `10.0.0.7:8080`, or the path of a socket. */
  addressText: string;
  readonly counts: HostCounts;
  /** Is told how every try went; null = nobody looks for outliers. */
  readonly outlier: OutlierCounter | null;
  /** Is told that the host itself says it fails; null = health checks do not look at this cluster. */
  readonly onSelfReport: ((id: number) => void) | null;
  readonly #clusterScope: StatScope;
  #config: HostConfig;
  readonly #contexts: PoolContexts;
  #stats: HostStats | null = null;
  #pools: HostPools | null = null;
  #isRetired = false;

  /** `clusterScope`: under which its figures stand. */
  constructor(
    config: HostConfig,
    clusterScope: StatScope,
    contexts: PoolContexts,
    counts: HostCounts,
    outlier: OutlierCounter | null,
    onSelfReport: ((id: number) => void) | null,
  ) {
    this.id = config.id;
    this.addressText = addressText(config.endpoint.address);
    this.counts = counts;
    this.outlier = outlier;
    this.onSelfReport = onSelfReport;
    this.#config = config;
    this.#clusterScope = clusterScope;
    this.#contexts = contexts;
  }

  get stats(): HostStats {
    return this.#stats ?? this.#openStats();
  }

  /** New connections go there. */
  get address(): TransportAddress {
    return this.#config.endpoint.address;
  }

  get additionalAddresses(): readonly TransportAddress[] {
    return this.#config.endpoint.additionalAddresses;
  }

  get hostname(): string {
    return this.#config.endpoint.hostname;
  }

  get metadata(): FilterMetadata {
    return this.#config.endpoint.metadata;
  }

  get locality(): LocalityConfig {
    return this.#config.endpoint.locality;
  }

  get priority(): number {
    return this.#config.endpoint.priority;
  }

  get weight(): number {
    return this.#config.endpoint.weight;
  }

  /** See config/host_health.ts. */
  get flags(): number {
    return this.#config.flags;
  }

  /** What discovery says of it. */
  get healthStatus(): HealthStatus {
    return this.#config.endpoint.healthStatus;
  }

  /** Whether connections may be made ahead. */
  get isHealthy(): boolean {
    return coarseHealth(this.#config.flags) === "healthy";
  }

  get warmSinceMs(): number {
    return this.#config.warmSinceMs;
  }

  /** What may change while it stays the same host: all but its id; of one that stands for a name its address too. */
  update(config: HostConfig): void {
    this.#config = config;
    this.addressText = addressText(config.endpoint.address);
  }

  /** It is retired, and has no connection any more. */
  get isGone(): boolean {
    return this.#isRetired && this.#pools === null;
  }

  get activeRequests(): number {
    return this.counts.activeRequests;
  }

  get activeConnections(): number {
    return this.counts.activeConnections;
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
    const stats = new HostStats(
      this.#clusterScope.scope(`endpoint.${hostStatName(this.#config.endpoint, this.addressText)}`, null, true),
    );
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
