/** What all streams of one chain share in the router: its configuration, the clusters, and its counters. */
import type { RouterConfig } from "../../config/http_config.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { ClusterSet } from "../../upstream/cluster_set.ts";
import { RedirectStats } from "./redirect_stats.ts";
import { StrictHeaders } from "./strict_headers.ts";

export class RouterContext {
  readonly config: RouterConfig;
  readonly clusters: ClusterSet;
  readonly runtime: RuntimeValues;
  /** Null where nothing is checked strictly. */
  readonly strictHeaders: StrictHeaders | null;
  /** How much of a body may be kept. */
  readonly bufferLimitBytes: number;
  readonly ownAddress: string;
  readonly redirects: RedirectStats;
  readonly rqTotal: Counter;
  readonly noRoute: Counter;
  readonly noCluster: Counter;
  readonly directResponse: Counter;
  readonly redirect: Counter;
  readonly resetAfterStart: Counter;

  constructor(config: RouterConfig, { clusters, runtime, stats, bufferLimitBytes, ownAddress }: FilterServices) {
    this.config = config;
    this.clusters = clusters;
    this.runtime = runtime;
    this.strictHeaders = config.strictCheckHeaders.length === 0 ? null : new StrictHeaders(config.strictCheckHeaders);
    this.bufferLimitBytes = bufferLimitBytes > 0 ? bufferLimitBytes : Infinity;
    this.ownAddress = ownAddress;
    this.redirects = new RedirectStats(stats);
    this.rqTotal = stats.counter("rq_total");
    this.noRoute = stats.counter("no_route");
    this.noCluster = stats.counter("no_cluster");
    this.directResponse = stats.counter("rq_direct_response");
    this.redirect = stats.counter("rq_redirect");
    this.resetAfterStart = stats.counter("rq_reset_after_downstream_response_started");
  }
}
