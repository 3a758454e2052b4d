/**
 * The route tables of one worker that come by RDS, by the key of their subscription. All connection managers with the same
 * key share a table, compiled once; an update swaps it in between two events, and no listener hears of it.
 */
import type { RoutesUpdate } from "../config/config_change.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { RouteSlot, type RouteSlots } from "../route/route_slot.ts";
import type { TallyMaker } from "../route/tally.ts";

export class RouteTables implements RouteSlots {
  readonly #slots = new Map<string, RouteSlot>();
  readonly #formats: FormatContext;
  readonly #makeTally: TallyMaker;

  constructor(formats: FormatContext, makeTally: TallyMaker) {
    this.#formats = formats;
    this.#makeTally = makeTally;
  }

  slotOf(key: string, empty: RouteConfiguration): RouteSlot {
    let slot = this.#slots.get(key);
    if (slot === undefined) this.#slots.set(key, slot = RouteSlot.of(empty, this.#formats, this.#makeTally));
    return slot;
  }

  /**
   * Compiles new tables; the function that comes back swaps them in. Where nobody refers to routes any more their slot is
   * dropped; who still has it goes on with its last table.
   */
  prepare(updates: readonly RoutesUpdate[]): () => void {
    const made = updates.map(({ key, routes }) =>
      [key, routes === null ? null : RouteSlot.of(routes, this.#formats, this.#makeTally)] as const
    );
    return () => {
      for (const [key, fresh] of made) {
        const slot = this.#slots.get(key);
        if (fresh === null) this.#slots.delete(key);
        else if (slot === undefined) this.#slots.set(key, fresh);
        else slot.take(fresh);
      }
    };
  }
}
