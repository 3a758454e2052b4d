/**
 * Names: files and folders are snake_case words of the domain. A drawer (`utils`, `helpers`, `types`) names no
 * concept, so things pile up in it; `Impl`, `Manager`, `Abstract` say nothing about the thing, except where the word is
 * Envoy's own.
 */
import { placeOf, type SourceText } from "./source_text.ts";

/** Refused as a whole name and as the last word of one. */
const DRAWERS: ReadonlySet<string> = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "misc",
  "impl",
  "manager",
]);
/** Refused as a whole name only: `type_urls` and `shared_limits` do name something. */
const BARE_DRAWERS: ReadonlySet<string> = new Set(
  [
    "types",
    "index",
    "constants",
    "shared",
    "internal",
    "internals",
    "lib",
    "core",
    "stuff",
    "base_class",
    "interfaces",
  ],
);
/** Envoy's own words. */
const ENVOY_MANAGERS = /^(http_)?(connection|overload|cluster|listener|secret|watermark)_manager$/;

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/** What tools want to be called. */
const GIVEN_NAMES: ReadonlySet<string> = new Set(["deno.json", "go.mod", "go.sum", "README.md"]);

/** What is wrong with a path below src, admin-ui or test, or null. */
export function pathViolation(path: string): string | null {
  const parts = path.split("/");
  for (const [index, part] of parts.entries()) {
    const isFolder = index < parts.length - 1;
    // The top folders' names are the layout's.
    if (isFolder && index === 0 || !isFolder && GIVEN_NAMES.has(part)) continue;
    const stem = isFolder ? part : part.replace(/\.[a-z0-9]+$/, "");
    const word = stem.replace(/_(test|bench)$/, "");
    if (word.startsWith(".") || path.includes("/golden/") && !isFolder) continue;
    if (!SNAKE_CASE.test(word)) return `${path}: "${part}" is not snake_case`;
    if (word === "mod") return `${path}: mod.ts is for the root only`;
    const last = word.split("_").at(-1)!;
    if (BARE_DRAWERS.has(word) && index > 1 - Number(isFolder) || DRAWERS.has(last) && !ENVOY_MANAGERS.test(word)) {
      if (isPage(path)) continue;
      return `${path}: "${part}" is a drawer, name the concept`;
    }
  }
  return null;
}

/** A page's `index.html` is what browsers and servers call it. */
function isPage(path: string): boolean {
  return path.endsWith("/index.html");
}

/** Types and classes whose name says how they are made and not what they are. */
export function typeNameViolations(source: SourceText): string[] {
  const found: string[] = [];
  for (const match of source.code.matchAll(/\b(?:class|interface|type|enum)\s+(\w+)/g)) {
    const name = match[1]!;
    if (!/(?:Impl|Helpers?|Utils?|Manager|^Abstract\w+|^Base[A-Z]\w*)$/.test(name)) continue;
    if (/(?:Connection|Overload|Cluster|Listener|Secret)Manager$/.test(name)) continue;
    found.push(`${placeOf(source, match.index)}: "${name}" says how it is made, not what it is`);
  }
  return found;
}
