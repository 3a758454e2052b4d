/**
 * The virtual clusters of a virtual host: kinds of requests that are counted together, whatever route they take
 * (spec/http.md 2.12). The first whose headers are all as wanted is a request's; one that no other takes is of `other`,
 * which has figures and no name.
 */
import type { VirtualClusterConfig } from "../config/route_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { compileHeaderMatcher, type HeaderMatcher } from "../match/header_matcher.ts";
import type { Tally, TallyMaker } from "./tally.ts";

const OTHER = "other";

/** One kind of requests. */
export interface VirtualCluster {
  /** Empty = it takes what no other does. */
  readonly name: string;
  /** Its name among the figures. */
  readonly statName: string;
  readonly tally: Tally | null;
}

export class VirtualClusters {
  readonly #clusters: readonly (VirtualCluster & { readonly headers: readonly HeaderMatcher[] })[];
  readonly #other: VirtualCluster;

  private constructor(configs: readonly VirtualClusterConfig[], makeTally: (name: string) => Tally | null) {
    this.#clusters = configs.map(({ name, headers }) => ({
      name,
      statName: name,
      tally: makeTally(name),
      headers: headers.map(compileHeaderMatcher),
    }));
    this.#other = { name: "", statName: OTHER, tally: makeTally(OTHER) };
  }

  /** Null = there are none. */
  static of(
    configs: readonly VirtualClusterConfig[],
    virtualHost: string,
    makeTally: TallyMaker,
  ): VirtualClusters | null {
    return configs.length === 0
      ? null
      : new VirtualClusters(configs, (name) => makeTally(virtualHost, "vcluster", name));
  }

  /** The one that a request is of. */
  find(head: RequestHead): VirtualCluster {
    for (const cluster of this.#clusters) {
      if (cluster.headers.every((header) => header.matchesRequest(head))) return cluster;
    }
    return this.#other;
  }
}
