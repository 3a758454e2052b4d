import assert from "node:assert/strict";
import type { FieldKind } from "./descriptor/descriptor_pool.ts";
import { convertDuration, convertScalar, convertTimestamp, durationMs, Refused } from "./proto_scalar.ts";
import { plainScalar } from "./yaml.ts";

const START = { line: 1, column: 1 };

/** A scalar as YAML would read it; in quotes when it starts with one. */
function scalar(text: string) {
  if (!text.startsWith('"')) return plainScalar(text, START);
  const value = text.slice(1, -1);
  return { kind: "scalar" as const, value, text: value, ...START };
}

const accepted: [kind: FieldKind, text: string, value: string | number | boolean][] = [
  ["string", "no", "no"],
  ["string", "5", "5"],
  ["string", "0x10", "0x10"],
  ["string", "5.5", "5.5"],
  ["string", '"a"', "a"],
  ["bool", "yes", true],
  ["bool", "OFF", false],
  ["bool", '"True"', true],
  ["bool", '"n"', false],
  ["bool", '"1"', true],
  ["int32", "-5", -5],
  ["int32", '"1e3"', 1000],
  ["uint32", "010", 8],
  ["uint32", "0x10", 16],
  ["uint32", '"0x10"', 16],
  ["uint32", "5.0", 5],
  ["uint32", "4294967295", 4294967295],
  ["int64", "5000000000", "5000000000"],
  ["int64", '"-9223372036854775808"', "-9223372036854775808"],
  ["uint64", '"18446744073709551615"', "18446744073709551615"],
  ["uint64", "7", "7"],
  ["double", "1.5", 1.5],
  ["double", '".5e1"', 5],
  ["double", "NaN", "NaN"],
  ["float", '"-Infinity"', "-Infinity"],
  ["bytes", "-_8", "+/8="],
  ["bytes", '"aGk="', "aGk="],
  ["bytes", '""', ""],
];

const refused: [kind: FieldKind, text: string][] = [
  ["bool", "1"],
  ["bool", "oN"],
  ["bool", '"on"'],
  ["bool", '""'],
  ["uint32", "-1"],
  ["uint32", "1.5"],
  ["uint32", "4294967296"],
  ["uint32", "true"],
  ["uint32", '" 5"'],
  ["uint32", '""'],
  ["uint32", "0o10"],
  ["int32", "2147483648"],
  ["uint64", '"18446744073709551616"'],
  ["double", "yes"],
  ["double", "1,5"],
  ["float", "1e39"],
  ["bytes", '"a*"'],
  ["bytes", '"aGkaa"'],
];

Deno.test("convertScalar takes every spelling proto3 JSON allows", () => {
  for (const [kind, text, value] of accepted) assert.equal(convertScalar(kind, scalar(text)), value, `${kind} ${text}`);
});

Deno.test("convertScalar refuses what does not fit the field", () => {
  for (const [kind, text] of refused) {
    assert.ok(convertScalar(kind, scalar(text)) instanceof Refused, `${kind} ${text}`);
  }
});

Deno.test("convertScalar says what was found and what is wanted", () => {
  const result = convertScalar("uint32", scalar("-1"));
  assert.ok(result instanceof Refused);
  assert.equal(result.reason, "found -1, wanted 0 to 4294967295");
});

Deno.test("convertDuration takes seconds with an s and writes the least decimals", () => {
  const cases: [string, string, ms: number][] = [
    ["5s", "5s", 5000],
    ["0.25s", "0.250s", 250],
    ["0.57s", "0.570s", 570],
    ["0.0000001s", "0.000000100s", 1],
    ["1.5000005s", "1.500000500s", 1501],
    ["007s", "7s", 7000],
    ['"-0s"', "0s", 0],
    ["9223372035s", "9223372035s", 9223372035000],
  ];
  for (const [text, canonical, ms] of cases) {
    assert.equal(convertDuration(scalar(text)), canonical, text);
    assert.equal(durationMs(canonical), ms, text);
  }
});

Deno.test("convertDuration refuses other units, signs, blanks and lengths", () => {
  for (
    const text of ["5", '"5"', "250ms", "1e3s", ".5s", "5.s", "+5s", "-5s", '" 5s"', "0.0000000001s", "9223372036s"]
  ) {
    assert.ok(convertDuration(scalar(text)) instanceof Refused, text);
  }
});

Deno.test("convertTimestamp writes RFC 3339 in UTC", () => {
  assert.equal(convertTimestamp(scalar("2026-01-31T12:00:00.5+02:00")), "2026-01-31T10:00:00.500Z");
  assert.ok(convertTimestamp(scalar("2026-01-31")) instanceof Refused);
});
