import assert from "node:assert/strict";
import { exportDocViolations, lifeOfARequest, markViolations, moduleDocViolations } from "./docs.ts";
import { isTestFile, projectFiles, projectHas, projectSources, projectText } from "./project_sources.ts";
import { scanSource, type SourceText } from "./source_text.ts";

function source(text: string): SourceText {
  return scanSource("src/name.ts", text);
}

Deno.test("each source opens with a module doc", () => {
  const sources = projectSources(["src", "admin-ui"]).filter((one) => !isTestFile(one.path));
  const found = sources.flatMap(moduleDocViolations);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("each exported name of the project has a doc", () => {
  const sources = projectSources(["src", "admin-ui"]).filter((one) => !isTestFile(one.path));
  const found = sources.flatMap(exportDocViolations);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("the project holds no open intention, no check switched off and no any", () => {
  const found = projectSources(["src", "admin-ui", "test"]).flatMap(markViolations);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("the README names every file that differs from Envoy, and no other", () => {
  const section = /## Where it differs from Envoy\n(.*?)\n## /s.exec(projectText("README.md"))?.[1] ?? "";
  const named = Array.from(section.matchAll(/`(src\/[^`]+\.ts)`/g), ([, path]) => path!).sort();
  const different = projectFiles(["src"])
    .filter((path) => path.endsWith(".ts") && !isTestFile(path) && projectText(path).includes("Differs from Envoy:"))
    .sort();
  assert.deepEqual(named, different);
});

Deno.test("the README's life of a request names files that exist", () => {
  if (!projectHas("README.md")) return;
  const named = lifeOfARequest(projectText("README.md"));
  assert.ok(named.length >= 8, `the life of a request names ${named.length} files, at least 8 wanted`);
  // A bare name is a file of the folder the sentence is about.
  const everything = projectFiles(["src"]);
  const absent = named.filter((path) =>
    path.includes("/")
      ? !projectHas(path) && !projectHas(`src/${path}`)
      : !everything.some((file) => file.endsWith(`/${path}`)) && !projectHas(path)
  );
  assert.deepEqual(absent, []);
});

Deno.test("moduleDocViolations wants a doc that is the module's own", () => {
  const doc = "/** What this file is and the rule it keeps. */";
  assert.deepEqual(moduleDocViolations(source(`${doc}\nimport "./b.ts";`)), []);
  assert.deepEqual(moduleDocViolations(source(`${doc}\n\nexport const a = 1;`)), []);
  assert.deepEqual(moduleDocViolations(source(`/// <reference lib="dom" />\n${doc}\nimport "./b.ts";`)), []);
  assert.equal(moduleDocViolations(source(`${doc}\nexport const a = 1;`)).length, 1);
  assert.equal(moduleDocViolations(source(`import "./b.ts";\n${doc}`)).length, 1);
  assert.equal(moduleDocViolations(source(`// What this file is and the rule it keeps.\n`)).length, 1);
  assert.equal(moduleDocViolations(source(`/** Things. */\n\nexport const a = 1;`)).length, 1);
});

Deno.test("exportDocViolations wants a doc right above each exported name", () => {
  const head = "/** What this file is and the rule it keeps. */\n\n";
  const names = (text: string) => exportDocViolations(source(head + text));
  assert.deepEqual(names("export const a = 1;"), ["src/name.ts:3: a is exported without a doc"]);
  assert.deepEqual(names("/** The a. */\nexport const a = 1;"), []);
  assert.equal(names("// The a.\nexport function a() {}").length, 1);
  assert.deepEqual(names("/** The a and b. */\nexport const a = 1;\nexport const b = 2;"), []);
  assert.equal(names("/** The a. */\nexport const a = 1;\n\nexport const b = 2;").length, 1);
  assert.equal(names("/** The a. */\nexport const a = 1;\nexport class B {}").length, 1);
  assert.equal(names("export abstract class A {}\nexport interface B {}\nexport async function c() {}").length, 3);
  assert.deepEqual(names("/** A. */\nexport function a(x: 1): 1;\nexport function a(x: number): number {}"), []);
  assert.deepEqual(exportDocViolations(scanSource("src/byte_writer.ts", head + "export class ByteWriter {}")), []);
  assert.deepEqual(names("const a = 1;\nfunction b() {}"), []);
});

Deno.test("markViolations finds each mark in comments and any in types", () => {
  const marks = (text: string) => markViolations(source(text)).length;
  for (
    const mark of ["TO" + "DO later", "FIX" + "ME", "@ts-" + "ignore", "@ts-" + "nocheck", "deno-lint-" + "ignore x"]
  ) {
    assert.equal(marks(`// ${mark}\n`), 1, mark);
  }
  for (const text of ["let a: any;", "b as any", "Array<any>", "let c: any[];", "Map<string, any>", "x | any"]) {
    assert.equal(marks(text), 1, text);
  }
  for (const text of [`"any"`, "// any\n", "any(1)", "{ any: 1 }", "config.any.b", "a ? any.b : any.c"]) {
    assert.equal(marks(text), 0, text);
  }
});

Deno.test("lifeOfARequest reads its own section only", () => {
  const readme =
    "# x\n`a.ts`\n## Life of a request\n1. `worker/b.ts` then `codec/h1/c.ts`\n2. `worker/b.ts`\n## Y\n`d.ts`\n";
  assert.deepEqual(lifeOfARequest(readme), ["worker/b.ts", "codec/h1/c.ts"]);
  assert.deepEqual(lifeOfARequest("# x\n"), []);
});
