/** Where a request goes, as logs see it: route, cluster and host. They are the configuration's; a stream refers to them. */
import type { FilterMetadata } from "../config/metadata_config.ts";

/** A virtual host. */
export interface VirtualHostFacts {
  readonly name: string;
  readonly metadata: FilterMetadata;
}

/** A route and the virtual host it stands in. */
export interface RouteFacts {
  /** May be empty. */
  readonly name: string;
  readonly metadata: FilterMetadata;
  /** Name of the virtual host. */
  readonly virtualHost: string;
  readonly virtualHostMetadata: FilterMetadata;
}

/** A cluster. */
export interface ClusterFacts {
  readonly name: string;
  /** `alt_stat_name`, or the name. */
  readonly observabilityName: string;
  readonly metadata: FilterMetadata;
}

/** A host of a cluster. */
export interface HostFacts {
  /** `10.0.0.7:8080`, or the path of a socket. */
  readonly addressText: string;
  /** May be empty. */
  readonly hostname: string;
  readonly metadata: FilterMetadata;
  readonly locality: LocalityFacts;
}

/** Where a host is, and what its cluster says of all that are there. */
export interface LocalityFacts {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
  readonly metadata: FilterMetadata;
}
