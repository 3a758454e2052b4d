/**
 * The URL is the state (spec/console.md 1): the path under `/console` names a page and what to look at on it, the query
 * holds filters, sorting and what is unfolded. Links inside the console change both without loading.
 */

import { type ReadonlySignal, signal } from "@preact/signals";

/** Where the console is served. */
export const CONSOLE_ROOT = "/console";

/** What a path asks for: its steps below `/console`, decoded. The first names the page; none is the Overview. */
export type Route = readonly string[];

/** Reads a path, with or without {@link CONSOLE_ROOT} before it. */
export function parsePath(path: string): Route {
  const inside = path.startsWith(CONSOLE_ROOT) ? path.slice(CONSOLE_ROOT.length) : path;
  return inside.split("/").filter((step) => step !== "").map(decoded);
}

/** The path of a page or of something on it: `/console/clusters/web`. */
export function pathOf(...steps: readonly string[]): string {
  return `${CONSOLE_ROOT}/${steps.map(encodeURIComponent).join("/")}`;
}

/** A link the server gave, which lies under `/console`, as a path. */
export function consolePath(link: string): string {
  return link.startsWith(CONSOLE_ROOT) ? link : CONSOLE_ROOT + (link.startsWith("/") ? link : `/${link}`);
}

/** What the router needs of the browser. */
export type RouterWindow = Pick<Window, "location" | "history">;

/** The current route and query, as signals. */
export class Router {
  readonly #window: RouterWindow;
  readonly #route = signal<Route>([]);
  readonly #query = signal<URLSearchParams>(new URLSearchParams());
  /** Counts the arrivals: going twice to one place is two arrivals. */
  readonly #arrivals = signal(0);

  constructor(window: RouterWindow) {
    this.#window = window;
    this.read();
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  get arrivals(): ReadonlySignal<number> {
    return this.#arrivals;
  }

  /** Takes over what the address bar says: at the start, and on back and forward. */
  read(): void {
    const { pathname, search } = this.#window.location;
    this.#route.value = parsePath(pathname);
    this.#query.value = new URLSearchParams(search);
    this.#arrivals.value++;
  }

  /**
   * Goes to a path of the console. Without a query of its own, filters stay as long as the page is the same, and the time
   * range on every page.
   */
  go(target: string): void {
    const isSamePage = parsePath(target.split("?", 1)[0]!)[0] === this.#route.peek()[0];
    const kept = isSamePage ? this.#window.location.search : this.#stickySearch();
    const search = target.includes("?") ? "" : kept;
    this.#window.history.pushState(null, "", target + search);
    this.read();
  }

  #stickySearch(): string {
    const range = this.#query.peek().get("range") ?? "";
    return range === "" ? "" : `?range=${encodeURIComponent(range)}`;
  }

  /** One value of the query, empty when absent. Reading it subscribes. */
  query(name: string): string {
    return this.#query.value.get(name) ?? "";
  }

  /** Sets one value of the query; an empty one is taken out. In place, unless going back is to undo it. */
  setQuery(name: string, value: string, isEntry = false): void {
    const query = new URLSearchParams(this.#query.peek());
    if (value === "") query.delete(name);
    else query.set(name, value);
    this.#query.value = query;
    const text = query.toString();
    const target = this.#window.location.pathname + (text === "" ? "" : `?${text}`);
    if (isEntry) this.#window.history.pushState(null, "", target);
    else this.#window.history.replaceState(null, "", target);
  }
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
