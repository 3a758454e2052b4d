/**
 * Global search in the browser: the names of everything, looked through at each key press (spec/console.md 4). Where there
 * are too many names for that, the server is asked instead.
 */

import {
  fitOf,
  linkOf,
  SEARCH_KINDS,
  type SearchAnswer,
  type SearchKind,
  type SearchNames,
} from "../../src/admin/contract/search.ts";

/** What can be found: what the server has, pages of the console, and what can be done. */
export type FoundKind = SearchKind | "page" | "action";

/** One thing found. */
export interface Found {
  readonly kind: FoundKind;
  readonly name: string;
  /** Whose it is; empty = nobody's. */
  readonly of: string;
  /** A path under `/console`, as the server gives it, or what to do. */
  readonly target: string | (() => void);
}

/** Results at a time. */
export const MAX_FOUND = 30;

/** Order among those that fit equally well. */
const ORDER: readonly FoundKind[] = ["page", "action", ...SEARCH_KINDS];

interface Entry {
  readonly found: Found;
  readonly lower: string;
  readonly kind: number;
}

/** Names and where they lead. */
export class SearchIndex {
  readonly #own: Entry[];
  #loaded: Entry[] = [];
  #isComplete = true;

  /** `own`: pages and what can be done, which are here already. */
  constructor(own: readonly Found[]) {
    this.#own = own.map(entryOf);
  }

  /** There are more names than are here: ask the server too. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Takes the server's names in place of those before. */
  load({ names, is_complete: isComplete }: SearchNames): void {
    this.#isComplete = isComplete;
    this.#loaded = SEARCH_KINDS.flatMap((kind) =>
      (names[kind] ?? []).map(([name, of]) => entryOf({ kind, name, of, target: linkOf(kind, name, of) }))
    );
  }

  /** The best of what is here. Without a query, the pages. */
  find(query: string): Found[] {
    const wanted = query.trim().toLowerCase();
    if (wanted === "") return this.#own.filter(({ found }) => found.kind === "page").map(({ found }) => found);
    const best: { readonly found: Found; readonly rank: number }[] = [];
    for (const entries of [this.#own, this.#loaded]) {
      for (const { found, lower, kind } of entries) {
        const fit = fitOf(lower, wanted);
        if (fit === null) continue;
        const rank = (fit * ORDER.length + kind) * 1000 + Math.min(lower.length, 999);
        if (best.length === MAX_FOUND && rank >= best[MAX_FOUND - 1]!.rank) continue;
        const at = best.findIndex((other) => other.rank > rank);
        best.splice(at < 0 ? best.length : at, 0, { found, rank });
        best.length = Math.min(best.length, MAX_FOUND);
      }
    }
    return best.map(({ found }) => found);
  }

  /** Those from here and the server's, each once. */
  merge(own: readonly Found[], answer: SearchAnswer): Found[] {
    const pages = own.filter(({ kind }) => kind === "page" || kind === "action");
    return [...pages, ...answer.items.map(({ kind, name, of, link }) => ({ kind, name, of, target: link }))]
      .slice(0, MAX_FOUND);
  }
}

function entryOf(found: Found): Entry {
  return { found, lower: found.name.toLowerCase(), kind: ORDER.indexOf(found.kind) };
}
