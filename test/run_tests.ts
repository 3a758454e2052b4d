/**
 * `deno task test`: builds the console, runs every test, and prints as its last line what came of them:
 * `N passed, N failed, N skipped`. The counts are of what ran, from the runner's own JUnit report (steps count too); a
 * file that could not be loaded is a failure, and so is a run in which nothing ran. With arguments, only the files and
 * folders named are run.
 */
import { buildConsole } from "../admin-ui/build.ts";
import { REPOSITORY } from "./support/programs.ts";
import { runTestFiles } from "./support/test_run.ts";

/** Units have nothing outside their own process, so their files run side by side. */
const SIDE_BY_SIDE: readonly string[] = ["src", "admin-ui", "test/structure", "test/support", "test/conformance"];

/** A browser waits for pages most of the time: its tests have a process of their own beside the others. */
const BROWSER = "test/browser/";

/** Every test file below the folders, as paths from the repository's root. */
async function testFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const path = `${REPOSITORY}${folder}`;
  if (await Deno.stat(path).then((entry) => entry.isFile, () => false)) return [folder];
  for await (const entry of Deno.readDir(path)) {
    const inner = `${folder}/${entry.name}`;
    if (entry.isDirectory) {
      if (entry.name !== "dist" && entry.name !== "node_modules") found.push(...await testFiles(inner));
    } else if (/_test\.tsx?$/.test(entry.name)) found.push(inner);
  }
  return found.sort();
}

async function run(batch: readonly string[], parallel: boolean): Promise<void> {
  if (batch.length === 0) return;
  const counts = await runTestFiles(batch, parallel);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await buildConsole();
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  total.failed++;
}
const folders = Deno.args.length > 0 ? Deno.args : ["src", "admin-ui", "test"];
const files = (await Promise.all(folders.map((folder) => testFiles(folder.replace(/\/+$/, ""))))).flat();
const sideBySide = files.filter((file) => SIDE_BY_SIDE.some((folder) => file.startsWith(`${folder}/`)));
const browser = files.filter((file) => file.startsWith(BROWSER));
const others = files.filter((file) => !sideBySide.includes(file) && !browser.includes(file));
await run(sideBySide, true);
await Promise.all([run(browser, false), run(others, false)]);
if (total.passed + total.failed === 0) {
  console.log("Cannot call this a test run: nothing was run");
  total.failed++;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
Deno.exit(total.failed === 0 ? 0 : 1);
