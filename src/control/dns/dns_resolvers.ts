/**
 * The resolvers of the process: clusters that say the same of theirs share one, and those that say nothing share the
 * bootstrap's.
 */
import type { Random } from "../../base/random.ts";
import { canonicalIp } from "../../base/ip_text.ts";
import type { DnsResolverConfig } from "../../config/dns_config.ts";
import type { StatStore } from "../../observe/stats/store.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { AddressType } from "./dns_message.ts";
import type { DnsResolver } from "./dns_resolver.ts";
import { parseHosts } from "./hosts_file.ts";
import { parseResolvConf } from "./resolv_conf.ts";
import { ResolverStats } from "./resolver_stats.ts";
import { ServerOrder } from "./server_order.ts";
import { StubResolver } from "./stub_resolver.ts";
import { TcpExchange } from "./tcp_exchange.ts";
import { UdpExchange } from "./udp_exchange.ts";
import { WatchedFile } from "./watched_file.ts";

/** Where the system keeps what a resolver must know. */
export interface SystemPaths {
  readonly hosts: string;
  readonly resolvConf: string;
}

const SYSTEM_PATHS: SystemPaths = { hosts: "/etc/hosts", resolvConf: "/etc/resolv.conf" };

export class DnsResolvers {
  readonly #ownConfig: DnsResolverConfig;
  readonly #loop: EventLoop;
  readonly #random: Random;
  readonly #store: StatStore;
  readonly #paths: SystemPaths;
  readonly #resolvers = new Map<string, StubResolver>();
  #shared: { readonly udp: UdpExchange; readonly tcp: TcpExchange; readonly stats: ResolverStats } | null = null;

  /** `ownConfig` is the bootstrap's. */
  constructor(
    ownConfig: DnsResolverConfig,
    loop: EventLoop,
    random: Random,
    store: StatStore,
    paths: SystemPaths = SYSTEM_PATHS,
  ) {
    this.#ownConfig = ownConfig;
    this.#loop = loop;
    this.#random = random;
    this.#store = store;
    this.#paths = paths;
  }

  /** The resolver of a cluster; null = it names none. */
  resolverFor(clusterConfig: DnsResolverConfig | null): DnsResolver {
    const config = clusterConfig ?? this.#ownConfig;
    const key = JSON.stringify(config);
    let resolver = this.#resolvers.get(key);
    if (resolver === undefined) this.#resolvers.set(key, resolver = this.#make(config));
    return resolver;
  }

  /** Ends all questions. No resolver may be used after it. */
  close(): void {
    for (const resolver of this.#resolvers.values()) resolver.close();
  }

  #make(config: DnsResolverConfig): StubResolver {
    const { clock } = this.#loop;
    // Stats that are there only when there is a resolver, as in Envoy.
    const { udp, tcp, stats } = this.#shared ??= {
      udp: new UdpExchange(this.#loop),
      tcp: new TcpExchange(this.#loop),
      stats: new ResolverStats(this.#store),
    };
    const hosts = new WatchedFile(this.#paths.hosts, parseHosts, clock);
    const system = new WatchedFile(this.#paths.resolvConf, parseResolvConf, clock);
    const order = new ServerOrder(clock, this.#random, config.rotatesServers || system.read().rotatesServers);
    return new StubResolver(config, {
      loop: this.#loop,
      stats,
      udp,
      tcp,
      order,
      hosts: () => hosts.read(),
      system: () => system.read(),
      routableTypes,
    });
  }
}

const BOTH: ReadonlySet<AddressType> = new Set(["A", "AAAA"]);

/** Families of the addresses of all interfaces but loopback; both where the system does not tell. */
function routableTypes(): ReadonlySet<AddressType> {
  const types = new Set<AddressType>();
  let interfaces: readonly Deno.NetworkInterfaceInfo[];
  try {
    interfaces = Deno.networkInterfaces();
  } catch {
    // Not permitted to this process.
    return BOTH;
  }
  for (const { address, family } of interfaces) {
    const isLoopback = family === "IPv4" ? address.startsWith("127.") : canonicalIp(address) === "::1";
    if (!isLoopback) types.add(family === "IPv4" ? "A" : "AAAA");
  }
  return types;
}
