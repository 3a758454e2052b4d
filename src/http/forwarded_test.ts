import assert from "node:assert/strict";
import { addressFromRight, firstUntrusted, isSingleEntry } from "./forwarded.ts";

Deno.test("addressFromRight() counts entries from the right", () => {
  const list = "203.0.113.128, 203.0.113.10,2001:DB8::01 ";
  const cases: readonly (readonly [list: string, n: number, address: string | null])[] = [
    [list, 1, "2001:db8::1"],
    [list, 2, "203.0.113.10"],
    [list, 3, "203.0.113.128"],
    [list, 4, null],
    ["", 1, null],
    ["", 2, null],
    ["10.0.0.1,", 1, null],
    ["10.0.0.1,", 2, "10.0.0.1"],
    [",10.0.0.1", 2, null],
    [",10.0.0.1", 3, null],
    ["10.0.0.1:80", 1, null],
    ["[::1]", 1, null],
    ["unknown", 1, null],
  ];
  for (const [list, n, address] of cases) assert.equal(addressFromRight(list, n), address, `${list} ${n}`);
});

Deno.test("firstUntrusted() walks from the right over what is trusted", () => {
  const isTrusted = (address: string) => address.startsWith("10.");
  const cases: readonly (readonly [list: string, address: string | null])[] = [
    ["1.1.1.1, 2.2.2.2, 10.1.1.1", "2.2.2.2"],
    ["10.3.3.3, 10.1.1.1", "10.3.3.3"],
    ["10.3.3.3", "10.3.3.3"],
    ["1.1.1.1", "1.1.1.1"],
    ["1.1.1.1, junk, 10.1.1.1", null],
    ["1.1.1.1,,10.1.1.1", null],
    [",10.1.1.1", null],
    ["10.1.1.1,", null],
    ["junk, 1.1.1.1", "1.1.1.1"],
    ["", null],
  ];
  for (const [list, address] of cases) assert.equal(firstUntrusted(list, isTrusted), address, list);
});

Deno.test("isSingleEntry() is about commas", () => {
  assert.equal(isSingleEntry("10.0.0.1"), true);
  assert.equal(isSingleEntry("10.0.0.1,"), false);
});
