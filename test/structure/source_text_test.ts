import assert from "node:assert/strict";
import { lineOf, scanSource } from "./source_text.ts";

function code(text: string): string {
  const source = scanSource("x.ts", text);
  assert.equal(source.code.length, text.length);
  return source.code.replaceAll(/ +/g, " ");
}

Deno.test("scanSource blanks comments and keeps line ends", () => {
  assert.equal(code("a // b\nc /* d\ne */ f"), "a \nc \n f");
  const { comments } = scanSource("x.ts", "a // b\n/** c */ d");
  assert.deepEqual(comments.map((comment) => comment.text), ["// b", "/** c */"]);
});

Deno.test("scanSource blanks string contents and keeps the quotes", () => {
  assert.equal(code(`a("// no", 'it\\'s') b`), `a(" ", ' ') b`);
});

Deno.test("scanSource keeps the expressions of a template and blanks its text", () => {
  assert.equal(code("`x ${a + `y ${b}`} z` c"), "` ${a + ` ${b}`} ` c");
  assert.equal(code("`${ { a: 1 }.a } // z` c"), "`${ { a: 1 }.a } ` c");
});

Deno.test("scanSource tells a regular expression from a division", () => {
  assert.equal(code(`x = /["'\`]/g; y`), "x = / ; y");
  assert.equal(code(`return /[/"]/.test(z)`), "return / .test(z)");
  assert.equal(code(`a / b / "c"`), `a / b / " "`);
  assert.equal(code(`(a + b) / 2 // "c"`), "(a + b) / 2 ");
});

Deno.test("scanSource ends a lone apostrophe with its line", () => {
  assert.equal(code("<p>Don't</p>\nimport x"), "<p>Don' \nimport x");
});

Deno.test("lineOf counts from one", () => {
  assert.deepEqual([0, 1, 2, 3].map((offset) => lineOf("a\nb\n", offset)), [1, 1, 2, 2]);
});
