/**
 * One route, compiled: what it asks of a request, and what it does on a match (spec/http.md 2.2, 2.4). It is shared by all
 * requests that it is chosen for and never changes.
 */
import type { CorsPolicyConfig } from "../config/cors_config.ts";
import type { FilterOverride, FilterOverrides } from "../config/filter_override_config.ts";
import type { SamplingConfig } from "../config/forwarding_config.ts";
import type { NonForwardingConfig, RouteConfig } from "../config/route_config.ts";
import type { FilterMetadata } from "../config/metadata_config.ts";
import type { RateLimitConfig } from "../config/rate_limit_config.ts";
import { Method } from "../http/method.ts";
import { compileConditions, type Condition } from "./conditions.ts";
import { DirectResponse } from "./direct_response.ts";
import { ForwardAction } from "./forward_action.ts";
import { HashPolicies } from "./hash_policy.ts";
import { compileMutations, type RouteMutations } from "./header_mutation.ts";
import type { OuterLevels } from "./outer_levels.ts";
import { compilePathSpecifier, type PathSpecifier } from "./path_specifier.ts";
import { type RedirectAction, RouteRedirect, TLS_REDIRECT } from "./redirect_action.ts";
import type { RouteInput } from "./route_input.ts";
import type { Tally } from "./tally.ts";
import type { VirtualHostSettings } from "./virtual_host_settings.ts";
import { routedPathEnd } from "./routed_path.ts";
import { WeightedClusters } from "./weighted_clusters.ts";

/** What a route does on a match. */
export type RouteAction = ForwardAction | RedirectAction | DirectResponse | NonForwardingConfig;

/** Envoy applies none to the redirect that stands in for routes. */
const NO_MUTATIONS: RouteMutations = { request: null, response: null };

/** What only a route that forwards has, and all of its weighted clusters share. */
interface Forwarding {
  readonly hashPolicies: HashPolicies | null;
  readonly bufferLimitBytes: number | null;
  readonly rateLimits: readonly RateLimitConfig[];
  readonly includesVirtualHostRateLimits: boolean;
  readonly cors: CorsPolicyConfig | null;
}

const NO_FORWARDING: Forwarding = {
  hashPolicies: null,
  bufferLimitBytes: null,
  rateLimits: [],
  includesVirtualHostRateLimits: false,
  cors: null,
};

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
  readonly mutations: RouteMutations;
  readonly metadata: FilterMetadata;
  readonly virtualHostMetadata: FilterMetadata;
  readonly settings: VirtualHostSettings;
  readonly tally: Tally | null;
  readonly forwarding: Forwarding;
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
  /** What all levels do to the headers of requests and of responses. */
  readonly mutations: RouteMutations;
  readonly metadata: FilterMetadata;
  readonly virtualHostMetadata: FilterMetadata;
  /** What its virtual host says about all routes. */
  readonly settings: VirtualHostSettings;
  /** Counts its requests; null = nobody does. */
  readonly tally: Tally | null;
  /** What balancers of its clusters hash a request by; null = nothing. */
  readonly hashPolicies: HashPolicies | null;
  /** How much of a request's body may wait; null = as much as of any on its connection. */
  readonly bufferLimitBytes: number | null;
  /** The route's own; those of the virtual host are in its settings. */
  readonly rateLimits: readonly RateLimitConfig[];
  readonly includesVirtualHostRateLimits: boolean;
  /** The route's own, or else its virtual host's; null = neither has one. */
  readonly cors: CorsPolicyConfig | null;
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
    this.mutations = parts.mutations;
    this.metadata = parts.metadata;
    this.virtualHostMetadata = parts.virtualHostMetadata;
    this.settings = parts.settings;
    this.tally = parts.tally;
    this.hashPolicies = parts.forwarding.hashPolicies;
    this.bufferLimitBytes = parts.forwarding.bufferLimitBytes;
    this.rateLimits = parts.forwarding.rateLimits;
    this.includesVirtualHostRateLimits = parts.forwarding.includesVirtualHostRateLimits;
    this.cors = parts.forwarding.cors ?? parts.settings.cors;
    this.#weighted = parts.weighted;
  }

  /** A route as it is configured. */
  static of(config: RouteConfig, outer: OuterLevels): RouteEntry {
    const { match, action } = config, { virtualHost, configuration, settings, formats } = outer;
    const path = compilePathSpecifier(match.path);
    const parts = {
      name: config.name,
      virtualHost: virtualHost.name,
      path,
      conditions: compileConditions(match),
      sampling: config.sampling,
      overrides: [config.filterOverrides, virtualHost.filterOverrides, configuration.filterOverrides],
      mutations: compileMutations(config, null, outer),
      metadata: config.metadata,
      virtualHostMetadata: virtualHost.metadata,
      settings,
      tally: settings.tallyOf(config.statPrefix),
      forwarding: NO_FORWARDING,
      weighted: null,
    };
    if (action.kind === "redirect") {
      return new RouteEntry({ ...parts, action: new RouteRedirect(action, path, match.path, formats) });
    }
    if (action.kind === "direct_response") {
      return new RouteEntry({ ...parts, action: new DirectResponse(action, formats) });
    }
    if (action.kind !== "route") return new RouteEntry({ ...parts, action });
    const { cluster } = action, hashPolicies = HashPolicies.of(action.hashPolicies);
    const forwarding = {
      hashPolicies,
      bufferLimitBytes: settings.bufferLimitBytes(config.bufferLimits),
      rateLimits: action.rateLimits,
      includesVirtualHostRateLimits: action.includeVirtualHostRateLimits,
      cors: action.cors,
    };
    if (cluster.kind !== "weighted") {
      const ownAction = new ForwardAction(action, path, match.path, cluster, null, config.name, formats);
      return new RouteEntry({ ...parts, forwarding, action: ownAction });
    }
    const routes = cluster.clusters.map((entry) => {
      const { cluster, metadataMatch } = entry;
      const ownAction = new ForwardAction(action, path, match.path, cluster, metadataMatch, config.name, formats);
      const overrides = [entry.filterOverrides, ...parts.overrides];
      const mutations = compileMutations(config, entry, outer);
      return new RouteEntry({ ...parts, forwarding, action: ownAction, overrides, mutations });
    });
    return new RouteEntry({
      ...parts,
      forwarding,
      action: routes[0]!.action,
      weighted: { clusters: new WeightedClusters(cluster, hashPolicies), routes },
    });
  }

  /** What stands in for every route of a virtual host that wants TLS. */
  static tlsRedirect(outer: OuterLevels): RouteEntry {
    const { virtualHost, configuration, settings } = outer;
    const parts = {
      name: "",
      virtualHost: virtualHost.name,
      path: compilePathSpecifier({ kind: "prefix", value: "", ignoreCase: false }),
      conditions: [],
      sampling: null,
      overrides: [virtualHost.filterOverrides, configuration.filterOverrides],
      mutations: NO_MUTATIONS,
      metadata: {},
      virtualHostMetadata: virtualHost.metadata,
      settings,
      tally: null,
      forwarding: NO_FORWARDING,
      weighted: null,
    };
    return new RouteEntry({ ...parts, action: TLS_REDIRECT });
  }

  /** What {@link forRequest} may give: the route itself, or one for each of its clusters. */
  get variants(): readonly RouteEntry[] {
    return this.#weighted === null ? [this] : this.#weighted.routes;
  }

  /** The route as this request takes it: of several clusters, the one with the cluster that it goes to. */
  forRequest(input: RouteInput): RouteEntry {
    return this.#weighted === null ? this : this.#weighted.routes[this.#weighted.clusters.pick(input)]!;
  }

  /** Whether the path in `bytes[start, end)`, which has no parameters if they do not count, is as wanted. */
  matchesPath({ head }: RouteInput, bytes: Uint8Array, start: number, end: number): boolean {
    const { path } = this;
    return path.seesParameters && bytes !== head.pathBytes
      ? path.matches(head.pathBytes, head.pathStart, routedPathEnd(head))
      : path.matches(bytes, start, end);
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
