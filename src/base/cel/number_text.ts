/** Floating-point numbers as Envoy writes them into text: as C's `%g` does. */

const DIGITS = 6;

/** Six digits at most, and a power of ten where it is a very large or a very small number: `1.23457e+08`, `1e-07`. */
export function shortDouble(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = ""] = value.toExponential(DIGITS - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < DIGITS) return withoutEndZeros(value.toFixed(DIGITS - 1 - exponent));
  const digits = String(Math.abs(exponent)).padStart(2, "0");
  return `${withoutEndZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${digits}`;
}

function withoutEndZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
