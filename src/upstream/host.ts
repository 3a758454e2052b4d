/** One endpoint of a cluster as one worker sees it: its address, its figures and its connection pools. */
import type { EndpointConfig } from "../config/cluster_config.ts";
import type { TransportAddress } from "../transport/transport.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { HostFacts } from "../observe/upstream_facts.ts";
import type { HostStats } from "./cluster_stats.ts";
import { HttpPool } from "./pool/http_pool.ts";
import { HTTP1, type PoolContext, type PoolTarget, RAW } from "./pool/pool_context.ts";

export class Host implements HostFacts {
  readonly address: TransportAddress;
  /** `10.0.0.7:8080`, or the path of a socket. */
  readonly addressText: string;
  readonly hostname: string;
  readonly metadata: FilterMetadata;
  readonly weight: number;
  readonly stats: HostStats;
  readonly pool: HttpPool;
  readonly #context: PoolContext;
  readonly #target: PoolTarget;
  #tunnels: HttpPool | null = null;

  constructor(config: EndpointConfig, stats: HostStats, context: PoolContext) {
    this.address = config.address;
    this.addressText = addressText(config.address);
    this.hostname = config.hostname;
    this.metadata = config.metadata;
    this.weight = config.weight;
    this.stats = stats;
    this.#context = context;
    this.#target = { address: config.address, host: this, stats };
    this.pool = new HttpPool(this.#target, context, HTTP1);
  }

  /** For tunnels that end here. Most hosts never see one. */
  get tunnels(): HttpPool {
    return this.#tunnels ??= new HttpPool(this.#target, this.#context, RAW);
  }

  /** The host or its cluster is gone: idle connections close now, busy ones when their exchange ends. */
  retire(): void {
    this.pool.retire();
    this.#tunnels?.retire();
  }

  /** Closes every connection now. */
  abort(): void {
    this.pool.abort();
    this.#tunnels?.abort();
  }
}

/** `ip:port`, with brackets round an IPv6 address; a pipe is its path. */
export function addressText(address: TransportAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
