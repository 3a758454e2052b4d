import assert from "node:assert/strict";
import { readImports } from "./import_reader.ts";
import { scanSource } from "./source_text.ts";

function specifiers(text: string): string[] {
  return readImports(scanSource("src/a/b.ts", text)).map((one) => one.specifier);
}

Deno.test("readImports finds every form of import", () => {
  assert.deepEqual(
    specifiers(`
import a from "./1.ts";
import type { B } from "./2.ts";
import { c,
  type D } from './3.ts';
import "./4.ts";
export * from "./5.ts";
export { e } from "./6.ts";
const f = await import("./7.ts");
type G = import("./8.ts").G;
new Worker(new URL("./9.ts", import.meta.url));
`),
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `./${n}.ts`),
  );
});

Deno.test("readImports is not misled by comments, strings and neighbours", () => {
  assert.deepEqual(
    specifiers(`
// import a from "./1.ts";
/** import("./2.ts") */
const text = 'import b from "./3.ts"';
export const from = "./4.ts";
import.meta.url;
new URL("./page.html", import.meta.url);
new URL("http://x/y.ts");
object.import("./5.ts");
`),
    [],
  );
});

Deno.test("readImports resolves our own files and gives the line", () => {
  const found = readImports(scanSource("src/a/b.ts", `\nimport "../c/d.ts";\nexport * from "zod";`));
  assert.deepEqual(found, [
    { specifier: "../c/d.ts", target: "src/c/d.ts", line: 2, isReexport: false },
    { specifier: "zod", target: null, line: 3, isReexport: true },
  ]);
});
