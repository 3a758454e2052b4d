/**
 * `/drain_listeners` in one worker: connections of listeners that were told to go, and that send no response meanwhile, are
 * told by themselves (spec/operations.md 16.2, 16.3). Those that come later are told by their first response.
 */
import type { Random } from "../base/random.ts";
import type { ListenerDrains } from "../config/listener_drains.ts";
import type { EventLoop } from "../transport/event_loop.ts";
import { DrainNotices } from "./drain_notices.ts";
import type { ListenerSet } from "./listener_set.ts";

export class DirectionNotices {
  readonly #listeners: ListenerSet;
  readonly #inbound: DrainNotices;
  readonly #all: DrainNotices;
  #isInboundUnderWay = false;
  #isAllUnderWay = false;

  constructor(loop: EventLoop, random: Random, listeners: ListenerSet) {
    this.#listeners = listeners;
    this.#inbound = new DrainNotices(loop, random);
    this.#all = new DrainNotices(loop, random);
  }

  /** These drains are under way, and no others; `timeMs` is the drain time. */
  follow({ inboundMs, allMs }: ListenerDrains, timeMs: number): void {
    if (inboundMs === null) this.#inbound.cancel();
    else if (!this.#isInboundUnderWay) {
      this.#inbound.plan(this.#listeners.servedConnections(true), timeMs - inboundMs);
    }
    if (allMs === null) this.#all.cancel();
    else if (!this.#isAllUnderWay) this.#all.plan(this.#listeners.servedConnections(false), timeMs - allMs);
    this.#isInboundUnderWay = inboundMs !== null;
    this.#isAllUnderWay = allMs !== null;
  }

  /** Nobody is told any more. */
  cancel(): void {
    this.#inbound.cancel();
    this.#all.cancel();
  }
}
