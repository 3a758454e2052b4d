/** Which discovery a cluster gets: the one list of the kinds there are. */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { Discovery, DiscoveryEvents } from "./discovery.ts";
import type { MembershipStats } from "./membership_stats.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";
import { type EdsContext, EdsDiscovery } from "../xds/eds_discovery.ts";
import { StaticDiscovery } from "./static_discovery.ts";

/** Makes what a cluster object is made of. */
export interface ClusterParts {
  discovery(config: ClusterConfig, stats: MembershipStats, events: DiscoveryEvents): Discovery;
}

/** The parts that this process has. */
export class OwnParts implements ClusterParts {
  readonly #eds: EdsContext;
  readonly #text: (name: string) => TextReadout;

  /** `text` makes a text readout by its full name. */
  constructor(eds: EdsContext, text: (name: string) => TextReadout) {
    this.#eds = eds;
    this.#text = text;
  }

  discovery(
    { discovery, assignment, observabilityName }: ClusterConfig,
    stats: MembershipStats,
    events: DiscoveryEvents,
  ) {
    switch (discovery.kind) {
      case "static":
        return new StaticDiscovery(assignment, events);
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
