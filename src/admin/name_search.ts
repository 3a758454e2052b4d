/**
 * What the stats explorer's search means: part of a name, a glob over all of it (`*` any text, `?` one character), or a
 * regular expression as Envoy's `filter`. Each is also told as that filter, so that the endpoint beside shows the same.
 */
import type { SafeRegex } from "../match/safe_regex.ts";
import { parseNameFilter } from "./name_filter.ts";

/** What is asked of names. All of it must hold. */
export interface NameQuestion {
  /** Part of a name or glob, of what follows the prefix; empty = any. */
  readonly q: string;
  readonly filter: SafeRegex | null;
  /** Names begin with it. */
  readonly prefix: string;
}

/** A search that is ready. */
export interface NameSearch {
  finds(name: string): boolean;
  /** See `StatPage.filter`. */
  readonly filter: string | null;
}

/** The search, or why there is none. */
export function compileNameSearch({ q, filter, prefix }: NameQuestion): NameSearch | string {
  const isGlob = /[*?]/.test(q);
  const glob = isGlob ? parseNameFilter(globPattern(q)) : null;
  if (typeof glob === "string") return glob;
  const findsRest = (name: string) => {
    if (glob !== null) return glob.matches(name.slice(prefix.length));
    return q === "" || name.includes(q, prefix.length);
  };
  return {
    finds: (name) => name.startsWith(prefix) && findsRest(name) && (filter === null || filter.search(name)),
    filter: filter !== null ? q + prefix === "" ? filter.source : null : envoyFilter(q, isGlob, prefix),
  };
}

function envoyFilter(q: string, isGlob: boolean, prefix: string): string {
  const start = prefix === "" ? "" : `^${quoted(prefix)}`;
  if (isGlob) return `${start || "^"}${globPattern(q)}$`;
  return q === "" || start === "" ? start + quoted(q) : `${start}.*${quoted(q)}`;
}

function globPattern(glob: string): string {
  return glob.split(/([*?])/).map((part) => part === "*" ? ".*" : part === "?" ? "." : quoted(part)).join("");
}

/** The text as a pattern for itself. */
function quoted(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
