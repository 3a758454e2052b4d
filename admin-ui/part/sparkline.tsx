/**
 * A line chart of a range of time, as SVG paths. The newest step is at the right edge, the value axis
 * ends at a round number, so that it does not breathe with each tick. All charts of a page share one crosshair: what was
 * the latency when the errors came?
 */

import type { JSX } from "preact";
import type { Signal } from "@preact/signals";
import { areaPath, chartTop, linePath, stack } from "../model/chart.ts";

/** One line, or one layer of a stack. `tone` is its CSS class. */
export interface ChartLine {
  readonly tone: string;
  readonly values: readonly (number | null)[];
}

/** A tile's chart. */
export interface SparklineProps {
  /** Lowest layer first when stacked. */
  readonly lines: readonly ChartLine[];
  readonly isStacked?: boolean;
  /** The chart never ends below this, so that noise near zero stays small. */
  readonly leastTop: number;
  /** How many steps there are, and how many of the last are drawn. */
  readonly steps: number;
  readonly shown: number;
  /** In words, for who cannot see it. */
  readonly summary: string;
  /** Index of the step under the crosshair, null for none. */
  readonly cursor: Signal<number | null>;
}

/** Height of the drawing in its own units; the width is one unit a step. */
const HEIGHT = 100;

/** Draws the lines. Arrow keys move the crosshair when the chart has the focus. */
export function Sparkline({ lines, isStacked, leastTop, steps, shown, summary, cursor }: SparklineProps): JSX.Element {
  const recent = lines.map((line) => line.values.slice(-shown));
  const layers = isStacked === true ? stack(recent) : recent;
  const hidden = steps - shown;
  const clamped = (step: number) => Math.min(steps - 1, Math.max(hidden, step));
  const top = chartTop(layers, leastTop);
  const at = cursor.value;
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${shown - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={summary}
      tabIndex={0}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        cursor.value = clamped(hidden + Math.round((event.clientX - box.left) / box.width * (shown - 1)));
      }}
      onPointerLeave={() => cursor.value = null}
      onBlur={() => cursor.value = null}
      onKeyDown={(event) => {
        const step = event.key === "ArrowLeft" ? -5 : event.key === "ArrowRight" ? 5 : 0;
        if (step === 0) return;
        event.preventDefault();
        cursor.value = clamped((cursor.value ?? steps - 1) + step);
      }}
    >
      {layers.map((values, index) => {
        const line = lines[index];
        const below = isStacked === true ? layers[index - 1] : undefined;
        // A layer of a stack is the area between it and the one below; lines there would hide how thin it is.
        return (
          <g class={line?.tone} key={index}>
            {(isStacked === true || index === 0) && (
              <path class="chart-area" d={areaPath(values, below, top, HEIGHT)} />
            )}
            {(isStacked !== true || index === 0) && <path class="chart-line" d={linePath(values, top, HEIGHT)} />}
          </g>
        );
      })}
      {at !== null && <path class="chart-cursor" d={`M${at - hidden} 0V${HEIGHT}`} />}
    </svg>
  );
}
