/** The matrix: keys by layers, with the value in force and its meaning. Filters, group and view are in the URL. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { RuntimeEntry, RuntimeView } from "../../../src/admin/contract/runtime.ts";
import { countdown } from "../../model/runtime/expiry.ts";
import { badgesOf, groupsOf, keptRows, type RowFilter, rowsOf, type RuntimeRow } from "../../model/runtime/rows.ts";
import { adminLayerOf, adminValueOf } from "../../model/runtime/view.ts";
import { useConsole } from "../../part/context.ts";
import { Empty } from "../../part/empty.tsx";
import { Icon } from "../../part/icon.tsx";
import { pathOf } from "../../router.ts";
import { moment } from "../../text/ages.ts";
import { useDesk, useReadOnlyReason } from "./desk.ts";

/** Rows shown before the reader asks for more. */
const FIRST_ROWS = 200;

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
  const { catalog } = useDesk();
  const limit = useSignal(FIRST_ROWS);
  const items = catalog.value;
  const isCatalog = router.query("view") === "catalog";
  const rows = useMemo(() => rowsOf(view, items ?? new Map(), isCatalog), [view, items, isCatalog]);
  const text = router.query("q");
  const filter = router.query("only");
  const group = router.query("group");
  const cluster = router.query("cluster");
  const hidden = router.query("hide").split(",");
  const shown = useMemo(
    () => keptRows(rows, view.layers, { text, isCatalog, filter, group, cluster }, feed.connection.nowMs.peek()),
    [rows, view.layers, text, filter, group, cluster],
  );
  return (
    <section class="panel" aria-label="Runtime values">
      <MatrixFilters view={view} rows={rows} hidden={hidden} />
      {rows.length === 0
        ? <NoRows count={items?.size ?? 0} />
        : shown.length === 0
        ? <NothingKept />
        : (
          <div class="scroll">
            <table class="table matrix" aria-rowcount={shown.length + 1}>
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  {view.layers.map(({ name, kind }) =>
                    !hidden.includes(name) && (
                      <th scope="col" key={name} class="is-wide-only" title={`${kind} layer`}>{name}</th>
                    )
                  )}
                  <th scope="col">Effective</th>
                  {!hidden.includes("default") && <th scope="col" class="is-wide-only">Default</th>}
                  <th scope="col">
                    <span class="unseen">Change</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.slice(0, limit.value).map((row, at) => [
                  isCatalog && row.group !== shown[at - 1]?.group && (
                    <tr class="matrix-group" key={`group ${row.group} ${at}`}>
                      <th scope="rowgroup" colSpan={view.layers.length + 4}>{row.group}</th>
                    </tr>
                  ),
                  <MatrixRow key={row.key} row={row} view={view} hidden={hidden} />,
                ])}
              </tbody>
            </table>
            {shown.length > limit.value && (
              <button type="button" class="button more" onClick={() => limit.value += FIRST_ROWS}>
                Show {Math.min(FIRST_ROWS, shown.length - limit.value)} more of {shown.length - limit.value}
              </button>
            )}
          </div>
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
  const choose = (name: string) => (event: JSX.TargetedEvent<HTMLSelectElement>) =>
    router.setQuery(name, event.currentTarget.value);
  const hide = (name: string) =>
    router.setQuery(
      "hide",
      (hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]).filter(Boolean).join(","),
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
        <button type="button" class="button" aria-pressed={isCatalog} onClick={() => router.setQuery("view", "catalog")}>
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
      <details class="columns is-wide-only">
        <summary class="button is-quiet">Columns</summary>
        <div class="columns-list">
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

function MatrixRow({ row, view, hidden }: {
  row: RuntimeRow;
  view: RuntimeView;
  hidden: readonly string[];
}): JSX.Element {
  const { router } = useConsole();
  const { model } = useDesk();
  const readOnly = useReadOnlyReason(model.view);
  const { key, entry, item } = row;
  const edit = model.tray.find(key);
  const isOpen = router.route.value[2] === key;
  const held = adminValueOf(view, key);
  return (
    <tr class={`matrix-row${isOpen ? " is-target" : ""}${edit === null ? "" : " is-edited"}`}>
      <th scope="row">
        {row.isPattern
          ? <span class="name" title="No cluster has a name to put in">{key}</span>
          : <a class="name" href={pathOf("runtime", "key", key)}>{key}</a>}
        <Badges row={row} />
        {edit !== null && (
          <span class="edit-note">
            In your change set: {edit.value === null ? "remove the override" : <code>{edit.value}</code>}
          </span>
        )}
      </th>
      {view.layers.map(({ name }, layer) =>
        !hidden.includes(name) && (
          <td key={name} class="is-wide-only">
            <Cell entry={entry} layer={layer} />
          </td>
        )
      )}
      <td class="effective">
        <Effective row={row} />
      </td>
      {!hidden.includes("default") && (
        <td class="is-wide-only is-quiet">{item?.default ?? entry?.default ?? "as configured"}</td>
      )}
      <td class="matrix-actions">
        {!row.isPattern && (
          <a class="button" href={pathOf("runtime", "key", key)} aria-label={`Edit ${key}`}>
            {readOnly === null ? "Edit" : "Show"}
          </a>
        )}
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
      </td>
    </tr>
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
  if (entry === null || entry.effective === null) {
    return <span class="is-quiet">{item?.default ?? entry?.default ?? "default"}</span>;
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

/** Runs down by the server's clock. */
export function ExpiryBadge({ expiresMs }: { expiresMs: number }): JSX.Element {
  const { feed } = useConsole();
  return (
    <span class="badge is-warn" title={`Goes back by itself at ${moment(expiresMs)}`}>
      {`expires in ${countdown(expiresMs - feed.connection.serverNowMs())}`}
    </span>
  );
}

function NoRows({ count }: { count: number }): JSX.Element {
  const { router } = useConsole();
  return (
    <Empty title="No overrides: every key has its default">
      <p>Catalogue shows the {count === 0 ? "" : `${count} `}keys this proxy reads.</p>
      <button type="button" class="button" onClick={() => router.setQuery("view", "catalog")}>Show the catalogue</button>
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

/** Whether there is a layer to write in. */
export function hasAdminLayer(view: RuntimeView): boolean {
  return adminLayerOf(view) >= 0;
}
