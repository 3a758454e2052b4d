/**
 * All clusters: a table of what the server found by what the address says, with a drawer for the one that is open. The
 * server filters and sorts, so that five thousand are as quick as five.
 */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import type { Page } from "../../src/admin/contract/page.ts";
import { listQuery } from "../model/clusters.ts";
import { pathOf } from "../router.ts";
import { csvField } from "../text/host_words.ts";
import { moment, span } from "../text/ages.ts";
import { errorTone, rate } from "../text/rates.ts";
import { type Figure, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { ClusterDrawer } from "./cluster_drawer.tsx";
import { NoClusters } from "./cluster_table.tsx";
import { ClusterFlags, ClusterHealth, HostsBar } from "./cluster_words.tsx";
import { useConsole } from "./context.ts";
import { CopyButton } from "./copy_button.tsx";
import { CopyCurl } from "./copy_curl.tsx";
import { useOpenItem } from "./drawer.tsx";
import { Empty, Loading } from "./empty.tsx";
import { FigureText } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";
import { usePolled } from "./use_polled.ts";
import { type Column, VirtualTable } from "./virtual_table.tsx";

/** Rows that are asked for at first, and all there can be. */
const FIRST_ROWS = 200;
const MOST_ROWS = 5000;

/** Seconds between two questions; a long list is asked for less often: it is some megabytes. */
const EVERY_S = 2;
const LONG_EVERY_S = 10;

interface ListColumn extends Column<ClusterItem> {
  /** Without it, the column is not for CSV. */
  readonly csv?: (item: ClusterItem) => string | number | null;
}

const number = (figure: Figure, source: string, tone?: string) => (
  <span class={tone === undefined ? "" : `is-${tone}`}>
    <FigureText figure={figure} source={source} />
  </span>
);

const COLUMNS: readonly ListColumn[] = [
  {
    id: "name",
    title: "Cluster",
    isName: true,
    isSortable: true,
    class: "col-name",
    cell: (item) => (
      <span class="words">
        <a class="name" href={pathOf("clusters", item.name)}>{item.name}</a>
        <ClusterFlags item={item} />
      </span>
    ),
    csv: ({ name }) => name,
  },
  {
    id: "problems",
    title: "Health",
    isSortable: true,
    cell: (item) => <ClusterHealth item={item} />,
    csv: ({ state }) => state,
  },
  {
    id: "hosts",
    title: "Hosts",
    source: SOURCES.hosts,
    isSortable: true,
    class: "col-hosts",
    cell: (item) => <HostsBar item={item} />,
    csv: (item) => `${item.hosts_healthy} of ${item.hosts_total}`,
  },
  {
    id: "type",
    title: "Type",
    isSortable: true,
    class: "is-wide-only",
    cell: ({ type }) => type,
    csv: ({ type }) => type,
  },
  {
    id: "lb",
    title: "Policy",
    isSortable: true,
    class: "is-wide-only",
    cell: ({ lb_policy }) => lb_policy,
    csv: ({ lb_policy }) => lb_policy,
  },
  {
    id: "rps",
    title: "Req/s",
    source: SOURCES.clusterRate,
    isSortable: true,
    class: "number",
    cell: ({ rps }) => number(rate(rps), SOURCES.clusterRate),
    csv: ({ rps }) => rps,
  },
  {
    id: "errors",
    title: "Errors",
    source: SOURCES.clusterErrors,
    isSortable: true,
    class: "number",
    cell: ({ error_ratio }) => number(numbers.percent(error_ratio), SOURCES.clusterErrors, errorTone(error_ratio)),
    csv: ({ error_ratio }) => error_ratio,
  },
  ...(["p50", "p99"] as const).map((id): ListColumn => ({
    id,
    title: id,
    source: SOURCES.clusterLatency,
    isSortable: true,
    class: "number is-wide-only",
    cell: (item) => number(numbers.duration(item[id]), SOURCES.clusterLatency),
    csv: (item) => item[id],
  })),
  {
    id: "active",
    title: "Active",
    source: "cluster.NAME.upstream_rq_active",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ active_rq }) => number(numbers.count(active_rq), "cluster.NAME.upstream_rq_active"),
    csv: ({ active_rq }) => active_rq,
  },
  {
    id: "retries",
    title: "Retries/s",
    source: "cluster.NAME.upstream_rq_retry",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ retries_per_s }) => number(rate(retries_per_s), "cluster.NAME.upstream_rq_retry, per second"),
    csv: ({ retries_per_s }) => retries_per_s,
  },
  {
    id: "source",
    title: "Source",
    class: "is-wide-only",
    cell: ({ source, version_info }) => source === "static" ? "static" : `CDS ${version_info}`,
    csv: ({ source, version_info }) => `${source} ${version_info}`.trim(),
  },
  {
    id: "age",
    title: "Age",
    isSortable: true,
    class: "number is-wide-only",
    cell: ({ updated_ms }) => <Age sinceMs={updated_ms} />,
    csv: ({ updated_ms }) => updated_ms === null ? null : new Date(updated_ms).toISOString(),
  },
];

function Age({ sinceMs }: { sinceMs: number | null }): JSX.Element {
  const { feed } = useConsole();
  if (sinceMs === null) return <>–</>;
  return <span title={`since ${moment(sinceMs)}`}>{span(feed.connection.serverNowMs() - sinceMs)}</span>;
}

const TYPES = ["STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS", "aggregate"];

/** The list with its tools and its drawer. */
export function ClusterList(): JSX.Element {
  const { router } = useConsole();
  const limit = useSignal(FIRST_ROWS);
  const drawer = useOpenItem("open");
  const choice = {
    q: router.query("q"),
    problems: router.query("problems"),
    type: router.query("type"),
    source: router.query("source"),
    locality: router.query("locality"),
    sort: router.query("sort"),
  };
  const isFiltered = Object.entries(choice).some(([name, value]) => name !== "sort" && value !== "");
  const everyS = limit.value > FIRST_ROWS ? LONG_EVERY_S : EVERY_S;
  const { data, error } = usePolled<Page<ClusterItem>>(`/clusters?${listQuery(choice, limit.value)}`, everyS);
  const hidden = new Set(router.query("hide").split(","));
  const columns = COLUMNS.filter(({ id }) => !hidden.has(id));
  const rows = data?.items ?? [];
  return (
    <div class="clusters-page">
      <header class="page-head">
        <h1 tabIndex={-1}>Clusters</h1>
        <span class="panel-count">{data === null ? "" : isFiltered ? `${data.total} match` : data.total}</span>
        <div class="panel-tools">
          <Columns hidden={hidden} />
          <CopyButton text={csvOf(columns, rows)} label="CSV" hint="Copy the rows shown, as CSV" />
          <CopyCurl paths={["/clusters?format=json&include_warming", "/api/v1/clusters"]} />
        </div>
      </header>
      <Filters choice={choice} items={rows} />
      {error !== null && data !== null && <p class="note is-warn" role="status">Not up to date: {error.message}</p>}
      {data === null
        ? error === null ? <Loading rows={8} /> : <Empty title="Cannot ask for the clusters">{error.message}</Empty>
        : rows.length === 0
        ? isFiltered ? <NothingFound isProblemsOnly={choice.problems === "1" && choice.q === ""} /> : <NoClusters />
        : (
          <VirtualTable
            label="Clusters"
            class="clusters-table"
            columns={columns}
            rows={rows}
            keyOf={({ name }) => name}
            rowClass={({ level }) => `is-${level}`}
            sort={choice.sort}
            onSort={(sort) => router.setQuery("sort", sort)}
            selected={drawer.id}
            onOpen={({ name }) => drawer.open(name)}
          />
        )}
      {data !== null && data.total > rows.length && (
        <p class="more">
          {rows.length} of {data.total} shown. <span>Filter, or</span>{" "}
          <button type="button" class="button" onClick={() => limit.value = MOST_ROWS}>Show all</button>
        </p>
      )}
      {drawer.id !== "" && <ClusterDrawer name={drawer.id} onClose={drawer.close} key={drawer.id} />}
    </div>
  );
}

function Filters({ choice, items }: { choice: Record<string, string>; items: readonly ClusterItem[] }): JSX.Element {
  const { router } = useConsole();
  const places = [...new Set([...items.flatMap(({ localities }) => localities), choice["locality"]!])].filter(Boolean);
  const isProblemsOnly = choice["problems"] === "1";
  return (
    <div class="filters">
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Filter clusters and hosts</span>
        <input
          id="cluster-filter"
          type="search"
          placeholder="Name, host or address"
          value={choice["q"]}
          onInput={(event) => router.setQuery("q", event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        class="button is-quiet"
        aria-pressed={isProblemsOnly}
        onClick={() => router.setQuery("problems", isProblemsOnly ? "" : "1")}
      >
        Problems only
      </button>
      <Choice name="type" label="Any type" value={choice["type"]!} options={TYPES} />
      <Choice name="source" label="Any source" value={choice["source"]!} options={["static", "dynamic"]} />
      {places.length > 0 && (
        <Choice name="locality" label="Any locality" value={choice["locality"]!} options={places.sort()} />
      )}
    </div>
  );
}

function Choice({ name, label, value, options }: {
  name: string;
  label: string;
  value: string;
  options: readonly string[];
}): JSX.Element {
  const { router } = useConsole();
  return (
    <select
      class="button is-quiet"
      aria-label={name}
      value={value}
      onChange={(event) => router.setQuery(name, event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {options.map((option) => <option value={option} key={option}>{option}</option>)}
    </select>
  );
}

function Columns({ hidden }: { hidden: ReadonlySet<string> }): JSX.Element {
  const { router } = useConsole();
  const toggle = (id: string) => {
    const next = COLUMNS.filter((column) => column.id === id ? !hidden.has(id) : hidden.has(column.id));
    router.setQuery("hide", next.map((column) => column.id).join(","));
  };
  return (
    <Menu class="button is-quiet" hint="Choose the columns" button="Columns" isStaying>
      <fieldset class="columns">
        <legend class="unseen">Columns</legend>
        {COLUMNS.filter(({ isName }) => isName !== true).map(({ id, title }) => (
          <label key={id}>
            <input type="checkbox" checked={!hidden.has(id)} onChange={() => toggle(id)} /> {title}
          </label>
        ))}
      </fieldset>
    </Menu>
  );
}

function NothingFound({ isProblemsOnly }: { isProblemsOnly: boolean }): JSX.Element {
  const { router } = useConsole();
  return (
    <Empty title={isProblemsOnly ? "No cluster has a problem right now." : "No cluster matches"}>
      <button
        type="button"
        class="button"
        onClick={() => ["q", "problems", "type", "source", "locality"].forEach((name) => router.setQuery(name, ""))}
      >
        {isProblemsOnly ? "Show all clusters" : "Clear the filter"}
      </button>
    </Empty>
  );
}

function csvOf(columns: readonly ListColumn[], rows: readonly ClusterItem[]): string {
  const lines = [
    columns.map(({ title }) => csvField(title)),
    ...rows.map((row) => columns.map(({ csv }) => csvField(csv?.(row) ?? null))),
  ];
  return lines.map((line) => line.join(",")).join("\r\n");
}
