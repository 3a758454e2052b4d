/**
 * Which requests of a virtual host are counted together (`virtual_clusters`, spec/http.md 2.12): the first virtual cluster
 * whose headers all match has the request, as it was before any rewrite; what none has is `other`.
 */
import type { VirtualClusterConfig } from "../config/route_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import { compileHeaderMatcher, type HeaderMatcher } from "../match/header_matcher.ts";

/** Envoy's name for the rest. */
const REST = "other";

interface VirtualCluster {
  readonly name: string;
  readonly headers: readonly HeaderMatcher[];
}

export class VirtualClusters {
  readonly #clusters: readonly VirtualCluster[];

  private constructor(configs: readonly VirtualClusterConfig[]) {
    this.#clusters = configs.map(({ name, headers }) => ({ name, headers: headers.map(compileHeaderMatcher) }));
  }

  /** Null = the virtual host has none. */
  static of(configs: readonly VirtualClusterConfig[]): VirtualClusters | null {
    return configs.length === 0 ? null : new VirtualClusters(configs);
  }

  /** Name of the one that has the request. */
  nameFor(head: RequestHead): string {
    for (const { name, headers } of this.#clusters) {
      if (headers.every((header) => header.matchesRequest(head))) return name;
    }
    return REST;
  }
}
