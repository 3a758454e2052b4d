/**
 * Points in time as text, by a format for strftime in the C locale (spec/http.md 8.2), with what Envoy adds: `%s` seconds
 * since 1970, `%f` and `%1f` to `%9f` digits of the fraction, `%E3S` seconds with so many digits, `%Ez` the offset with a
 * colon. A conversion nobody knows stays as it is.
 *
 * The calendar is worked out once a second; the other lines of that second write the digits of their fraction between the
 * texts that are ready.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { writeUtf8 } from "./text_writing.ts";
import { type CalendarTime, calendarTime } from "./calendar_time.ts";
import { strftime } from "./strftime.ts";

/** `2026-01-31T23:59:59.042Z`, and what Envoy has for it where times are local. */
const DEFAULT_FORMAT = "%Y-%m-%dT%H:%M:%E3SZ", DEFAULT_LOCAL_FORMAT = "%Y-%m-%dT%H:%M:%E3S%z";

/** What is no matter of the calendar: digits of the fraction, behind a point or not. */
const FRACTION = /%%|%(?:E([0-9*])([Sf])|([1-9]?)f)/g;

const NANOSECOND_DIGITS = 9;
/** As many digits as the fraction has: trailing zeros are left out. */
const ALL_DIGITS = -1;

/** Digits of the fraction, between two texts. */
interface Fraction {
  readonly digits: number;
  readonly hasPoint: boolean;
}

/** A format, ready to be used by one worker. */
export class TimeFormat {
  readonly #isLocal: boolean;
  /** Formats of what lies between the fractions: one more than there are of these. */
  readonly #formats: readonly string[];
  readonly #fractions: readonly Fraction[];
  #second = NaN;
  #texts: readonly string[] = [];

  /** An empty format is the default one. */
  constructor(format: string, isLocal: boolean) {
    const source = format !== "" ? format : isLocal ? DEFAULT_LOCAL_FORMAT : DEFAULT_FORMAT;
    const formats: string[] = [], fractions: Fraction[] = [];
    let calendar = "", end = 0;
    for (const match of source.matchAll(FRACTION)) {
      calendar += source.slice(end, match.index);
      end = match.index + match[0].length;
      if (match[0] === "%%") {
        calendar += "%%";
        continue;
      }
      const [, extended, conversion, digits] = match;
      // `%E3S` has the seconds themselves before it.
      if (conversion === "S") calendar += "%S";
      formats.push(calendar);
      calendar = "";
      fractions.push(fractionOf(extended ?? digits!, conversion === "S"));
    }
    formats.push(calendar + source.slice(end));
    this.#formats = formats;
    this.#fractions = fractions;
    this.#isLocal = isLocal;
  }

  /** Writes a wall time, in milliseconds since 1970. */
  write(writer: ByteWriter, wallMs: number): void {
    const second = Math.floor(wallMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      const time: CalendarTime = calendarTime(second, this.#isLocal);
      this.#texts = this.#formats.map((format) => strftime(format, time));
    }
    const texts = this.#texts, fractions = this.#fractions;
    writeUtf8(writer, texts[0]!);
    if (fractions.length === 0) return;
    const nanoseconds = Math.floor((wallMs - second * 1000) * 1000) * 1000;
    for (let i = 0; i < fractions.length; i++) {
      writeFraction(writer, fractions[i]!, nanoseconds);
      writeUtf8(writer, texts[i + 1]!);
    }
  }
}

function fractionOf(digits: string, hasPoint: boolean): Fraction {
  if (digits === "*") return { digits: ALL_DIGITS, hasPoint };
  return { digits: digits === "" ? NANOSECOND_DIGITS : Number(digits), hasPoint };
}

function writeFraction(writer: ByteWriter, { digits, hasPoint }: Fraction, nanoseconds: number): void {
  let count = digits, value = nanoseconds;
  if (digits === ALL_DIGITS) {
    count = NANOSECOND_DIGITS;
    for (; count > 0 && value % 10 === 0; count--) value /= 10;
    if (count === 0 && !hasPoint) return writer.writeByte(48);
  } else {
    value = Math.floor(nanoseconds / 10 ** (NANOSECOND_DIGITS - count));
  }
  if (count === 0) return;
  if (hasPoint) writer.writeByte(46);
  const start = writer.reserve(count);
  for (let at = start + count - 1; at >= start; at--) {
    writer.bytes[at] = 48 + value % 10;
    value = Math.floor(value / 10);
  }
  writer.length = start + count;
}
