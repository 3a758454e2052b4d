import { deepEqual, equal } from "node:assert/strict";
import type { Topic } from "../../src/admin/contract/frames.ts";
import { Feed } from "./feed.ts";
import { type FrameTaker, type StreamClient, type TabBus, type TabMessage, TabStream } from "./tab_stream.ts";

/** Some tabs of one browser, whose messages arrive at once. */
class Browser {
  readonly tabs: Tab[] = [];
  readonly #leaders: { tab: Tab; onLeading: () => void }[] = [];

  open(topics: readonly Topic[]): Tab {
    const tab = new Tab(this, `tab-${this.tabs.length}`);
    this.tabs.push(tab);
    tab.begin(topics);
    // Browsers give locks later, never inside the call.
    tab.grant();
    return tab;
  }

  close(tab: Tab): void {
    tab.stream.leave();
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    const wasLeading = this.#leaders[0]?.tab === tab;
    this.#leaders.splice(this.#leaders.findIndex((one) => one.tab === tab), 1);
    if (wasLeading) this.#leaders[0]?.onLeading();
  }

  join(tab: Tab, onLeading: () => void, onWaiting: () => void): void {
    this.#leaders.push({ tab, onLeading });
    if (this.#leaders.length === 1) onLeading();
    else onWaiting();
  }
}

class Tab implements TabBus, StreamClient {
  readonly id: string;
  readonly feed = new Feed(0, null);
  /** What was asked of the client, in order. */
  readonly asked: string[] = [];
  readonly timers: (() => void)[] = [];
  stream!: TabStream;
  taker!: FrameTaker;
  readonly #browser: Browser;
  #onMessage: (message: TabMessage) => void = () => {};
  grant: () => void = () => {};

  constructor(browser: Browser, id: string) {
    this.#browser = browser;
    this.id = id;
  }

  begin(topics: readonly Topic[]): void {
    const platform = {
      now: () => 1000,
      after: (_: number, then: () => void) => {
        this.timers.push(then);
        return () => {};
      },
    };
    this.stream = new TabStream(this.feed, this, (taker) => {
      this.taker = taker;
      return this;
    }, platform);
    this.stream.show(topics);
  }

  post(message: TabMessage): void {
    for (const tab of this.#browser.tabs) if (tab !== this) tab.#onMessage(structuredClone(message));
  }

  listen(onMessage: (message: TabMessage) => void): void {
    this.#onMessage = onMessage;
  }

  lead(onLeading: () => void, onWaiting: () => void): void {
    this.grant = () => this.#browser.join(this, onLeading, onWaiting);
  }

  show(topics: readonly Topic[]): void {
    this.asked.push(`show ${topics.join()}`);
  }

  setHidden(isHidden: boolean): void {
    this.asked.push(isHidden ? "hide" : "come back");
  }

  refresh(): void {
    this.asked.push("refresh");
  }

  stop(): void {}

  /** What was asked since the last time. */
  news(): string[] {
    return this.asked.splice(0);
  }
}

const HELLO = { event: "hello", id: "1", data: '{"server_time_ms":5000,"boot_id":"a","heartbeat_s":15,"topics":[]}' };

Deno.test("TabStream has one stream for all tabs, with what any of them shows", () => {
  const browser = new Browser();
  const first = browser.open(["clusters"]);
  deepEqual(first.news().at(-1), "show clusters");
  const second = browser.open(["workers"]);
  deepEqual([first.news(), second.news()], [["show clusters,workers"], []]);
  // A snapshot of what is carried already.
  const third = browser.open(["workers"]);
  deepEqual([first.news(), third.news()], [["refresh"], []]);
  // It goes on with less: nobody needs a beginning.
  browser.close(second);
  deepEqual(first.news(), []);
});

Deno.test("TabStream hands frames and the state of the link on", () => {
  const browser = new Browser();
  const first = browser.open([]), second = browser.open([]);
  first.taker.connection.begin();
  first.taker.apply(HELLO, 1000);
  equal(first.feed.connection.link.value.kind, "live");
  equal(second.feed.connection.link.value.kind, "live");
  equal(second.feed.connection.clockOffsetMs.value, 4000);
  first.feed.connection.link.value = { kind: "waiting", retryAtMs: 5, reason: "gone" };
  deepEqual(second.feed.connection.link.value, { kind: "waiting", retryAtMs: 5, reason: "gone" });
});

Deno.test("TabStream rests when no tab is in sight, wherever the leader is", () => {
  const browser = new Browser();
  const first = browser.open(["clusters"]), second = browser.open(["workers"]);
  first.news();
  first.stream.setHidden(true);
  deepEqual(first.news(), []);
  second.stream.setHidden(true);
  deepEqual(first.news(), ["hide"]);
  second.stream.setHidden(false);
  deepEqual(first.news(), ["come back"]);
});

Deno.test("TabStream of the next tab leads when the leader has gone", () => {
  const browser = new Browser();
  const first = browser.open(["clusters"]), second = browser.open(["workers"]), third = browser.open(["events"]);
  browser.close(first);
  deepEqual(second.news().at(-1), "show events,workers");
  second.taker.apply(HELLO, 1000);
  equal(third.feed.connection.link.value.kind, "live");
});

Deno.test("TabStream that hears nothing from its leader helps itself", () => {
  const browser = new Browser();
  browser.open([]);
  const second = browser.open(["workers"]);
  second.timers[0]!();
  deepEqual(second.news(), ["show workers"]);
});
