/**
 * Log records as lines: Envoy's `--log-format`, which is spdlog's language plus four flags of Envoy's own
 * (spec/operations.md 2, 13.1). A format is compiled once; a line is a few string joins.
 *
 * ```
 * %v text with tags   %_ the same, line ends escaped   %j the same as the inside of a JSON string
 * %+ text alone       %* tags alone, with a leading comma
 * %n logger   %l level   %L its letter   %t thread   %P process   %s %g file, its path   %# line   %! function   %@ path:line
 * %Y %m %d %H %M %S   %e %f %F milli-, micro-, nanoseconds   %T %D %c %z %p   %E seconds   %i ms since the last   %%
 * ```
 *
 * A width may stand after the percent sign: `%8l` right, `%-8l` left, `%=8l` centred. An unknown flag stays as it is.
 */

import { LOG_LEVEL_NAMES, LogLevel, type LogRecord } from "../base/log.ts";

/** `--log-format` when nothing is given. */
export const DEFAULT_LOG_FORMAT = "[%Y-%m-%d %T.%e][%t][%l][%n] [%g:%#] %v";

/** How records become text. */
export interface LogFormat {
  /** One line, its end included. */
  line(record: LogRecord): string;
  /** Records must carry file, line and function: a flag shows them. */
  readonly needsLocations: boolean;
}

/** Compiles `format`. `isEscaped`: `--log-format-escaped`. `pid` is what `%P` shows. */
export function compileLogFormat(format: string, isEscaped: boolean, pid: number): LogFormat {
  const parts: Part[] = [];
  let needsLocations = false;
  let end = 0;
  for (const match of format.matchAll(/%([-=]?)(\d*)([A-Za-z_+*%#!@^$])/g)) {
    const [whole, side = "", width = "", flag = ""] = match;
    const plain = flagPart(flag, pid);
    parts.push(textPart(format.slice(end, match.index)));
    parts.push(plain === undefined ? textPart(whole) : width === "" ? plain : padded(plain, side, Number(width)));
    needsLocations ||= "sg#!@".includes(flag);
    end = match.index + whole.length;
  }
  parts.push(textPart(format.slice(end)));

  const context: Context = { record: NO_RECORD, date: new Date(0), lastMs: NaN };
  return {
    needsLocations,
    line(record) {
      context.record = isEscaped ? { ...record, text: escapeText(record.text) } : record;
      context.date = new Date(record.timeMs);
      const line = parts.map((part) => part(context)).join("");
      context.lastMs = record.timeMs;
      return line + "\n";
    },
  };
}

/** What a part of a format sees. */
interface Context {
  record: LogRecord;
  date: Date;
  /** Of the record before. */
  lastMs: number;
}

type Part = (context: Context) => string;

const NO_RECORD: LogRecord = {
  timeMs: 0,
  level: LogLevel.OFF,
  logger: "main",
  thread: 0,
  text: "",
  tags: "",
  file: "",
  line: 0,
  functionName: "",
};

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (number: number) => String(number).padStart(2, "0");
const clock = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** Digits of the second's fraction; a double holds the time of day to a quarter of a microsecond. */
function fraction(timeMs: number, digits: number): string {
  const inSecond = timeMs - Math.floor(timeMs / 1000) * 1000;
  return String(Math.floor(inSecond * 10 ** (digits - 3))).padStart(digits, "0");
}

const PARTS: Readonly<Record<string, Part>> = {
  v: ({ record }) => tagged(record),
  _: ({ record }) => tagged(record).replaceAll("\n", "\\n"),
  j: ({ record }) => JSON.stringify(tagged(record)).slice(1, -1),
  "+": ({ record }) => record.text,
  "*": ({ record }) => record.tags === "" ? "" : `,${record.tags}`,
  n: ({ record }) => record.logger,
  l: ({ record }) => LOG_LEVEL_NAMES[record.level],
  L: ({ record }) => LOG_LEVEL_NAMES[record.level].charAt(0).toUpperCase(),
  t: ({ record }) => String(record.thread),
  s: ({ record }) => record.file.slice(record.file.lastIndexOf("/") + 1),
  g: ({ record }) => record.file,
  "#": ({ record }) => String(record.line),
  "!": ({ record }) => record.functionName,
  "@": ({ record }) => record.file === "" ? "" : `${record.file}:${record.line}`,
  Y: ({ date }) => String(date.getFullYear()),
  m: ({ date }) => two(date.getMonth() + 1),
  d: ({ date }) => two(date.getDate()),
  H: ({ date }) => two(date.getHours()),
  M: ({ date }) => two(date.getMinutes()),
  S: ({ date }) => two(date.getSeconds()),
  e: ({ record }) => fraction(record.timeMs, 3),
  f: ({ record }) => fraction(record.timeMs, 6),
  F: ({ record }) => fraction(record.timeMs, 9),
  T: ({ date }) => clock(date),
  D: ({ date }) => `${two(date.getMonth() + 1)}/${two(date.getDate())}/${two(date.getFullYear() % 100)}`,
  c: ({ date }) =>
    `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${date.getDate()} ${clock(date)} ${date.getFullYear()}`,
  p: ({ date }) => date.getHours() < 12 ? "AM" : "PM",
  z: ({ date }) => zone(-date.getTimezoneOffset()),
  E: ({ record }) => String(Math.floor(record.timeMs / 1000)),
  i: ({ record, lastMs }) => String(Number.isNaN(lastMs) ? 0 : Math.max(0, Math.floor(record.timeMs - lastMs))),
  "%": () => "%",
  // Where spdlog would begin and end a colour.
  "^": () => "",
  "$": () => "",
};

function flagPart(flag: string, pid: number): Part | undefined {
  return flag === "P" ? textPart(String(pid)) : PARTS[flag];
}

function textPart(text: string): Part {
  return () => text;
}

function padded(part: Part, side: string, width: number): Part {
  return (context) => {
    const text = part(context);
    if (side === "-") return text.padEnd(width);
    if (side === "=") return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
    return text.padStart(width);
  };
}

function tagged(record: LogRecord): string {
  return record.tags === "" ? record.text : `[Tags: ${record.tags}] ${record.text}`;
}

function zone(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
};

/** C's escapes; a control character without a letter is three octal digits. */
function escapeText(text: string): string {
  return text.replace(/[\p{Cc}"'\\]/gu, (character) => {
    const code = character.charCodeAt(0);
    return ESCAPES[character] ?? (code < 128 ? `\\${code.toString(8).padStart(3, "0")}` : character);
  });
}
