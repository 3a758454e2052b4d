/**
 * From values to SVG path data, one unit of width a value. Unknown values (null) break a line in two; nothing is drawn
 * across a hole. Pure, so that it is tested without a browser.
 */

/** One value a second, oldest first. */
export type Values = readonly (number | null)[];

/** Room above the highest value, so that a line does not touch the edge. */
const HEADROOM = 1.08;

/** The value at the upper edge: a round number (1, 1.5, 2, 3, 5, 7 × 10^n) at or above all values and `least`. */
export function chartTop(layers: readonly Values[], least: number): number {
  let highest = least;
  for (const values of layers) {
    for (const value of values) if (value !== null && value > highest) highest = value;
  }
  if (highest <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(highest * HEADROOM));
  const round = [1, 1.5, 2, 3, 5, 7, 10].find((step) => step * size >= highest * HEADROOM) ?? 10;
  return round * size;
}

/** Each layer raised by those before it. Where one is unknown, it adds nothing; where all are, the sum is unknown. */
export function stack(layers: readonly Values[]): Values[] {
  const sums: (number | null)[] = [];
  return layers.map((values) =>
    values.map((value, index) => {
      const below = sums[index] ?? null;
      const sum = value === null ? below : (below ?? 0) + value;
      sums[index] = sum;
      return sum;
    })
  );
}

/** A line through the known values. */
export function linePath(values: Values, top: number, height: number): string {
  let path = "";
  let isDown = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false;
      return;
    }
    path += `${isDown ? "L" : "M"}${index} ${y(value, top, height)}`;
    // A value between two holes would be a line of no length: give it one.
    if (!isDown && (values[index + 1] ?? null) === null) path += "h.6";
    isDown = true;
  });
  return path;
}

/** The area between the values and `below`, or the lower edge. */
export function areaPath(values: Values, below: Values | undefined, top: number, height: number): string {
  let path = "";
  for (let from = 0; from < values.length; from++) {
    if (values[from] === null) continue;
    let end = from;
    while (end + 1 < values.length && values[end + 1] !== null) end++;
    path += `M${from} ${y(values[from] ?? 0, top, height)}`;
    for (let index = from + 1; index <= end; index++) path += `L${index} ${y(values[index] ?? 0, top, height)}`;
    if (below === undefined) {
      path += `V${height}H${from}`;
    } else {
      for (let index = end; index >= from; index--) path += `L${index} ${y(below[index] ?? 0, top, height)}`;
    }
    path += "Z";
    from = end;
  }
  return path;
}

function y(value: number, top: number, height: number): number {
  return Math.round((1 - Math.min(value / top, 1)) * height * 100) / 100;
}
