/** All listeners: a table of what the address asks for, kept up to date by the stream. */

import type { JSX } from "preact";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenerRows } from "../model/listener_list.ts";
import { LISTENER_LEVEL } from "../model/listeners.ts";
import { pathOf } from "../router.ts";
import { errorTone, rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { CopyCurl } from "./copy_curl.tsx";
import { Empty, Loading } from "./empty.tsx";
import { FigureText } from "./figure.tsx";
import { ListFilter } from "./list_filter.tsx";
import { ListenerState } from "./listener_state.tsx";
import { type Column, VirtualTable } from "./virtual_table.tsx";

type FigureKey = "rps" | "error_ratio" | "active_cx" | "cx_per_s" | "no_chain_match_per_s";

/** A column of numbers; `source` is where they come from, for hover. */
function figures(id: FigureKey, title: string, source: string, isWide = true): Column<ListenerItem> {
  return {
    id,
    title,
    source,
    isSortable: true,
    class: isWide ? "number is-wide-only" : "number",
    cell: (item) => {
      const isRatio = id === "error_ratio", value = item[id];
      const figure = isRatio ? numbers.percent(value) : id === "active_cx" ? numbers.count(value) : rate(value);
      return (
        <span class={isRatio ? `is-${errorTone(value)}` : ""}>
          <FigureText figure={figure} source={source} />
        </span>
      );
    },
  };
}

const COLUMNS: readonly Column<ListenerItem>[] = [
  {
    id: "name",
    title: "Listener",
    isName: true,
    isSortable: true,
    cell: ({ name, addresses, error }) => (
      <>
        <a class="name" href={pathOf("listeners", name)}>{name}</a>
        <span class="address is-below">{addresses.join(" ") || "not bound"}</span>
        {error !== null && <span class="reason">{error}</span>}
      </>
    ),
  },
  { id: "state", title: "State", cell: (item) => <ListenerState item={item} /> },
  { id: "source", title: "Source", class: "is-wide-only", cell: sourceText },
  figures("rps", "Req/s", SOURCES.listenerRate, false),
  figures("error_ratio", "Errors", SOURCES.errors),
  figures("active_cx", "Active cx", SOURCES.listenerConnections, false),
  figures("cx_per_s", "Cx/s", "listener.ADDRESS.downstream_cx_total"),
  figures("no_chain_match_per_s", "No chain/s", "listener.ADDRESS.no_filter_chain_match"),
];

/** Which way its traffic goes, and who says so. */
export function sourceText({ source, version_info, direction }: ListenerItem): string {
  const way = direction === "UNSPECIFIED" ? "" : `${direction.toLowerCase()}, `;
  return way + (source === "static" ? source : `LDS ${version_info}`);
}

/** The list with its filter. */
export function ListenerList(): JSX.Element {
  const { feed, router } = useConsole();
  const items = feed.listeners.items.value, sort = router.query("sort");
  const rows = listenerRows(items ?? [], {
    text: router.query("q"),
    isProblemsOnly: router.query("problems") === "1",
    sort,
  });
  return (
    <div class="clusters-page">
      <header class="page-head">
        <h1 tabIndex={-1}>Listeners</h1>
        <span class="panel-count">{items?.length}</span>
        <div class="panel-tools">
          <CopyCurl paths={["/listeners?format=json", "/config_dump?resource=dynamic_listeners"]} />
        </div>
      </header>
      <div class="filters">
        <ListFilter label="Filter listeners" placeholder="Name, address, prefix" />
      </div>
      {items === null ? <Loading rows={4} /> : rows.length > 0
        ? (
          <VirtualTable
            label="Listeners"
            class="listeners-table"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ name }) => name}
            rowClass={({ state }) => `is-${LISTENER_LEVEL[state]}`}
            sort={sort}
            onSort={(next) => router.setQuery("sort", next)}
          />
        )
        : items.length > 0
        ? <Empty title="No listener of this kind right now" />
        : (
          <Empty title="No listeners yet">
            Clients connect to one. Add <code>static_resources.listeners</code> or an LDS source.
          </Empty>
        )}
    </div>
  );
}
