import assert from "node:assert/strict";
import {
  byteClass,
  IS_FORBIDDEN_IN_VALUE,
  IS_TOKEN,
  latin1Bytes,
  latin1Text,
  rangeEquals,
  rangeEqualsIgnoreCase,
  rangeStartsWith,
  TO_LOWER,
} from "./ascii.ts";

Deno.test("IS_TOKEN is tchar of RFC 9110", () => {
  for (let byte = 0; byte < 256; byte++) {
    const isToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(byte));
    assert.equal(IS_TOKEN[byte], isToken ? 1 : 0, `${byte}`);
  }
});

Deno.test("IS_FORBIDDEN_IN_VALUE is controls but tab, and DEL", () => {
  for (let byte = 0; byte < 256; byte++) {
    assert.equal(IS_FORBIDDEN_IN_VALUE[byte], byte < 32 && byte !== 9 || byte === 127 ? 1 : 0, `${byte}`);
  }
});

Deno.test("TO_LOWER changes the letters A to Z only", () => {
  for (let byte = 0; byte < 256; byte++) {
    const text = String.fromCharCode(byte);
    assert.equal(TO_LOWER[byte], /[A-Z]/.test(text) ? text.toLowerCase().charCodeAt(0) : byte);
  }
});

Deno.test("byteClass() holds its members", () => {
  const table = byteClass("ab\xff");
  assert.deepEqual([table[97], table[98], table[99], table[255], table.length], [1, 1, 0, 1, 256]);
});

Deno.test("latin1Text() and latin1Bytes() map each byte to one unit and back", () => {
  const all = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
  assert.deepEqual(latin1Bytes(latin1Text(all, 0, all.length)), all);
  assert.equal(latin1Text(all, 65, 68), "ABC");
  assert.equal(latin1Text(all, 5, 5), "");
  assert.deepEqual(latin1Bytes("\u0141"), Uint8Array.of(0x41));
});

Deno.test("ranges compare in whole, by prefix and without letter case", () => {
  const bytes = latin1Bytes("..Close..");
  assert.equal(rangeEquals(bytes, 2, 7, latin1Bytes("Close")), true);
  assert.equal(rangeEquals(bytes, 2, 7, latin1Bytes("close")), false);
  assert.equal(rangeEquals(bytes, 2, 7, latin1Bytes("Clos")), false);
  assert.equal(rangeStartsWith(bytes, 2, 7, latin1Bytes("Clo")), true);
  assert.equal(rangeStartsWith(bytes, 2, 4, latin1Bytes("Clo")), false);
  assert.equal(rangeStartsWith(bytes, 2, 7, latin1Bytes("clo")), false);
  assert.equal(rangeEqualsIgnoreCase(bytes, 2, 7, latin1Bytes("close")), true);
  assert.equal(rangeEqualsIgnoreCase(bytes, 2, 6, latin1Bytes("close")), false);
  assert.equal(rangeEqualsIgnoreCase(bytes, 1, 6, latin1Bytes("close")), false);
});
