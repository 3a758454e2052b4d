/**
 * One route, compiled: what it asks of a request, and what it does on a match (spec/http.md 2.2, 2.4). It is shared by all
 * requests that it is chosen for and never changes.
 */
import type { DirectResponseConfig, FilterOverride, FilterOverrides, RouteConfig } from "../config/route_config.ts";
import { Method } from "../http/method.ts";
import { compileConditions, type Condition } from "./conditions.ts";
import { ForwardAction } from "./forward_action.ts";
import { compilePathSpecifier, type PathSpecifier } from "./path_specifier.ts";
import type { RouteInput } from "./route_input.ts";

export class RouteEntry {
  readonly name: string;
  readonly virtualHost: string;
  readonly action: ForwardAction | DirectResponseConfig;
  readonly path: PathSpecifier;
  /** Letters of the path in either case. */
  readonly foldsCase: boolean;
  /** What is asked beside the path, in order; null = nothing. */
  readonly conditions: readonly Condition[] | null;
  /** What the levels of the route say about single filters, by name, the most specific first; null = nothing. */
  readonly filterOverrides: ReadonlyMap<string, readonly FilterOverride[]> | null;

  /** `outer`: the overrides of the levels above, from the inside out. */
  constructor(config: RouteConfig, virtualHost: string, outer: readonly FilterOverrides[] = []) {
    const { match, action } = config;
    const conditions = compileConditions(match);
    this.name = config.name;
    this.virtualHost = virtualHost;
    this.path = compilePathSpecifier(match.path, match.caseSensitive);
    this.foldsCase = !match.caseSensitive;
    this.conditions = conditions.length === 0 ? null : conditions;
    this.action = action.kind === "route" ? new ForwardAction(action, this.path) : action;
    this.filterOverrides = joinOverrides([config.filterOverrides, ...outer]);
  }

  /** Whether everything that is asked beside the path holds. */
  holds(input: RouteInput): boolean {
    const conditions = this.conditions;
    if (conditions === null) return true;
    for (let i = 0; i < conditions.length; i++) if (!conditions[i]!.matches(input)) return false;
    return true;
  }

  /** For a route for CONNECT: whether the request is one, and all else holds. */
  matchesConnect(input: RouteInput): boolean {
    return input.head.methodId === Method.connect && this.holds(input);
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
