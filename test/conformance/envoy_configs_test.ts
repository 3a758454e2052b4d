/**
 * Configurations from Envoy's own repository and its examples: each one loads, or is refused with everything that is
 * missing named by path, line and type. None crashes, and nothing that Envoy knows is called unknown.
 */

import assert from "node:assert/strict";
import { ConfigError, type ConfigProblem, problemText } from "../../src/base/errors.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { BUILTIN_HTTP_FILTER_SCHEMAS } from "../../src/worker/builtins.ts";
import { findNeed, testNeeding } from "../support/needs.ts";

/** What a problem with a configuration that Envoy accepts may say. */
const KNOWN_KINDS = [
  /^field of envoy\.\S+ is known to Envoy, not supported yet$/,
  /^extension type envoy\.\S+ is known to Envoy, not supported yet$/,
  /^value \S+ is known to Envoy, not supported yet, wanted /,
  /^(upstream protocol|several filter chains|protocol options \S+) (is|are) known to Envoy, not supported yet/,
];

function problemsOf(path: string): readonly ConfigProblem[] {
  try {
    loadBootstrap({ file: { text: Deno.readTextFileSync(path), fileName: path } }, {
      httpFilters: BUILTIN_HTTP_FILTER_SCHEMAS,
      readFile: (named) => Deno.readFileSync(named),
      pathExists: () => true,
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The type, or the field with its value, in short. */
function missingThing({ path, reason }: ConfigProblem): string {
  const type = /^extension type (\S+)/.exec(reason)?.[1];
  if (type !== undefined) return type.split(".").at(-1)!;
  const value = /^value (\S+)/.exec(reason)?.[1];
  const field = /([a-z0-9_]+)(?:\["[^"]*"\])?$/.exec(path)?.[1] ?? path;
  return value === undefined ? field : `${field} ${value}`;
}

if (findNeed("shared") === null) console.log("skipped: needs ../shared");

testNeeding("shared", "Envoy's own configurations load, or all that is missing is named", (shared) => {
  const folder = `${shared}/conformance/envoy_configs`;
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".yaml")).sort();
  assert.equal(files.length, 24);
  for (const name of files) {
    const problems = problemsOf(`${folder}/${name}`);
    const missing = new Set(problems.map(missingThing));
    console.log(problems.length === 0 ? `${name}: loads` : `${name}: refused, lacks ${[...missing].join(", ")}`);
    for (const problem of problems) {
      const text = `${name}: ${problemText(problem)}`;
      assert.notEqual(problem.path, "", text);
      assert.ok(problem.line !== undefined && problem.column !== undefined, text);
      assert.ok(KNOWN_KINDS.some((kind) => kind.test(problem.reason)), text);
    }
  }
});
