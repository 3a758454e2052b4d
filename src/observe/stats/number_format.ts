/**
 * How Envoy writes a floating-point number, which tools read back: always in the shortest form that gives the same
 * number, but with C's exponents (`3e+05`, `1e-04`).
 */

/** For JSON: decimal or with an exponent, whichever is shorter. */
export function formatShortest(value: number): string {
  const decimal = String(value);
  if (!Number.isFinite(value) || value === 0) return decimal;
  const scientific = exponentForm(value);
  return decimal.includes("e") || scientific.length < decimal.length ? scientific : decimal;
}

/** `%g`, for values of at most six digits: an exponent from a million on. */
export function formatGeneral(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude >= 1e6 || magnitude !== 0 && magnitude < 1e-4 ? exponentForm(value) : String(value);
}

function exponentForm(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
