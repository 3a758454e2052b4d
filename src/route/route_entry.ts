/**
 * One route, ready to be tried: its path condition as bytes, and what to do on a match (spec/http.md 2.2, 2.4). The path
 * is the request's up to `?`.
 */
import { rangeEquals, rangeEqualsIgnoreCase, rangeStartsWith, TO_LOWER } from "../base/ascii.ts";
import { assertNever } from "../base/errors.ts";
import type {
  DirectResponseConfig,
  FilterOverride,
  FilterOverrides,
  RouteActionConfig,
  RouteConfig,
} from "../config/route_config.ts";
import { PrefixRewrite } from "./path_rewrite.ts";

const PREFIX = 0, PREFIX_ANY_CASE = 1, PATH = 2, PATH_ANY_CASE = 3;

/** `action.kind` is `route`. */
export class ForwardAction {
  readonly kind = "route";
  readonly cluster: string;
  readonly clusterNotFoundStatus: number;
  readonly timeoutMs: number;
  readonly rewrite: PrefixRewrite | null;

  constructor(config: RouteActionConfig, matched: RouteConfig["match"]["path"]) {
    this.cluster = config.cluster;
    this.clusterNotFoundStatus = config.clusterNotFoundStatus;
    this.timeoutMs = config.timeoutMs;
    this.rewrite = config.prefixRewrite === "" ? null : new PrefixRewrite(matched, config.prefixRewrite);
  }
}

export class RouteEntry {
  readonly name: string;
  readonly virtualHost: string;
  readonly action: ForwardAction | DirectResponseConfig;
  /** What the levels of the route say about single filters, by name, the most specific first; null = nothing. */
  readonly filterOverrides: ReadonlyMap<string, readonly FilterOverride[]> | null;
  readonly #test: typeof PREFIX | typeof PREFIX_ANY_CASE | typeof PATH | typeof PATH_ANY_CASE;
  readonly #wanted: Uint8Array;

  /** `outer`: the overrides of the levels above, from the inside out. */
  constructor(config: RouteConfig, virtualHost: string, outer: readonly FilterOverrides[] = []) {
    const { path, caseSensitive } = config.match;
    this.name = config.name;
    this.virtualHost = virtualHost;
    this.filterOverrides = joinOverrides([config.filterOverrides, ...outer]);
    this.action = config.action.kind === "route" ? new ForwardAction(config.action, path) : config.action;
    if (path.kind === "path") this.#test = caseSensitive ? PATH : PATH_ANY_CASE;
    else this.#test = caseSensitive ? PREFIX : PREFIX_ANY_CASE;
    const wanted = new TextEncoder().encode(path.value);
    this.#wanted = caseSensitive ? wanted : wanted.map((byte) => TO_LOWER[byte]!);
  }

  /** Whether the path in `bytes[start, end)`, without its query, is this route's. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    switch (this.#test) {
      case PREFIX:
        return rangeStartsWith(bytes, start, end, this.#wanted);
      case PREFIX_ANY_CASE:
        return startsWithIgnoringCase(bytes, start, end, this.#wanted);
      case PATH:
        return rangeEquals(bytes, start, end, this.#wanted);
      case PATH_ANY_CASE:
        return rangeEqualsIgnoreCase(bytes, start, end, this.#wanted);
      default:
        return assertNever(this.#test);
    }
  }
}

function joinOverrides(levels: readonly FilterOverrides[]): ReadonlyMap<string, readonly FilterOverride[]> | null {
  const joined = new Map<string, FilterOverride[]>();
  for (const level of levels) {
    for (const [name, override] of Object.entries(level)) {
      const known = joined.get(name);
      if (known === undefined) joined.set(name, [override]);
      else known.push(override);
    }
  }
  return joined.size === 0 ? null : joined;
}

function startsWithIgnoringCase(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (TO_LOWER[bytes[start + i]!] !== prefix[i]) return false;
  return true;
}
