/** What configuration sources brought last, as the admin server shows it: read of what the control side holds. */
import type { DiscoveryStatus, RejectedResource } from "../admin/source.ts";
import type { ControlSide } from "../control/control_side.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";

/** Of a process that is not up yet there is nothing. */
export function discoveryStatus(control: ControlSide | null, stats: StatBook): DiscoveryStatus {
  const cds = control?.cds ?? null;
  const lds = control?.listening?.lds ?? null;
  const routes = control?.listening?.routes.states ?? [];
  const rejected: RejectedResource[] = [
    ...(cds?.refused ?? []).map(({ name, atMs, details }) => ({ kind: "cluster", name, atMs, details } as const)),
    ...(lds?.errors ?? []).map(({ name, attemptMs, details }) =>
      ({ kind: "listener", name, atMs: attemptMs, details }) as const
    ),
    ...routes.filter(({ error }) => error !== "").map(({ name, error, active }) =>
      ({ kind: "route_config", name, atMs: active?.updatedMs ?? 0, details: error }) as const
    ),
  ];
  const updates = [
    ...["cluster_manager.cds", "listener_manager.lds"].map((root) => stats.valueOf(`${root}.update_time`)),
    ...routes.map(({ active }) => active?.updatedMs ?? 0),
  ];
  const lastUpdateMs = Math.max(0, ...updates);
  return {
    subscriptions: (cds === null ? 0 : 1) + (lds === null ? 0 : 1) + routes.length,
    lastUpdateMs: lastUpdateMs === 0 ? null : lastUpdateMs,
    rejected,
    routes: routes.flatMap(({ name, active }) => active === null ? [] : [{ name, domains: domainsOf(active.message) }]),
  };
}

/** The domains of a route configuration in canonical form. */
function domainsOf(message: unknown): string[] {
  const { virtual_hosts: hosts = [] } = message as { virtual_hosts?: { domains?: string[] }[] };
  return hosts.flatMap(({ domains = [] }) => domains);
}
