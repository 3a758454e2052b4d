/** The row of six live tiles, and the same figures as a table for who reads better than looks. */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import type { Traffic } from "../../src/admin/contract/overview.ts";
import type { SeriesName } from "../../src/admin/contract/series.ts";
import { type ChartData, stepsShown, timeOf } from "../model/chart_data.ts";
import { seriesOf } from "../model/history.ts";
import { clock, span } from "../text/ages.ts";
import { errorTone, rate } from "../text/rates.ts";
import { type Figure, joined, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useChartData } from "./chart_range.tsx";
import { useConsole } from "./context.ts";
import { Loading } from "./empty.tsx";
import { Icon } from "./icon.tsx";
import { Panel } from "./panel.tsx";
import { Tile, type TileFigure, Trend } from "./tile.tsx";

const perSecond = (value: number | null): Figure => rate(value);
const percent = (value: number | null): Figure => numbers.percent(value);
const duration = (value: number | null): Figure => numbers.duration(value);
const count = (value: number | null): Figure => numbers.count(value);
const bytes = (value: number | null): Figure => numbers.quantity(value, "B/s");

/** Tiles, or the table when asked for. */
export function TrafficPanel(): JSX.Element {
  const { feed } = useConsole();
  const isTable = useSignal(false);
  const traffic = feed.overview.latest.value?.traffic ?? null;
  const data = useChartData();
  return (
    <Panel
      id="traffic"
      title="Traffic"
      count={data === null ? undefined : `last ${span(stepsShown(data) * data.stepS * 1000)}`}
      tools={
        <button
          type="button"
          class="button is-quiet"
          aria-pressed={isTable.value}
          onClick={() => isTable.value = !isTable.value}
        >
          <Icon name="table" /> Table
        </button>
      }
    >
      {data === null
        ? <Loading rows={4} />
        : isTable.value
        ? <TrafficTable data={data} />
        : <Tiles traffic={traffic} data={data} />}
    </Panel>
  );
}

function Tiles({ traffic, data }: { traffic: Traffic | null; data: ChartData }): JSX.Element {
  const now = traffic === null ? null : seriesOf(traffic);
  const figure = (label: string, name: SeriesName, tone: string): TileFigure => ({
    label,
    tone,
    values: data.values[name],
    now: now?.[name] ?? null,
  });
  const classes = [
    figure("2xx", "rps_2xx", "tone-ok"),
    figure("3xx", "rps_3xx", "tone-idle"),
    figure("4xx", "rps_4xx", "tone-warn"),
    figure("5xx", "rps_5xx", "tone-bad"),
  ];
  const errorsTone = errorTone(now?.error_ratio);
  const errors = figure("5xx share", "error_ratio", errorsTone === undefined ? "tone-accent" : `tone-${errorsTone}`);
  const requests = figure("active requests", "active_rq", "tone-accent");
  const connections = figure("active connections", "active_cx", "tone-accent");
  return (
    <div class="tiles">
      <Tile
        data={data}
        title="Requests"
        source={SOURCES.rps}
        format={perSecond}
        lead={figure("per second", "rps", "tone-accent")}
        others={classes.slice(2).map((one) => ({ ...one, isSwatched: true }))}
        lines={classes}
        isStacked
        leastTop={1}
      />
      <Tile
        data={data}
        title="Errors"
        source={SOURCES.errors}
        format={percent}
        lead={errors}
        leastTop={0.01}
        note={<Trend data={data} values={errors.values} now={errors.now} format={percent} />}
      />
      <Tile
        data={data}
        title="Latency p99"
        source={SOURCES.latency}
        format={duration}
        lead={figure("p99", "p99", "tone-accent")}
        others={[figure("p50", "p50", "tone-accent-3"), figure("p90", "p90", "tone-accent-2")]}
        leastTop={1}
      />
      <Tile
        data={data}
        title="Active requests"
        source={SOURCES.activeRequests}
        format={count}
        lead={requests}
        leastTop={4}
        note={<Trend data={data} values={requests.values} now={requests.now} format={count} />}
      />
      <Tile
        data={data}
        title="Active connections"
        source={SOURCES.activeConnections}
        format={count}
        lead={connections}
        leastTop={4}
        note={<Trend data={data} values={connections.values} now={connections.now} format={count} />}
      />
      <Tile
        data={data}
        title="Bytes out"
        source={`${SOURCES.bytesOut}\n${SOURCES.bytesIn}`}
        format={bytes}
        lead={figure("out", "bytes_out", "tone-accent")}
        others={[{ ...figure("in", "bytes_in", "tone-accent-2"), isSwatched: true }]}
        leastTop={1000}
      />
    </div>
  );
}

/** Rows of the table, spread over the range, the newest first. */
const TABLE_ROWS = 15;

const COLUMNS: readonly (readonly [string, SeriesName, (value: number | null) => Figure])[] = [
  ["Requests", "rps", perSecond],
  ["2xx", "rps_2xx", perSecond],
  ["3xx", "rps_3xx", perSecond],
  ["4xx", "rps_4xx", perSecond],
  ["5xx", "rps_5xx", perSecond],
  ["Errors", "error_ratio", percent],
  ["p50", "p50", duration],
  ["p90", "p90", duration],
  ["p99", "p99", duration],
  ["Active rq", "active_rq", count],
  ["Active cx", "active_cx", count],
  ["In", "bytes_in", bytes],
  ["Out", "bytes_out", bytes],
];

function TrafficTable({ data }: { data: ChartData }): JSX.Element {
  const rows: number[] = [];
  for (let at = data.steps - 1; at >= 0; at -= Math.ceil(data.steps / TABLE_ROWS)) rows.push(at);
  return (
    <div class="scroll" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {COLUMNS.map(([title]) => <th scope="col" class="number" key={title}>{title}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => (
            <tr key={index}>
              <th scope="row">{clock(timeOf(data, index))}</th>
              {COLUMNS.map(([title, name, format]) => (
                <td class="number" key={title}>{joined(format(data.values[name][index] ?? null))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
