/**
 * strftime of the C library in the C locale, GNU's flags and widths included: `%-d`, `%_H`, `%^a`, `%5Y`. Beside it the two
 * that Envoy's time library adds for offsets, `%Ez` and `%E*z`, its `%E4Y` and `%ET`, and `%s`. A conversion that nobody knows
 * stays as it is, but for its width.
 */
import type { CalendarTime } from "./calendar_time.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Flags, width, modifier, conversion. */
const CONVERSION = /%([-_0^#]*)(\d*)(?:E(4Y|\*z|[zTYyCcxX])|O([deHIMmSuUVwWy])|(:{0,3})(.?))/gs;

/** A number, padded with zeros or blanks to a width. */
interface Field {
  readonly text: string;
  readonly width: number;
  readonly pad: "0" | " ";
}

type Conversion = (time: CalendarTime) => string | Field;

const digits = (value: number, width: number, pad: "0" | " " = "0"): Field => ({ text: String(value), width, pad });
const twelve = (hour: number) => hour % 12 === 0 ? 12 : hour % 12;
const composed = (format: string): Conversion => (time) => strftime(format, time);

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  a: ({ weekday }) => WEEKDAYS[weekday]!.slice(0, 3),
  A: ({ weekday }) => WEEKDAYS[weekday]!,
  b: ({ month }) => MONTHS[month]!.slice(0, 3),
  B: ({ month }) => MONTHS[month]!,
  c: composed("%a %b %e %H:%M:%S %Y"),
  C: ({ year }) => digits(Math.floor(year / 100), 2),
  d: ({ day }) => digits(day, 2),
  D: composed("%m/%d/%y"),
  e: ({ day }) => digits(day, 2, " "),
  F: composed("%Y-%m-%d"),
  g: (time) => digits(isoWeek(time).year % 100, 2),
  G: (time) => digits(isoWeek(time).year, 4),
  h: ({ month }) => MONTHS[month]!.slice(0, 3),
  H: ({ hour }) => digits(hour, 2),
  I: ({ hour }) => digits(twelve(hour), 2),
  j: ({ dayOfYear }) => digits(dayOfYear + 1, 3),
  k: ({ hour }) => digits(hour, 2, " "),
  l: ({ hour }) => digits(twelve(hour), 2, " "),
  m: ({ month }) => digits(month + 1, 2),
  M: ({ minute }) => digits(minute, 2),
  p: ({ hour }) => hour < 12 ? "AM" : "PM",
  P: ({ hour }) => hour < 12 ? "am" : "pm",
  r: composed("%I:%M:%S %p"),
  R: composed("%H:%M"),
  s: ({ second }) => String(second),
  S: ({ secondOfMinute }) => digits(secondOfMinute, 2),
  t: () => "\t",
  T: composed("%H:%M:%S"),
  u: ({ weekday }) => String(weekday === 0 ? 7 : weekday),
  U: ({ dayOfYear, weekday }) => digits(Math.floor((dayOfYear + 7 - weekday) / 7), 2),
  V: (time) => digits(isoWeek(time).week, 2),
  w: ({ weekday }) => String(weekday),
  W: ({ dayOfYear, weekday }) => digits(Math.floor((dayOfYear + 7 - (weekday + 6) % 7) / 7), 2),
  x: composed("%m/%d/%y"),
  X: composed("%H:%M:%S"),
  y: ({ year }) => digits(year % 100, 2),
  Y: ({ year }) => digits(year, 1),
  z: (time) => offset(time, ""),
  Z: ({ zone }) => zone,
  "%": () => "%",
};

/** Behind `%E`; what is not here is as without it. */
const EXTENDED: Readonly<Record<string, Conversion>> = {
  "4Y": ({ year }) => digits(year, 4),
  "z": (time) => offset(time, ":"),
  "*z": (time) => `${offset(time, ":")}:00`,
  "T": () => "T",
};

/** By the number of colons before the `z`. */
const OFFSETS: readonly Conversion[] = [
  (time) => offset(time, ""),
  (time) => offset(time, ":"),
  (time) => `${offset(time, ":")}:00`,
  (time) => offset(time, ":").replace(/:00$/, ""),
];

/** The time as text. */
export function strftime(format: string, time: CalendarTime): string {
  return format.replace(
    CONVERSION,
    (written: string, flags: string, width: string, extended = "", alternative = "", colons = "", plain = "") => {
      const conversion = conversionOf(extended, alternative, colons, plain);
      if (conversion === undefined) return shaped(written, flags.replace(/[#^]/g, ""), Number(width));
      return shaped(conversion(time), flags, Number(width));
    },
  );
}

function conversionOf(extended: string, alternative: string, colons: string, plain: string): Conversion | undefined {
  if (extended !== "") return EXTENDED[extended] ?? CONVERSIONS[extended];
  if (alternative !== "") return CONVERSIONS[alternative];
  if (colons !== "") return plain === "z" ? OFFSETS[colons.length] : undefined;
  return Object.hasOwn(CONVERSIONS, plain) ? CONVERSIONS[plain] : undefined;
}

/** Applies flags and width. The last flag that says how to pad counts. */
function shaped(value: string | Field, flags: string, width: number): string {
  const field: Field = typeof value === "string" ? { text: value, width: 0, pad: " " } : value;
  let { text, pad } = field, isPadded = true;
  for (const flag of flags) {
    if (flag === "-") isPadded = false;
    if (flag === "_" || flag === "0") pad = flag === "0" ? "0" : " ";
    if (flag === "^") text = text.toUpperCase();
    if (flag === "#") text = swapped(text);
  }
  return isPadded ? text.padStart(Math.max(field.width, width), pad) : text;
}

/** `#`: names in capitals, what is in capitals in small letters. */
function swapped(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

function offset({ offsetMinutes }: CalendarTime, between: string): string {
  const minutes = Math.abs(offsetMinutes);
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  return `${offsetMinutes < 0 ? "-" : "+"}${hours}${between}${String(minutes % 60).padStart(2, "0")}`;
}

/** ISO 8601: week 1 is the one with the year's first Thursday. */
function isoWeek({ year, dayOfYear, weekday }: CalendarTime): { readonly year: number; readonly week: number } {
  const thursday = dayOfYear + 3 - (weekday + 6) % 7;
  if (thursday < 0) return { year: year - 1, week: Math.floor((thursday + daysIn(year - 1)) / 7) + 1 };
  if (thursday >= daysIn(year)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor(thursday / 7) + 1 };
}

function daysIn(year: number): number {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 366 : 365;
}
