/**
 * Histogram bins: base 10, log-linear, two significant digits. A value v > 0 lands in [m·10^e, (m+1)·10^e) with
 * 10 ≤ m ≤ 99; zero has a bin of its own. A decade is the 90 bins of one e, and its cells are allocated when the first
 * value lands in it, so a histogram of request times costs some 200 cells, not 1,800 (spec/operations.md 8.7).
 *
 * Decades are numbered from 0 for e = -4, values from 0.001, below any unit we record; what is smaller counts as zero.
 * Past the last, 10^16, values land in the last bin.
 */

/** Bins of one decade. */
export const BINS_PER_DECADE = 90;

/** Decades of one histogram. */
export const DECADES = 20;

/** Number of the decade that holds 1 ≤ v < 10. */
const DECADE_OF_ONE = 3;

/** The exponent e of decade 0. */
const FIRST_EXPONENT = -4;

/** The smallest value that is not counted as zero. */
export const SMALLEST_VALUE = 0.001;

/** 10^|e| of every decade: dividing or multiplying by an exact power keeps whole numbers on their bin's edge. */
const SCALE = Float64Array.from({ length: DECADES }, (_, decade) => 10 ** Math.abs(decade + FIRST_EXPONENT));

/** The decade a value of at least {@link SMALLEST_VALUE} belongs to. */
export function decadeOf(value: number): number {
  if (value < 1) return value < 0.01 ? 0 : value < 0.1 ? 1 : 2;
  let decade = DECADE_OF_ONE;
  for (let bound = 10; value >= bound && decade < DECADES - 1; bound *= 10) decade++;
  return decade;
}

/** The bin, 0 to 89, of a value within its decade. */
export function binOf(value: number, decade: number): number {
  const scale = SCALE[decade]!;
  const mantissa = decade + FIRST_EXPONENT < 0 ? value * scale : value / scale;
  if (mantissa >= 99) return BINS_PER_DECADE - 1; // also a value past the last decade
  return mantissa < 10 ? 0 : (mantissa | 0) - 10; // 0.001 * 10^4 may come out a hair under 10
}

/** Left edge of a bin. */
export function binStart(decade: number, bin: number): number {
  const scale = SCALE[decade]!;
  return decade + FIRST_EXPONENT < 0 ? (bin + 10) / scale : (bin + 10) * scale;
}

/** Width of the bins of a decade. */
export function binWidth(decade: number): number {
  const scale = SCALE[decade]!;
  return decade + FIRST_EXPONENT < 0 ? 1 / scale : scale;
}
