/**
 * Clusters with their hosts in one table of aligned columns: what fails is on top, a failing host says why under its
 * address. Filter, sorting and what is unfolded are in the URL. Long lists show a first part and offer the rest.
 */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import type { ClusterItem } from "../../src/admin/contract/clusters.ts";
import { arrange, byTrouble, type ClusterColumn, hasProblem, sumOverHosts } from "../model/clusters.ts";
import { errorTone, rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Empty, Loading } from "./empty.tsx";
import { NumberCell } from "./figure.tsx";
import { HealthWord, StateStrip } from "./health_dot.tsx";
import { HostRow } from "./host_row.tsx";
import { Icon } from "./icon.tsx";
import { Panel } from "./panel.tsx";
import { SortHeader } from "./table.tsx";

/** With no more hosts than this, clusters start unfolded: everything fits on the screen. */
const UNFOLD_HOSTS = 16;

/** Rows shown before the reader asks for more. */
const FIRST_ROWS = 100;

const COLUMNS: readonly { id: ClusterColumn; title: string; source: string; class: string }[] = [
  { id: "name", title: "Cluster and hosts", source: SOURCES.clusters, class: "" },
  { id: "problems", title: "Health", source: SOURCES.hosts, class: "" },
  { id: "rps", title: "Requests/s", source: SOURCES.clusterRate, class: "number" },
  { id: "errors", title: "Errors", source: SOURCES.clusterErrors, class: "number" },
  { id: "total", title: "Requests", source: SOURCES.hostRequests, class: "number is-wide-only" },
  { id: "active", title: "Active cx", source: SOURCES.clusterConnections, class: "number is-wide-only" },
  { id: "connects", title: "Connect fails", source: SOURCES.connectFailures, class: "number is-wide-only" },
];

/** The panel of clusters. */
export function ClusterPanel(): JSX.Element {
  const { feed, router } = useConsole();
  const limit = useSignal(FIRST_ROWS);
  const items = feed.clusters.items.value;
  const isProblemsOnly = router.query("problems") === "1";
  const text = router.query("q");
  const sort = router.query("sort");
  const shown = items === null ? [] : arrange(items, {
    text,
    isProblemsOnly,
    column: COLUMNS.find((column) => column.id === sort.replace(/^-/, ""))?.id ?? "problems",
    isDescending: sort.startsWith("-"),
  });
  const troubled = (items ?? []).filter(hasProblem).length;
  return (
    <Panel
      id="clusters"
      title="Clusters"
      count={items === null
        ? undefined
        : troubled > 0
        ? `${items.length}, ${troubled} with problems`
        : `${items.length}`}
      tools={<Tools text={text} isProblemsOnly={isProblemsOnly} />}
    >
      {items === null
        ? <Loading rows={5} />
        : items.length === 0
        ? <NoClusters />
        : shown.length === 0
        ? <NothingShown isProblemsOnly={isProblemsOnly} text={text} />
        : (
          <div class="scroll">
            <table class="table cluster-table" aria-rowcount={shown.length}>
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <SortHeader
                      key={column.id}
                      id={column.id}
                      title={column.title}
                      source={column.source}
                      class={column.class}
                      sort={sort}
                      onSort={(value) => router.setQuery("sort", value)}
                    />
                  ))}
                </tr>
              </thead>
              {shown.slice(0, limit.value).map((item) => (
                <ClusterRows key={item.name} item={item} isSmallList={hostCount(items) <= UNFOLD_HOSTS} />
              ))}
            </table>
            {shown.length > limit.value && (
              <button
                type="button"
                class="button more"
                onClick={() => limit.value += FIRST_ROWS}
              >
                Show {Math.min(FIRST_ROWS, shown.length - limit.value)} more of {shown.length - limit.value}
              </button>
            )}
          </div>
        )}
    </Panel>
  );
}

function Tools({ text, isProblemsOnly }: { text: string; isProblemsOnly: boolean }): JSX.Element {
  const { router } = useConsole();
  return (
    <>
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Filter clusters and hosts</span>
        <input
          id="cluster-filter"
          type="search"
          placeholder="Filter"
          value={text}
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
    </>
  );
}

function ClusterRows({ item, isSmallList }: { item: ClusterItem; isSmallList: boolean }): JSX.Element {
  const { router } = useConsole();
  const [section, name] = router.route.value;
  const isTarget = section === "clusters" && name === item.name;
  const folded = names(router.query("fold"));
  const unfolded = names(router.query("open"));
  const isOpen = unfolded.includes(item.name) || ((isSmallList || isTarget) && !folded.includes(item.name));
  const toggle = () => {
    router.setQuery("open", joined(unfolded, item.name, !isOpen && !isSmallList));
    router.setQuery("fold", joined(folded, item.name, isOpen && (isSmallList || isTarget)));
  };
  const hosts = item.hosts ?? [];
  const failing = item.hosts_total - item.hosts_healthy;
  return (
    <tbody class={isTarget ? "is-target" : undefined} id={`cluster-${item.name}`}>
      <tr class="cluster-row">
        <th scope="row">
          <span class="words">
            <button
              type="button"
              class="fold"
              aria-expanded={isOpen}
              onClick={toggle}
              title={isOpen ? "Hide its hosts" : "Show its hosts"}
            >
              <Icon name="chevron" />
              <span class="name">{item.name}</span>
            </button>
            <span class="aside">{item.type} · {item.lb_policy}</span>
            <Flags item={item} />
          </span>
        </th>
        <td>
          <span class="cluster-health">
            <HealthWord level={item.level} word={clusterWord(item)} />
            <span class="cluster-hosts" title={SOURCES.hosts}>
              {item.hosts_healthy}/{item.hosts_total}
            </span>
            <StateStrip parts={[{ count: item.hosts_healthy, tone: "ok" }, { count: failing, tone: "bad" }]} />
          </span>
        </td>
        <NumberCell figure={rate(item.rps)} source={SOURCES.clusterRate} />
        <NumberCell
          figure={numbers.percent(item.error_ratio)}
          source={SOURCES.clusterErrors}
          tone={errorTone(item.error_ratio)}
        />
        <NumberCell
          figure={numbers.count(sumOverHosts(item, (host) => host.stats.rq_total))}
          source={SOURCES.hostRequests}
          isWideOnly
        />
        <NumberCell figure={numbers.count(item.active_cx)} source={SOURCES.clusterConnections} isWideOnly />
        <NumberCell
          figure={numbers.count(sumOverHosts(item, (host) => host.stats.cx_connect_fail))}
          source={SOURCES.connectFailures}
          isWideOnly
        />
      </tr>
      {isOpen && byTrouble(hosts).map((host) => <HostRow key={host.address} host={host} />)}
      {isOpen && hosts.length === 0 && (
        <tr class="host-row">
          <td colSpan={COLUMNS.length} class="aside">
            {item.hosts === null ? "Too many hosts to show here" : "No hosts: every request to this cluster gets a 503"}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Flags({ item }: { item: ClusterItem }): JSX.Element | null {
  const open = [...item.breakers.default, ...item.breakers.high.map((name) => `${name} (high)`)];
  if (open.length === 0) return null;
  return (
    <span
      class="flag is-warn"
      title={`circuit_breakers: ${open.join(", ")} at its limit; what comes beyond it gets a 503`}
    >
      breaker open
    </span>
  );
}

function clusterWord(item: ClusterItem): string {
  switch (item.state) {
    case "healthy":
      return "Healthy";
    case "degraded":
      return "Degraded";
    case "unhealthy":
      return "Unhealthy";
    default:
      return "No hosts";
  }
}

function NoClusters(): JSX.Element {
  return (
    <Empty title="No clusters yet">
      A cluster is where requests go. Add <code>static_resources.clusters</code> or a CDS source to the configuration.
    </Empty>
  );
}

function NothingShown({ isProblemsOnly, text }: { isProblemsOnly: boolean; text: string }): JSX.Element {
  const { router } = useConsole();
  return (
    <Empty title={text === "" ? "No cluster has a problem right now" : `Nothing matches “${text}”`}>
      <button
        type="button"
        class="button"
        onClick={() => {
          router.setQuery("q", "");
          router.setQuery("problems", "");
        }}
      >
        {isProblemsOnly && text === "" ? "Show all clusters" : "Clear the filter"}
      </button>
    </Empty>
  );
}

function hostCount(items: readonly ClusterItem[]): number {
  return items.reduce((sum, item) => sum + item.hosts_total, 0);
}

function names(list: string): string[] {
  return list === "" ? [] : list.split(",").map(decodeURIComponent);
}

function joined(list: readonly string[], name: string, isIn: boolean): string {
  const rest = list.filter((other) => other !== name);
  return (isIn ? [...rest, name] : rest).map(encodeURIComponent).join(",");
}
