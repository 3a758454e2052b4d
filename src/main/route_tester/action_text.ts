/** What a route does with a request, as the route tester tells it. */
import { latin1Text } from "../../base/ascii.ts";
import { assertNever } from "../../base/errors.ts";
import type { RouteTestAction, RouteTestResult } from "../../admin/contract/route_trial.ts";
import type { RouteConfig } from "../../config/route_config.ts";
import type { LocalReply } from "../../filter/local_reply.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { ViewedStream } from "../../observe/stream_view.ts";
import { directReply, redirectReply } from "../../proxy/router/direct_reply.ts";
import type { ForwardAction } from "../../route/forward_action.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteInput } from "../../route/route_input.ts";

/** What is known of clusters beside the routes that name them. */
export interface ActionFacts {
  /** `active`, `warming`, `missing`. */
  clusterState(name: string): "active" | "warming" | "missing";
  /** Hosts of a cluster, with whether they get requests now and why. */
  hostsOf(name: string): { address: string; eligible: boolean; why: string }[];
}

/** So much of a body is shown. */
const MAX_BODY = 2000;

/** `config` is the route as it is configured; null = it stands in for all of a virtual host's. */
export function describeAction(
  route: RouteEntry,
  config: RouteConfig | null,
  input: RouteInput,
  stream: ViewedStream,
  facts: ActionFacts,
): RouteTestAction {
  const { action } = route;
  switch (action.kind) {
    case "redirect":
      return answered("redirect", redirectReply(action, input.head, stream));
    case "direct_response":
      return answered("direct_response", directReply(action, input.head, stream));
    case "non_forwarding":
      return { kind: "non_forwarding" };
    case "route":
      return forwarded(action, config, input, facts);
    default:
      return assertNever(action);
  }
}

/** The connection manager answers before any route is asked. */
export function refusedBy(reply: LocalReply): RouteTestAction {
  return answered("refused", reply);
}

function answered(kind: RouteTestAction["kind"], { status, location, body }: LocalReply): RouteTestAction {
  const text = latin1Text(body, 0, Math.min(body.length, MAX_BODY));
  return { kind, status, ...location === null ? {} : { location }, ...text === "" ? {} : { body: text } };
}

function forwarded(
  action: ForwardAction,
  config: RouteConfig | null,
  input: RouteInput,
  facts: ActionFacts,
): RouteTestAction {
  const cluster = action.clusterFor(input.head), { timeouts, retryPolicy, mirrors } = action;
  const weights = weightsOf(config, input.runtime)
    .map((weight) => ({ ...weight, chosen: weight.name === cluster }));
  const state = facts.clusterState(cluster);
  return {
    kind: weights.length > 0 ? "weighted" : "cluster",
    cluster,
    ...weights.length > 0 ? { weights } : {},
    cluster_state: state,
    hosts: facts.hostsOf(cluster),
    ...state === "missing" ? { status: action.clusterNotFoundStatus } : {},
    timeout_ms: timeouts.timeoutMs,
    idle_timeout_ms: timeouts.idleTimeoutMs,
    ...retryPolicy === null ? {} : {
      retry: {
        conditions: configuredConditions(config),
        num_retries: retryPolicy.numRetries,
        per_try_timeout_ms: retryPolicy.perTryTimeoutMs,
      },
    },
    mirrors: (mirrors ?? []).map(({ cluster, clusterHeader }) => ({ cluster: cluster || `named by ${clusterHeader}` })),
  };
}

function configuredConditions(config: RouteConfig | null): string[] {
  return config?.action.kind === "route" ? [...config.action.retryPolicy?.retryOn ?? []] : [];
}

/** Clusters by weight with their shares as runtime has them now; none where there is one cluster. */
export function weightsOf(config: RouteConfig | null, runtime: RuntimeValues): { name: string; percent: number }[] {
  if (config?.action.kind !== "route" || config.action.cluster.kind !== "weighted") return [];
  const { clusters, runtimeKeyPrefix } = config.action.cluster;
  const weighed = clusters.map(({ cluster, weight }) => {
    const name = cluster.kind === "cluster" ? cluster.name : `named by ${cluster.header}`;
    const isLive = runtimeKeyPrefix !== "" && cluster.kind === "cluster";
    return { name, weight: isLive ? runtime.number(`${runtimeKeyPrefix}.${name}`, weight) : weight };
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed.map(({ name, weight }) => ({ name, percent: total === 0 ? 0 : 100 * weight / total }));
}

/** An answer without any route. */
export function withoutRoute(
  action: RouteTestAction,
  rest: Pick<RouteTestResult, "route_config" | "steps" | "request_headers" | "filters">,
): RouteTestResult {
  return { matched: false, route: null, action, response_headers: [], runtime: [], ...rest };
}
