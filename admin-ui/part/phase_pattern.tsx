/** How phases look: each has a colour and a pattern of its own, so that none is told by colour alone. */

import type { JSX } from "preact";
import type { BarPhase } from "../model/warming.ts";

/** Strokes within 6 by 6. */
const STROKES: Readonly<Record<BarPhase, string>> = {
  discovery: "M-1 7L7 -1M-4 4L4 -4M2 10L10 2",
  secrets: "M3 0V6M0 3H6",
  health_checking: "M3 0V6",
  routes: "M0 3H6",
  waiting: "M3 2.5V3.5",
  start: "",
};

/** The patterns, once on a page; `<rect fill={patternOf(phase)}/>` uses them. */
export function PhasePatterns(): JSX.Element {
  return (
    <svg class="unseen" aria-hidden="true">
      <defs>
        {Object.entries(STROKES).map(([phase, stroke]) => (
          <pattern key={phase} id={`phase-${phase}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect width="6" height="6" class={`phase-ground is-${phase}`} />
            <path d={stroke} class="phase-stroke" />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

/** Value of `fill`. */
export function patternOf(phase: BarPhase): string {
  return `url(#phase-${phase})`;
}

/** A sample of it, before its word. */
export function PhaseSwatch({ phase }: { phase: BarPhase }): JSX.Element {
  return (
    <svg class="swatch" viewBox="0 0 18 12" aria-hidden="true">
      <rect width="18" height="12" rx="2" fill={patternOf(phase)} />
    </svg>
  );
}
