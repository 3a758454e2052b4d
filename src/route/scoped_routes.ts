/**
 * Routing with a route table for each scope. The scope is chosen from the head as it is when the route is asked for: what
 * has changed the head since, a filter or a redirect, may have led to another one, as in Envoy.
 */
import type { ScopedRoutesConfig } from "../config/scoped_routes_config.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { FormatContext } from "../observe/format/format_context.ts";
import type { RouteEntry } from "./route_entry.ts";
import type { RouteInput } from "./route_input.ts";
import { RouteScopes } from "./route_scopes.ts";
import { RouteTable } from "./route_table.ts";
import type { TallyMaker } from "./tally.ts";
import type { VirtualHost } from "./virtual_host.ts";

/** Stands in the place of a {@link RouteTable}. */
export class ScopedRoutes {
  readonly #tables: RouteScopes<RouteTable>;

  constructor(config: ScopedRoutesConfig, formats: FormatContext, makeTally: TallyMaker) {
    this.#tables = new RouteScopes(config, ({ routeConfig }) => new RouteTable(routeConfig, formats, makeTally));
  }

  /** The first route of the request's scope that matches; null = there is none, or no scope. */
  resolve(input: RouteInput): RouteEntry | null {
    const table = this.#tables.find(input.head);
    return table === null ? null : table.resolve(input);
  }

  /** The route table of a request's scope; null = it has no scope. */
  tableOf(head: RequestHead): RouteTable | null {
    return this.#tables.find(head);
  }

  /** The route table of the scope with this key; null = there is none. */
  tableAt(key: readonly string[]): RouteTable | null {
    return this.#tables.at(key);
  }

  /** The virtual host of a request in its scope, or null. */
  virtualHostOf(head: RequestHead): VirtualHost | null {
    return this.#tables.find(head)?.virtualHostOf(head) ?? null;
  }
}
