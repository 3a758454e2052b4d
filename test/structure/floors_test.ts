import assert from "node:assert/strict";
import { floorViolations } from "./floors.ts";
import { importCycles } from "./import_cycles.ts";
import { readImports } from "./import_reader.ts";
import { isTestFile, projectHas, projectSources } from "./project_sources.ts";
import { scanSource } from "./source_text.ts";

function violations(path: string, text: string): string[] {
  return floorViolations(scanSource(path, text));
}

Deno.test("the project keeps its floors", () => {
  const sources = projectSources(["src", "admin-ui"]);
  assert.ok(sources.length > 0);
  const found = sources.flatMap(floorViolations);
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("the project imports only files that exist", () => {
  const found: string[] = [];
  for (const source of projectSources(["src", "admin-ui", "test"])) {
    for (const one of readImports(source)) {
      // A module named by URL inside a test's own sample is not ours.
      if (one.target === null || source.path.startsWith("test/structure/")) continue;
      if (!projectHas(one.target)) found.push(`${source.path}:${one.line}: ${one.target} does not exist`);
    }
  }
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("the project has no cycle of imports", () => {
  const graph = new Map<string, string[]>();
  for (const source of projectSources(["src", "admin-ui"])) {
    if (isTestFile(source.path)) continue;
    graph.set(source.path, readImports(source).flatMap((one) => one.target === null ? [] : [one.target]));
  }
  const found = importCycles(graph).map((cycle) => cycle.join(" -> "));
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

Deno.test("importCycles finds a cycle and only a cycle", () => {
  assert.deepEqual(importCycles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), []);
  assert.deepEqual(importCycles(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), [["b", "c", "b"]]);
  assert.deepEqual(importCycles(new Map([["a", ["a"]]])), [["a", "a"]]);
});

Deno.test("floorViolations refuses an import that goes up, and says where", () => {
  assert.deepEqual(violations("src/base/a.ts", `\nimport type { B } from "../http/b.ts";`), [
    "src/base/a.ts:2: base may not import http: src/http/b.ts",
  ]);
  assert.deepEqual(violations("src/http/a.ts", `import "../base/b.ts";`), []);
});

Deno.test("floorViolations keeps strangers apart", () => {
  const pairs = [["codec", "transport"], ["route", "upstream"], ["proxy", "extension"], ["control", "filter"]] as const;
  for (const [one, other] of pairs) {
    assert.equal(violations(`src/${one}/a.ts`, `import "../${other}/b.ts";`).length, 1, `${one} to ${other}`);
  }
  assert.equal(violations("src/extension/a/x.ts", `import "../../proxy/b.ts";`).length, 1);
  assert.equal(violations("src/upstream/a.ts", `import "../route/b.ts";`).length, 1);
});

Deno.test("floorViolations opens a part of a folder where only that is allowed", () => {
  assert.deepEqual(violations("src/route/a.ts", `import "../observe/format/b.ts";`), []);
  assert.equal(violations("src/route/a.ts", `import "../observe/stats/b.ts";`).length, 1);
});

Deno.test("floorViolations keeps extensions apart, whether file or folder", () => {
  assert.equal(violations("src/extension/http/a.ts", `import "./b.ts";`).length, 1);
  assert.equal(violations("src/extension/http/a/x.ts", `import "../b/y.ts";`).length, 1);
  assert.deepEqual(violations("src/extension/http/a.ts", `import "./a/x.ts";`), []);
  assert.deepEqual(violations("src/extension/http/a/x.ts", `import "./y.ts";`), []);
});

Deno.test("floorViolations lets one list know the extensions", () => {
  assert.deepEqual(violations("src/worker/builtins.ts", `import "../extension/http/a.ts";`), []);
  assert.equal(violations("src/worker/a.ts", `import "../extension/http/a.ts";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import "../extension/http/a.ts";`).length, 1);
  assert.equal(violations("src/proxy/a.ts", `import "../extension/http/a.ts";`).length, 1);
});

Deno.test("floorViolations gives the console the contract, which needs nothing else of the server", () => {
  assert.deepEqual(violations("admin-ui/api.ts", `import "../src/admin/contract/page.ts";`), []);
  assert.deepEqual(violations("src/admin/contract/a.ts", `import "./page.ts";`), []);
  assert.equal(violations("src/admin/contract/a.ts", `import "../app.ts";`).length, 1);
  assert.equal(violations("src/admin/contract/a.ts", `import "../../http/field_name.ts";`).length, 1);
  assert.equal(violations("admin-ui/api.ts", `import "../src/admin/app.ts";`).length, 1);
  assert.equal(violations("src/admin/a.ts", `import "../../admin-ui/api.ts";`).length, 1);
});

Deno.test("floorViolations refuses to import tests and mod.ts", () => {
  assert.equal(violations("src/main/a.ts", `import "../../test/support/b.ts";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import "./b_test.ts";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import "../../mod.ts";`).length, 1);
  assert.deepEqual(violations("src/base/a_test.ts", `import "../main/b.ts";`), []);
});

Deno.test("floorViolations holds packages to their floor", () => {
  assert.deepEqual(violations("src/config/a.ts", `import { z } from "zod";`), []);
  assert.equal(violations("src/proxy/a.ts", `import { z } from "zod";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import { Hono } from "hono";`).length, 1);
  assert.equal(violations("src/config/a.ts", `import { parse } from "yaml";`).length, 1);
  assert.equal(violations("src/admin/a.ts", `import { h } from "preact/hooks";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import x from "left-pad";`).length, 1);
  assert.equal(violations("src/main/a.ts", `import x from "npm:zod";`).length, 1);
  assert.equal(violations("src/proxy/a.ts", `import tls from "node:tls";`).length, 1);
  assert.equal(violations("src/config/a.ts", `import fs from "node:fs";`).length, 1);
  assert.deepEqual(violations("src/transport/a.ts", `import tls from "node:tls";`), []);
});

Deno.test("floorViolations holds Deno's own names to their floor", () => {
  assert.equal(violations("src/proxy/a.ts", "const c = await Deno.connect({ port: 1 });").length, 1);
  assert.equal(violations("src/main/a.ts", "const c = await Deno.connect({ port: 1 });").length, 1);
  assert.equal(violations("src/config/a.ts", "Deno.readTextFileSync(path);").length, 1);
  assert.equal(violations("src/base/a.ts", "const { env } = Deno;").length, 1);
  assert.equal(violations("src/proxy/a.ts", 'await fetch("x");').length, 1);
  assert.equal(violations("admin-ui/page/a.tsx", 'await fetch("x");').length, 1);
  assert.deepEqual(violations("src/transport/a.ts", "const c: Deno.TcpConn = await Deno.connect({ port: 1 });"), []);
  assert.deepEqual(violations("src/main/a.ts", "Deno.serve(app); Deno.exit(1);"), []);
  assert.deepEqual(violations("src/observe/access_log/file_sink.ts", "Deno.open(path);"), []);
  assert.deepEqual(violations("src/base/a.ts", '// Deno.exit\nconst text = "Deno.exit";'), []);
});

Deno.test("floorViolations refuses to pass on another file's names", () => {
  assert.equal(violations("src/http/a.ts", `export { b } from "./b.ts";`).length, 1);
  assert.deepEqual(violations("mod.ts", `export { b } from "./src/http/b.ts";`), []);
});
