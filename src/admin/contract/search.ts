/**
 * Everything that has a name: `/api/v1/search`, and how well a name fits what was typed, which server and console must see
 * alike (spec/console.md 4).
 */

/** Kinds of things on the server, in the order in which equals are listed. */
export const SEARCH_KINDS = [
  "cluster",
  "host",
  "listener",
  "route_config",
  "domain",
  "runtime_key",
  "stat",
] as const;

/** One of them. */
export type SearchKind = typeof SEARCH_KINDS[number];

/** A name, and whose it is: the cluster of a host, the route configuration of a domain; else empty. */
export type SearchName = readonly [name: string, of: string];

/** With more names than this the console asks the server for each search. */
export const MAX_NAMES = 20_000;

/** Body of `GET /api/v1/search/names`: all of them, or just how many where there are too many. */
export interface SearchNames {
  generation: number;
  total: number;
  is_complete: boolean;
  names: Partial<Record<SearchKind, SearchName[]>>;
}

/** One thing that was found. */
export interface SearchItem {
  kind: SearchKind;
  name: string;
  of: string;
  /** Path under `/console`. */
  link: string;
}

/** Body of `GET /api/v1/search?q=`: the best first. */
export interface SearchAnswer {
  items: SearchItem[];
  total: number;
}

/** Where a thing is shown. */
export function linkOf(kind: SearchKind, name: string, of: string): string {
  const step = encodeURIComponent(name);
  switch (kind) {
    case "cluster":
      return `/clusters/${step}`;
    case "host":
      return `/clusters/${encodeURIComponent(of)}/hosts?host=${step}`;
    case "listener":
      return `/listeners/${step}`;
    case "route_config":
      return `/routes/${step}`;
    case "domain":
      return `/routes/${encodeURIComponent(of)}?q=${step}`;
    case "runtime_key":
      return `/runtime/key/${step}`;
    case "stat":
      return `/stats?q=${step}`;
  }
}

/**
 * How well `name` fits `query`, both in lower case: 0 the same, 1 begins so, 2 a word in it begins so, 3 has it inside,
 * 4 has its letters in this order; null = it does not fit.
 */
export function fitOf(name: string, query: string): number | null {
  const at = name.indexOf(query);
  if (at === 0) return name.length === query.length ? 0 : 1;
  if (at > 0) return isWordStart(name, at) ? 2 : 3;
  // Letters far apart would find everything: they must begin where a word does.
  let from = 0;
  for (let letter = 0; letter < query.length; letter++) {
    const next = name.indexOf(query[letter]!, from);
    if (next < 0 || letter === 0 && !isWordStart(name, next)) return null;
    from = next + 1;
  }
  return query.length < 2 ? null : 4;
}

function isWordStart(name: string, at: number): boolean {
  if (at === 0) return true;
  const before = name.charCodeAt(at - 1);
  return !(before >= 97 && before <= 122 || before >= 48 && before <= 57);
}
