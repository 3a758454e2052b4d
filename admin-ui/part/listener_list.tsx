/** All listeners: a table of what the address asks for, kept up to date by the stream. */

import type { JSX } from "preact";
import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenerRows } from "../model/listener_list.ts";
import { LISTENER_LEVEL } from "../model/listeners.ts";
import { pathOf } from "../router.ts";
import { errorTone, rate } from "../text/rates.ts";
import { type Figure, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { CopyCurl } from "./copy_curl.tsx";
import { Empty, Loading } from "./empty.tsx";
import { FigureText } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { ListenerState } from "./listener_state.tsx";
import { type Column, VirtualTable } from "./virtual_table.tsx";

type Key = keyof ListenerItem;

/** A column of numbers. */
function figures(id: Key, title: string, source: string, figureOf: (item: ListenerItem) => Figure, isWide = false) {
  return {
    id,
    title,
    source,
    isSortable: true,
    class: `number${isWide ? " is-wide-only" : ""}`,
    cell: (item: ListenerItem) => {
      const tone = id === "error_ratio" ? errorTone(item.error_ratio) : undefined;
      return (
        <span class={tone && `is-${tone}`}>
          <FigureText figure={figureOf(item)} source={source} />
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
        {(addresses.length > 0 ? addresses : ["not bound"]).map((address) => (
          <span class="address is-below" key={address}>{address}</span>
        ))}
        {error !== null && <span class="reason">{error}</span>}
      </>
    ),
  },
  { id: "state", title: "State", isSortable: true, cell: (item) => <ListenerState item={item} /> },
  {
    id: "direction",
    title: "Direction",
    isSortable: true,
    class: "is-wide-only",
    cell: ({ direction }) => directionWord(direction),
  },
  figures("rps", "Req/s", SOURCES.listenerRate, ({ rps }) => rate(rps)),
  figures("error_ratio", "Errors", SOURCES.errors, (item) => numbers.percent(item.error_ratio), true),
  figures("active_cx", "Active cx", SOURCES.listenerConnections, (item) => numbers.count(item.active_cx)),
  figures("cx_per_s", "Cx/s", "listener.ADDRESS.downstream_cx_total, per second", (item) => rate(item.cx_per_s), true),
  figures(
    "no_chain_match_per_s",
    "No chain/s",
    "listener.ADDRESS.no_filter_chain_match, per second: connections that no filter chain wants",
    (item) => rate(item.no_chain_match_per_s),
    true,
  ),
  {
    id: "source",
    title: "Source",
    class: "is-wide-only",
    cell: ({ source, version_info }) => source === "static" ? "static" : `LDS ${version_info}`,
  },
];

/** `–` where the configuration says none. */
export function directionWord(direction: ListenerItem["direction"]): string {
  return direction === "UNSPECIFIED" ? "–" : direction.toLowerCase();
}

/** The list with its filter. */
export function ListenerList(): JSX.Element {
  const { feed, router } = useConsole();
  const items = feed.listeners.items.value, sort = router.query("sort");
  const text = router.query("q"), isProblemsOnly = router.query("problems") === "1";
  const rows = listenerRows(items ?? [], { text, isProblemsOnly, sort });
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
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Filter listeners</span>
          <input
            type="search"
            placeholder="Name, address, prefix"
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
        : items.length === 0
        ? (
          <Empty title="No listeners yet">
            A listener is where clients connect. Add <code>static_resources.listeners</code> or an LDS source.
          </Empty>
        )
        : <Empty title={isProblemsOnly ? "No listener has a problem right now." : `No listener matches “${text}”`} />}
    </div>
  );
}
