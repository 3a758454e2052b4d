/** A second of the calendar, in UTC or where the process runs, as strftime wants it. */

export interface CalendarTime {
  /** Since 1970. */
  readonly second: number;
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly secondOfMinute: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  /** From 0. */
  readonly dayOfYear: number;
  /** East of Greenwich. */
  readonly offsetMinutes: number;
  /** `UTC`, `CET`. */
  readonly zone: string;
}

const DAY_MS = 86_400_000;

/** The calendar's view of a second since 1970. */
export function calendarTime(second: number, isLocal: boolean): CalendarTime {
  const date = new Date(second * 1000);
  const offsetMinutes = isLocal ? 0 - date.getTimezoneOffset() : 0;
  // Local time is what UTC shows so many minutes away.
  const shown = new Date(second * 1000 + offsetMinutes * 60_000);
  const year = shown.getUTCFullYear();
  const midnight = Date.UTC(year, shown.getUTCMonth(), shown.getUTCDate());
  return {
    second,
    year,
    month: shown.getUTCMonth(),
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    secondOfMinute: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
    dayOfYear: Math.round((midnight - Date.UTC(year, 0, 1)) / DAY_MS),
    offsetMinutes,
    zone: isLocal && offsetMinutes !== 0 ? zoneName(date) : "UTC",
  };
}

function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}
