/**
 * Scenarios that change while they run: denvoy says what real Envoy says, or is said to differ. Prints one line for all;
 * what differs without being meant to is shown whole. `try_scenario.ts` plays single ones.
 */
import assert from "node:assert/strict";
import { testStepsNeeding } from "../../support/needs.ts";
import { REPOSITORY } from "../../support/programs.ts";
import { compareAll, sidesOf } from "./perform.ts";
import { findingText, scenariosSummary } from "./scenario_report.ts";
import { SCENARIOS } from "./scenarios.ts";

testStepsNeeding("envoy", `denvoy plays ${SCENARIOS.length} scenarios as Envoy does`, async (t, envoyPath) => {
  const findings = await compareAll(sidesOf(envoyPath), SCENARIOS);
  for (const finding of findings) {
    await t.step(finding.name, () => {
      assert.ok(finding.kind !== "unexplained", `differs without being meant to:\n${findingText(finding)}`);
    });
  }
  console.log(scenariosSummary(findings));
});

Deno.test("every scenario has a name of its own", () => {
  const names = SCENARIOS.map(([name]) => name);
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
});

Deno.test("every scenario that differs on purpose names the file that says so", () => {
  for (const [name, { differs }] of SCENARIOS) {
    if (differs === undefined) continue;
    const [file = "", why = ""] = differs.split(": ");
    assert.ok(why.length > 10, `${name}: say how it differs`);
    const text = Deno.readTextFileSync(REPOSITORY + file);
    assert.ok(text.includes("Differs from Envoy:"), `${name}: ${file} does not say that it differs`);
  }
});
