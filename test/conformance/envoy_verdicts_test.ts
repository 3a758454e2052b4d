/**
 * Small bootstraps with what Envoy 1.40's `--mode validate` said to each: accepted or refused. denvoy says the same,
 * or that the thing is not supported yet, or differs on purpose for the reason noted with the document.
 */

import assert from "node:assert/strict";
import { ConfigError, type ConfigProblem } from "../../src/base/errors.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import { BUILTIN_HTTP_FILTER_SCHEMAS } from "../../src/worker/builtins.ts";
import verdicts from "./envoy_verdicts.json" with { type: "json" };

function problemsOf(text: string): readonly ConfigProblem[] {
  try {
    loadBootstrap({ file: { text, fileName: "bootstrap.yaml" } }, {
      httpFilters: BUILTIN_HTTP_FILTER_SCHEMAS,
      readFile: (path) => {
        throw new Error(`no file ${path} here`);
      },
      pathExists: (path) => path === "/etc/hosts" || path === "/etc",
    });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

Deno.test("loadBootstrap accepts and refuses as Envoy does", () => {
  assert.ok(verdicts.length > 200);
  for (const verdict of verdicts) {
    const problems = problemsOf(verdict.document);
    const text = problems.map((problem) => `${problem.path}: ${problem.reason}`).join("; ");
    const isUnsupported = problems.length > 0 && problems.every((problem) => /supported/.test(problem.reason));
    if ("difference" in verdict) {
      assert.notEqual(problems.length === 0, verdict.envoyAccepts, `${verdict.name}: no longer differs`);
    } else if (verdict.envoyAccepts) {
      assert.ok(problems.length === 0 || isUnsupported, `Envoy accepts ${verdict.name}: ${text}`);
    } else {
      assert.ok(problems.length > 0, `Envoy refuses ${verdict.name}`);
    }
  }
});
