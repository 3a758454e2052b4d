/** What all streams of one chain share in the router: its configuration, the clusters, and its counters. */
import type { Random } from "../../base/random.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HashPolicyConfig } from "../../config/hash_policy_config.ts";
import { goesByHash } from "../../config/lb_config.ts";
import type { MirrorPolicyConfig } from "../../config/mirror_policy_config.ts";
import type { RetryPolicyConfig } from "../../config/retry_config.ts";
import type { RouterConfig } from "../../config/http_config.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { AccessLogger } from "../../observe/access_log/logger.ts";
import type { FormatContext } from "../../observe/format/format_context.ts";
import { HashPolicies } from "../../route/hash_policy.ts";
import { MirrorPolicy } from "../../route/mirror_policy.ts";
import { RetryPolicy } from "../../route/retry_policy.ts";
import type { ClusterSet } from "../../upstream/cluster_set.ts";
import { RouterStats } from "./router_stats.ts";
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
  readonly stats: RouterStats;
  /** Of copies: each is a request that denvoy makes itself. */
  readonly mirrorStats: RouterStats;

  readonly #formats: FormatContext;

  constructor(config: RouterConfig, services: FilterServices) {
    const { accessLog, clusters, ownAddress, ownStats, random, runtime, stats } = services;
    this.config = config;
    this.upstreamLogger = AccessLogger.of(config.upstreamLogs, accessLog);
    this.#formats = accessLog.formats;
    this.clusters = clusters;
    this.random = random;
    this.runtime = runtime;
    this.strictHeaders = config.strictCheckHeaders.length === 0 ? null : new StrictHeaders(config.strictCheckHeaders);
    this.ownAddress = ownAddress;
    this.stats = new RouterStats(stats);
    this.mirrorStats = new RouterStats(ownStats);
  }

  /** A cluster's own retry policy, compiled when it is first asked for; null = it has none. */
  policyOf({ http: { retryPolicy } }: ClusterConfig): RetryPolicy | null {
    if (retryPolicy === null) return null;
    let compiled = this.#policies.get(retryPolicy);
    if (compiled === undefined) this.#policies.set(retryPolicy, compiled = new RetryPolicy(retryPolicy));
    return compiled;
  }
  readonly #policies = new WeakMap<RetryPolicyConfig, RetryPolicy>();

  /** What a cluster says that requests to it are hashed by, likewise; its balancer's word is the last. Null = nothing. */
  hashPoliciesOf({ lb, http }: ClusterConfig): HashPolicies | null {
    const own = goesByHash(lb) ? lb.hashPolicies : [], configs = own.length > 0 ? own : http.hashPolicies;
    if (configs.length === 0) return null;
    let compiled = this.#hashes.get(configs);
    if (compiled === undefined) this.#hashes.set(configs, compiled = HashPolicies.of(configs));
    return compiled;
  }
  readonly #hashes = new WeakMap<readonly HashPolicyConfig[], HashPolicies | null>();

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
