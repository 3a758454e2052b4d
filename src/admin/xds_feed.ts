/** The topic `xds`: what changed of the sources, the messages that came, and that the configuration is another one. */
import type { XdsEvent, XdsFrame, XdsItem } from "./contract/xds.ts";
import type { ConfigSourceView } from "./config_source.ts";
import { ListFeed } from "./list_feed.ts";
import { xdsEvent, xdsView } from "./xds_view.ts";

/** Sources that a stream carries; the rest is asked for. */
const MAX_ITEMS = 200;

export class XdsFeed {
  readonly #config: ConfigSourceView;
  readonly #send: (frame: XdsFrame) => void;
  readonly #items: ListFeed<XdsItem>;
  #revision = "";
  #lastEvent = 0;

  constructor(config: ConfigSourceView, send: (frame: XdsFrame) => void) {
    this.#config = config;
    this.#send = send;
    this.#items = new ListFeed(({ id }) => `xds/${id}`, send);
  }

  /** Sends what changed. */
  tick(): void {
    if (this.#config.revision === this.#revision) return;
    const { revision, total, items } = xdsView(this.#config, MAX_ITEMS);
    this.#items.moveTo(items);
    const events = this.#newEvents();
    if (events.length > 0) this.#send({ op: "events", data: events });
    this.#revision = revision;
    this.#send({ op: "revision", revision, total });
  }

  /** For a new client, when all others have the present. */
  snapshot(): XdsFrame {
    this.tick();
    const view = xdsView(this.#config, MAX_ITEMS);
    const events = (this.#config.sources?.events ?? []).map(xdsEvent).reverse();
    return { op: "snapshot", data: { ...view, items: [...this.#items.items] }, events };
  }

  #newEvents(): XdsEvent[] {
    const all = this.#config.sources?.events ?? [];
    const fresh = all.filter(({ id }) => id > this.#lastEvent).map(xdsEvent);
    this.#lastEvent = all.at(-1)?.id ?? 0;
    return fresh;
  }
}
