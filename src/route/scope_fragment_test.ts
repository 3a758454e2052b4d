import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import type { ScopeElementChoice } from "../config/scoped_routes_config.ts";
import { byteText } from "../base/byte_text.ts";
import { ScopeFragment } from "./scope_fragment.ts";

const index = (index: number): ScopeElementChoice => ({ kind: "index", index });
const pair = (separator: string, key: string): ScopeElementChoice => ({ kind: "element", separator, key });

const cases: readonly (readonly [
  name: string,
  elementSeparator: string,
  choice: ScopeElementChoice,
  found: readonly (readonly [value: string, fragment: string | null])[],
])[] = [
  ["the whole value", "", index(0), [["a", "a"], ["", ""], ["a,b", "a,b"], ["A b", "A b"]]],
  ["the first element", ",", index(0), [["a", "a"], ["", ""], ["a,b", "a"], [",b", ""]]],
  ["the third element", ",", index(2), [["a,b", null], ["a,b,", ""], ["a,b,c", "c"], ["a,b,c,d", "c"], ["", null]]],
  ["an element behind more than any value has", ",", index(0xffff_ffff), [["a,b", null]]],
  ["a separator of several bytes", "--", index(1), [["a--b", "b"], ["a-b", null], ["a---b", "-b"], ["a--b--c", "b"]]],
  ["the value of a key", ";", pair("=", "k"), [
    ["k=1", "1"],
    ["j=2;k=1", "1"],
    ["k=1;k=2", "1"],
    ["k=1;", "1"],
    ["k=", ""],
    ["k", ""],
    ["j;k", ""],
    ["k=1=2", "1=2"],
    ["K=1", null],
    ["kk=1", null],
    ["j=1; k=1", null],
    ["=k", null],
    [";;", null],
    ["", null],
  ]],
  ["the value of a key in one element", "", pair("::", "k"), [["k::1;2", "1;2"], ["k:1", null], ["j::1", null]]],
  ["a key that holds its separator", ";", pair("=", "a=b"), [["a=b=1", null], ["a=b", null]]],
  ["texts in UTF-8", "\u00e9", pair("\u00fc", "\u00e4"), [
    ["\u00c3\u00a4\u00c3\u00bc1", "1"],
    ["x\u00c3\u00a9\u00c3\u00a4\u00c3\u00bc2", "2"],
    ["\u00e4\u00fc1", null],
  ]],
];

for (const [name, elementSeparator, choice, found] of cases) {
  Deno.test(`ScopeFragment.read() finds ${name}`, () => {
    const fragment = new ScopeFragment({ header: "x-key", elementSeparator, choice });
    for (const [value, wanted] of found) {
      assert.equal(fragment.read(requestHead("GET", "/", { "x-key": value })), wanted, JSON.stringify(value));
    }
    assert.equal(fragment.read(requestHead("GET", "/")), null);
  });
}

function whole(header: string): ScopeFragment {
  return new ScopeFragment({ header, elementSeparator: "", choice: index(0) });
}

Deno.test("ScopeFragment.read() takes the first of several lines, and all of a field that is one line", () => {
  const head = requestHead("GET", "/", { "x-key": "1", accept: "a", cookie: "c=1" });
  for (const name of ["x-key", "accept", "cookie", "x-gone"]) head.headers.addName(name, "2");
  head.headers.removeName("x-gone");
  assert.equal(whole("x-key").read(head), "1");
  assert.equal(whole("accept").read(head), "a,2");
  assert.equal(whole("cookie").read(head), "c=1");
  assert.equal(whole("x-gone").read(head), null);
});

Deno.test("ScopeFragment.read() knows the parts of a head by their names", () => {
  const head = requestHead("PUT", "/a?b", { host: "a.test", "x-forwarded-proto": "https" });
  assert.deepEqual(
    [":method", ":path", ":scheme", "host", ":status", ":other"].map((name) => whole(name).read(head)),
    ["PUT", "/a?b", "https", "a.test", null, null],
  );
});

Deno.test("byteText() has one unit for each byte of the text's UTF-8 form", () => {
  assert.equal(byteText("a\u00fc"), "a\u00c3\u00bc");
});
