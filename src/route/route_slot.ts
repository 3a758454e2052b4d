/**
 * Where a connection manager finds its routes: always the same place, with another table in it after an update. A stream
 * takes the table that is there when its head has come, and keeps it (spec/xds.md 9.4).
 */
import type { RouteConfiguration } from "../config/route_config.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import { RouteTable } from "./route_table.ts";
import type { ScopedRoutes } from "./scoped_routes.ts";
import type { TallyMaker } from "./tally.ts";

/** What a slot can hold. */
export type Routes = RouteTable | ScopedRoutes;

export class RouteSlot {
  /** Of now: who needs the same one later keeps it. */
  table: Routes;
  /** `internal_only_headers` of the table of now; with scopes their own say it. */
  internalOnlyHeaders: readonly string[];

  constructor(table: Routes, internalOnlyHeaders: readonly string[]) {
    this.table = table;
    this.internalOnlyHeaders = internalOnlyHeaders;
  }

  /** A slot with the table that `config` says. */
  static of(config: RouteConfiguration, formats: FormatContext, makeTally: TallyMaker): RouteSlot {
    return new RouteSlot(new RouteTable(config, formats, makeTally), config.internalOnlyHeaders);
  }

  /** From now on what is in the other. */
  take({ table, internalOnlyHeaders }: RouteSlot): void {
    this.table = table;
    this.internalOnlyHeaders = internalOnlyHeaders;
  }
}

/** Has the slots of routes that come by RDS. */
export interface RouteSlots {
  /** The slot of a subscription; until its first table has come, one with the routes of `empty`. */
  slotOf(key: string, empty: RouteConfiguration): RouteSlot;
}
