/**
 * What the stats explorer's search means: part of a name, a glob over all of it (`*` any text, `?` one character), or a
 * regular expression between slashes. Each is also told as Envoy's `filter`, so that the endpoint beside shows the same.
 */
import { parseNameFilter } from "./name_filter.ts";

/** What is asked of names. All of it must hold. */
export interface NameQuestion {
  /** Part of a name or glob, of what follows the prefix, or `/regex/` of all of it; empty = any. */
  readonly q: string;
  /** Names begin with it. */
  readonly prefix: string;
}

/** A search that is ready. */
export interface NameSearch {
  finds(name: string): boolean;
  /** What Envoy's `/stats` is to be asked for; empty = all, null = it cannot be said. */
  readonly filter: string | null;
}

/** The search, or why there is none, in RE2's words. */
export function compileNameSearch({ q, prefix }: NameQuestion): NameSearch | string {
  const pattern = /^\/(.+?)\/?$/.exec(q)?.[1], isGlob = pattern === undefined && /[*?]/.test(q);
  const regex = pattern !== undefined ? parseNameFilter(pattern) : isGlob ? parseNameFilter(globPattern(q)) : null;
  if (typeof regex === "string") return regex;
  const isFound = (name: string) => {
    if (regex === null) return name.includes(q, prefix.length);
    return isGlob ? regex.matches(name.slice(prefix.length)) : regex.search(name);
  };
  const filter = pattern === undefined ? envoyFilter(q, isGlob, prefix) : prefix === "" ? pattern : null;
  return { finds: (name) => name.startsWith(prefix) && isFound(name), filter };
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
