/**
 * The console's one store and the reducer that fills it: frames in, signals out (spec/console.md Appendix C). What it
 * does not know it ignores; a snapshot replaces; ids that do not rise, or data that is no JSON, mean that the stream
 * cannot be trusted any more.
 */

import { batch } from "@preact/signals";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import type { HelloFrame, ListFrame, OverviewFrame } from "../../src/admin/contract/frames.ts";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import type { WorkerItem } from "../../src/admin/contract/workers.ts";
import { createClusters } from "./clusters.ts";
import { Connection } from "./connection.ts";
import type { StreamFrame } from "./event_stream.ts";
import { createListeners } from "./listeners.ts";
import type { LiveList } from "./live_list.ts";
import { OverviewModel } from "./overview.ts";
import { Settings, type SettingsStore } from "./settings.ts";
import { createWorkers } from "./workers.ts";

/**
 * What to do with the stream after a frame. "start over": another process answers, so that an id of the one before means
 * nothing to it.
 */
export type FeedAnswer = "go on" | "reconnect" | "start over";

/** Everything the pages show. */
export class Feed {
  readonly connection: Connection;
  readonly settings: Settings;
  readonly overview: OverviewModel = new OverviewModel();
  readonly clusters: LiveList<ClusterItem> = createClusters();
  readonly listeners: LiveList<ListenerItem> = createListeners();
  readonly workers: LiveList<WorkerItem> = createWorkers();

  constructor(nowMs: number, store: SettingsStore | null) {
    this.connection = new Connection(nowMs);
    this.settings = new Settings(store);
  }

  /** Takes one frame at `nowMs` of the browser's clock. One frame is one drawing. */
  apply(frame: StreamFrame, nowMs: number): FeedAnswer {
    return batch(() => this.#apply(frame, nowMs));
  }

  /** Shows all that came in. */
  publish(): void {
    batch(() => {
      this.overview.publish();
      this.clusters.publish();
      this.listeners.publish();
      this.workers.publish();
    });
  }

  /** Stops or goes on showing. Going on shows at once what came in meanwhile. */
  setPaused(isPaused: boolean): void {
    this.settings.isPaused.value = isPaused;
    if (!isPaused) this.publish();
  }

  #apply(frame: StreamFrame, nowMs: number): FeedAnswer {
    if (!this.connection.acceptId(frame.id)) return "reconnect";
    let data: unknown;
    try {
      data = JSON.parse(frame.data);
    } catch {
      return "reconnect";
    }
    switch (frame.event) {
      case "hello": {
        const hello = data as HelloFrame;
        if (!this.connection.greet(hello.boot_id, hello.server_time_ms, nowMs)) break;
        this.#forget();
        this.#arrived();
        return "start over";
      }
      case "overview":
        this.overview.apply(data as OverviewFrame);
        this.connection.tick(nowMs);
        break;
      case "clusters":
        this.clusters.apply(data as ListFrame<ClusterItem>);
        break;
      case "listeners":
        this.listeners.apply(data as ListFrame<ListenerItem>);
        break;
      case "workers":
        this.workers.apply(data as ListFrame<WorkerItem>);
        break;
      default:
        return "go on";
    }
    this.#arrived();
    return "go on";
  }

  #arrived(): void {
    if (this.connection.link.value.kind !== "live") this.connection.link.value = { kind: "live" };
    if (!this.settings.isPaused.value) this.publish();
  }

  #forget(): void {
    this.overview.clear();
    this.clusters.clear();
    this.listeners.clear();
    this.workers.clear();
  }
}
