/**
 * `envoy.extensions.filters.http.health_check.v3.HealthCheck`: tells health checkers how this proxy is (spec/http.md
 * 10.5, spec/operations.md 6.7).
 *
 * ```
 *   request ─▶ all `headers` match? ─ no ─▶ passes on
 *                    │ yes: a health check
 *                    ▼
 *        pass-through, and not failed, and nothing cached? ─ yes ─▶ passes on; its answer is cached
 *                    │ no
 *                    ▼
 *        the whole request is taken, then: failed ─▶ 503, cached ─▶ as cached, clusters ─▶ 200 or 503, else 200
 * ```
 *
 * A health check is not counted among the answers, and every answer to it names this proxy's own cluster. While health
 * checks are failed every response that passes here says so, whatever was asked.
 *
 * Differs from Envoy: each worker has a cache of its own; there all workers share one. So an upstream may see one check
 * for each worker in a `cache_time`.
 */
import { z } from "zod";
import { latin1Bytes } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import type { HeaderMatcherConfig } from "../../config/match_config.ts";
import { addInvalid, duration, list, number } from "../../config/schema/field.ts";
import { headerMatcherSchema } from "../../config/schema/header_matcher.ts";
import { TYPE_URL_PREFIX } from "../../config/type_url.ts";
import type { PassingFilterDefinition } from "../../filter/define.ts";
import {
  BodyStatus,
  type BodyStatusValue,
  EndStatus,
  type EndStatusValue,
  type FilterHandle,
  HeadStatus,
  type HeadStatusValue,
  type HttpFilter,
  type HttpFilterFactory,
  PassThroughFilter,
} from "../../filter/http_filter.ts";
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import type { ServerHealth } from "../../filter/server_health.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { compileHeaderMatcher, type HeaderMatcher } from "../../match/header_matcher.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { ClusterSet } from "../../upstream/cluster_set.ts";

/** What the filter is told, defaults filled in. */
interface HealthCheckConfig {
  readonly isPassThrough: boolean;
  /** 0 = nothing is cached. */
  readonly cacheTimeMs: number;
  readonly headers: readonly HeaderMatcherConfig[];
  /** In order of names, in which they are asked. */
  readonly clusters: readonly ClusterDemand[];
}

/** How much of a cluster must be available: whole percents. */
interface ClusterDemand {
  readonly name: string;
  readonly minPercent: number;
}

const schema = z.strictObject({
  pass_through_mode: z.boolean(),
  cache_time: duration(0),
  headers: list(headerMatcherSchema),
  cluster_min_healthy_percentages: z.record(z.string(), z.strictObject({ value: number(0) })).default({}),
}).transform((message, context): HealthCheckConfig => {
  if (message.cache_time > 0 && !message.pass_through_mode) {
    const reason = "cache_time_ms must not be set when path_through_mode is disabled";
    addInvalid(context, message, ["cache_time"], reason);
  }
  return {
    isPassThrough: message.pass_through_mode,
    cacheTimeMs: message.cache_time,
    headers: message.headers,
    clusters: Object.entries(message.cluster_min_healthy_percentages)
      .map(([name, { value }]) => ({ name, minPercent: Math.trunc(value) }))
      .sort((a, b) => a.name < b.name ? -1 : 1),
  };
});

/** The filter's place in the list of built-ins. */
export const healthCheckDefinition: PassingFilterDefinition = {
  typeUrl: `${TYPE_URL_PREFIX}envoy.extensions.filters.http.health_check.v3.HealthCheck`,
  schema,
  isTerminal: false,
  createFactory: (config, services) => new HealthCheckFactory(config as HealthCheckConfig, services),
};

const OWN_CLUSTER_HEADER = "x-envoy-upstream-healthchecked-cluster";
const TRUE = latin1Bytes("true");

const OK = localReply(200, "", "health_check_ok");
const OK_BY_CLUSTERS = localReply(200, "", "health_check_ok_cluster_healthy");
const FAILED = failure("health_check_failed");
const NO_CLUSTER = failure("health_check_failed_no_cluster_found");
const EMPTY_CLUSTER = failure("health_check_failed_cluster_empty");
const UNHEALTHY_CLUSTER = failure("health_check_failed_cluster_unhealthy");

function failure(details: string): LocalReply {
  return localReply(503, "", details, { flag: "LH" });
}

class HealthCheckFactory implements HttpFilterFactory {
  readonly health: ServerHealth;
  readonly stats: HealthCheckStats;
  readonly cache: AnswerCache | null;
  readonly ownCluster: string;
  readonly isPassThrough: boolean;
  readonly #headers: readonly HeaderMatcher[];
  readonly #demands: readonly ClusterDemand[];
  readonly #clusters: ClusterSet;

  constructor(config: HealthCheckConfig, { clusters, health, node, stats }: FilterServices) {
    this.health = health;
    this.stats = new HealthCheckStats(stats.scope("health_check"));
    this.cache = config.cacheTimeMs > 0 ? new AnswerCache(config.cacheTimeMs) : null;
    this.ownCluster = node.cluster;
    this.isPassThrough = config.isPassThrough;
    this.#headers = config.headers.map(compileHeaderMatcher);
    this.#demands = config.clusters;
    this.#clusters = clusters;
  }

  create(stream: FilterHandle): HttpFilter {
    return new HealthCheckFilter(stream, this);
  }

  /** Whether the request is a health check: without `headers` every one is. */
  isAskedBy(head: RequestHead): boolean {
    for (const matcher of this.#headers) if (!matcher.matchesRequest(head)) return false;
    return true;
  }

  /** What the clusters say; without demands all is well. */
  verdictOfClusters(): LocalReply {
    let verdict = OK;
    for (const { name, minPercent } of this.#demands) {
      verdict = OK_BY_CLUSTERS;
      const cluster = this.#clusters.find(name);
      if (cluster === null) return NO_CLUSTER;
      const total = cluster.hosts.length;
      if (total === 0 && minPercent > 0) return EMPTY_CLUSTER;
      if (100 * cluster.availableHosts < total * minPercent) return UNHEALTHY_CLUSTER;
    }
    return verdict;
  }
}

class HealthCheckFilter extends PassThroughFilter {
  readonly #stream: FilterHandle;
  readonly #factory: HealthCheckFactory;
  #isHealthCheck = false;
  /** The request goes no further: the answer comes from here, when it is complete. */
  #isAnswered = false;
  #isDegraded = false;

  constructor(stream: FilterHandle, factory: HealthCheckFactory) {
    super();
    this.#stream = stream;
    this.#factory = factory;
  }

  override decodeHead(endStream: boolean): HeadStatusValue {
    const { isPassThrough, health, cache } = this.#factory, stream = this.#stream;
    if (!this.#factory.isAskedBy(stream.request)) return HeadStatus.continue;
    this.#isHealthCheck = true;
    stream.facts.isHealthCheck = true;
    if (isPassThrough && !health.isFailed && !cache?.isFresh(stream.loop.clock.nowMs)) return HeadStatus.continue;
    this.#isAnswered = true;
    if (endStream) this.#answer();
    return HeadStatus.stop;
  }

  override decodeBody(_block: ByteBlock, _start: number, _end: number): BodyStatusValue {
    return this.#isAnswered ? BodyStatus.stopNoBuffer : BodyStatus.continue;
  }

  override decodeTrailers(_trailers: HeaderList): EndStatusValue {
    return this.#isAnswered ? EndStatus.stop : EndStatus.continue;
  }

  override decodeEnd(): EndStatusValue {
    if (!this.#isAnswered) return EndStatus.continue;
    this.#answer();
    return EndStatus.stop;
  }

  /** Its own answers pass here too. */
  override encodeHead(_endStream: boolean): HeadStatusValue {
    const { cache, health, ownCluster } = this.#factory, { response, loop } = this.#stream, { headers } = response;
    if (this.#isHealthCheck) {
      if (this.#isDegraded) headers.set(HeaderId.xEnvoyDegraded, "");
      cache?.keep(response.status, headers.has(HeaderId.xEnvoyDegraded), loop.clock.nowMs);
      headers.setName(OWN_CLUSTER_HEADER, ownCluster);
    }
    if (health.isFailed) headers.setBytes(HeaderId.xEnvoyImmediateHealthCheckFail, TRUE);
    return HeadStatus.continue;
  }

  /** Looked at when the request is complete: what held at its head may have changed. */
  #answer(): void {
    const factory = this.#factory, { stats, health, cache } = factory;
    let reply: LocalReply;
    if (health.isFailed) {
      reply = FAILED;
    } else if (cache !== null) {
      reply = cache.reply;
      this.#isDegraded = cache.isDegraded;
      stats.cached.inc();
      if (cache.isDegraded) stats.degraded.inc();
    } else {
      reply = factory.verdictOfClusters();
    }
    stats.count(reply);
    this.#stream.sendLocalReply(reply);
  }
}

/**
 * The last answer of a pass-through filter. As in Envoy time is cut into pieces of `cache_time`, and an answer is good
 * until the end of the piece it came in, however short a while that is.
 */
class AnswerCache {
  /** What was answered last, as this filter repeats it; 200 before the first. */
  reply: LocalReply = cachedReply(200);
  isDegraded = false;
  readonly #timeMs: number;
  #piece = -1;

  constructor(timeMs: number) {
    this.#timeMs = timeMs;
  }

  isFresh(nowMs: number): boolean {
    return this.#pieceOf(nowMs) === this.#piece;
  }

  keep(status: number, isDegraded: boolean, nowMs: number): void {
    this.#piece = this.#pieceOf(nowMs);
    if (this.reply.status !== status) this.reply = cachedReply(status);
    this.isDegraded = isDegraded;
  }

  #pieceOf(nowMs: number): number {
    return Math.floor(nowMs / this.#timeMs);
  }
}

function cachedReply(status: number): LocalReply {
  return localReply(status, "", "health_check_cached", { flag: isSuccess(status) ? null : "LH" });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** `http.<stat_prefix>.health_check.`: the checks that were answered here. */
class HealthCheckStats {
  readonly cached: Counter;
  readonly degraded: Counter;
  readonly #total: Counter;
  readonly #ok: Counter;
  readonly #failed: Counter;
  readonly #noCluster: Counter;
  readonly #emptyCluster: Counter;
  readonly #unhealthyCluster: Counter;

  constructor(scope: StatScope) {
    this.cached = scope.counter("cached_response");
    this.degraded = scope.counter("degraded");
    this.#total = scope.counter("request_total");
    this.#ok = scope.counter("ok");
    this.#failed = scope.counter("failed");
    this.#noCluster = scope.counter("failed_cluster_not_found");
    this.#emptyCluster = scope.counter("failed_cluster_empty");
    this.#unhealthyCluster = scope.counter("failed_cluster_unhealthy");
  }

  count(reply: LocalReply): void {
    this.#total.inc();
    if (isSuccess(reply.status)) return this.#ok.inc();
    this.#failed.inc();
    if (reply === NO_CLUSTER) this.#noCluster.inc();
    if (reply === EMPTY_CLUSTER) this.#emptyCluster.inc();
    if (reply === UNHEALTHY_CLUSTER) this.#unhealthyCluster.inc();
  }
}
