/**
 * What a virtual host says about all of its routes, compiled once and shared by them (spec/http.md 2.12): attempt counts,
 * virtual clusters, limits of bodies that wait, and what is there for filters to read.
 */
import type { CorsPolicyConfig } from "../config/cors_config.ts";
import type { RateLimitConfig } from "../config/rate_limit_config.ts";
import type { BufferLimitsConfig, VirtualHostConfig } from "../config/route_config.ts";
import { NO_TALLIES, type Tally, type TallyMaker } from "./tally.ts";
import { VirtualClusters } from "./virtual_clusters.ts";

export class VirtualHostSettings {
  /** Null = its requests are not told apart. */
  readonly virtualClusters: VirtualClusters | null;
  /** Requests, answers say how often they were tried; retries say so after a timeout. */
  readonly includesAttemptCount: boolean;
  readonly includesAttemptCountInResponse: boolean;
  readonly includesIsTimeoutRetry: boolean;
  readonly rateLimits: readonly RateLimitConfig[];
  readonly cors: CorsPolicyConfig | null;
  readonly #name: string;
  readonly #makeTally: TallyMaker;
  readonly #bufferLimits: BufferLimitsConfig;

  constructor(config: VirtualHostConfig, makeTally: TallyMaker = NO_TALLIES) {
    this.virtualClusters = VirtualClusters.of(config.virtualClusters, config.name, makeTally);
    this.includesAttemptCount = config.includeRequestAttemptCount;
    this.includesAttemptCountInResponse = config.includeAttemptCountInResponse;
    this.includesIsTimeoutRetry = config.includeIsTimeoutRetryHeader;
    this.rateLimits = config.rateLimits;
    this.cors = config.cors;
    this.#name = config.name;
    this.#makeTally = makeTally;
    this.#bufferLimits = config.bufferLimits;
  }

  /** The tally of a route with this `stat_prefix`; null = it is not counted. */
  tallyOf(statPrefix: string): Tally | null {
    return statPrefix === "" ? null : this.#makeTally(this.#name, "route", statPrefix);
  }

  /** The limit of a route that says `own`: the newer field of either level counts before the older one. */
  bufferLimitBytes(own: BufferLimitsConfig): number | null {
    const outer = this.#bufferLimits;
    return own.requestBodyBytes ?? outer.requestBodyBytes ?? own.perRequestBytes ?? outer.perRequestBytes;
  }
}
