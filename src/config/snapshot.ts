/**
 * The configuration as the data path sees it: plain, frozen, clonable values with a rising generation.
 *
 * Envoy's names, in camelCase and with their units; every default is filled in, every reference checked. It crosses
 * to the workers by structured clone, so it holds no functions, classes or regular expressions: each worker compiles
 * it into live objects. Sources: spec/http.md 1, 2 and 8, spec/upstream.md 2 and 11, spec/xds.md 10.
 */
import type { ClusterConfig } from "./cluster_config.ts";
import type { ListenerConfig } from "./listener_config.ts";
import type { JsonObject } from "./metadata_config.ts";
import type { RuntimeRecord } from "./runtime_layers.ts";

/** A node that says nothing. */
export const NO_NODE: NodeIdentity = { id: "", cluster: "", region: "", zone: "", subZone: "", metadata: {} };

/** Everything a worker needs to serve. */
export interface ConfigSnapshot {
  /** Rises by one with every snapshot that is published. */
  readonly generation: number;
  readonly node: NodeIdentity;
  /** `cluster_manager.local_cluster_name`: the cluster that this proxy is a host of; empty = none is named. */
  readonly localCluster: string;
  readonly listeners: readonly ListenerConfig[];
  readonly clusters: readonly ClusterConfig[];
  /** Runtime values, all layers merged. */
  readonly runtime: RuntimeRecord;
  /** It has CEL expressions: a worker loads their engine before it compiles the rest. */
  readonly usesCel: boolean;
}

/** Who this proxy says it is. */
export interface NodeIdentity {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
  readonly metadata: JsonObject;
}
