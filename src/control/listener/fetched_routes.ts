/**
 * Routes that come by RDS (spec/xds.md 9.4): one subscription for all that refer to the same routes, from the first of them
 * to the last. A listener waits for the first answer, whatever it is; from then on a new table goes to workers by itself.
 */
import { ConfigError, type ConfigProblem } from "../../base/errors.ts";
import { sourceText } from "../../config/config_source.ts";
import { contentHash } from "../../config/content_hash.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import type { RdsConfig } from "../../config/http_config.ts";
import { type ResourceLoader, ResourceType } from "../../config/load_resource.ts";
import type { KnownClusters } from "../../config/references.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { StatScope, StatStore } from "../../observe/stats/store.ts";
import type { TextReadout } from "../../observe/stats/text_readout.ts";
import type { Timeline, Unready, Wait } from "../timeline.ts";
import { problemsText } from "../xds/refusal_text.ts";
import { sourceWait } from "../xds/source_wait.ts";
import type { ResourceUpdate, ResourceWatcher, Subscription, UpdateFailure } from "../xds/subscription.ts";
import type { Subscribe } from "../xds/subscription_factory.ts";
import { SubscriptionStats } from "../xds/subscription_stats.ts";
import type { ListenerWorkers } from "./listener_workers.ts";

/** What a {@link FetchedRoutes} needs. */
export interface RouteContext {
  readonly workers: Pick<ListenerWorkers, "publishRoutes">;
  readonly stats: StatStore;
  readonly timeline: Timeline;
  /** Wall clock. */
  readonly nowMs: () => number;
  readonly subscribe: Subscribe;
  readonly loader: Pick<ResourceLoader, "routes">;
  readonly clusters: KnownClusters;
  /** The readout of a name. */
  readonly text: (name: string) => TextReadout;
}

/** Routes as they are now, for admin. */
export interface RouteState {
  readonly key: string;
  readonly name: string;
  readonly source: string;
  /** Null = none have come. */
  readonly active: ActiveRoutes | null;
  /** Why the last update was not taken, or did not come; empty = it was. */
  readonly error: string;
  /** What is still waited for; null = nothing. */
  readonly wait: Wait | null;
}

/** A table that workers have. */
export interface ActiveRoutes {
  readonly message: CanonicalMessage;
  readonly version: string;
  /** Wall clock. */
  readonly updatedMs: number;
}

/** One that refers to routes. */
export interface RouteHold {
  /** Null = the first answer is in. */
  readonly wait: Wait | null;
  /** Refers to them no longer. */
  release(): void;
}

export class FetchedRoutes {
  readonly #context: RouteContext;
  readonly #entries = new Map<string, RouteEntry>();

  constructor(context: RouteContext) {
    this.#context = context;
  }

  /** In the order in which they were first referred to. */
  get states(): RouteState[] {
    return Array.from(this.#entries.values(), (entry) => entry.state);
  }

  /** Those that have not been answered. */
  get unready(): Unready[] {
    return this.states.flatMap(({ name, wait }) => {
      if (wait === null) return [];
      const { sinceMs } = wait;
      return [{
        kind: "route_config",
        name,
        phase: "routes",
        version: "",
        activeVersion: null,
        sinceMs,
        phases: [{ id: "routes", sinceMs, tookMs: null }],
        waits: [wait],
        blocks: ["listeners that refer to it do not accept until then"],
        superseded: 0,
      }];
    });
  }

  /** `statPrefix`: of who refers to them; the first says where they are counted. `onReady`: called once, never inside. */
  hold(rds: RdsConfig, statPrefix: string, onReady: () => void): RouteHold {
    const known = this.#entries.get(rds.key), entry = known ?? new RouteEntry(rds, statPrefix, this.#context);
    const user = { onReady };
    entry.users.add(user);
    if (known === undefined) {
      this.#entries.set(rds.key, entry);
      entry.start();
    }
    return {
      get wait() {
        return entry.wait;
      },
      release: () => {
        if (!entry.users.delete(user) || entry.users.size > 0) return;
        this.#entries.delete(rds.key);
        entry.close();
      },
    };
  }

  /** No subscription goes on. */
  close(): void {
    for (const entry of this.#entries.values()) entry.close();
    this.#entries.clear();
  }
}

/** One subscription, with what it has brought. */
class RouteEntry implements ResourceWatcher {
  readonly users = new Set<{ readonly onReady: () => void }>();
  readonly #rds: RdsConfig;
  readonly #context: RouteContext;
  readonly #stats: RdsStats;
  readonly #subscription: Subscription;
  readonly #sinceMs: number;
  #active: ActiveRoutes | null = null;
  #hash = "";
  #error = "";
  /** As the timeline has it. */
  #noted = "";
  #isAnswered = false;
  #isStarting = true;

  constructor(rds: RdsConfig, statPrefix: string, context: RouteContext) {
    this.#rds = rds;
    this.#context = context;
    const manager = context.stats.scope(`http.${statPrefix}`, {
      name: "envoy.http_conn_manager_prefix",
      value: statPrefix,
    });
    const tag = { name: "envoy.rds_route_config", value: rds.routeConfigName };
    const scope = manager.scope(`rds.${rds.routeConfigName}`, tag);
    this.#stats = new RdsStats(scope);
    this.#sinceMs = context.nowMs();
    const versionText = context.text(`http.${statPrefix}.rds.${rds.routeConfigName}.version_text`);
    const stats = new SubscriptionStats(scope, versionText);
    this.#subscription = context.subscribe(rds.source, ResourceType.routes, stats, this);
  }

  get wait(): Wait | null {
    if (this.#isAnswered) return null;
    const { source, routeConfigName } = this.#rds;
    return sourceWait("rds", routeConfigName, source, this.#sinceMs, this.#error);
  }

  get state(): RouteState {
    const { key, routeConfigName: name, source } = this.#rds;
    return { key, name, source: sourceText(source), active: this.#active, error: this.#error, wait: this.wait };
  }

  start(): void {
    this.#note("warming");
    this.#subscription.start([this.#rds.routeConfigName]);
    this.#isStarting = false;
  }

  close(): void {
    this.users.clear();
    this.#subscription.close();
    this.#note("");
    if (this.#active !== null) this.#context.workers.publishRoutes({ key: this.#rds.key, routes: null });
  }

  onUpdate({ resources }: ResourceUpdate): ConfigProblem[] | null {
    const problems = this.#take(resources);
    this.#error = problems === null ? "" : problemsText(problems);
    this.#answer();
    return problems;
  }

  onFailure(failure: UpdateFailure, text: string): void {
    this.#error = text;
    if (failure !== "connection") this.#answer();
  }

  #take(resources: readonly ReceivedResource[]): ConfigProblem[] | null {
    const [resource] = resources, wanted = this.#rds.routeConfigName;
    if (resource === undefined) {
      this.#stats.empty.inc();
      return null;
    }
    if (resources.length > 1) return refused(`Unexpected RDS resource length: ${resources.length}`);
    if (resource.name !== wanted) {
      return refused(`Unexpected RDS configuration (expecting ${wanted}): ${resource.name}`);
    }
    const hash = contentHash(resource.message);
    if (hash === this.#hash) return null;
    try {
      this.#put(resource);
    } catch (error) {
      if (error instanceof ConfigError) return [...error.problems];
      throw error;
    }
    this.#hash = hash;
    return null;
  }

  #put(resource: ReceivedResource): void {
    const { loader, clusters, workers } = this.#context;
    const { config: routes } = loader.routes(resource, clusters);
    const nowMs = this.#context.nowMs(), from = this.#active?.version ?? "";
    this.#active = { message: resource.message, version: resource.version, updatedMs: nowMs };
    this.#stats.reload.inc();
    this.#stats.reloadTimeMs.set(nowMs);
    this.#note("active");
    // A table that comes later is ready as it comes.
    const sinceMs = this.#isAnswered ? nowMs : this.#sinceMs;
    this.#context.timeline.addSwap({
      kind: "route_config",
      name: this.#rds.routeConfigName,
      from,
      to: resource.version,
      sinceMs,
    });
    workers.publishRoutes({ key: this.#rds.key, routes });
  }

  #answer(): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    // Who is about to be given its hold will see for itself that nothing is waited for.
    if (this.#isStarting) return;
    for (const { onReady } of [...this.users]) onReady();
  }

  #note(to: string): void {
    const { routeConfigName: name } = this.#rds, reason = this.#error, version = this.#active?.version ?? "";
    this.#context.timeline.add({ kind: "route_config", name, from: this.#noted, to, reason, version });
    this.#noted = to;
  }
}

class RdsStats {
  readonly reload: Counter;
  readonly reloadTimeMs: Gauge;
  readonly empty: Counter;

  constructor(scope: StatScope) {
    this.reload = scope.counter("config_reload");
    this.reloadTimeMs = scope.gauge("config_reload_time_ms");
    this.empty = scope.counter("update_empty");
  }
}

function refused(reason: string): ConfigProblem[] {
  return [{ path: "", reason }];
}
