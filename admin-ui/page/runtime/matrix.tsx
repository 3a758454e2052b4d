/** The matrix: keys by layers, with the value in force and its meaning. Filters, group and view are in the URL. */

import type { JSX, TargetedEvent } from "preact";
import { useMemo } from "preact/hooks";
import type { RuntimeEntry, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { defaultWords } from "../../model/runtime/outlook.ts";
import {
  badgesOf,
  groupsOf,
  isIgnored,
  keptRows,
  type RowFilter,
  rowsOf,
  type RuntimeRow,
} from "../../model/runtime/rows.ts";
import { adminValueOf } from "../../model/runtime/view.ts";
import { useConsole } from "../../part/context.ts";
import { Empty } from "../../part/empty.tsx";
import { Icon } from "../../part/icon.tsx";
import { useShortcuts } from "../../part/keys.ts";
import { type Column, VirtualTable } from "../../part/virtual_table.tsx";
import { pathOf } from "../../router.ts";
import { ExpiryBadge } from "./expiry_badge.tsx";
import { useDesk, useReadOnlyReason } from "./desk.ts";

const FILTERS: readonly (readonly [filter: RowFilter, word: string])[] = [
  ["overridden", "Overridden"],
  ["expiring", "Expiring"],
  ["today", "Changed today"],
  ["wrong", "Wrong type"],
  ["unknown", "Unknown"],
];

/** Filters and table. */
export function MatrixPanel({ view }: { view: RuntimeView }): JSX.Element {
  const { feed, router } = useConsole();
  const { catalog, model: { tray } } = useDesk();
  const items = catalog.value;
  const isCatalog = router.query("view") === "catalog";
  const rows = useMemo(() => rowsOf(view, items ?? new Map(), isCatalog), [view, items, isCatalog]);
  const text = router.query("q");
  const filter = router.query("only");
  const group = router.query("group");
  const cluster = router.query("cluster");
  const hidden = router.query("hide").split(",").filter(Boolean);
  const shown = useMemo(
    () => keptRows(rows, view.layers, { text, isCatalog, filter, group, cluster }, feed.connection.nowMs.peek()),
    [rows, view.layers, text, filter, group, cluster],
  );
  useShortcuts([{ key: "e", words: "Edit the runtime key of the row", run: editRow }]);
  const columns = columnsOf(view, hidden, isCatalog);
  return (
    <section class="panel" aria-label="Runtime values">
      <MatrixFilters view={view} rows={rows} hidden={hidden} />
      {rows.length === 0 ? <NoRows count={items?.size ?? 0} /> : shown.length === 0 ? <NothingKept /> : (
        <VirtualTable
          label="Runtime values by layer"
          class="matrix"
          columns={columns}
          rows={shown}
          keyOf={keyOfRow}
          rowClass={({ key }) => tray.find(key) === null ? "" : "is-edited"}
          selected={router.route.value[2] ?? ""}
          onOpen={({ key, isPattern }) => !isPattern && router.go(pathOf("runtime", "key", key))}
        />
      )}
    </section>
  );
}

function MatrixFilters({ view, rows, hidden }: {
  view: RuntimeView;
  rows: readonly RuntimeRow[];
  hidden: readonly string[];
}): JSX.Element {
  const { feed, router } = useConsole();
  const isCatalog = router.query("view") === "catalog";
  const only = router.query("only");
  const choose = (name: string) => (event: TargetedEvent<HTMLSelectElement>) =>
    router.setQuery(name, event.currentTarget.value);
  const hide = (name: string) =>
    router.setQuery(
      "hide",
      (hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]).join(","),
    );
  return (
    <div class="filters" role="search">
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Search keys, values, layers and descriptions</span>
        <input
          id="runtime-filter"
          type="search"
          placeholder="Key, value, layer…"
          value={router.query("q")}
          onInput={(event) => router.setQuery("q", event.currentTarget.value)}
        />
      </label>
      <span class="segments" role="group" aria-label="Which keys">
        <button type="button" class="button" aria-pressed={!isCatalog} onClick={() => router.setQuery("view", "")}>
          Set keys
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={isCatalog}
          onClick={() => router.setQuery("view", "catalog")}
        >
          Catalogue
        </button>
      </span>
      <select aria-label="Group" class="select" value={router.query("group")} onChange={choose("group")}>
        <option value="">All groups</option>
        {groupsOf(rows).map((group) => <option key={group}>{group}</option>)}
      </select>
      <select aria-label="Cluster" class="select" value={router.query("cluster")} onChange={choose("cluster")}>
        <option value="">All clusters</option>
        {(feed.clusters.items.value ?? []).map(({ name }) => <option key={name}>{name}</option>)}
      </select>
      <span class="chips" role="group" aria-label="Only">
        {FILTERS.map(([filter, word]) => (
          <button
            key={filter}
            type="button"
            class="button is-quiet"
            aria-pressed={only === filter}
            onClick={() => router.setQuery("only", only === filter ? "" : filter)}
          >
            {word}
          </button>
        ))}
      </span>
      <details class="menu is-wide-only">
        <summary class="button is-quiet">Columns</summary>
        <div class="menu-panel columns-list">
          {[...view.layers.map(({ name }) => name), "default"].map((name) => (
            <label key={name}>
              <input type="checkbox" checked={!hidden.includes(name)} onChange={() => hide(name)} /> {name}
            </label>
          ))}
        </div>
      </details>
    </div>
  );
}

/** The row that has the focus, or else the form that is open. */
function editRow(): void {
  const link = document.activeElement?.closest("tr")?.querySelector<HTMLElement>("a.name");
  if (link != null) return link.click();
  document.querySelector<HTMLElement>(".edit-form :is(input, textarea, select, button)")?.focus();
}

const keyOfRow = ({ key }: RuntimeRow) => key;

function columnsOf(view: RuntimeView, hidden: readonly string[], isCatalog: boolean): Column<RuntimeRow>[] {
  const columns: Column<RuntimeRow>[] = [
    { id: "key", title: "Key", isName: true, class: "key-column", cell: (row) => <KeyCell row={row} /> },
    ...view.layers.map(({ name, kind }, layer): Column<RuntimeRow> => ({
      id: `layer ${name}`,
      title: name,
      source: `${kind} layer`,
      class: "is-wide-only",
      cell: ({ entry }) => <Cell entry={entry} layer={layer} />,
    })),
    { id: "effective", title: "Effective", class: "effective", cell: (row) => <Effective row={row} /> },
    {
      id: "default",
      title: "Default",
      class: "is-wide-only is-quiet",
      cell: ({ entry, item }) => defaultWords(item, entry),
    },
    { id: "change", title: "", class: "matrix-actions", cell: (row) => <Actions row={row} view={view} /> },
  ];
  if (isCatalog) {
    columns.splice(1, 0, {
      id: "group",
      title: "Group",
      class: "is-wide-only is-quiet group-column",
      cell: ({ group }) => group,
    });
  }
  return columns.filter(({ title }) => !hidden.includes(title.toLowerCase()) && !hidden.includes(title));
}

function KeyCell({ row }: { row: RuntimeRow }): JSX.Element {
  const { tray } = useDesk().model;
  const edit = tray.find(row.key);
  return (
    <span class="words">
      {row.isPattern
        ? <span class="name" title="No cluster has a name to put in">{row.key}</span>
        : <a class="name" href={pathOf("runtime", "key", row.key)}>{row.key}</a>}
      {edit !== null && (
        <span class="badge is-edit" title="In your change set">
          {edit.value === null ? "→ removed" : `→ ${edit.value}`}
        </span>
      )}
      <Badges row={row} />
    </span>
  );
}

function Actions({ row: { key, isPattern }, view }: { row: RuntimeRow; view: RuntimeView }): JSX.Element | null {
  const { model } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const held = adminValueOf(view, key);
  if (isPattern) return null;
  return (
    <span class="row-buttons">
      <a
        class="button"
        href={pathOf("runtime", "key", key)}
        aria-label={`${readOnly === null ? "Edit" : "Show"} ${key}`}
      >
        {readOnly === null ? "Edit" : "Show"}
      </a>
      {held !== null && (
        <button
          type="button"
          class="icon-button"
          disabled={readOnly !== null}
          title={readOnly ?? "Remove the override"}
          aria-label={`Remove the override of ${key}`}
          onClick={() => model.tray.put({ key, value: null, base: held })}
        >
          <Icon name="undo" />
        </button>
      )}
    </span>
  );
}

function Cell({ entry, layer }: { entry: RuntimeEntry | null; layer: number }): JSX.Element | null {
  const value = entry?.values[layer] ?? null;
  if (entry === null || value === null) return null;
  const text = value === "" ? <i>empty</i> : value;
  if (entry.winner === layer) {
    return <b class="cell is-winner" title="This layer gives the effective value">{text}</b>;
  }
  return <s class="cell" title="A layer above has a value too: this one does not count">{text}</s>;
}

function Effective({ row: { entry, item } }: { row: RuntimeRow }): JSX.Element {
  if (entry === null || entry.effective === null || isIgnored(entry)) {
    return <span class="is-quiet">{defaultWords(item, entry)}</span>;
  }
  return <span class="meaning" title={`Raw: ${entry.effective}`}>{entry.meaning || entry.effective}</span>;
}

function Badges({ row }: { row: RuntimeRow }): JSX.Element {
  const expiresMs = row.entry?.admin?.expires_ms ?? null;
  return (
    <span class="badges">
      {badgesOf(row).map(({ word, meaning, tone }) => (
        <span class={`badge is-${tone}`} title={meaning} key={meaning}>{word}</span>
      ))}
      {expiresMs !== null && <ExpiryBadge expiresMs={expiresMs} />}
    </span>
  );
}

function NoRows({ count }: { count: number }): JSX.Element {
  const { router } = useConsole();
  return (
    <Empty title="No overrides: every key has its default">
      <p>Catalogue shows the {count === 0 ? "" : `${count} `}keys this proxy reads.</p>
      <button type="button" class="button" onClick={() => router.setQuery("view", "catalog")}>
        Show the catalogue
      </button>
    </Empty>
  );
}

function NothingKept(): JSX.Element {
  const { router } = useConsole();
  return (
    <Empty title="No key matches">
      <button
        type="button"
        class="button"
        onClick={() => ["q", "only", "group", "cluster"].forEach((name) => router.setQuery(name, ""))}
      >
        Clear the filters
      </button>
    </Empty>
  );
}
