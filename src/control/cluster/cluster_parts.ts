/** Which discovery a cluster gets: the one list of the kinds there are. */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { Discovery, DiscoveryEvents } from "./discovery.ts";
import type { MembershipStats } from "./membership_stats.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";
import type { DnsResolvers } from "../dns/dns_resolvers.ts";
import { LogicalDnsDiscovery } from "../dns/logical_dns_discovery.ts";
import type { DnsTools } from "../dns/name_loops.ts";
import { StrictDnsDiscovery } from "../dns/strict_dns_discovery.ts";
import { type EdsContext, EdsDiscovery } from "../xds/eds_discovery.ts";
import { StaticDiscovery } from "./static_discovery.ts";

/** Makes what a cluster object is made of. */
export interface ClusterParts {
  discovery(config: ClusterConfig, stats: MembershipStats, events: DiscoveryEvents): Discovery;
}

/** What discovery by DNS works with. */
export interface DnsContext extends Omit<DnsTools, "resolver" | "stats"> {
  readonly resolvers: DnsResolvers;
}

/** The parts that this process has. */
export class OwnParts implements ClusterParts {
  readonly #eds: EdsContext;
  readonly #dns: DnsContext;
  readonly #text: (name: string) => TextReadout;

  /** `text` makes a text readout by its full name. */
  constructor(eds: EdsContext, dns: DnsContext, text: (name: string) => TextReadout) {
    this.#eds = eds;
    this.#dns = dns;
    this.#text = text;
  }

  discovery(
    { discovery, assignment, observabilityName }: ClusterConfig,
    stats: MembershipStats,
    events: DiscoveryEvents,
  ) {
    switch (discovery.kind) {
      case "static":
      // Its hosts are those of other clusters: it has none to wait for.
      case "aggregate":
        return new StaticDiscovery(assignment, events);
      case "dns": {
        const { resolvers, ...tools } = this.#dns;
        const kind = discovery.isLogical ? LogicalDnsDiscovery : StrictDnsDiscovery;
        const resolver = resolvers.resolverFor(discovery.resolver);
        return new kind(discovery, assignment, { resolver, ...tools, stats: stats.scope }, events);
      }
      case "eds":
        return new EdsDiscovery(
          discovery,
          this.#eds,
          stats.scope,
          this.#text(`cluster.${observabilityName}.version_text`),
          events,
        );
    }
  }
}
