import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { type DocumentNode, plainValue } from "./document.ts";
import { parseJson } from "./json_text.ts";
import { parseDocument } from "./text_format.ts";

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

Deno.test("parseJson agrees with JSON.parse where that accepts", () => {
  const texts = [
    "{}",
    "[]",
    '{"a": [1, -2.5e3, true, false, null, "x"], "b": {"c": ""}}',
    '"\\u00e9\\ud83d\\ude00\\n\\/\\\\\\""',
    " [ [ ] , { } ] ",
    '{"é": "\u007f"}',
  ];
  for (const text of texts) assert.deepEqual(plainValue(parseJson(text)), JSON.parse(text), text);
});

Deno.test("parseJson takes trailing commas and single quotes, as Envoy does", () => {
  assert.deepEqual(plainValue(parseJson("{'a': [1, 2,], \"b\": 'it\\'s',}")), { a: [1, 2], b: "it's" });
});

Deno.test("parseJson keeps integers exact that a number cannot hold", () => {
  assert.deepEqual(plainValue(parseJson("[9007199254740993, 18446744073709551615]")), [
    "9007199254740993",
    "18446744073709551615",
  ]);
});

Deno.test("parseJson knows the place of every field", () => {
  const node = parseJson('{\n  "a": 1,\n  "b": [\n    2]}') as DocumentNode & { kind: "map" };
  assert.deepEqual(node.entries.map(({ line, column }) => [line, column]), [[2, 3], [3, 3]]);
  const list = node.entries[1]!.value as DocumentNode & { kind: "list" };
  assert.deepEqual([list.items[0]!.line, list.items[0]!.column], [4, 5]);
});

Deno.test("parseJson refuses what is no JSON, with its place", () => {
  const cases: [string, RegExp][] = [
    ["", /it is empty/],
    ["{a: 1}", /found "a", wanted a field name in quotes \(line 1, column 2\)/],
    ['{"a" 1}', /wanted ":" \(line 1, column 6\)/],
    ['{"a": 1 "b": 2}', /wanted "," or "}"/],
    ["[01]", /wanted "," or "]"/],
    ['["a\nb"]', /wanted the end of the string/],
    ["// no\n{}", /wanted a value/],
    ["{} x", /wanted the end of the document/],
    ["[1", /found the end of the text/],
    ['{"a": 1, "a": 2}', /duplicate key "a"/],
    ["[".repeat(300), /nested deeper/],
    [",", /wanted a value/],
  ];
  for (const [text, pattern] of cases) assert.match(refusal(() => parseJson(text)), pattern, text);
});

Deno.test("parseDocument chooses the language by the file's name", () => {
  assert.deepEqual(plainValue(parseDocument("a: 1", "x.YAML")), { a: 1 });
  assert.deepEqual(plainValue(parseDocument('{"a": 5.5}', "x.json")), { a: 5.5 });
  assert.deepEqual(plainValue(parseDocument('{"a": 5.5}', "x.yml")), { a: "5.5" });
  assert.deepEqual(plainValue(parseDocument("a: 1", "bootstrap")), { a: 1 });
  assert.match(refusal(() => parseDocument("a: 1", "x.json")), /as JSON/);
  assert.match(refusal(() => parseDocument("{a: 1}", "bootstrap")), /as JSON/);
  assert.match(refusal(() => parseDocument("", "x.pb")), /\.pb files are known to Envoy, not supported yet/);
});
