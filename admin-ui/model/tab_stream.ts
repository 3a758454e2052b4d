/**
 * One event stream for all tabs of a browser (spec/console.md 7.8), because over HTTP/1.1 a browser opens no more than six
 * connections to one host, and each stream holds one for good.
 *
 * ```
 *   alone ── has the lock ──▶ leading: has the stream, and hands every frame on to the others
 *     │                          ▲
 *     └── another has it ──▶ following ── the leader is gone, the lock comes here ──┘
 *                                └── no frame in time ──▶ by itself: a stream of its own
 * ```
 *
 * Every tab tells the leader what it shows. A tab that wants something new needs a snapshot of it, so the leader begins
 * anew; what nobody wants any more it drops with the next beginning. Where the browser has no locks (a page that did not
 * come from this machine or over TLS), each tab has a stream of its own.
 */

import { effect } from "@preact/signals";
import type { Topic } from "../../src/admin/contract/frames.ts";
import type { Link } from "./connection.ts";
import type { StreamFrame } from "./event_stream.ts";
import type { Feed, FeedAnswer } from "./feed.ts";

/** Takes the frames of a stream, and hears how it goes. */
export interface FrameTaker {
  apply(frame: StreamFrame, nowMs: number): FeedAnswer;
  readonly connection: { readonly link: { value: Link }; begin(): void };
}

/** The stream of one tab. */
export interface StreamClient {
  show(topics: readonly Topic[]): void;
  setHidden(isHidden: boolean): void;
  /** Begins anew, with snapshots. */
  refresh(): void;
  stop(): void;
}

/** What tabs say to each other. */
export type TabMessage =
  | { readonly kind: "who" }
  | { readonly kind: "want"; readonly from: string; readonly topics: readonly Topic[]; readonly isHidden: boolean }
  | { readonly kind: "bye"; readonly from: string }
  | { readonly kind: "fresh" }
  | { readonly kind: "begin" }
  | { readonly kind: "frame"; readonly frame: StreamFrame }
  | { readonly kind: "link"; readonly link: Link };

/** The ways from tab to tab. */
export interface TabBus {
  /** Of this tab alone. */
  readonly id: string;
  /** To all others. */
  post(message: TabMessage): void;
  listen(onMessage: (message: TabMessage) => void): void;
  /** Calls back once this tab leads, at once or when the leader has gone; `then` hears first whether it is to wait. */
  lead(onLeading: () => void, onWaiting: () => void): void;
}

/** A follower that hears nothing for so long gets a stream of its own. */
const PATIENCE_MS = 4000;

interface Want {
  readonly topics: readonly Topic[];
  readonly isHidden: boolean;
}

/** Keeps a {@link Feed} fed, by a stream of its own or by that of another tab. */
export class TabStream {
  readonly #feed: Feed;
  readonly #bus: TabBus | null;
  readonly #now: () => number;
  readonly #client: StreamClient;
  readonly #after: (ms: number, then: () => void) => () => void;
  /** Of the other tabs, by their id. */
  readonly #others = new Map<string, Want>();
  #own: Want = { topics: [], isHidden: false };
  #role: "waiting" | "leading" | "following" | "alone" = "waiting";
  #shown: ReadonlySet<Topic> = new Set();
  #isResting = false;
  #cancelPatience: () => void = () => {};

  /** `connect` makes the client that feeds what it is given. */
  constructor(
    feed: Feed,
    bus: TabBus | null,
    connect: (taker: FrameTaker) => StreamClient,
    platform: { now(): number; after(ms: number, then: () => void): () => void },
  ) {
    this.#feed = feed;
    this.#bus = bus;
    this.#now = platform.now;
    this.#after = platform.after;
    this.#client = connect(bus === null ? feed : this.#relay(bus));
    if (bus === null) {
      this.#role = "alone";
      return;
    }
    bus.listen((message) => this.#hear(message));
    bus.lead(() => this.#lead(), () => this.#follow());
  }

  /** What the page needs beside the overview. */
  show(topics: readonly Topic[]): void {
    const isNew = topics.some((topic) => !this.#own.topics.includes(topic));
    this.#own = { ...this.#own, topics };
    this.#changed(isNew);
  }

  /** The tab went out of sight or came back. */
  setHidden(isHidden: boolean): void {
    this.#own = { ...this.#own, isHidden };
    this.#changed(false);
  }

  /** Begins anew, with snapshots: the server may have more to say, or less. */
  refresh(): void {
    if (this.#role === "following") this.#bus?.post({ kind: "fresh" });
    else this.#client.refresh();
  }

  /** The tab is closed. */
  leave(): void {
    this.#bus?.post({ kind: "bye", from: this.#bus.id });
  }

  #changed(isNew: boolean): void {
    switch (this.#role) {
      case "alone":
        this.#client.show(this.#own.topics);
        this.#rest(this.#own.isHidden);
        return;
      case "leading":
        return this.#serve(isNew);
      case "following":
        this.#bus?.post({ kind: "want", from: this.#bus.id, ...this.#own });
        return;
    }
  }

  #lead(): void {
    this.#cancelPatience();
    this.#role = "leading";
    effect(() => this.#bus?.post({ kind: "link", link: this.#feed.connection.link.value }));
    this.#serve(true);
    this.#bus?.post({ kind: "who" });
  }

  #follow(): void {
    this.#role = "following";
    this.#changed(true);
    this.#cancelPatience = this.#after(PATIENCE_MS, () => {
      if (this.#feed.connection.lastTickMs.peek() !== null) return;
      this.#role = "alone";
      this.#changed(true);
    });
  }

  #hear(message: TabMessage): void {
    switch (message.kind) {
      case "who":
        if (this.#role === "following") this.#changed(true);
        return;
      case "want": {
        if (this.#role !== "leading") return;
        const { from, topics, isHidden } = message;
        const before = this.#others.get(from);
        this.#others.set(from, { topics, isHidden });
        return this.#serve(before === undefined || topics.some((topic) => !before.topics.includes(topic)));
      }
      case "fresh":
        if (this.#role === "leading") this.#client.refresh();
        return;
      case "bye":
        this.#others.delete(message.from);
        if (this.#role === "leading") this.#serve(false);
        return;
    }
    if (this.#role !== "following") return;
    if (message.kind === "begin") this.#feed.connection.begin();
    else if (message.kind === "link") this.#feed.connection.link.value = message.link;
    // The leader sees to a stream that cannot be trusted: it sees the same frames.
    else this.#feed.apply(message.frame, this.#now());
  }

  /** Has the stream carry what somebody in sight wants; anew when somebody needs a snapshot. */
  #serve(needsSnapshot: boolean): void {
    const wants = [this.#own, ...this.#others.values()];
    const wanted = new Set(wants.filter(({ isHidden }) => !isHidden).flatMap(({ topics }) => topics));
    const isCarried = wanted.isSubsetOf(this.#shown);
    if (!isCarried) {
      this.#shown = wanted;
      this.#client.show([...wanted].sort());
    } else if (this.#shown.size === 0) {
      this.#client.show([]);
    }
    const wasResting = this.#isResting;
    this.#rest(wants.every(({ isHidden }) => isHidden));
    if (needsSnapshot && isCarried && !this.#isResting && !wasResting && this.#others.size > 0) this.#client.refresh();
  }

  /** Going to rest and coming back are beginnings: they are told once each. */
  #rest(isResting: boolean): void {
    if (isResting === this.#isResting) return;
    this.#isResting = isResting;
    this.#client.setHidden(isResting);
  }

  #relay(bus: TabBus): FrameTaker {
    const { connection } = this.#feed;
    return {
      apply: (frame, nowMs) => {
        if (this.#role === "leading") bus.post({ kind: "frame", frame });
        return this.#feed.apply(frame, nowMs);
      },
      connection: {
        link: connection.link,
        begin: () => {
          if (this.#role === "leading") bus.post({ kind: "begin" });
          connection.begin();
        },
      },
    };
  }
}
