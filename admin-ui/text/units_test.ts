import { equal } from "node:assert/strict";
import { joined, NumberFormats, UNKNOWN } from "./units.ts";

const formats = new NumberFormats("en");
const plain = (text: string) => text.replaceAll("\u00a0", " ");

Deno.test("quantity() keeps three significant digits and moves to the next prefix before four appear", () => {
  const cases: [number, string][] = [
    [0, "0 /s"],
    [0.4, "0.40 /s"],
    [9.994, "9.99 /s"],
    [9.996, "10.0 /s"],
    [99.96, "100 /s"],
    [999.4, "999 /s"],
    [999.6, "1.00 k/s"],
    [1240, "1.24 k/s"],
    [12_400_000, "12.4 M/s"],
  ];
  for (const [value, expected] of cases) equal(plain(joined(formats.quantity(value, "/s"))), expected);
});

Deno.test("quantity() never shows a number that is not zero as zero", () => {
  equal(formats.quantity(0.0004, "/s").text, "<0.01");
});

Deno.test("quantity() gives the exact value for hover", () => {
  equal(plain(formats.quantity(1234567.25, "B/s").exact), "1,234,567.25 B/s");
});

Deno.test("every format shows an unknown number as a dash and not as zero", () => {
  for (const value of [null, undefined, NaN, Infinity]) {
    equal(formats.count(value).text, UNKNOWN);
    equal(formats.quantity(value, "/s").text, UNKNOWN);
    equal(formats.percent(value).text, UNKNOWN);
    equal(formats.duration(value).text, UNKNOWN);
  }
});

Deno.test("percent() reads 0 and 100 only when they are exact", () => {
  const cases: [number, string][] = [
    [0, "0 %"],
    [0.00001, "<0.01 %"],
    [0.0123, "1.23 %"],
    [0.5, "50.0 %"],
    [0.99999, "99.9 %"],
    [1, "100 %"],
  ];
  for (const [value, expected] of cases) equal(plain(joined(formats.percent(value))), expected);
});

Deno.test("duration() picks the unit that keeps the number short", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [0.002, "0.01 ms"],
    [0.84, "0.84 ms"],
    [12.54, "12.5 ms"],
    [999.4, "999 ms"],
    [1200, "1.20 s"],
    [150_000, "2.50 min"],
  ];
  for (const [value, expected] of cases) equal(plain(joined(formats.duration(value))), expected);
});

Deno.test("count() groups small numbers and scales from a hundred thousand", () => {
  equal(joined(formats.count(12)), "12");
  equal(joined(formats.count(99_999)), "99,999");
  equal(plain(joined(formats.count(1_250_000))), "1.25 M");
});
