/**
 * Configurations from Envoy's own repository and its examples: each one loads, or is refused with everything that is
 * missing named by path, line and type. None crashes, and nothing that Envoy knows is called unknown.
 */

import assert from "node:assert/strict";
import { ConfigError, type ConfigProblem, problemText } from "../../src/base/errors.ts";
import { loadBootstrap } from "../../src/config/load.ts";

const shared = Deno.env.get("DENVOY_SHARED") ?? new URL("../../../shared", import.meta.url).pathname;
const folder = `${shared}/conformance/envoy_configs`;

function filesOf(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name).filter((name) => name.endsWith(".yaml")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const files = filesOf(folder);
if (files.length === 0) console.log("skipped: needs ../shared");

/** What a problem with a configuration that Envoy accepts may say. */
const KNOWN_KINDS = [
  /^field of envoy\.\S+ is known to Envoy, not supported yet$/,
  /^extension type envoy\.\S+ is known to Envoy, not supported yet$/,
  /^value \S+ is known to Envoy, not supported yet, wanted /,
  /^(upstream protocol|several filter chains|protocol options \S+) (is|are) known to Envoy, not supported yet/,
];

function problemsOf(name: string): readonly ConfigProblem[] {
  try {
    loadBootstrap({ file: { text: Deno.readTextFileSync(`${folder}/${name}`), fileName: name } }, {
      readFile: (path) => Deno.readFileSync(path),
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

Deno.test(
  { name: "Envoy's own configurations load, or all that is missing is named", ignore: files.length === 0 },
  () => {
    assert.equal(files.length, 24);
    for (const name of files) {
      const problems = problemsOf(name);
      const missing = new Set(problems.map(missingThing));
      console.log(problems.length === 0 ? `${name}: loads` : `${name}: refused, lacks ${[...missing].join(", ")}`);
      for (const problem of problems) {
        const text = `${name}: ${problemText(problem)}`;
        assert.notEqual(problem.path, "", text);
        assert.ok(problem.line !== undefined && problem.column !== undefined, text);
        assert.ok(KNOWN_KINDS.some((kind) => kind.test(problem.reason)), text);
      }
    }
  },
);
