/**
 * Which rows of a long table are drawn: those in sight and some around them. The window moves in steps, so that scrolling
 * by a few pixels draws nothing anew.
 */

/** Rows drawn before and after those in sight. */
const MARGIN_ROWS = 6;

/** The window begins at multiples of this. */
const STEP_ROWS = 4;

/** Rows `first` up to but not `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** The rows to draw of `count` of `rowHeight` each, with `viewHeight` in sight from `scrollTop` on. */
export function rowWindow(scrollTop: number, viewHeight: number, rowHeight: number, count: number): RowWindow {
  const seen = Math.max(0, Math.floor(scrollTop / rowHeight));
  const first = Math.max(0, Math.floor((seen - MARGIN_ROWS) / STEP_ROWS) * STEP_ROWS);
  const length = Math.ceil(viewHeight / rowHeight) + 2 * MARGIN_ROWS + STEP_ROWS;
  return { first: Math.min(first, Math.max(0, count - length)), end: Math.min(count, first + length) };
}

/** Where to scroll so that a row is in sight; the same place when it is already. */
export function scrollTopFor(
  row: number,
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : scrollTop;
}
