import { equal, match } from "node:assert/strict";
import { ago, clock, clockZone, moment, span } from "./ages.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

Deno.test("span() uses two units at most and leaves out an empty second one", () => {
  const cases: [number, string][] = [
    [-5000, "0 s"],
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_000, "59 min"],
    [3_600_000, "1 h"],
    [3_900_000, "1 h 5 min"],
    [86_400_000, "1 d"],
    [3 * 86_400_000 + 4 * 3_600_000 + 59_000, "3 d 4 h"],
  ];
  for (const [ms, expected] of cases) equal(plain(span(ms)), expected);
});

Deno.test("ago() says just now below two seconds", () => {
  equal(ago(1999), "just now");
  equal(plain(ago(2000)), "2 s ago");
});

Deno.test("clock() pads every part", () => {
  equal(clock(new Date(2026, 0, 2, 3, 4, 5).getTime()), "03:04:05");
});

Deno.test("moment() carries local and UTC time", () => {
  match(moment(Date.UTC(2026, 0, 2, 3, 4, 5)), /local, 2026-01-02 03:04:05 UTC$/);
});

Deno.test("clock() shows UTC where the reader wants it", () => {
  clockZone.value = "utc";
  equal(clock(Date.UTC(2026, 0, 2, 3, 4, 5)), "03:04:05");
  clockZone.value = "local";
});
