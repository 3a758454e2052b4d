/**
 * Endpoints that are told from outside (spec/upstream.md 3.5):
 *
 * ```
 *   start ─▶ waits ─┬─ one assignment of the right name ─▶ its endpoints; each that comes later takes its place
 *                   ├─ none, refused, or none in time ───▶ those kept of the service, if any; the wait is over
 *                   └─ kept of the service at the start ─▶ those, at once
 *   endpoint_stale_after without another one ────────────▶ no endpoints
 * ```
 *
 * Differs from Envoy: what is kept of a service is used from the start, not after the wait, and wherever it came from.
 */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import { Timer } from "../../base/timer_wheel.ts";
import type { EndpointConfig, LoadAssignment } from "../../config/cluster_config.ts";
import { type ConfigSource, subscriptionKey } from "../../config/config_source.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import { type EndpointsResource, type ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { addressKey } from "../address_key.ts";
import type { Discovery, DiscoveryEvents } from "../cluster/discovery.ts";
import { sourceWait } from "./source_wait.ts";
import type { AssignmentCache } from "./assignment_cache.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UpdateFailure } from "./subscription.ts";
import type { Subscribe } from "./subscription_factory.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

/** Which endpoints. */
export interface EdsService {
  readonly serviceName: string;
  readonly source: ConfigSource;
}

/** What all EDS clusters have in common. */
export interface EdsContext {
  readonly loop: EventLoop;
  readonly loader: ResourceLoader;
  readonly cache: AssignmentCache;
  readonly subscribe: Subscribe;
}

/** Counters that only EDS has; `update_no_rebuild` is for who compares hosts. */
class EdsStats extends SubscriptionStats {
  readonly empty: Counter;
  readonly stale: Counter;
  readonly timeoutReceived: Counter;
  readonly cached: Counter;

  constructor(scope: StatScope, versionText: TextReadout) {
    super(scope, versionText);
    this.empty = scope.counter("update_empty");
    this.stale = scope.counter("assignment_stale");
    this.timeoutReceived = scope.counter("assignment_timeout_received");
    this.cached = scope.counter("assignment_use_cached");
  }
}

export class EdsDiscovery implements Discovery, ResourceWatcher {
  readonly #service: EdsService;
  readonly #key: string;
  readonly #context: EdsContext;
  readonly #stats: EdsStats;
  readonly #events: DiscoveryEvents;
  readonly #subscription: Subscription;
  readonly #staleTimer: Timer;
  /** Of the last endpoints, for those that come without any. */
  #current: LoadAssignment | null = null;
  #isWaiting = true;
  #isClosed = false;
  #startMs = 0;
  #lastError = "";

  /** `scope`: `cluster.<name>`; `versionText`: the readout `cluster.<name>.version_text`. */
  constructor(
    service: EdsService,
    context: EdsContext,
    scope: StatScope,
    versionText: TextReadout,
    events: DiscoveryEvents,
  ) {
    const { source, serviceName } = service;
    this.#service = service;
    this.#key = subscriptionKey(source, serviceName);
    this.#context = context;
    this.#stats = new EdsStats(scope, versionText);
    this.#events = events;
    this.#staleTimer = new Timer(context.loop.timers, () => this.#onStale());
    this.#subscription = context.subscribe(source, ResourceType.endpoints, this.#stats, this);
    context.cache.hold(this.#key);
  }

  start(): void {
    const { clock } = this.#context.loop;
    clock.refresh();
    this.#startMs = clock.wallMs();
    this.#tellWait();
    this.#subscription.start([this.#service.serviceName]);
    if (this.#current === null && !this.#isClosed && this.#useKept()) this.#endWait("");
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#staleTimer.cancel();
    this.#subscription.close();
    this.#context.cache.release(this.#key);
  }

  onUpdate({ resources }: ResourceUpdate): ConfigProblem[] | null {
    const problems = this.#take(resources);
    if (problems === null && !this.#isClosed) this.#endWait("");
    return problems;
  }

  onFailure(failure: UpdateFailure, text: string): void {
    if (this.#isClosed) return;
    this.#lastError = text;
    if (failure === "connection") {
      if (this.#isWaiting) this.#tellWait();
      return;
    }
    if (this.#current === null) this.#useKept();
    this.#endWait(this.#current === null ? text : "");
  }

  #take(resources: readonly ReceivedResource[]): ConfigProblem[] | null {
    const [resource] = resources;
    // One that is gone is like none: the hosts stay.
    if (resource === undefined) {
      this.#stats.empty.inc();
      return null;
    }
    if (resources.length > 1) return [{ path: "", reason: `Unexpected EDS resource length: ${resources.length}` }];
    const { serviceName } = this.#service;
    const clusterName = String(resource.message["cluster_name"] ?? "");
    if (clusterName !== serviceName) {
      return [{ path: "", reason: `Unexpected EDS cluster (expecting ${serviceName}): ${clusterName}` }];
    }
    let endpoints: EndpointsResource;
    try {
      endpoints = this.#context.loader.endpoints(resource).config;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [...error.problems];
    }
    if (endpoints.staleAfterMs > 0) this.#stats.timeoutReceived.inc();
    this.#context.cache.put(this.#key, { endpoints, sinceMs: this.#context.loop.clock.wallMs() });
    this.#apply(endpoints, endpoints.staleAfterMs);
    return null;
  }

  /** Those that another cluster, or another object of this one, has of the service; false = there are none. */
  #useKept(): boolean {
    const kept = this.#context.cache.get(this.#key);
    if (kept === null) return false;
    const { endpoints, sinceMs } = kept;
    const leftMs = endpoints.staleAfterMs - (this.#context.loop.clock.wallMs() - sinceMs);
    if (endpoints.staleAfterMs > 0 && leftMs <= 0) return false;
    this.#stats.cached.inc();
    this.#apply(endpoints, endpoints.staleAfterMs > 0 ? leftMs : 0);
    return true;
  }

  /** `holdsMs`: for how long; 0 = for ever. */
  #apply({ assignment }: EndpointsResource, holdsMs: number): void {
    this.#staleTimer.cancel();
    if (holdsMs > 0) this.#staleTimer.arm(holdsMs);
    this.#current = { endpoints: withoutRepeats(assignment.endpoints), policy: assignment.policy };
    this.#events.onEndpoints(this.#current);
  }

  #onStale(): void {
    if (this.#current === null) return;
    this.#stats.stale.inc();
    this.#context.cache.put(this.#key, null);
    this.#current = { endpoints: [], policy: this.#current.policy };
    this.#events.onEndpoints(this.#current);
  }

  #endWait(failure: string): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#events.onWaiting(null);
    this.#events.onFirstResult(failure);
  }

  #tellWait(): void {
    const { serviceName, source } = this.#service;
    this.#events.onWaiting(sourceWait("eds", serviceName, source, this.#startMs, this.#lastError));
  }
}

/** Of an address that stands there twice, in whatever locality and priority, the first counts. */
function withoutRepeats(endpoints: readonly EndpointConfig[]): readonly EndpointConfig[] {
  const seen = new Set<string>();
  return endpoints.filter(({ address }) => {
    const key = addressKey(address);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
