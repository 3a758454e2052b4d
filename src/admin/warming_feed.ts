/**
 * Makes the changes of what warms into frames of the topic `warming` (spec/console.md 7.8, Appendix C): looked at once a
 * second, and as soon as something swaps. A storm of swaps is told in few frames.
 */
import type { WarmingFrame, WarmingItem, WarmingView } from "./contract/warming.ts";
import { warmingKey } from "./warming_view.ts";

/** The shortest time between two looks. */
const PAUSE_MS = 100;

export class WarmingFeed {
  readonly #look: () => WarmingView;
  readonly #isWatched: () => boolean;
  readonly #send: (frame: WarmingFrame) => void;
  #json = new Map<string, string>();
  #serverJson = "";
  #totalsJson = "";
  #lastSwap = 0;
  #lastTransition = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `look` gives the present; `send` tells those who have the list. */
  constructor(look: () => WarmingView, isWatched: () => boolean, send: (frame: WarmingFrame) => void) {
    this.#look = look;
    this.#isWatched = isWatched;
    this.#send = send;
  }

  /** Moves on to the present and sends what changed; returns it. */
  move(): WarmingView {
    const view = this.#look();
    this.#sendSwaps(view);
    this.#sendItems(view.items);
    const { server, total, refused } = view;
    const serverJson = JSON.stringify(server), totalsJson = JSON.stringify([total, refused]);
    if (serverJson !== this.#serverJson) this.#send({ op: "server", data: server });
    if (totalsJson !== this.#totalsJson) this.#send({ op: "totals", total, refused });
    this.#serverJson = serverJson;
    this.#totalsJson = totalsJson;
    const data = view.timeline.filter(({ id }) => id > this.#lastTransition);
    if (data.length > 0) this.#send({ op: "timeline", data });
    this.#lastTransition = view.timeline.at(-1)?.id ?? this.#lastTransition;
    return view;
  }

  /** Something may have changed: looks at it if anyone watches. */
  tick(): void {
    if (this.#isWatched()) this.move();
  }

  /** Something swapped: looks at it when what is under way is done. */
  onSwap(): void {
    if (this.#timer !== null || !this.#isWatched()) return;
    this.move();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.tick();
    }, PAUSE_MS);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What swapped is not on the list any more; another object of its name may be, and is sent again. */
  #sendSwaps({ swaps }: WarmingView): void {
    for (const swap of swaps.filter(({ id }) => id > this.#lastSwap).reverse()) {
      const key = warmingKey(swap);
      this.#json.delete(key);
      this.#send({ op: "remove", key, swap });
    }
    this.#lastSwap = swaps[0]?.id ?? this.#lastSwap;
  }

  #sendItems(items: readonly WarmingItem[]): void {
    const present = new Map<string, string>();
    for (const item of items) {
      const key = warmingKey(item), json = JSON.stringify(item);
      present.set(key, json);
      if (this.#json.get(key) !== json) this.#send({ op: "upsert", key, data: item });
    }
    for (const key of this.#json.keys()) if (!present.has(key)) this.#send({ op: "remove", key, swap: null });
    this.#json = present;
  }
}
