/** What all streams of one chain share in the router: its configuration, the clusters, and its counters. */
import type { Random } from "../../base/random.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { MirrorPolicyConfig } from "../../config/mirror_policy_config.ts";
import type { RetryPolicyConfig } from "../../config/retry_config.ts";
import type { RouterConfig } from "../../config/http_config.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { AccessLogger } from "../../observe/access_log/logger.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import { MirrorPolicy } from "../../route/mirror_policy.ts";
import { RetryPolicy } from "../../route/retry_policy.ts";
import type { ClusterSet } from "../../upstream/cluster_set.ts";
import { RedirectStats } from "./redirect_stats.ts";
import { StrictHeaders } from "./strict_headers.ts";

export class RouterContext {
  readonly config: RouterConfig;
  readonly clusters: ClusterSet;
  readonly runtime: RuntimeValues;
  /** Null where nothing is checked strictly. */
  readonly strictHeaders: StrictHeaders | null;
  /** Of single tries; null = they are not logged. */
  readonly upstreamLogger: AccessLogger | null;
  /** For back-off and sampling. */
  readonly random: Random;
  readonly ownAddress: string;
  readonly redirects: RedirectStats;
  readonly rqTotal: Counter;
  readonly noRoute: Counter;
  readonly noCluster: Counter;
  readonly directResponse: Counter;
  readonly redirect: Counter;
  readonly resetAfterStart: Counter;

  readonly #formats: FormatContext;

  constructor(config: RouterConfig, services: FilterServices) {
    const { accessLog, clusters, ownAddress, random, runtime, stats } = services;
    this.config = config;
    this.upstreamLogger = AccessLogger.of(config.upstreamLogs, accessLog);
    this.#formats = accessLog.formats;
    this.clusters = clusters;
    this.random = random;
    this.runtime = runtime;
    this.strictHeaders = config.strictCheckHeaders.length === 0 ? null : new StrictHeaders(config.strictCheckHeaders);
    this.ownAddress = ownAddress;
    this.redirects = new RedirectStats(stats);
    this.rqTotal = stats.counter("rq_total");
    this.noRoute = stats.counter("no_route");
    this.noCluster = stats.counter("no_cluster");
    this.directResponse = stats.counter("rq_direct_response");
    this.redirect = stats.counter("rq_redirect");
    this.resetAfterStart = stats.counter("rq_reset_after_downstream_response_started");
  }

  /** A cluster's own retry policy, compiled when it is first asked for; null = it has none. */
  policyOf({ http: { retryPolicy } }: ClusterConfig): RetryPolicy | null {
    if (retryPolicy === null) return null;
    let compiled = this.#policies.get(retryPolicy);
    if (compiled === undefined) this.#policies.set(retryPolicy, compiled = new RetryPolicy(retryPolicy));
    return compiled;
  }
  readonly #policies = new WeakMap<RetryPolicyConfig, RetryPolicy>();

  /** The mirror policies of a route or of a cluster, likewise. */
  mirrorsOf(configs: readonly MirrorPolicyConfig[]): readonly MirrorPolicy[] {
    let compiled = this.#mirrors.get(configs);
    if (compiled === undefined) {
      compiled = configs.map((config) => new MirrorPolicy(config, this.#formats));
      this.#mirrors.set(configs, compiled);
    }
    return compiled;
  }
  readonly #mirrors = new WeakMap<readonly MirrorPolicyConfig[], readonly MirrorPolicy[]>();
}
