/**
 * A filter that does with each stream what the lot says: lets it pass, holds heads or bodies for a while in one of the ways
 * there are, or answers by itself, at once or late. For traffic that must leave nothing behind.
 */
import { z } from "zod";
import type { Random } from "../../src/base/random.ts";
import { Timer } from "../../src/base/timer_wheel.ts";
import type { HttpFilterDefinition } from "../../src/filter/define.ts";
import {
  BodyStatus,
  type BodyStatusValue,
  type FilterHandle,
  HeadStatus,
  type HeadStatusValue,
  PassThroughFilter,
} from "../../src/filter/http_filter.ts";
import { localReply } from "../../src/filter/local_reply.ts";

/** Messages must be Envoy's own; this one has no field that must be there. */
const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** An entry of `http_filters` for it. */
export const MOODY_FILTER = `{ name: moody, typed_config: { "@type": ${TYPE} } }`;

const REPLY = localReply(429, "not now", "moody");
const LONGEST_HOLD_MS = 300;

/** What `MOODY_FILTER` names. */
export function moodyFilter(random: Random): HttpFilterDefinition {
  return {
    typeUrl: TYPE,
    schema: z.strictObject({}),
    isTerminal: false,
    createFactory: () => ({ create: (handle) => new MoodyFilter(handle, random) }),
  };
}

const HOLDING_HEADS: readonly HeadStatusValue[] = [
  HeadStatus.stop,
  HeadStatus.stopAllAndBuffer,
  HeadStatus.stopAllAndWatermark,
];
const HOLDING_BODIES: readonly BodyStatusValue[] = [BodyStatus.stopAndBuffer, BodyStatus.stopAndWatermark];

class MoodyFilter extends PassThroughFilter {
  readonly #handle: FilterHandle;
  readonly #random: Random;
  readonly #decodeTimer: Timer;
  readonly #encodeTimer: Timer;
  #isReplying = false;

  constructor(handle: FilterHandle, random: Random) {
    super();
    this.#handle = handle;
    this.#random = random;
    this.#decodeTimer = new Timer(handle.loop.timers, () => this.#goOn());
    this.#encodeTimer = new Timer(handle.loop.timers, () => handle.continueEncoding());
  }

  override decodeHead(): HeadStatusValue {
    switch (this.#random.below(10)) {
      case 0:
        this.#handle.sendLocalReply(REPLY);
        return HeadStatus.stop;
      case 1:
        this.#isReplying = true;
        return this.#hold(this.#decodeTimer, HeadStatus.stopAllAndBuffer);
      case 2:
      case 3:
        return this.#hold(this.#decodeTimer, this.#pick(HOLDING_HEADS));
      default:
        return HeadStatus.continue;
    }
  }

  override decodeBody(): BodyStatusValue {
    if (this.#decodeTimer.isArmed) return BodyStatus.stopAndBuffer;
    return this.#random.below(10) > 0 ? BodyStatus.continue : this.#hold(this.#decodeTimer, this.#pick(HOLDING_BODIES));
  }

  override encodeHead(): HeadStatusValue {
    if (this.#random.below(5) > 0) return HeadStatus.continue;
    return this.#hold(this.#encodeTimer, this.#pick(HOLDING_HEADS));
  }

  override encodeBody(): BodyStatusValue {
    if (this.#encodeTimer.isArmed) return BodyStatus.stopAndBuffer;
    return this.#random.below(20) > 0 ? BodyStatus.continue : this.#hold(this.#encodeTimer, this.#pick(HOLDING_BODIES));
  }

  override destroy(): void {
    this.#decodeTimer.cancel();
    this.#encodeTimer.cancel();
  }

  #goOn(): void {
    if (this.#isReplying) this.#handle.sendLocalReply(REPLY);
    else this.#handle.continueDecoding();
  }

  #hold<Status>(timer: Timer, status: Status): Status {
    timer.arm(this.#random.below(LONGEST_HOLD_MS));
    return status;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.below(items.length)]!;
  }
}
