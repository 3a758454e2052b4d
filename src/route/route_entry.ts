/**
 * One route, compiled: what it asks of a request, and what it does on a match (spec/http.md 2.2, 2.4). It is shared by all
 * requests that it is chosen for and never changes.
 */
import type { FilterOverride, FilterOverrides } from "../config/filter_override_config.ts";
import type { SamplingConfig } from "../config/forwarding_config.ts";
import type { DirectResponseConfig, NonForwardingConfig, RouteConfig } from "../config/route_config.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import { Method } from "../http/method.ts";
import { compileConditions, type Condition } from "./conditions.ts";
import { ForwardAction } from "./forward_action.ts";
import { compilePathSpecifier, type PathSpecifier } from "./path_specifier.ts";
import { type RedirectAction, RouteRedirect, TLS_REDIRECT } from "./redirect_action.ts";
import type { RouteInput } from "./route_input.ts";
import { WeightedClusters } from "./weighted_clusters.ts";

/** What a route does on a match. */
export type RouteAction = ForwardAction | RedirectAction | DirectResponseConfig | NonForwardingConfig;

/** One route for each of several clusters, and who picks among them. */
interface WeightedRoutes {
  readonly clusters: WeightedClusters;
  readonly routes: readonly RouteEntry[];
}

interface RouteParts {
  readonly sampling: SamplingConfig | null;
  readonly name: string;
  readonly virtualHost: string;
  readonly path: PathSpecifier;
  readonly conditions: readonly Condition[];
  readonly action: RouteAction;
  readonly overrides: readonly FilterOverrides[];
  readonly metadata: FilterMetadata;
  readonly virtualHostMetadata: FilterMetadata;
  readonly weighted: WeightedRoutes | null;
}

export class RouteEntry {
  readonly name: string;
  readonly virtualHost: string;
  readonly action: RouteAction;
  readonly path: PathSpecifier;
  /** What is asked beside the path, in order; null = nothing. */
  readonly conditions: readonly Condition[] | null;
  /** Which of its requests are traced; null = the connection manager decides. */
  readonly sampling: SamplingConfig | null;
  /** What the levels of the route say about single filters, by name, the most specific first; null = nothing. */
  readonly filterOverrides: ReadonlyMap<string, readonly FilterOverride[]> | null;
  readonly metadata: FilterMetadata;
  readonly virtualHostMetadata: FilterMetadata;
  /** Null = there is one cluster, or none. */
  readonly #weighted: WeightedRoutes | null;

  private constructor(parts: RouteParts) {
    this.name = parts.name;
    this.virtualHost = parts.virtualHost;
    this.path = parts.path;
    this.conditions = parts.conditions.length === 0 ? null : parts.conditions;
    this.action = parts.action;
    this.sampling = parts.sampling;
    this.filterOverrides = joinOverrides(parts.overrides);
    this.metadata = parts.metadata;
    this.virtualHostMetadata = parts.virtualHostMetadata;
    this.#weighted = parts.weighted;
  }

  /** A route as it is configured. `outer`: the overrides of the levels above, from the inside out. */
  static of(
    config: RouteConfig,
    virtualHost: string,
    outer: readonly FilterOverrides[] = [],
    virtualHostMetadata: FilterMetadata = {},
  ): RouteEntry {
    const { name, match, action, metadata } = config;
    const path = compilePathSpecifier(match.path);
    const parts = {
      name,
      virtualHost,
      path,
      conditions: compileConditions(match),
      sampling: config.sampling,
      overrides: [config.filterOverrides, ...outer],
      metadata,
      virtualHostMetadata,
      weighted: null,
    };
    if (action.kind === "redirect") {
      return new RouteEntry({ ...parts, action: new RouteRedirect(action, path, match.path) });
    }
    if (action.kind !== "route") return new RouteEntry({ ...parts, action });
    const { cluster } = action;
    if (cluster.kind !== "weighted") {
      return new RouteEntry({ ...parts, action: new ForwardAction(action, path, match.path, cluster, null, name) });
    }
    const routes = cluster.clusters.map((entry) => {
      const ownAction = new ForwardAction(action, path, match.path, entry.cluster, entry.hostRewriteLiteral, name);
      return new RouteEntry({ ...parts, action: ownAction, overrides: [entry.filterOverrides, ...parts.overrides] });
    });
    return new RouteEntry({
      ...parts,
      action: routes[0]!.action,
      weighted: { clusters: new WeightedClusters(cluster), routes },
    });
  }

  /** What stands in for every route of a virtual host that wants TLS. */
  static tlsRedirect(
    virtualHost: string,
    overrides: readonly FilterOverrides[],
    virtualHostMetadata: FilterMetadata,
  ): RouteEntry {
    const path = compilePathSpecifier({ kind: "prefix", value: "", ignoreCase: false });
    const parts = {
      name: "",
      virtualHost,
      path,
      conditions: [],
      sampling: null,
      overrides,
      metadata: {},
      virtualHostMetadata,
      weighted: null,
    };
    return new RouteEntry({ ...parts, action: TLS_REDIRECT });
  }

  /** The route as this request takes it: of several clusters, the one with the cluster that it goes to. */
  forRequest(input: RouteInput): RouteEntry {
    return this.#weighted === null ? this : this.#weighted.routes[this.#weighted.clusters.pick(input)]!;
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
