import assert from "node:assert/strict";
import { latin1Bytes } from "../base/ascii.ts";
import { portColonOf, portNumberOf, trailingDotOf } from "./authority.ts";

/** The function over the middle of a longer text: it must not look beyond. */
function within(look: (bytes: Uint8Array, start: number, end: number) => number, text: string): number {
  const at = look(latin1Bytes(`.:1${text}.:2`), 3, 3 + text.length);
  return at < 0 ? -1 : at;
}

Deno.test("portColonOf() finds the last colon outside of brackets", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["a.test", -1],
    ["a.test:80", 6],
    ["a.test:", 6],
    ["a:b:80", 3],
    ["[::1]", -1],
    ["[::1]:80", 5],
    ["", -1],
  ];
  for (const [text, at] of cases) assert.equal(within(portColonOf, text), at < 0 ? -1 : at + 3, text);
});

Deno.test("portNumberOf() takes digits, with a plus if need be", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["80", 80],
    ["080", 80],
    ["+80", 80],
    ["099999", 99999],
    ["", -1],
    ["+", -1],
    ["8x", -1],
    ["-1", -1],
    ["99999999999", -1],
  ];
  for (const [text, port] of cases) assert.equal(within(portNumberOf, text), port, text);
});

Deno.test("trailingDotOf() finds the last dot where it ends the host", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["a.test", -1],
    ["a.test.", 6],
    ["a.test.:80", 6],
    ["a.test..", 7],
    ["a..:80", 2],
    [".", 0],
    [".:80", 0],
    ["[::1.]", -1],
    ["a.test:80", -1],
    ["", -1],
  ];
  for (const [text, at] of cases) assert.equal(within(trailingDotOf, text), at < 0 ? -1 : at + 3, text);
});
