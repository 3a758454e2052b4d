/**
 * The console's start: makes the store, the router and the stream, joins them to the browser, and draws. All that
 * touches `window` from outside a component is here.
 */

import { render } from "preact";
import { effect, untracked } from "@preact/signals";
import { Api, browserPlatform, EventsClient, type StreamPlatform } from "./api.ts";
import { App } from "./app.tsx";
import { Feed } from "./model/feed.ts";
import { Session } from "./model/session.ts";
import { type TabBus, TabStream } from "./model/tab_stream.ts";
import { findPage } from "./pages.ts";
import { CONSOLE_ROOT, Router } from "./router.ts";

const feed = new Feed(Date.now(), openStore());
const router = new Router(window);
const platform: StreamPlatform = {
  ...browserPlatform,
  async fetch(url, init) {
    const response = await browserPlatform.fetch(url, init);
    // Signed out, or never signed in: the dialog shows as soon as the server has said so.
    if (response.status === 401 && !url.endsWith("/session")) void session.load();
    return response;
  },
};
const api = new Api(platform);
const stream = new TabStream(feed, browserTabs(), (taker) => new EventsClient(taker, platform), platform);
const session = new Session(api, () => stream.refresh(), () => feed.connection.writeRefusal.value);

/** Asking for the storage may itself be refused. */
function openStore(): Storage | null {
  let store: Storage | null = null;
  try {
    store = localStorage;
  } catch {
    // The reader's choices then last as long as the page.
  }
  return store;
}

/** Locks say which tab leads, a channel carries what it hears; null where the browser has not both. */
function browserTabs(): TabBus | null {
  if (typeof BroadcastChannel === "undefined" || navigator.locks === undefined) return null;
  const channel = new BroadcastChannel("denvoy.events");
  const name = "denvoy.events";
  const held = (onLeading: () => void) => () => {
    onLeading();
    // Held for as long as the tab is there.
    return new Promise<never>(() => {});
  };
  return {
    id: crypto.randomUUID(),
    post: (message) => channel.postMessage(message),
    listen: (onMessage) => channel.onmessage = ({ data }) => onMessage(data),
    lead(onLeading, onWaiting) {
      navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock !== null) await held(onLeading)();
        onWaiting();
        void navigator.locks.request(name, held(onLeading));
      });
    },
  };
}

/** A plain press on a link into the console is a change of route; anything else is the browser's. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || !link.pathname.startsWith(CONSOLE_ROOT)) return;
  if (link.hash !== "") return;
  event.preventDefault();
  router.go(link.pathname + link.search);
}

addEventListener("popstate", () => router.read());
document.addEventListener("click", followLink);
document.addEventListener("visibilitychange", () => stream.setHidden(document.hidden));
addEventListener("pagehide", () => stream.leave());
// Ticks move the page's clock too: one drawing a second is enough.
setInterval(() => feed.connection.passTime(Date.now()), 500);

const root = document.getElementById("app");
if (root !== null) render(<App feed={feed} router={router} api={api} session={session} />, root);
void session.load();
effect(() => {
  const topics = findPage(router.route.value)?.entry.topics ?? [];
  untracked(() => stream.show(topics));
});
