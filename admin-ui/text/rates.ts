/** Rates: so many a second, and what share of errors is too much. A rate needs two samples; before that it is unknown. */

import { type Figure, numbers } from "./units.ts";

/** A number a second: `1.24 k/s`. */
export function rate(perSecond: number | null | undefined): Figure {
  return numbers.quantity(perSecond, "/s");
}

/** How alarming a share of errors is: the same bounds as the server's rule `errors`. */
export function errorTone(ratio: number | null | undefined): "warn" | "bad" | undefined {
  if (typeof ratio !== "number" || ratio <= 0.01) return undefined;
  return ratio > 0.05 ? "bad" : "warn";
}
