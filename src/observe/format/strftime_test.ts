import assert from "node:assert/strict";
import { calendarTime } from "./calendar_time.ts";
import { strftime } from "./strftime.ts";

/** Tue 2026-11-24 08:07:09 UTC. */
const SECOND = 1_795_507_629;

/** As Envoy 1.40 writes that second. */
const WRITTEN: Readonly<Record<string, string>> = {
  "%a %A": "Tue Tuesday",
  "%b %B %h": "Nov November Nov",
  "%c": "Tue Nov 24 08:07:09 2026",
  "%C|%y|%Y|%G|%g": "20|26|2026|2026|26",
  "%d|%e|%j": "24|24|328",
  "%D|%F|%x": "11/24/26|2026-11-24|11/24/26",
  "%H|%I|%k|%l|%M|%S|%p|%P": "08|08| 8| 8|07|09|AM|am",
  "%r|%R|%T|%X": "08:07:09 AM|08:07|08:07:09|08:07:09",
  "%u|%w|%U|%V|%W": "2|2|47|48|47",
  "%z|%:z|%::z|%:::z|%Z": "+0000|+00:00|+00:00:00|+00|UTC",
  "%s|%t|%%|%m": "1795507629|\t|%|11",
  "%Ez|%E*z|%ET|%E4Y|%EY|%Ey": "+00:00|+00:00:00|T|2026|2026|26",
  "%Od|%OH": "24|08",
  "%-d|%_d|%0e|%^a|%5Y|%10s": "24|24|24|TUE|02026|1795507629",
  "%Q|%q|%i|%L|%N|%v|%O|%E|%E3|%+|%E#S": "%Q|%q|%i|%L|%N|%v|%O|%E|%E3|%+|%E#S",
  "%12f": "        %12f",
  "%3": " %3",
  "%-3f": "%-3f",
};

Deno.test("strftime writes what the C library and Envoy's time library write", () => {
  const time = calendarTime(SECOND, false);
  for (const [format, expected] of Object.entries(WRITTEN)) assert.equal(strftime(format, time), expected, format);
});

Deno.test("strftime pads and turns over as flags say", () => {
  // Sun 2023-01-01 00:05:06 UTC
  const time = calendarTime(1_672_531_506, false);
  const cases: Readonly<Record<string, string>> = {
    "%d|%-d|%_d|%e|%0e|%-e": "01|1| 1| 1|01|1",
    "%I|%-I|%l|%p|%#p|%P": "12|12|12|AM|am|am",
    "%#Z|%^b|%#b|%10A|%-10A": "utc|JAN|JAN|    Sunday|Sunday",
    "%j|%-j|%5m|%_5m": "001|1|00001|    1",
    "%u|%w|%U|%W|%V|%G": "7|0|01|00|52|2022",
  };
  for (const [format, expected] of Object.entries(cases)) assert.equal(strftime(format, time), expected, format);
});

Deno.test("strftime counts ISO weeks across the turns of the years", () => {
  const cases: [date: string, expected: string][] = [
    ["2020-12-31", "2020-W53-4"],
    ["2021-01-03", "2020-W53-7"],
    ["2021-01-04", "2021-W01-1"],
    ["2024-12-29", "2024-W52-7"],
    ["2024-12-30", "2025-W01-1"],
    ["2027-01-01", "2026-W53-5"],
    ["2000-02-29", "2000-W09-2"],
    ["1900-03-01", "1900-W09-4"],
  ];
  for (const [date, expected] of cases) {
    assert.equal(strftime("%G-W%V-%u", calendarTime(Date.parse(date) / 1000, false)), expected, date);
  }
});

Deno.test("strftime writes offsets on both sides of Greenwich", () => {
  const time = calendarTime(SECOND, false);
  const cases: [minutes: number, expected: string][] = [
    [-300, "-0500|-05:00|-05:00:00|-05"],
    [330, "+0530|+05:30|+05:30:00|+05:30"],
    [-30, "-0030|-00:30|-00:30:00|-00:30"],
  ];
  for (const [offsetMinutes, expected] of cases) {
    assert.equal(strftime("%z|%Ez|%E*z|%:::z", { ...time, offsetMinutes }), expected);
  }
});

Deno.test("calendarTime shows UTC, or what the clock on the wall shows", () => {
  for (const second of [0, SECOND, 951_782_399, 951_782_400, -1, 4_102_444_799]) {
    const date = new Date(second * 1000);
    const utc = calendarTime(second, false), local = calendarTime(second, true);
    assert.deepEqual(
      [
        utc.year,
        utc.month,
        utc.day,
        utc.hour,
        utc.minute,
        utc.secondOfMinute,
        utc.weekday,
        utc.offsetMinutes,
        utc.zone,
      ],
      [
        ...[date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()],
        ...[date.getUTCSeconds(), date.getUTCDay(), 0, "UTC"],
      ],
    );
    assert.deepEqual(
      [local.year, local.month, local.day, local.hour, local.minute, local.weekday, local.offsetMinutes],
      [
        ...[date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getDay()],
        0 - date.getTimezoneOffset(),
      ],
    );
  }
  assert.equal(calendarTime(Date.UTC(2024, 11, 31) / 1000, false).dayOfYear, 365);
  assert.equal(calendarTime(Date.UTC(2023, 11, 31) / 1000, false).dayOfYear, 364);
});
