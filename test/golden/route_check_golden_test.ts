/** Runs every file of `route_check/` through the route checker's command line. */
import assert from "node:assert/strict";
import { runRouteCheck } from "../../src/main/route_check/route_check.ts";
import { parseRouteCheckFile } from "./route_check_file.ts";

const FOLDER = new URL("route_check/", import.meta.url);
const ENVIRONMENT: ReadonlyMap<string, string> = new Map([["GREETING", "hello"]]);

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".golden")).sort();
let passed = 0;

for (const name of names) {
  const { title, flags, exitCode, files, output } = parseRouteCheckFile(Deno.readTextFileSync(new URL(name, FOLDER)));
  passed += Number(/^(\d+) passed/m.exec(output)?.[1] ?? 0);
  Deno.test(`${name}: ${title}`, async () => {
    const readText = (path: string) => {
      const text = files.get(path);
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    };
    const run = await runRouteCheck(flags, {
      readText,
      readFile: (path) => new TextEncoder().encode(readText(path)),
      env: (key) => ENVIRONMENT.get(key),
    });
    const lines = run.lines.flatMap(({ to, text }) =>
      text.split("\n").map((line) => to === "stderr" ? `! ${line}` : line)
    );
    assert.equal(lines.map((line) => `${line}\n`).join(""), output);
    assert.equal(run.exitCode, exitCode);
  });
}

Deno.test("the route checker's golden files hold enough tests", () => assert.ok(passed >= 120, `only ${passed}`));
