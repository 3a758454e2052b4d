/**
 * Drives the event streams from the console's model: a tick of the overview each second, changes of the lists every
 * second one (spec/console.md 7.8). A topic that nobody watches costs nothing.
 */
import type { Clock } from "../base/clock.ts";
import type { ActionDesk } from "./action_desk.ts";
import { WHOLE_AUDIT } from "./audit_log.ts";
import type { ClusterItem } from "./contract/clusters.ts";
import type { EventItem } from "./contract/events.ts";
import type { ListFrame, SseFrames, Topic } from "./contract/frames.ts";
import type { ListenerItem } from "./contract/listeners.ts";
import type { RuntimeFrame } from "./contract/runtime.ts";
import type { WorkerItem } from "./contract/workers.ts";
import type { ConsoleModel } from "./console_model.ts";
import type { EventClient } from "./event_client.ts";
import { EventHub } from "./event_hub.ts";
import { ListFeed } from "./list_feed.ts";
import { WarmingFeed } from "./warming_feed.ts";
import { RuntimeFeed } from "./runtime/feed.ts";
import { auditPage, type AuditPages } from "./routes/audit.ts";
import { HISTORY_S } from "./series_ring.ts";
import type { AdminSource } from "./source.ts";
import { XdsFeed } from "./xds_feed.ts";

/** Items of a list that a stream carries; the rest is asked for by page. */
const MAX_ITEMS = 200;

/** Ticks between two looks at the lists. */
const LIST_TICKS = 2;

export class LiveFeed {
  readonly hub: EventHub;
  readonly #model: ConsoleModel;
  readonly #desk: ActionDesk;
  readonly #audit: AuditPages;
  readonly #clusters: ListFeed<ClusterItem>;
  readonly #listeners: ListFeed<ListenerItem>;
  readonly #workers: ListFeed<WorkerItem>;
  readonly #events: ListFeed<EventItem>;
  readonly #warming: WarmingFeed;
  readonly #runtime: RuntimeFeed;
  readonly #xds: XdsFeed;
  #ticks = 0;

  constructor(source: AdminSource, clock: Clock, model: ConsoleModel, desk: ActionDesk, audit: AuditPages) {
    this.#model = model;
    this.#desk = desk;
    this.#audit = audit;
    const hub = this.hub = new EventHub(source.bootId, clock, (topic, client) => this.#snapshot(topic, client));
    this.#clusters = new ListFeed(({ name }) => `cluster/${name}`, (frame) => hub.publish("clusters", () => frame));
    this.#listeners = new ListFeed(({ name }) => `listener/${name}`, (frame) => hub.publish("listeners", () => frame));
    this.#workers = new ListFeed(({ id }) => `worker/${id}`, (frame) => hub.publish("workers", () => frame));
    this.#xds = new XdsFeed(model.config, (frame) => hub.publish("xds", () => frame));
    this.#events = new ListFeed(({ id }) => `event/${id}`, (frame) => {
      // An event that left the server's ring is not taken back.
      if (frame.op === "upsert") hub.publish("events", () => frame);
    });
    this.#warming = new WarmingFeed(
      () => model.warming(),
      () => hub.watcherCount("warming") > 0,
      (frame) => hub.publish("warming", () => frame),
    );
    this.#runtime = new RuntimeFeed(source, {
      publish: (make) => hub.publish("runtime", (): RuntimeFrame => make()),
      audit: (entry) => void audit.audit.record(entry),
    });
    desk.listen((data) => {
      const { items: _, ...state } = desk.view;
      hub.publish("actions", () => ({ op: "upsert", key: data.id, data, state }));
    });
    audit.audit.listen((data) => hub.publish("audit", () => ({ op: "upsert", key: `audit/${data.id}`, data })));
  }

  /** Something became what is served. */
  onSwap(): void {
    this.#warming.onSwap();
  }

  /** To be called once a second, after the model's update. */
  tick(): void {
    this.attach();
    this.hub.publish("overview", (reason) => ({ op: "tick", data: this.#model.overview(reason) }));
    if (++this.#ticks % LIST_TICKS === 0) {
      if (this.hub.watcherCount("clusters") > 0) this.#clusters.moveTo(firstOf(this.#model.clusters));
      if (this.hub.watcherCount("listeners") > 0) this.#listeners.moveTo(firstOf(this.#model.listeners));
      if (this.hub.watcherCount("workers") > 0) this.#workers.moveTo(firstOf(this.#model.workers));
    }
    if (this.hub.watcherCount("events") > 0) this.#events.moveTo(this.#model.eventsInOrder);
    if (this.hub.watcherCount("xds") > 0) this.#xds.tick();
    this.#warming.tick();
    this.hub.tick();
  }

  /** Begins to listen to what is not looked at by the tick, as soon as it is there. */
  attach(): void {
    this.#runtime.attach();
  }

  close(): void {
    this.#warming.close();
    this.#runtime.close();
    this.hub.close();
  }

  #snapshot(topic: Topic, client: EventClient): SseFrames[Topic] {
    switch (topic) {
      case "overview":
        return {
          op: "snapshot",
          data: this.#model.overview(client.readOnlyReason),
          history: this.#model.history(HISTORY_S),
        };
      case "clusters":
        return this.#listSnapshot(this.#clusters, this.#model.clusters);
      case "listeners":
        return this.#listSnapshot(this.#listeners, this.#model.listeners);
      case "workers":
        return this.#listSnapshot(this.#workers, this.#model.workers);
      case "warming":
        return { op: "snapshot", data: this.#warming.move() };
      case "runtime":
        return this.#runtime.snapshot();
      case "xds":
        return this.#xds.snapshot();
      case "audit":
        return { op: "snapshot", data: auditPage(this.#audit, WHOLE_AUDIT) };
      case "actions":
        return { op: "snapshot", data: this.#desk.view };
      case "events":
        this.#events.moveTo(this.#model.eventsInOrder);
        return { op: "snapshot", data: [...this.#events.items].reverse() };
    }
  }

  /** Brings everyone else to the present first, so that all have the same and later changes fit all. */
  #listSnapshot<Item>(feed: ListFeed<Item>, items: readonly Item[]): ListFrame<Item> {
    feed.moveTo(firstOf(items));
    return { op: "snapshot", data: { ...this.#model.page(feed.items), total: items.length } };
  }
}

function firstOf<Item>(items: readonly Item[]): readonly Item[] {
  return items.length > MAX_ITEMS ? items.slice(0, MAX_ITEMS) : items;
}
