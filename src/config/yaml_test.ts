import assert from "node:assert/strict";
import { ConfigError } from "../base/errors.ts";
import { type DocumentNode, plainValue } from "./document.ts";
import { parseYaml } from "./yaml.ts";

function valueOf(text: string): unknown {
  return plainValue(parseYaml(text));
}

function refusal(text: string): string {
  try {
    parseYaml(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

Deno.test("parseYaml types unquoted scalars by YAML 1.1's words and integers only", () => {
  const cases: [string, unknown][] = [
    ["yes", true],
    ["Off", false],
    ["N", false],
    ["oN", "oN"],
    ["~", null],
    ["", null],
    ["12", 12],
    ["-3", -3],
    ["010", 8],
    ["0x1F", 31],
    ["0o10", "0o10"],
    ["08", "08"],
    ["2147483647", 2147483647],
    ["2147483648", "2147483648"],
    ["0xffffffff", "4294967295"],
    ["99999999999999999999", "99999999999999999999"],
    ["1.5", "1.5"],
    ["5s", "5s"],
    ['"5"', "5"],
    ["'yes'", "yes"],
    ["!!str 5", 5],
    ["!custom yes", true],
  ];
  for (const [text, value] of cases) assert.deepEqual(valueOf(`a: ${text}`), { a: value }, text);
});

Deno.test("parseYaml expands anchors and keeps << as a key", () => {
  assert.deepEqual(valueOf("a: &x {b: 1}\nc: *x\n<<: *x"), { a: { b: 1 }, c: { b: 1 }, "<<": { b: 1 } });
});

Deno.test("parseYaml keeps block text and quoted escapes", () => {
  assert.deepEqual(valueOf('a: |\n  one\n  two\nb: "x\\ty"'), { a: "one\ntwo\n", b: "x\ty" });
});

Deno.test("parseYaml knows the place of every field", () => {
  const node = parseYaml("a:\n  b: 1\n  list:\n  - x\n  - {c: 2}\n");
  assert.equal(node.kind, "map");
  const inner = (node as DocumentNode & { kind: "map" }).entries[0]!.value as DocumentNode & { kind: "map" };
  assert.deepEqual([inner.entries[1]!.line, inner.entries[1]!.column], [3, 3]);
  const list = inner.entries[1]!.value as DocumentNode & { kind: "list" };
  assert.deepEqual([list.items[1]!.line, list.items[1]!.column], [5, 5]);
});

Deno.test("parseYaml refuses what has no one meaning, with its place", () => {
  const cases: [string, RegExp][] = [
    ["", /^Cannot read document: it is empty, wanted a mapping$/],
    ["# only a comment\n", /it is empty/],
    ["a: 1\na: 2", /duplicate key "a", first given on line 1, wanted once \(line 2, column 1\)/],
    ["a: 1\n---\nb: 2", /several documents in one file, wanted one/],
    ["a: *x", /alias/i],
    ["a: [1", /^Cannot read document as YAML: .* \(line 1, column \d+\)/],
    ["? [1]\n: 2", /a key that is no scalar/],
    ["a: &a [*a]", /nested deeper/],
  ];
  for (const [text, pattern] of cases) assert.match(refusal(text), pattern, text);
});

Deno.test("parseYaml bounds what aliases expand to", () => {
  let text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (let level = 1; level <= 8; level++) {
    text += `a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`).join(", ")}]\n`;
  }
  assert.match(refusal(text), /more than 2000000 values/);
});
