/** The row of six live tiles, and the same figures as a table for who reads better than looks. */

import type { JSX } from "preact";
import { useSignal } from "@preact/signals";
import type { Traffic } from "../../src/admin/contract/overview.ts";
import type { SeriesName } from "../../src/admin/contract/series.ts";
import { type History, HISTORY_SECONDS, seriesOf, windowSeconds } from "../model/history.ts";
import { clock } from "../text/ages.ts";
import { errorTone, rate } from "../text/rates.ts";
import { type Figure, joined, numbers } from "../text/units.ts";
import { SOURCES } from "../text/words.ts";
import { useConsole } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Panel } from "./panel.tsx";
import { Tile, type TileFigure, Trend } from "./tile.tsx";

/** By the seconds that the charts show. */
const WINDOW_WORDS: Readonly<Record<number, string>> = {
  60: "last minute",
  120: "last 2 minutes",
  [HISTORY_SECONDS]: "last 5 minutes",
};

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
  const history = feed.overview.history.value;
  return (
    <Panel
      id="traffic"
      title="Traffic"
      count={isTable.value ? "last 5 minutes" : WINDOW_WORDS[windowSeconds(history)]}
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
      {isTable.value ? <TrafficTable history={history} /> : <Tiles traffic={traffic} history={history} />}
    </Panel>
  );
}

function Tiles({ traffic, history }: { traffic: Traffic | null; history: History }): JSX.Element {
  const now = traffic === null ? null : seriesOf(traffic);
  const figure = (label: string, name: SeriesName, tone: string): TileFigure => ({
    label,
    tone,
    values: history[name],
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
        title="Errors"
        source={SOURCES.errors}
        format={percent}
        lead={errors}
        leastTop={0.01}
        note={<Trend values={errors.values} now={errors.now} format={percent} />}
      />
      <Tile
        title="Latency p99"
        source={SOURCES.latency}
        format={duration}
        lead={figure("p99", "p99", "tone-accent")}
        others={[figure("p50", "p50", "tone-accent-3"), figure("p90", "p90", "tone-accent-2")]}
        leastTop={1}
      />
      <Tile
        title="Active requests"
        source={SOURCES.activeRequests}
        format={count}
        lead={requests}
        leastTop={4}
        note={<Trend values={requests.values} now={requests.now} format={count} />}
      />
      <Tile
        title="Active connections"
        source={SOURCES.activeConnections}
        format={count}
        lead={connections}
        leastTop={4}
        note={<Trend values={connections.values} now={connections.now} format={count} />}
      />
      <Tile
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

/** One row each 20 seconds, the newest first. */
const TABLE_STEP_SECONDS = 20;

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

function TrafficTable({ history }: { history: History }): JSX.Element {
  const { feed } = useConsole();
  const asOfMs = feed.overview.latest.value?.as_of_ms ?? 0;
  const rows: number[] = [];
  for (let index = HISTORY_SECONDS - 1; index >= 0; index -= TABLE_STEP_SECONDS) rows.push(index);
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
              <th scope="row">{clock(asOfMs - (HISTORY_SECONDS - 1 - index) * 1000)}</th>
              {COLUMNS.map(([title, name, format]) => (
                <td class="number" key={title}>{joined(format(history[name][index] ?? null))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
