/** Stats as rows: value, rate, the line of the last five minutes, and the name that Prometheus knows. */

import type { JSX } from "preact";
import type { StatItem } from "../../src/admin/contract/stats.ts";
import { chartTop, linePath, type Values } from "../model/chart.ts";
import { POINTS, type StatHistory } from "../model/stats.ts";
import { rate } from "../text/rates.ts";
import { numbers } from "../text/units.ts";
import { CopyButton } from "./copy_button.tsx";
import { FigureText } from "./figure.tsx";
import { VirtualTable } from "./virtual_table.tsx";

/** Draws them. Enter or a press opens one. */
export function StatTable({ label, items, history, selected, onOpen }: {
  label: string;
  items: readonly StatItem[];
  history: StatHistory;
  selected: string;
  onOpen: (name: string) => void;
}): JSX.Element {
  const wide = "is-wide-only";
  return (
    <VirtualTable
      label={label}
      columns={[
        {
          id: "name",
          title: "Stat",
          isName: true,
          class: "stat-name",
          // Every second piece is the value of a tag.
          cell: ({ parts }) => <code>{parts.map((part, at) => at % 2 === 1 ? <b key={at}>{part}</b> : part)}</code>,
        },
        { id: "type", title: "Type", class: wide, cell: ({ type }) => type },
        { id: "value", title: "Value", class: "number stat-value", cell: valueOf },
        { id: "rate", title: "Per second", class: "number", cell: rateOf },
        { id: "line", title: "5 min", class: wide, cell: ({ name }) => <StatLine values={history.values(name)} /> },
        {
          id: "copy",
          title: "Prometheus",
          class: wide,
          cell: ({ prometheus_name: name }) => <CopyButton text={name} hint={`Copy ${name}`} />,
        },
      ]}
      rows={items}
      keyOf={({ name }) => name}
      selected={selected}
      onOpen={({ name }) => onOpen(name)}
    />
  );
}

/** A text, or a number; a histogram's is how many values it has. */
export function valueOf({ type, value }: StatItem): JSX.Element | string {
  return typeof value === "string" ? value : <FigureText figure={numbers.count(value)} source={type} />;
}

/** Nothing for what has no rate. */
export function rateOf({ type, rate: perSecond }: StatItem): JSX.Element | null {
  return type === "gauge" || type === "text" ? null : <FigureText figure={rate(perSecond)} source={type} />;
}

/** The newest point is at the right edge. */
export function StatLine({ values }: { values: Values }): JSX.Element {
  return (
    <svg
      class="stat-line tone-accent"
      viewBox={`${values.length - POINTS} -1 ${POINTS} 22`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="chart-line" d={linePath(values, chartTop([values], 0), 20)} />
    </svg>
  );
}
