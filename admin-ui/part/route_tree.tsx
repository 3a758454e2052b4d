/** The virtual hosts of a route table with their routes, in the order in which they are tried. */

import type { JSX } from "preact";
import type { RouteConfigView, RouteItem, VirtualHostItem } from "../../src/admin/contract/routes.ts";
import { pathOf } from "../router.ts";
import { joined, numbers } from "../text/units.ts";
import { useConsole } from "./context.ts";
import { Empty } from "./empty.tsx";
import { LevelIcon } from "./icon.tsx";
import { ListFilter } from "./list_filter.tsx";
import { type Column, VirtualTable } from "./virtual_table.tsx";

/** Draws it, as far as the filter lets it. */
export function RouteTree({ view }: { view: RouteConfigView }): JSX.Element {
  const { router } = useConsole();
  const text = router.query("q"), isProblemsOnly = router.query("problems") === "1";
  const hosts = view.hosts
    .map((host) => ({ host, routes: host.routes.filter((route) => isWanted(host, route, text, isProblemsOnly)) }))
    .filter(({ routes }) => routes.length > 0 || text === "" && !isProblemsOnly);
  return (
    <>
      <div class="route-tools">
        <p class="quiet">
          {view.source === "rds" ? `By RDS, version ${view.version_info || "–"}` : "From the configuration"} · used by
          {" "}
          {view.listeners.map((name) => <a href={pathOf("listeners", name)} key={name}>{name}</a>)}
        </p>
        <ListFilter label="Filter routes" placeholder="Domain, path, cluster" />
      </div>
      {hosts.length === 0
        ? <Empty title={isProblemsOnly ? "No route has a problem" : `No route matches “${text}”`} />
        : hosts.map(({ host, routes }) => <Host key={host.name} host={host} routes={routes} />)}
    </>
  );
}

function Host({ host, routes }: { host: VirtualHostItem; routes: readonly RouteItem[] }): JSX.Element {
  return (
    <section class="panel" aria-label={`Virtual host ${host.name}`}>
      <header class="panel-head">
        <h2>{host.name}</h2>
        <span class="panel-count route-domains">{host.domains.join(", ")}</span>
        {host.require_tls !== "NONE" && <span class="chip">wants TLS: {host.require_tls}</span>}
        {host.has_matcher && <span class="chip">by a matcher tree</span>}
      </header>
      {routes.length === 0 ? <Empty title="It has no routes: every request is answered 404" /> : (
        <VirtualTable
          label={`Routes of ${host.name}`}
          class="route-table"
          columns={COLUMNS}
          rows={routes}
          keyOf={({ index }) => String(index)}
          rowClass={(route) => problemsOf(route).length > 0 ? "is-warn" : ""}
        />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<RouteItem>[] = [
  { id: "index", title: "#", class: "number", cell: ({ index }) => index },
  {
    id: "match",
    title: "Match",
    isName: true,
    cell: (route) => (
      <>
        <code>{route.match || "by its matcher"}</code>
        {route.name !== "" && <span class="is-below">{route.name}</span>}
        {problemsOf(route).map((problem) => (
          <span class="reason" key={problem}>
            <LevelIcon level="warn" /> {problem}
          </span>
        ))}
      </>
    ),
  },
  {
    id: "target",
    title: "Goes to",
    cell: ({ clusters, target }) =>
      clusters.length === 0 ? target : clusters.map(({ name, percent }) => (
        <span class="route-share" key={name}>
          <a href={pathOf("clusters", name)}>{name}</a>
          {clusters.length > 1 && ` ${joined(numbers.percent(percent / 100))}`}
        </span>
      )),
  },
  {
    id: "timeout",
    title: "Timeout",
    class: "number is-wide-only",
    cell: ({ timeout_ms }) =>
      timeout_ms === null ? "–" : timeout_ms === 0 ? "off" : joined(numbers.duration(timeout_ms)),
  },
  { id: "retries", title: "Retries", class: "number is-wide-only", cell: ({ retries }) => retries ?? "–" },
];

/** What an operator should know of a route, in words. */
function problemsOf({ clusters, hidden_by: hiddenBy }: RouteItem): string[] {
  return [
    ...hiddenBy === null ? [] : [`Never reached: route ${hiddenBy} always matches first`],
    ...clusters.filter(({ state }) => state !== "active").map(({ name, state }) => `Cluster ${name} is ${state}`),
  ];
}

function isWanted(host: VirtualHostItem, route: RouteItem, text: string, isProblemsOnly: boolean): boolean {
  if (isProblemsOnly && problemsOf(route).length === 0) return false;
  const wanted = text.toLowerCase();
  return [host.name, ...host.domains, route.name, route.match, route.target]
    .some((words) => words.toLowerCase().includes(wanted));
}
