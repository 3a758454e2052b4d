/**
 * Routes that are fetched: one for all connection managers that ask for the same name of the same source (spec/xds.md 9.4).
 * Routes may come before their clusters: whoever asks for a cluster that is not there gets an answer of its own.
 */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import { type ConfigSource, sourceText } from "../../config/config_source.ts";
import { contentHash } from "../../config/content_hash.ts";
import { type ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import type { KnownClusters } from "../../config/references.ts";
import type { RouteConfiguration } from "../../config/route_config.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UpdateFailure } from "./subscription.ts";
import type { Subscribe } from "./subscription_factory.ts";
import { SubscriptionStats } from "./subscription_stats.ts";

/** Hears of the routes. */
export interface RouteDiscoveryEvents {
  /** These route from now on. */
  onRoutes(routes: RouteConfiguration): void;
  /** The first result is in, whatever it was: listeners need not wait any longer. Called once. */
  onFirstResult(): void;
}

/** Which routes. */
export interface FetchedRoutes {
  readonly routeConfigName: string;
  readonly source: ConfigSource;
}

/** What all fetched routes have in common. */
export interface RouteDiscoveryContext {
  readonly loop: EventLoop;
  readonly loader: ResourceLoader;
  readonly subscribe: Subscribe;
  readonly clusters: KnownClusters;
}

/** What is in force, for dumps. */
export interface TakenRoutes {
  /** Canonical proto3 JSON, `@type` included. */
  readonly message: CanonicalMessage;
  readonly version: string;
  /** Wall clock, ms: when they came. */
  readonly sinceMs: number;
}

class RouteStats extends SubscriptionStats {
  readonly empty: Counter;
  readonly reload: Counter;
  readonly reloadTime: Gauge;

  constructor(scope: StatScope, versionText: TextReadout) {
    super(scope, versionText);
    this.empty = scope.counter("update_empty");
    this.reload = scope.counter("config_reload");
    this.reloadTime = scope.gauge("config_reload_time_ms");
  }
}

export class RouteDiscovery implements ResourceWatcher {
  readonly #routes: FetchedRoutes;
  readonly #context: RouteDiscoveryContext;
  readonly #stats: RouteStats;
  readonly #events: RouteDiscoveryEvents;
  readonly #subscription: Subscription;
  #taken: TakenRoutes | null = null;
  /** Of what is in force. */
  #content = "";
  #isWaiting = true;
  #isClosed = false;

  /** `scope`: `http.<stat_prefix>.rds.<name>`; `versionText`: the readout of the same root. */
  constructor(
    routes: FetchedRoutes,
    context: RouteDiscoveryContext,
    scope: StatScope,
    versionText: TextReadout,
    events: RouteDiscoveryEvents,
  ) {
    this.#routes = routes;
    this.#context = context;
    this.#stats = new RouteStats(scope, versionText);
    this.#events = events;
    this.#subscription = context.subscribe(routes.source, ResourceType.routes, this.#stats, this);
  }

  /** Null = nothing was taken yet. */
  get taken(): TakenRoutes | null {
    return this.#taken;
  }

  /** Listeners that refer to it wait. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** For operators: `RDS rc from file /etc/envoy/rds.yaml`. */
  get description(): string {
    return `RDS ${this.#routes.routeConfigName} from ${sourceText(this.#routes.source)}`;
  }

  /** Calls {@link RouteDiscoveryEvents} from now on, possibly before it returns. */
  start(): void {
    this.#subscription.start([this.#routes.routeConfigName]);
  }

  /** No call comes after it. */
  close(): void {
    this.#isClosed = true;
    this.#subscription.close();
  }

  onUpdate(update: ResourceUpdate): ConfigProblem[] | null {
    const problems = this.#take(update);
    if (problems === null) this.#endWait();
    return problems;
  }

  onFailure(failure: UpdateFailure, _text: string): void {
    if (failure !== "connection") this.#endWait();
  }

  #take({ resources, version }: ResourceUpdate): ConfigProblem[] | null {
    const [resource] = resources;
    // Routes that are gone are like none: the old ones stay.
    if (resource === undefined) {
      this.#stats.empty.inc();
      return null;
    }
    if (resources.length > 1) return [{ path: "", reason: `Unexpected RDS resource length: ${resources.length}` }];
    const { routeConfigName } = this.#routes;
    const name = String(resource.message["name"] ?? "");
    if (name !== routeConfigName) {
      return [{ path: "", reason: `Unexpected RDS configuration (expecting ${routeConfigName}): ${name}` }];
    }
    const content = contentHash(resource.message);
    if (content === this.#content) return null;
    const { loader, clusters, loop } = this.#context;
    let routes: RouteConfiguration;
    try {
      routes = loader.routes(resource, clusters).config;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [...error.problems];
    }
    const sinceMs = loop.clock.wallMs();
    this.#content = content;
    this.#taken = { message: resource.message, version, sinceMs };
    this.#stats.reload.inc();
    this.#stats.reloadTime.set(Math.floor(sinceMs));
    this.#events.onRoutes(routes);
    return null;
  }

  #endWait(): void {
    if (!this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = false;
    this.#events.onFirstResult();
  }
}
