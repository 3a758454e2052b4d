/**
 * A live tile: what it is, the figure now, how that compares, and how it came about. Under the crosshair it shows that
 * moment's figures instead, in the same place: nothing moves.
 */

import type { ComponentChildren, JSX } from "preact";
import { type ChartData, stepsShown, timeOf } from "../model/chart_data.ts";
import { clock, span } from "../text/ages.ts";
import type { Figure } from "../text/units.ts";
import { useConsole } from "./context.ts";
import { FigureText } from "./figure.tsx";
import { type ChartLine, Sparkline } from "./sparkline.tsx";

/** One named figure of a tile. */
export interface TileFigure {
  readonly label: string;
  /** CSS class of its line in the chart. */
  readonly tone: string;
  readonly values: readonly (number | null)[];
  /** The latest, which the history may lack. */
  readonly now: number | null;
  /** Its label carries the colour of its line; lines that keep one order by nature need none. */
  readonly isSwatched?: boolean;
}

/** A tile's content. */
export interface TileProps {
  readonly data: ChartData;
  readonly title: string;
  readonly source: string;
  readonly format: (value: number | null) => Figure;
  /** The large figure. */
  readonly lead: TileFigure;
  /** The small ones beneath it. */
  readonly others?: readonly TileFigure[];
  /** What the chart draws, when it is not lead and others. */
  readonly lines?: readonly ChartLine[];
  readonly isStacked?: boolean;
  readonly leastTop: number;
  /** Instead of the other figures: how the lead compares with before. */
  readonly note?: ComponentChildren;
}

/** Draws one tile. */
export function Tile(props: TileProps): JSX.Element {
  const { cursor } = useConsole();
  const { data } = props;
  // The range may have become a shorter one.
  const at = cursor.value !== null && cursor.value < data.steps ? cursor.value : null;
  const others = props.others ?? [];
  const valueOf = (figure: TileFigure) => at === null ? figure.now : figure.values[at] ?? null;
  const lines = props.lines ?? [props.lead, ...others].map(({ tone, values }) => ({ tone, values }));
  return (
    <article class="tile">
      <header class="tile-head">
        <h3>{props.title}</h3>
        {at !== null && <span class="tile-moment">{clock(timeOf(data, at))}</span>}
      </header>
      <p class="tile-figure">
        <FigureText figure={props.format(valueOf(props.lead))} source={props.source} />
      </p>
      <p class="tile-note">
        {others.map((figure) => (
          <span class={`tile-other ${figure.tone}`} key={figure.label}>
            <span class={figure.isSwatched === true ? "swatch" : undefined}>{figure.label}</span>{" "}
            <FigureText figure={props.format(valueOf(figure))} source={props.source} />
          </span>
        ))}
        {at === null && props.note}
      </p>
      <Sparkline
        lines={lines}
        isStacked={props.isStacked ?? false}
        leastTop={props.leastTop}
        steps={data.steps}
        shown={stepsShown(data)}
        summary={summaryOf(props)}
        cursor={cursor}
      />
    </article>
  );
}

/** How the latest value compares with the first one of the range, from a minute of history on. */
export function Trend({ data, values, now, format }: {
  data: ChartData;
  values: readonly (number | null)[];
  now: number | null;
  format: (value: number | null) => Figure;
}): JSX.Element {
  const first = values.findIndex((value) => value !== null);
  const before = values[first] ?? null;
  const seconds = (data.steps - 1 - first) * data.stepS;
  // Too early to compare: an empty note keeps the place.
  if (first < 0 || before === null || now === null || seconds < 60) return <span class="trend" />;
  const change = now - before;
  const figure = format(Math.abs(change));
  const when = `${span(Math.round(seconds / 60) * 60_000)} ago`;
  if (change === 0) return <span class="trend">as {when}</span>;
  return (
    <span class="trend" title={`${format(before).exact} ${when}`}>
      {change > 0 ? "+" : "−"}
      {figure.text}
      {figure.unit !== "" && `\u00a0${figure.unit}`} vs {when}
    </span>
  );
}

function summaryOf(props: TileProps): string {
  const known = props.lead.values.filter((value) => value !== null);
  if (known.length === 0) return `${props.title}: no data yet`;
  const text = (value: number) => props.format(value).exact;
  return `${props.title}, ${props.lead.label}, last ${span(props.data.steps * props.data.stepS * 1000)}: lowest ${
    text(Math.min(...known))
  }, ` +
    `highest ${text(Math.max(...known))}, now ${props.format(props.lead.now).exact}`;
}
