/**
 * How much of a route configuration tests have looked at, counted as Envoy's tool counts: a route with several weighted
 * clusters is as many as it has clusters; one is covered when a test was right about it in anything but headers, and for
 * full coverage each is worth the share of its expectations that were met.
 *
 * Differs from Envoy: the redirects of `require_tls` count for nothing. In the tool they are covered routes that nobody
 * configured, so that coverage may pass 100%.
 */
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteTable } from "../../route/route_table.ts";
import type { ExpectationName } from "./expectations.ts";

const OF_FORWARDING: readonly ExpectationName[] = [
  "cluster_name",
  "virtual_cluster_name",
  "virtual_host_name",
  "path_rewrite",
  "host_rewrite",
];
const OF_ANSWERING: readonly ExpectationName[] = ["path_redirect", "code_redirect"];

/** A route by its place: positions of its virtual host and of itself in that. */
export interface RoutePlace {
  readonly virtualHost: number;
  readonly route: number;
}

/** Takes note of what tests were right about. */
export class Coverage {
  readonly #table: RouteTable;
  readonly #met = new Map<RouteEntry, Set<ExpectationName>>();

  constructor(table: RouteTable) {
    this.#table = table;
  }

  /** A test expected `names` of `route`, and rightly. What is expected of the other kind of route says nothing. */
  note(route: RouteEntry, names: readonly ExpectationName[]): void {
    const counted = names.filter((name) => expectationsOf(route).includes(name));
    if (counted.length === 0) return;
    const known = this.#met.get(route);
    this.#met.set(route, new Set([...known ?? [], ...counted]));
  }

  /** Percent of the routes that tests looked at; in full, of all that can be expected of them. */
  percent(isFull: boolean): number {
    let covered = 0, count = 0;
    for (const { routes } of this.#table.virtualHosts) {
      for (const entry of routes.flatMap((route) => route.variants)) {
        const met = this.#met.get(entry)?.size ?? 0;
        covered += isFull ? met / expectationsOf(entry).length : Math.min(met, 1);
        count++;
      }
    }
    return count === 0 ? 100 : 100 * covered / count;
  }

  /** Routes no test looked at. Of several weighted clusters one is enough. */
  missing(): RoutePlace[] {
    return this.#table.virtualHosts.flatMap(({ routes }, virtualHost) =>
      routes.flatMap((entry, route) =>
        entry.variants.some((variant) => this.#met.has(variant)) ? [] : [{ virtualHost, route }]
      )
    );
  }
}

function expectationsOf({ action }: RouteEntry): readonly ExpectationName[] {
  return action.kind === "redirect" || action.kind === "direct_response" ? OF_ANSWERING : OF_FORWARDING;
}
