/**
 * Says how this proxy would route a request, and why (spec/console.md 5.4). What a worker does with the request's head is
 * done here on the main thread by the same code, over the configuration that workers were sent last: the connection
 * manager's checks and clean-up, then the route table's explanation, then the route's own changes to the head. HTTP
 * filters are named but not run.
 */
import type { RouteStep, RouteTestRequest, RouteTestResult } from "../../admin/contract/route_trial.ts";
import type { ListenerUpdate } from "../../config/config_change.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { RouteConfiguration } from "../../config/route_config.ts";
import type { ConfigState } from "../../control/config_state.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import { NO_FILTER_STATE } from "../../observe/filter_state.ts";
import type { OwnStreamView } from "../../observe/stream_view.ts";
import type { HcmContext } from "../../proxy/hcm_context.ts";
import { adjustRequest } from "../../proxy/head/request_adjust.ts";
import { applyMutations } from "../../route/header_mutation.ts";
import { rewriteRequest } from "../../route/rewrite_request.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteInput } from "../../route/route_input.ts";
import { type RouteExplanation, RouteTable } from "../../route/route_table.ts";
import { type ActionFacts, describeAction, refusedBy, withoutRoute } from "./action_text.ts";
import { HeaderTrace } from "./header_trace.ts";
import { placeOf } from "./route_places.ts";
import { ShadowServices } from "./shadow_chain.ts";
import { matchedStep, routesLink, routeSteps } from "./steps.ts";
import { TestStream } from "./test_stream.ts";

/** What a tester reads of the process. */
export interface RouteTesterParts extends ActionFacts {
  readonly state: ConfigState;
  readonly runtime: RuntimeValues;
}

/** The connection manager of one listener, compiled. */
interface Shadow {
  readonly update: ListenerUpdate;
  readonly routes: RouteConfiguration | null;
  readonly context: HcmContext;
}

/** A route table, and what it was made of. */
interface FoundTable {
  readonly table: RouteTable;
  readonly config: RouteConfiguration;
}

export class RouteTester {
  readonly #parts: RouteTesterParts;
  readonly #shared: ShadowServices;
  /** By name of the listener. */
  readonly #shadows = new Map<string, Shadow>();

  constructor(parts: RouteTesterParts) {
    this.#parts = parts;
    this.#shared = new ShadowServices(() => parts.state.node, parts.runtime);
  }

  /** Null: there is no such listener, or none that routes by such a table. */
  test(request: RouteTestRequest): RouteTestResult | null {
    const update = this.#listenerFor(request);
    if (update === null) return null;
    const { config } = update, context = this.#contextOf(update), { runtime } = this.#parts;
    const steps: RouteStep[] = [
      matchedStep(
        "listener",
        config.name,
        request.listener === undefined ? "the first that fits what was asked" : "as asked",
        `/listeners/${encodeURIComponent(config.name)}`,
      ),
      matchedStep("filter_chain", config.filterChains[0]!.name, "the only one of the listener"),
      matchedStep("hcm", context.config.statPrefix, "the filter chain ends in it"),
    ];
    const stream = new TestStream(request, config, context), { head, view, facts } = stream;
    const trace = new HeaderTrace(head.headers);
    const refusal = adjustRequest(head, stream, context, stream.peer);
    trace.look(head.headers, "connection manager");
    const about = { steps, request_headers: trace.changes, filters: filtersOf(context, null) };
    if (refusal !== null) return withoutRoute(refusedBy(refusal), { ...about, route_config: "" });
    const input: RouteInput = {
      head,
      random: request.random ?? this.#shared.services.random.whole(),
      runtime,
      clientAddress: facts.downstreamAddress,
      connectionEnds: stream.connectionEnds,
      peerCertificate: null,
      dynamicMetadata: {},
      filterState: NO_FILTER_STATE,
    };
    const found = this.#tableFor(context, head, steps);
    if (found === null) return withoutRoute({ kind: "none", status: 404 }, { ...about, route_config: "" });
    const explanation = found.table.explain(input), { route } = explanation;
    steps.push(...routeSteps(explanation, found.table, found.config));
    const route_config = found.table.name;
    if (route === null) return withoutRoute({ kind: "none", status: 404 }, { ...about, route_config });
    const routeConfig = placeOf(route, found.table, found.config)?.config ?? null;
    facts.route = route;
    facts.routeName = route.name;
    const action = describeAction(route, routeConfig, input, stream, this.#parts);
    facts.upstreamCluster = action.cluster ?? "";
    if (route.mutations.request !== null) applyMutations(route.mutations.request, head.headers, view);
    trace.look(head.headers, "route");
    if (route.action.kind === "route") {
      const { path, authority } = head;
      rewriteRequest(route.action, head, stream, true);
      if (head.path !== path) action.path_rewrite = head.path;
      if (head.authority !== authority) action.host_rewrite = head.authority ?? "";
      trace.look(head.headers, "rewrite");
    }
    return {
      matched: true,
      route: route.name,
      route_config,
      steps,
      action,
      request_headers: trace.changes,
      response_headers: responseChanges(route, view, action.status ?? 200),
      filters: filtersOf(context, route),
      runtime: askedKeys(explanation, found).map((key) => ({ key, effective: runtime.text(key) })),
    };
  }

  /** Every route table that is in force, with the listeners that route by it. */
  tables(): { listener: string; manager: HttpConnectionManagerConfig; found: FoundTable }[] {
    return this.#parts.state.listeners.flatMap((update) => {
      const context = this.#contextOf(update), { config: { name } } = update;
      return this.#tablesOf(context).map((found) => ({ listener: name, manager: context.config, found }));
    });
  }

  #listenerFor({ listener, route_config }: RouteTestRequest): ListenerUpdate | null {
    return this.#parts.state.listeners.find((update) =>
      (listener === undefined || update.config.name === listener) &&
      (route_config === undefined ||
        this.#tablesOf(this.#contextOf(update)).some(({ table }) => table.name === route_config))
    ) ?? null;
  }

  #contextOf(update: ListenerUpdate): HcmContext {
    const { name } = update.config, known = this.#shadows.get(name);
    const chain = update.config.filterChains[0]!, { rds } = chain.filters[0]!;
    const routes = rds === null ? null : this.#parts.state.routesOf(rds.key);
    const isSame = known !== undefined && known.update.incarnation === update.incarnation &&
      known.update.revision === update.revision && known.routes === routes;
    if (isSame) return known.context;
    if (rds !== null) this.#shared.routeTables.prepare([{ key: rds.key, routes }])();
    const context = this.#shared.compile(update.config, chain, this.#parts.state.node);
    this.#shadows.set(name, { update, routes, context });
    return context;
  }

  /** The table that a request is routed by; says which scope it is in. Null = it is in none. */
  #tableFor(context: HcmContext, head: RequestHead, steps: RouteStep[]): FoundTable | null {
    const routes = context.routes.table;
    const table = routes instanceof RouteTable ? routes : routes.tableOf(head);
    if (!(routes instanceof RouteTable)) {
      steps.push(
        table === null
          ? { kind: "scope", name: "", result: "skipped", reason: "no scope has this request's key", link: "" }
          : matchedStep("scope", table.name, "the request's key is this scope's", routesLink(table.name)),
      );
    }
    return this.#tablesOf(context).find((found) => found.table === table) ?? null;
  }

  #tablesOf({ config, routes: { table } }: HcmContext): FoundTable[] {
    const { rds, routeConfig, scopedRoutes } = config;
    if (!(table instanceof RouteTable)) {
      return scopedRoutes!.scopes.flatMap(({ key, routeConfig }) => {
        const scope = table.tableAt(key);
        return scope === null ? [] : [{ table: scope, config: routeConfig }];
      });
    }
    return [{ table, config: rds === null ? routeConfig : this.#parts.state.routesOf(rds.key) ?? routeConfig }];
  }
}

function filtersOf({ config }: HcmContext, route: RouteEntry | null): RouteTestResult["filters"] {
  return config.httpFilters.map(({ name, isDisabled }) => {
    const override = route?.filterOverrides?.get(name)?.[0];
    return { name, disabled: override?.isDisabled ?? isDisabled, per_route: override !== undefined };
  });
}

/** What the route does to the head of any response. */
function responseChanges({ mutations }: RouteEntry, view: OwnStreamView, status: number) {
  const response = new ResponseHead();
  response.beginLocal(status);
  const trace = new HeaderTrace(response.headers);
  view.response = response;
  if (mutations.response !== null) applyMutations(mutations.response, response.headers, view);
  trace.look(response.headers, "route");
  return trace.changes;
}

/** Runtime keys that had a say in it. */
function askedKeys({ passedOver, route }: RouteExplanation, { table, config }: FoundTable): string[] {
  const entries = [...passedOver.map(({ route }) => route), ...route === null ? [] : [route]];
  const keys = entries.flatMap((entry) => {
    const place = placeOf(entry, table, config);
    if (place === null) return [];
    const { match, action } = place.config;
    const prefix = action.kind === "route" && action.cluster.kind === "weighted" && entry === route
      ? action.cluster.runtimeKeyPrefix
      : "";
    const weights = prefix === "" || action.kind !== "route" || action.cluster.kind !== "weighted"
      ? []
      : action.cluster.clusters.flatMap(({ cluster }) =>
        cluster.kind === "cluster" ? [`${prefix}.${cluster.name}`] : []
      );
    return [match.runtimeFraction?.runtimeKey ?? "", ...weights];
  });
  return [...new Set(keys)].filter((key) => key !== "");
}
