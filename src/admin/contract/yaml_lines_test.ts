import assert from "node:assert/strict";
import { parse } from "yaml";
import { indentedText, yamlLines } from "./yaml_lines.ts";

function textOf(value: unknown): string {
  return Array.from(yamlLines(value), indentedText).join("\n");
}

Deno.test("yamlLines puts lists under their field and begins elements on the line of their dash", () => {
  const value = { name: "web", hosts: [{ address: "a", port: 1 }, {}], empty: [], nested: { lists: [[1, 2], ["x"]] } };
  assert.equal(
    textOf(value),
    [
      "name: web",
      "hosts:",
      "- address: a",
      "  port: 1",
      "- {}",
      "empty: []",
      "nested:",
      "  lists:",
      "  - - 1",
      "    - 2",
      "  - - x",
    ].join("\n"),
  );
});

Deno.test("yamlLines writes what a YAML parser reads back", () => {
  const texts = [
    "",
    "yes",
    "null",
    "1.5",
    "0x1f",
    "1e3",
    "a: b",
    "a #b",
    "- x",
    "*",
    "&a",
    "line\nbreak",
    "\u202e",
    " x",
    "x ",
  ];
  const more = [
    "[redacted]",
    "127.0.0.1:80",
    "type.googleapis.com/a.B",
    "<img onerror=x>",
    "{{x}}",
    "~",
    "%REQ(:path)%",
    "k:",
  ];
  for (const text of [...texts, ...more]) {
    for (
      const value of [{ [text]: text }, [[text], { a: [text] }], { a: { b: text, c: [{ d: null, e: [true, 1] }] } }]
    ) {
      assert.deepEqual(parse(textOf(value)), value);
    }
  }
  assert.deepEqual(["x", 1, {}, []].map((value) => parse(textOf(value))), ["x", 1, {}, []]);
});
