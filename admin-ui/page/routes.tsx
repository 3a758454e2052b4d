/**
 * Routes (spec/console.md 5.4): which tables there are, what each route asks and does, and the route tester, which says
 * what the proxy would do with a request and why.
 */

import type { JSX } from "preact";
import type { RouteConfigItem, RouteConfigView } from "../../src/admin/contract/routes.ts";
import type { PageProps } from "../page_entry.ts";
import { CopyCurl } from "../part/copy_curl.tsx";
import { Empty, Loading } from "../part/empty.tsx";
import { RouteTree } from "../part/route_tree.tsx";
import { RouteTrial } from "../part/route_trial.tsx";
import { Tabs } from "../part/tabs.tsx";
import { useAnswer } from "../part/use_answer.ts";
import { useConsole } from "../part/context.ts";
import { pathOf } from "../router.ts";

/** `test`, or the name of a table; nothing is the first table. */
export function Page({ steps: [first = ""] }: PageProps): JSX.Element {
  const { feed } = useConsole();
  // Routes change with the configuration.
  const generation = String(feed.overview.latest.value?.generation ?? "");
  const { body, error, retry } = useAnswer<{ items: RouteConfigItem[] }>("/routes", generation);
  const tables = body?.items ?? [];
  const isTest = first === "test";
  const shown = isTest ? "test" : first || tables[0]?.name || "";
  const tabs = [
    { href: pathOf("routes", "test"), title: "Test a request" },
    ...tables.map(({ name, routes }) => ({ href: pathOf("routes", name), title: name || "(no name)", count: routes })),
  ];
  return (
    <div class="routes">
      <header class="page-head">
        <h1 tabIndex={-1}>Routes</h1>
        <span class="page-tools">
          <CopyCurl
            paths={["/config_dump?resource=dynamic_route_configs", "/config_dump?resource=static_route_configs"]}
          />
        </span>
      </header>
      <Tabs label="Route tables" tabs={tabs} current={pathOf("routes", shown)} />
      {isTest
        ? <RouteTrial listeners={[...new Set(tables.flatMap(({ listeners }) => listeners))]} />
        : error !== ""
        ? (
          <Empty title="Cannot show the routes">
            <p>{error}</p>
            <button type="button" class="button" onClick={retry}>Try again</button>
          </Empty>
        )
        : body === null
        ? <Loading rows={8} />
        : tables.length === 0
        ? (
          <Empty title="No routes yet">
            Routes come with the HTTP connection manager of a listener: <code>route_config</code> or <code>rds</code>.
          </Empty>
        )
        : <Table name={shown} generation={generation} />}
    </div>
  );
}

function Table({ name, generation }: { name: string; generation: string }): JSX.Element {
  const { body, error, status } = useAnswer<RouteConfigView>(`/routes/${encodeURIComponent(name)}`, generation);
  if (error !== "") return <Empty title={status === 404 ? `There is no route table ${name}` : error} />;
  return body === null ? <Loading rows={8} /> : <RouteTree view={body} />;
}
