/** One endpoint of a cluster as one worker sees it: its address, its figures and its connection pools. */
import type { HostConfig } from "../config/host_config.ts";
import type { TransportAddress } from "../transport/transport.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { HostFacts, LocalityFacts } from "../observe/upstream_facts.ts";
import type { HostStats } from "./cluster_stats.ts";
import type { BalancedHost } from "./balance/load_balancer.ts";
import { HttpPool } from "./pool/http_pool.ts";
import type { OutlierCounter } from "./outlier_counter.ts";
import { HTTP1, type PoolContext, type PoolTarget, RAW } from "./pool/pool_context.ts";
import type { HostCounts } from "./shared_hosts.ts";

export class Host implements HostFacts, BalancedHost {
  /** What main calls it by. */
  readonly id: number;
  readonly address: TransportAddress;
  /** `10.0.0.7:8080`, or the path of a socket. */
  readonly addressText: string;
  readonly stats: HostStats;
  readonly counts: HostCounts;
  /** Is told how every try went; null = nobody looks for outliers. */
  readonly outlier: OutlierCounter | null;
  /** Is told that the host itself says it fails; null = health checks do not look at this cluster. */
  readonly onSelfReport: ((id: number) => void) | null;
  #config: HostConfig;
  readonly #contexts: PoolContexts;
  readonly #target: PoolTarget;
  readonly #pool: HttpPool;
  /** Most hosts never see a request of another kind than the first pool is for. */
  readonly #otherPools: (HttpPool | undefined)[] = [];

  constructor(
    config: HostConfig,
    stats: HostStats,
    contexts: PoolContexts,
    counts: HostCounts,
    outlier: OutlierCounter | null,
    onSelfReport: ((id: number) => void) | null,
  ) {
    const { address } = config.endpoint;
    this.id = config.id;
    this.address = address;
    this.addressText = addressText(address);
    this.#config = config;
    this.stats = stats;
    this.counts = counts;
    this.outlier = outlier;
    this.onSelfReport = onSelfReport;
    this.#contexts = contexts;
    this.#target = { address, host: this, stats, counts };
    this.#pool = new HttpPool(this.#target, contexts.DEFAULT, HTTP1);
  }

  get hostname(): string {
    return this.#config.endpoint.hostname;
  }

  get metadata(): FilterMetadata {
    return this.#config.endpoint.metadata;
  }

  get locality(): LocalityFacts {
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

  get warmSinceMs(): number {
    return this.#config.warmSinceMs;
  }

  /** What may change while it stays the same host: all but its address. */
  update(config: HostConfig): void {
    this.#config = config;
  }

  get activeRequests(): number {
    return this.counts.activeRequests;
  }

  /** The pool for requests of a priority, or for tunnels that end here: no two kinds share connections, as in Envoy. */
  poolFor(priority: RoutingPriority, isTunnel: boolean): HttpPool {
    if (priority === "DEFAULT" && !isTunnel) return this.#pool;
    const kind = (priority === "HIGH" ? 2 : 0) + (isTunnel ? 1 : 0);
    return this.#otherPools[kind] ??= new HttpPool(this.#target, this.#contexts[priority], isTunnel ? RAW : HTTP1);
  }

  /** The host or its cluster is gone: idle connections close now, busy ones when their exchange ends. */
  retire(): void {
    this.#pool.retire();
    for (const pool of this.#otherPools) pool?.retire();
  }

  /** Closes every connection now. */
  abort(): void {
    this.#pool.abort();
    for (const pool of this.#otherPools) pool?.abort();
  }
}

/** `core.v3.RoutingPriority`. */
export type RoutingPriority = "DEFAULT" | "HIGH";

/** What the pools of each priority share. */
export type PoolContexts = Readonly<Record<RoutingPriority, PoolContext>>;

/** `ip:port`, with brackets round an IPv6 address; a pipe is its path. */
export function addressText(address: TransportAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
