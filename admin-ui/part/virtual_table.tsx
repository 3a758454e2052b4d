/**
 * A table of any length: a real one, of which only the rows in sight are drawn (spec/console.md 9.3, 10.2). Rows of a
 * long table are of one height, their text cut at the edge; a short one has whatever height its rows need.
 *
 * One row can have the focus: `j`, `k` and the arrows move it, Home and End go to the ends, Enter opens it.
 */

import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type RowWindow, rowWindow, scrollTopFor } from "../model/row_window.ts";
import { useConsole } from "./context.ts";
import { useShortcuts } from "./keys.ts";
import { SortHeader } from "./table.tsx";

/** Longer tables are drawn in part. */
const WHOLE_ROWS = 120;

/** One column. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** For hover: what it is, and the stat or endpoint behind it. */
  readonly source?: string;
  /** `number` for figures, `is-wide-only` for what a phone leaves out, and what the page's style names. */
  readonly class?: string;
  /** The heading sorts. */
  readonly isSortable?: boolean;
  /** It names the row: a header cell. */
  readonly isName?: boolean;
  /** The content of the cell, without the cell. */
  readonly cell: (row: Row) => ComponentChildren;
}

/** A table's content. */
export interface VirtualTableProps<Row> {
  /** What it is a table of, for who cannot see it. */
  readonly label: string;
  /** For the page's style. */
  readonly class?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Class of a row: `is-bad`. */
  readonly rowClass?: (row: Row) => string;
  /** Column in force, `-` before it for descending. */
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  /** Key of the row that is open elsewhere, in a drawer. */
  readonly selected?: string;
  /** Enter, or a press on the row beside its links and buttons. */
  readonly onOpen?: (row: Row) => void;
}

/** Draws it. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>): JSX.Element {
  const { label, columns, rows, keyOf, sort = "", onSort, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const rowHeight = useRowHeight(body, rows.length > 0);
  const isWhole = rows.length <= WHOLE_ROWS;
  const [window, look] = useRowWindow(box, rowHeight, rows.length, isWhole);
  const current = useRef("");
  // Looked up when it is needed: the focus moves without a drawing.
  const place = () => rows.findIndex((row) => keyOf(row) === current.current);

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    const element = box.current;
    if (row === undefined || element === null) return;
    current.current = keyOf(row);
    if (!isWhole) {
      const view = element.clientHeight - headHeight(element);
      element.scrollTop = scrollTopFor(rows.indexOf(row), element.scrollTop, view, rowHeight);
    }
    look();
    // The row may be drawn only now.
    requestAnimationFrame(() => {
      const target = body.current?.querySelector<HTMLElement>(`tr[data-at="${rows.indexOf(row)}"]`);
      target?.focus({ preventScroll: !isWhole });
    });
  };
  useShortcuts([
    { key: "j", words: "Next row", run: () => focusRow(place() + 1) },
    { key: "k", words: "Previous row", run: () => focusRow(place() - 1) },
  ]);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    // A key pressed in a button or field of the row is theirs.
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const at = place();
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) {
      event.preventDefault();
      focusRow(next);
    } else if (event.key === "Enter" && rows[at] !== undefined) {
      onOpen?.(rows[at]);
    }
  };
  const shown = rows.slice(window.first, window.end), at = place();
  const reachable = at >= window.first && at < window.end ? at : window.first;
  return (
    <div class={`scroll vtable${isWhole ? " is-whole" : ""}`} ref={box} onScroll={look}>
      <table class={`table ${props.class ?? ""}`} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <SortHeader
                key={column.id}
                id={column.id}
                title={column.title}
                source={column.source ?? ""}
                class={column.class ?? ""}
                sort={sort}
                onSort={column.isSortable === true ? onSort : undefined}
              />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          <Spacer rows={window.first} rowHeight={rowHeight} columns={columns.length} key="before" />
          {shown.map((row, offset) => {
            const key = keyOf(row), index = window.first + offset;
            const isSelected = key === props.selected;
            return (
              <tr
                key={`row/${key}`}
                class={`${props.rowClass?.(row) ?? ""}${isSelected ? " is-target" : ""}${
                  onOpen === undefined ? "" : " opens"
                }`}
                data-at={index}
                aria-rowindex={index + 2}
                aria-current={isSelected ? "true" : undefined}
                tabIndex={index === reachable ? 0 : -1}
                onFocus={() => current.current = key}
                onClick={(event) => {
                  if (onOpen === undefined || isControl(event.target)) return;
                  // Text that was just marked is to be copied.
                  if (getSelection()?.isCollapsed === false) return;
                  current.current = key;
                  onOpen(row);
                }}
              >
                {columns.map((column) =>
                  column.isName === true
                    ? <th scope="row" class={column.class} key={column.id}>{column.cell(row)}</th>
                    : <td class={column.class} key={column.id}>{column.cell(row)}</td>
                )}
              </tr>
            );
          })}
          <Spacer rows={rows.length - window.end} rowHeight={rowHeight} columns={columns.length} key="after" />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are not drawn. Its height is set on the element: the page's policy allows no style in the markup. */
function Spacer(
  { rows, rowHeight, columns }: { rows: number; rowHeight: number; columns: number },
): JSX.Element | null {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (cell.current !== null) cell.current.style.height = `${rows * rowHeight}px`;
  }, [rows, rowHeight]);
  if (rows <= 0) return null;
  return (
    <tr class="spacer" aria-hidden="true">
      <td colSpan={columns} ref={cell} />
    </tr>
  );
}

/** The window in force, and what has it looked at anew. */
function useRowWindow(
  box: { readonly current: HTMLDivElement | null },
  rowHeight: number,
  count: number,
  isWhole: boolean,
): [RowWindow, () => void] {
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  const drawn = useRef<RowWindow>({ first: 0, end: 0 });
  const look = () => {
    const element = box.current;
    if (element === null) return;
    const next = rowWindow(element.scrollTop, element.clientHeight, rowHeight, count);
    if (next.first === drawn.current.first && next.end === drawn.current.end) return;
    setScroll({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(look, [rowHeight, count]);
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const watch = new ResizeObserver(() => latest.current());
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  drawn.current = isWhole ? { first: 0, end: count } : rowWindow(scroll.top, scroll.height, rowHeight, count);
  return [drawn.current, look];
}

/** The height of a row, which is the style's to say: it differs with density and with the size of the reader's type. */
function useRowHeight(body: { readonly current: HTMLElement | null }, hasRows: boolean): number {
  const density = useConsole().feed.settings.density.value;
  const [height, setHeight] = useState(30);
  // Not with each drawing: asking for a height lays the whole table out.
  useLayoutEffect(() => {
    const row = body.current?.querySelector("tr:not(.spacer)");
    const measured = row?.getBoundingClientRect().height ?? 0;
    if (measured > 0) setHeight(measured);
  }, [density, hasRows]);
  return height;
}

function headHeight(box: HTMLElement): number {
  return box.querySelector("thead")?.clientHeight ?? 0;
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, select, label, summary") !== null;
}
