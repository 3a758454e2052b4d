/**
 * The console's one store and the reducer that fills it: frames in, signals out (spec/console.md Appendix C). What it
 * does not know it ignores; a snapshot replaces; ids that do not rise, or data that is no JSON, mean that the stream
 * cannot be trusted any more.
 */

import { batch } from "@preact/signals";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import type { HelloFrame, SseFrames, Topic } from "../../src/admin/contract/frames.ts";
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

/** What takes the frames of one topic, and shows what came when it is told to. */
export interface TopicModel<T extends Topic> {
  apply(frame: SseFrames[T]): void;
  /** Shows all that came in. */
  publish(): void;
  /** Forgets everything: another process answers. */
  clear(): void;
}

/** Frames that a topic may wait with for its page; beyond them the page asks anew. */
const MAX_EARLY = 200;

/** Everything the pages show. */
export class Feed {
  readonly connection: Connection;
  readonly settings: Settings;
  readonly overview: OverviewModel;
  readonly clusters: LiveList<ClusterItem>;
  readonly listeners: LiveList<ListenerItem>;
  readonly workers: LiveList<WorkerItem>;
  readonly #models = new Map<string, TopicModel<Topic>>();
  /** What came for a topic whose page is still being fetched, from its last snapshot on. */
  readonly #early = new Map<string, SseFrames[Topic][]>();

  constructor(nowMs: number, store: SettingsStore | null) {
    this.connection = new Connection(nowMs);
    this.settings = new Settings(store);
    this.overview = this.model("overview", () => new OverviewModel());
    this.clusters = this.model("clusters", createClusters);
    this.listeners = this.model("listeners", createListeners);
    this.workers = this.model("workers", createWorkers);
  }

  /** The model of a topic, made when it is first asked for: a page's model comes with the page's code. */
  model<T extends Topic, Model extends TopicModel<T>>(topic: T, make: () => Model): Model {
    const known = this.#models.get(topic) as unknown as Model | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#models.set(topic, made as unknown as TopicModel<Topic>);
    for (const frame of this.#early.get(topic) ?? []) made.apply(frame as SseFrames[T]);
    this.#early.delete(topic);
    made.publish();
    return made;
  }

  /** Takes one frame at `nowMs` of the browser's clock. One frame is one drawing. */
  apply(frame: StreamFrame, nowMs: number): FeedAnswer {
    return batch(() => this.#apply(frame, nowMs));
  }

  /** Shows all that came in. */
  publish(): void {
    batch(() => {
      for (const model of this.#models.values()) model.publish();
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
    if (frame.event === "hello") {
      const hello = data as HelloFrame;
      const isOther = this.connection.greet(hello.boot_id, hello.server_time_ms, nowMs);
      if (isOther) this.#early.clear();
      if (isOther) { for (const model of this.#models.values()) model.clear(); }
      this.#arrived();
      return isOther ? "start over" : "go on";
    }
    const model = this.#models.get(frame.event);
    if (model === undefined) {
      this.#keep(frame.event, data as SseFrames[Topic]);
      return "go on";
    }
    model.apply(data as SseFrames[Topic]);
    if (frame.event === "overview") this.connection.tick(nowMs);
    this.#arrived();
    return "go on";
  }

  #keep(topic: string, frame: SseFrames[Topic]): void {
    const kept = this.#early.get(topic);
    if (frame.op === "snapshot") this.#early.set(topic, [frame]);
    else if (kept !== undefined && kept.length < MAX_EARLY) kept.push(frame);
    else this.#early.delete(topic);
  }

  #arrived(): void {
    if (this.connection.link.value.kind !== "live") this.connection.link.value = { kind: "live" };
    if (!this.settings.isPaused.value) this.publish();
  }
}
