/**
 * What waits behind something that is not ready (spec/console.md 5.5): found in the configuration as it is, so that what is
 * said is what really depends.
 *
 * ```
 *   cluster ◀── routes of listeners, route configurations, aggregate clusters that name it
 *   route configuration ◀── listeners that refer to it
 *   all that is there before the process serves ◀── the start of the server
 * ```
 */
import { walkMessages } from "../config/message_walk.ts";
import { type CanonicalMessage, listIn, messageIn } from "../config/source_map.ts";
import type { ControlSide } from "./control_side.ts";
import { rdsOf } from "./listener/listener_version.ts";
import type { SubjectKind, Unready } from "./timeline.ts";

/** One that waits behind another. */
export interface Dependent {
  readonly kind: SubjectKind;
  readonly name: string;
  /** How they hang together. */
  readonly text: string;
}

const LISTENER = "envoy.config.listener.v3.Listener";
const ROUTES = "envoy.config.route.v3.RouteConfiguration";
const ROUTE_ACTION = "envoy.config.route.v3.RouteAction";

/** Names of clusters by the message that names them: a message never changes, and may be long. */
const named = new WeakMap<CanonicalMessage, ReadonlySet<string>>();

/** What cannot go on, or not as it should, before `unready` is ready. */
export function dependentsOf(unready: Pick<Unready, "kind" | "name">, control: ControlSide): Dependent[] {
  const { kind, name } = unready;
  const found = kind === "cluster"
    ? usersOfCluster(name, control)
    : kind === "route_config"
    ? usersOfRoutes(name, control)
    : [];
  if (kind !== "server" && !control.steps.isOver) {
    found.push({ kind: "server", name: "", text: "the start waits for it, and no connection is accepted before" });
  }
  return found;
}

function usersOfCluster(cluster: string, control: ControlSide): Dependent[] {
  const found: Dependent[] = [];
  for (const { name, active, warming } of control.listening?.manager.entries ?? []) {
    const isNamed = [active, warming].some((one) =>
      one !== null && namesIn(LISTENER, one.resource.message).has(cluster)
    );
    if (isNamed) found.push({ kind: "listener", name, text: "its route table names it" });
  }
  for (const { name, active } of control.listening?.routes.states ?? []) {
    if (active === null || !namesIn(ROUTES, active.message).has(cluster)) continue;
    found.push({ kind: "route_config", name, text: "a route names it" });
    for (const { name: listener } of usersOfRoutes(name, control)) {
      if (found.some((one) => one.kind === "listener" && one.name === listener)) continue;
      found.push({ kind: "listener", name: listener, text: `its routes ${name} name it` });
    }
  }
  for (const { name, active, warming } of control.clusters.entries) {
    const { discovery } = (warming ?? active)!.config;
    if (discovery.kind !== "aggregate" || !discovery.clusters.includes(cluster)) continue;
    found.push({ kind: "cluster", name, text: "it is an aggregate of which this is a part" });
  }
  return found;
}

function usersOfRoutes(routes: string, control: ControlSide): Dependent[] {
  const found: Dependent[] = [];
  for (const { name, active, warming } of control.listening?.manager.entries ?? []) {
    const isUser = [active, warming].some((one) =>
      one !== null && rdsOf(one.config).some(([{ routeConfigName }]) => routeConfigName === routes)
    );
    if (isUser) found.push({ kind: "listener", name, text: "it refers to them by RDS" });
  }
  return found;
}

function namesIn(messageName: string, message: CanonicalMessage): ReadonlySet<string> {
  const known = named.get(message);
  if (known !== undefined) return known;
  const names = new Set<string>();
  walkMessages(messageName, message, (descriptor, one) => {
    if (descriptor.name !== ROUTE_ACTION) return;
    const weighted = listIn(messageIn(one, "weighted_clusters"), "clusters").map(({ name }) => name);
    const mirrors = listIn(one, "request_mirror_policies").map(({ cluster }) => cluster);
    for (const name of [one["cluster"], ...weighted, ...mirrors]) {
      if (typeof name === "string" && name !== "") names.add(name);
    }
  });
  named.set(message, names);
  return names;
}
