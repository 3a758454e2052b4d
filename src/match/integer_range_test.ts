import assert from "node:assert/strict";
import { IntegerRange } from "./integer_range.ts";

type Row = [start: string, end: string, inside: string[], outside: string[]];

const rows: Row[] = [
  ["-5", "10", ["-5", "0", "-0", "9", "+9", "007", " 3 ", "00000000000000000009"], [
    "-6",
    "10",
    "",
    "x",
    "1.0",
    "1x",
    "+",
    "--1",
    "1 2",
  ]],
  ["9007199254740993", "9007199254740994", ["9007199254740993"], ["9007199254740992", "9007199254740994"]],
  ["-9223372036854775808", "9223372036854775807", ["-9223372036854775808", "9223372036854775806"], [
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
  ]],
  ["0", "0", [], ["0"]],
  ["5", "1", [], ["1", "3", "5"]],
];

for (const [start, end, inside, outside] of rows) {
  Deno.test(`IntegerRange ${start} to ${end}`, () => {
    const range = new IntegerRange(start, end);
    for (const text of [...inside, ...outside]) {
      const bytes = new TextEncoder().encode(`1${text}1`);
      assert.equal(range.matchesBytes(bytes, 1, bytes.length - 1), inside.includes(text), JSON.stringify(text));
    }
  });
}
