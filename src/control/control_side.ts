/**
 * What main knows of how things should be, and the order in which it comes up (spec/upstream.md 8, spec/operations.md 15):
 *
 * ```
 *   start ─▶ primary clusters ─▶ secondary clusters ─▶ done: clusters warm alone from now on
 * ```
 *
 * What workers need of it goes through the publisher.
 */
import type { Logger } from "../base/log.ts";
import { Random } from "../base/random.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import type { StatStore } from "../observe/stats/store.ts";
import { EventLoop } from "../transport/event_loop.ts";
import { ClusterManager } from "./cluster/cluster_manager.ts";
import { OwnParts } from "./cluster/cluster_parts.ts";
import { HostNumbers } from "./cluster/host_numbers.ts";
import { LimitSlots } from "./cluster/limit_slots.ts";
import { MergeStats } from "./cluster/update_merge.ts";
import { Publisher, type SendChange } from "./publisher.ts";
import { Timeline } from "./timeline.ts";

/** What a {@link ControlSide} needs of its process. */
export interface ControlSettings {
  readonly concurrency: number;
  /** Main's own stats. */
  readonly stats: StatStore;
  /** The logger `upstream`. */
  readonly log: Logger;
  /** Takes each change to the workers that run. */
  readonly send: SendChange;
}

export class ControlSide {
  readonly timeline: Timeline = new Timeline();
  readonly publisher: Publisher;
  readonly clusters: ClusterManager;
  readonly limitSlots: LimitSlots;
  readonly #settings: ControlSettings;
  readonly #loop: EventLoop;
  #afterSettling: (() => void) | null = null;

  constructor(settings: ControlSettings) {
    this.#settings = settings;
    const loop = this.#loop = new EventLoop({ onBug: (error) => settings.log.error(String(error)) });
    this.publisher = new Publisher(settings.send);
    this.limitSlots = new LimitSlots(settings.concurrency);
    const scope = settings.stats.scope("cluster_manager");
    this.clusters = new ClusterManager(scope, {
      loop,
      random: new Random(),
      stats: settings.stats,
      mergeStats: new MergeStats(scope),
      log: settings.log,
      publisher: this.publisher,
      timeline: this.timeline,
      limitSlots: this.limitSlots,
      identities: new HostNumbers(),
      parts: new OwnParts(),
    }, {
      onChange: () => {},
      onSettled: () => {
        const go = this.#afterSettling;
        this.#afterSettling = null;
        go?.();
      },
    });
  }

  /** Takes the bootstrap in and brings the clusters up. Resolves when all of them are ready. */
  async start({ snapshot }: LoadedBootstrap): Promise<void> {
    const { log } = this.#settings;
    this.publisher.setNode(snapshot.node);
    this.publisher.setRuntime(snapshot.runtime);
    for (const config of snapshot.clusters) {
      this.clusters.put({ config, hash: JSON.stringify(config), version: "" }, true);
    }
    await this.#stage(() => this.clusters.startPrimaries());
    log.info("cm init: initializing secondary clusters");
    await this.#stage(() => this.clusters.startSecondaries());
    this.clusters.run();
    log.info("cm init: all clusters initialized");
    this.publisher.setListeners(snapshot.listeners.map((config, index) => ({ config, incarnation: index + 1 })));
    this.publisher.flush();
  }

  /** Ends everything that goes on. */
  close(): void {
    this.#afterSettling = null;
    this.clusters.close();
    this.#loop.stop();
  }

  #stage(begin: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#afterSettling = resolve;
      this.#loop.runEvent(begin);
    });
  }
}
