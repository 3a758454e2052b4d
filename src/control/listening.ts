/**
 * Listeners of the bootstrap and of LDS, and the routes that they fetch: from the moment there are workers to the end
 * (spec/upstream.md 8, spec/xds.md 10).
 *
 * ```
 *   workers run ─▶ bootstrap listeners taken ─▶ LDS ─▶ all that was taken so far has its routes ─▶ sockets listen
 * ```
 */
import type { Loggers } from "../base/log.ts";
import type { ConfigSource } from "../config/config_source.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import { type ResourceLoader, ResourceType } from "../config/load_resource.ts";
import type { KnownClusters } from "../config/references.ts";
import { type CanonicalMessage, listIn, messageIn } from "../config/source_map.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import { FetchedRoutes } from "./listener/fetched_routes.ts";
import { Lds } from "./listener/lds.ts";
import { listenerContent } from "./listener/listener_content.ts";
import { DirectionDrain } from "./listener/direction_drain.ts";
import { ListenerManager } from "./listener/listener_manager.ts";
import type { ListenerResource } from "./listener/listener_version.ts";
import type { ListenerWorkers } from "./listener/listener_workers.ts";
import { StartWaits } from "./start_waits.ts";
import type { Timeline, Unready } from "./timeline.ts";
import type { Subscription } from "./xds/subscription.ts";
import type { Subscribe } from "./xds/subscription_factory.ts";
import { SubscriptionStats } from "./xds/subscription_stats.ts";

/** What {@link Listening} needs. */
export interface ListeningContext {
  readonly loop: EventLoop;
  readonly stats: StatBook;
  readonly loggers: Loggers;
  readonly timeline: Timeline;
  readonly loader: ResourceLoader;
  readonly subscribe: Subscribe;
  readonly clusters: KnownClusters;
  readonly workers: ListenerWorkers;
  /** `--drain-time-s`. */
  readonly drainTimeMs: number;
}

/** A bootstrap listener cannot be had: the end of the start. The message says why. */
export class ListenerStartError extends Error {
  override readonly name = "ListenerStartError";
}

export class Listening {
  readonly manager: ListenerManager;
  readonly routes: FetchedRoutes;
  readonly drain: DirectionDrain;
  /** Null = the bootstrap names no source of listeners. */
  readonly lds: Lds | null;
  readonly #context: ListeningContext;
  readonly #bootstrap: LoadedBootstrap;
  readonly #waits: StartWaits;
  #subscription: Subscription | null = null;

  constructor(bootstrap: LoadedBootstrap, context: ListeningContext) {
    const { loop, stats, loggers, timeline, loader, subscribe, clusters, workers, drainTimeMs } = context;
    const nowMs = () => {
      loop.clock.refresh();
      return loop.clock.wallMs();
    };
    this.#context = context;
    this.#bootstrap = bootstrap;
    this.#waits = new StartWaits(loop.clock, () => this.manager.isSettled);
    this.routes = new FetchedRoutes({
      workers,
      stats: stats.own,
      timeline,
      nowMs,
      subscribe,
      loader,
      clusters,
      text: (name) => stats.text(name),
    });
    this.manager = new ListenerManager({
      loop,
      scope: stats.own.scope("listener_manager"),
      timeline,
      workers,
      routes: this.routes,
      drainTimeMs,
      nowMs,
      log: loggers.logger("config"),
    }, { onChange: () => {}, onSettled: () => this.#waits.look() });
    this.drain = new DirectionDrain({
      loop,
      timeMs: drainTimeMs,
      tellWorkers: (drains) => workers.drain(drains),
      stop: (direction) => void this.manager.stop(direction),
    });
    this.lds = bootstrap.dynamic.lds === null ? null : new Lds({
      manager: this.manager,
      loader,
      clusters,
      nowMs,
      log: loggers.logger("upstream"),
      onFirstResult: () => this.#waits.answered("lds", ""),
    });
  }

  /** Brings them up. Throws {@link ListenerStartError}. */
  async start(): Promise<void> {
    const statics = this.#statics();
    const refused = await this.manager.addStatic(statics);
    if (refused.length > 0) throw new ListenerStartError(refused.map(({ reason }) => reason).join("\n"));
    await this.#waits.over(() => {
      if (this.#bootstrap.dynamic.lds !== null) this.#subscribe(this.#bootstrap.dynamic.lds);
    });
    const failed = await this.manager.start();
    const names = new Set(statics.map(({ config }) => config.name));
    const missing = failed.filter(({ listenerName }) => names.has(listenerName));
    if (missing.length > 0) throw new ListenerStartError(missing.map(({ reason }) => reason).join("\n"));
  }

  /** All that waits. */
  unready(): Unready[] {
    return [...this.#waits.unready(), ...this.manager.unready, ...this.routes.unready];
  }

  /** No subscription, wait or drain goes on. */
  close(): void {
    this.#waits.close();
    this.#subscription?.close();
    this.drain.close();
    this.manager.close();
    this.routes.close();
  }

  #subscribe(source: ConfigSource): void {
    const { stats, subscribe } = this.#context;
    const scope = stats.own.scope("listener_manager.lds");
    const subscriptionStats = new SubscriptionStats(scope, stats.text("listener_manager.lds.version_text"));
    this.#subscription = subscribe(source, ResourceType.listener, subscriptionStats, this.lds!);
    this.#waits.add("lds", "", source);
    this.#subscription.start([]);
  }

  /** Envoy leaves out a second one of a name: which message is whose is told by the order of what is left. */
  #statics(): ListenerResource[] {
    const { canonicalBootstrap, snapshot, listenerIndexes } = this.#bootstrap;
    const messages = listIn(messageIn(canonicalBootstrap as CanonicalMessage, "static_resources"), "listeners");
    return snapshot.listeners.map((config, i) => {
      const message = messages[listenerIndexes[i]!]!;
      return { config, message, content: listenerContent(message), version: "" };
    });
  }
}
