/**
 * A cluster as the admin server sees it. There may be thousands, with tens of thousands of hosts, and most who ask want a
 * few: so what costs something is made when it is read.
 */
import type { ClusterOutliers, ClusterStatus, HostStatus } from "../admin/source.ts";
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterConfig } from "../config/cluster_config.ts";
import type { ClusterEntry } from "../control/cluster/cluster_manager.ts";
import type { ManagedCluster } from "../control/cluster/managed_cluster.ts";
import type { Unready } from "../control/timeline.ts";
import { LiveLimits } from "../match/live_limits.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";
import { Origin } from "../upstream/shared_hosts.ts";

/** Of an entry of the cluster manager, one object: the one that serves or the one that warms. */
export class ManagedClusterStatus implements ClusterStatus {
  readonly config: ClusterConfig;
  readonly isDynamic: boolean;
  readonly warming: Unready | null;
  readonly #object: ManagedCluster;
  readonly #runtime: RuntimeValues;

  constructor({ isStatic }: ClusterEntry, object: ManagedCluster, runtime: RuntimeValues, warming: Unready | null) {
    this.config = object.config;
    this.isDynamic = !isStatic;
    this.warming = warming;
    this.#object = object;
    this.#runtime = runtime;
  }

  get hosts(): readonly HostStatus[] {
    const { hosts, outliers } = this.#object;
    return Array.from(hosts.hosts, (host) => ({
      endpoint: host.endpoint,
      flags: host.flags,
      outlier: outliers?.figuresOf(host) ?? null,
    }));
  }

  get hostCount(): number {
    return this.#object.hosts.count;
  }

  get policy(): AssignmentPolicy {
    return this.#object.hosts.policy;
  }

  get limits(): ClusterStatus["limits"] {
    return { default: this.#limitsOf("default"), high: this.#limitsOf("high") };
  }

  get versionInfo(): string {
    return this.#object.resource.version;
  }

  /** Of EDS, where it is another than the cluster's; empty otherwise. */
  get edsServiceName(): string {
    const { name, discovery } = this.config;
    return discovery.kind === "eds" && discovery.serviceName !== name ? discovery.serviceName : "";
  }

  get outliers(): ClusterOutliers | null {
    const { outliers } = this.#object;
    if (outliers === null) return null;
    return { external: outliers.rates(Origin.EXTERNAL), local: outliers.rates(Origin.LOCAL) };
  }

  #limitsOf(priority: "default" | "high"): ClusterStatus["limits"]["default"] {
    const { circuitBreakers, name } = this.config;
    return new LiveLimits(circuitBreakers[priority], name, priority, this.#runtime).now;
  }
}
