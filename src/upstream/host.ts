/** One endpoint of a cluster as one worker sees it: its address, its figures and its connection pools. */
import type { EndpointConfig, LocalityConfig } from "../config/cluster_config.ts";
import { discoveryFlags } from "../config/host_health.ts";
import type { TransportAddress } from "../transport/transport.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { HostFacts } from "../observe/upstream_facts.ts";
import type { HostStats } from "./cluster_stats.ts";
import type { SetHost } from "./host_set/set_host.ts";
import { HttpPool } from "./pool/http_pool.ts";
import { HTTP1, type PoolContext, type PoolTarget, RAW } from "./pool/pool_context.ts";

export class Host implements HostFacts, SetHost {
  readonly address: TransportAddress;
  /** `10.0.0.7:8080`, or the path of a socket. */
  readonly addressText: string;
  readonly hostname: string;
  readonly metadata: FilterMetadata;
  readonly locality: LocalityConfig;
  readonly priority: number;
  readonly flags: number;
  readonly healthStatus: EndpointConfig["healthStatus"];
  readonly weight: number;
  readonly hashKey: string;
  readonly warmSinceMs = 0;
  readonly stats: HostStats;
  readonly #contexts: PoolContexts;
  readonly #target: PoolTarget;
  readonly #pool: HttpPool;
  /** Most hosts never see a request of another kind than the first pool is for. */
  readonly #otherPools: (HttpPool | undefined)[] = [];

  constructor(config: EndpointConfig, stats: HostStats, contexts: PoolContexts) {
    this.address = config.address;
    this.addressText = addressText(config.address);
    this.hostname = config.hostname;
    this.metadata = config.metadata;
    this.locality = config.locality;
    this.priority = config.priority;
    this.healthStatus = config.healthStatus;
    this.flags = discoveryFlags(config.healthStatus);
    this.weight = config.weight;
    this.hashKey = this.addressText;
    this.stats = stats;
    this.#contexts = contexts;
    this.#target = { address: config.address, host: this, stats };
    this.#pool = new HttpPool(this.#target, contexts.DEFAULT, HTTP1);
  }

  get activeRequests(): number {
    return this.stats.rqActive.value;
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
