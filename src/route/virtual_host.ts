/**
 * The routes of one virtual host: the first that matches wins (spec/http.md 2.2). A few are tried one after the other;
 * many are found through a tree of their paths, which gives the same answer without trying them all. Where a matcher
 * leads to the routes only those it leads to are tried, and there is no way back into it.
 *
 * A request without a path (CONNECT) matches only routes that are for it.
 */
import { TO_LOWER } from "../base/ascii.ts";
import { invariant } from "../base/errors.ts";
import type { MatcherConfig } from "../config/matcher_tree_config.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { RouteConfig, VirtualHostConfig } from "../config/route_config.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { MatchData } from "../match/match_input.ts";
import { compileMatcherTree, type MatcherTree } from "../match/matcher_tree.ts";
import type { OuterLevels } from "./outer_levels.ts";
import { Candidates, PathTrie, type TriePlace } from "./path_trie.ts";
import { RouteEntry } from "./route_entry.ts";
import type { RouteInput } from "./route_input.ts";

/** With fewer routes than this the loop is as fast as the tree. */
export const MIN_INDEXED_ROUTES = 4;

/** Finds routes; both kinds give the same answer. */
interface RouteSearch {
  find(input: RouteInput, bytes: Uint8Array, start: number, end: number): RouteEntry | null;
}

export class VirtualHost {
  readonly name: string;
  readonly metadata: FilterMetadata;
  readonly #requireTls: VirtualHostConfig["requireTls"];
  readonly #tlsRedirect: RouteEntry;
  /** Of a virtual host without a matcher. */
  readonly #list: RouteList;
  readonly #matcher: RouteMatcher | null;

  constructor(outer: OuterLevels, minIndexedRoutes: number = MIN_INDEXED_ROUTES) {
    const { routes, matcher, name, metadata, requireTls } = outer.virtualHost;
    const compile = (configs: readonly RouteConfig[]) =>
      new RouteList(configs.map((route) => RouteEntry.of(route, outer)), minIndexedRoutes);
    this.name = name;
    this.metadata = metadata;
    this.#list = compile(routes);
    this.#matcher = matcher === null ? null : new RouteMatcher(matcher, compile);
    this.#requireTls = requireTls;
    this.#tlsRedirect = RouteEntry.tlsRedirect(outer);
  }

  /** Its routes in order; none where a matcher leads to them. */
  get routes(): readonly RouteEntry[] {
    return this.#list.routes;
  }

  /** Whether a matcher leads to its routes. */
  get hasMatcher(): boolean {
    return this.#matcher !== null;
  }

  /** The redirect that a request gets in place of any route, because it came without TLS; null = it may go on. */
  tlsRedirect({ head: { headers } }: RouteInput): RouteEntry | null {
    if (this.#requireTls === "NONE" || headers.get(HeaderId.xForwardedProto) === "https") return null;
    if (this.#requireTls === "EXTERNAL_ONLY" && headers.get(HeaderId.xEnvoyInternal) === "true") return null;
    return this.#tlsRedirect;
  }

  /** The routes that a request may take, in order; null = its matcher leads to none. */
  routesFor({ head }: RouteInput): RouteList | null {
    return this.#matcher === null ? this.#list : this.#matcher.match(head);
  }

  /** The first route that matches, or null; the path without its query is `bytes[start, end)`. */
  find(input: RouteInput, bytes: Uint8Array, start: number, end: number): RouteEntry | null {
    return this.routesFor(input)?.find(input, bytes, start, end) ?? null;
  }
}

/** `VirtualHost.matcher`: the headers of a request lead to a list of routes. */
class RouteMatcher {
  readonly #tree: MatcherTree<RouteList>;
  readonly #data: { request: RequestHead | null } & Omit<MatchData, "request"> = {
    request: null,
    response: null,
    sourceAddress: "",
    directSourceAddress: "",
  };

  constructor(
    config: MatcherConfig<readonly RouteConfig[]>,
    compile: (routes: readonly RouteConfig[]) => RouteList,
  ) {
    this.#tree = compileMatcherTree(config, compile);
  }

  match(head: RequestHead): RouteList | null {
    const data = this.#data;
    data.request = head;
    const list = this.#tree.match(data);
    data.request = null;
    return list;
  }
}

/** Routes in the order of the configuration. */
export class RouteList {
  readonly routes: readonly RouteEntry[];
  readonly #search: RouteSearch;

  constructor(routes: readonly RouteEntry[], minIndexedRoutes: number) {
    this.routes = routes;
    this.#search = routes.length < minIndexedRoutes ? new OneByOne(routes) : new ByPath(routes);
  }

  /** The first that matches, or null. */
  find(input: RouteInput, bytes: Uint8Array, start: number, end: number): RouteEntry | null {
    return start === end ? this.#findConnect(input) : this.#search.find(input, bytes, start, end);
  }

  #findConnect(input: RouteInput): RouteEntry | null {
    for (const route of this.routes) {
      if (route.path.isConnect && route.matchesConnect(input)) return route;
    }
    return null;
  }
}

/** Tries every route in order. */
class OneByOne implements RouteSearch {
  readonly #routes: readonly RouteEntry[];

  constructor(routes: readonly RouteEntry[]) {
    this.#routes = routes;
  }

  find(input: RouteInput, bytes: Uint8Array, start: number, end: number): RouteEntry | null {
    const routes = this.#routes;
    for (let i = 0; i < routes.length; i++) {
      const route = routes[i]!;
      if (route.path.isConnect) {
        if (route.matchesConnect(input)) return route;
      } else if (route.matchesPath(input, bytes, start, end) && route.holds(input)) return route;
    }
    return null;
  }
}

/** Tries, in order, the routes whose place in a tree lies on the path, and those that have no place in one. */
class ByPath implements RouteSearch {
  readonly #routes: readonly RouteEntry[];
  readonly #exactCase: PathTrie | null;
  readonly #anyCase: PathTrie | null;
  /** Positions of routes without a place: regular expressions, templates, CONNECT. */
  readonly #others: readonly number[];
  readonly #candidates = new Candidates();

  constructor(routes: readonly RouteEntry[]) {
    const exactCase: TriePlace[] = [], anyCase: TriePlace[] = [], others: number[] = [];
    routes.forEach((route, order) => {
      const place = route.path.place;
      if (place === null) others.push(order);
      else (place.foldsCase ? anyCase : exactCase).push({ ...place, order, isPlain: route.conditions === null });
    });
    this.#routes = routes;
    this.#exactCase = exactCase.length === 0 ? null : new PathTrie(exactCase);
    this.#anyCase = anyCase.length === 0 ? null : new PathTrie(anyCase);
    this.#others = others;
  }

  find(input: RouteInput, bytes: Uint8Array, start: number, end: number): RouteEntry | null {
    const candidates = this.#candidates;
    candidates.reset();
    this.#exactCase?.collect(bytes, start, end, null, candidates);
    this.#anyCase?.collect(bytes, start, end, TO_LOWER, candidates);
    if (this.#others.length > 0) candidates.add(this.#others);
    for (let order = candidates.next(); order >= 0; order = candidates.next()) {
      const route = this.#routes[order]!;
      if (route.path.isConnect) {
        if (route.matchesConnect(input)) return route;
      } else if ((route.path.place !== null || route.matchesPath(input, bytes, start, end)) && route.holds(input)) {
        return route;
      }
    }
    return null;
  }
}

/** Why `route` is passed over for a request whose path is `routed` to routes, in a reader's words; null = it is not. */
export function whyNot(route: RouteEntry, input: RouteInput, routed: Uint8Array): string | null {
  for (const condition of route.conditions ?? []) if (!condition.matches(input)) return condition.wanted;
  const { path } = route;
  const isMatch = path.isConnect
    ? route.matchesConnect(input)
    : routed.length > 0 && route.matchesPath(input, routed, 0, routed.length);
  if (isMatch) return null;
  invariant(path.wanted !== "", "A path condition has no words");
  return path.wanted;
}
