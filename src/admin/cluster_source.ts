/**
 * What the console may ask of the process about its clusters. A glance at a cluster makes nothing and costs nothing, so that
 * thousands can be looked at each second; details are made for the one that somebody has before him.
 */
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterConfig, EndpointConfig } from "../config/cluster_config.ts";
import type { BreakerView } from "../control/cluster/breaker_view.ts";
import type { ClusterUse } from "../control/cluster/cluster_uses.ts";
import type { Happening } from "../control/cluster/happenings.ts";
import type { LbView } from "../control/cluster/lb_view.ts";
import type { CheckResult } from "../control/health/health_check_context.ts";
import type { OutlierFigures } from "../control/outlier/outlier_detector.ts";
import type { ClusterRates } from "../control/outlier/success_rates.ts";

export interface ClusterSource {
  /** Of those that serve, in the order of the configuration. */
  names(): Iterable<string>;
  /** Null: no such cluster serves. */
  glance(name: string): ClusterGlance | null;
  /** Null: no such cluster serves. */
  detail(name: string): ClusterDetail | null;
  /** Whether a priority of it panics; of clusters whose hosts are all well nobody need ask. */
  isPanicking(name: string): boolean;
  /** Clusters of which anything is other than at the call before. */
  takeChanged(): ReadonlySet<string>;
  /** Of all clusters, oldest first, bounded. */
  happenings(): readonly Happening[];
  /** Who names it. Looks through the whole configuration, a little at a time. */
  usesOf(name: string): Promise<readonly ClusterUse[]>;
  /** What runtime has under a key; null = nothing. */
  runtimeText(key: string): string | null;
}

/** One host, as main holds it: the same object for as long as it is the same host. */
export interface GlancedHost {
  readonly endpoint: EndpointConfig;
  /** See config/host_health.ts. */
  readonly flags: number;
}

/** A cluster as it stands, not a copy of it. */
export interface ClusterGlance {
  readonly config: ClusterConfig;
  readonly hosts: Iterable<GlancedHost>;
  readonly hostCount: number;
  readonly isDynamic: boolean;
  readonly versionInfo: string;
  /** Wall clock; 0 = it does not serve yet. */
  readonly updatedMs: number;
  readonly isWarming: boolean;
  readonly isNacked: boolean;
  /** Some health check of it has had no result yet. */
  isUnchecked(host: GlancedHost): boolean;
}

/** Everything of one cluster. */
export interface ClusterDetail {
  readonly config: ClusterConfig;
  readonly policy: AssignmentPolicy;
  readonly edsServiceName: string;
  readonly hosts: readonly DetailedHost[];
  /** Null = nobody looks for outliers in it. */
  readonly outliers: { readonly external: ClusterRates; readonly local: ClusterRates } | null;
  readonly breakers: readonly BreakerView[];
  /** Hosts are in the order of `hosts`. */
  readonly lb: LbView;
}

/** One host, with what was found out about it. */
export interface DetailedHost extends GlancedHost {
  /** In the order of the configuration; null = none yet. */
  readonly checks: readonly (CheckResult | null)[];
  /** Null = nobody looks for outliers. */
  readonly outlier: OutlierFigures | null;
}
