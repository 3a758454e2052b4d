/**
 * Plays scenarios from the command line:
 *
 * ```
 * deno run -A test/oracle/scenario/try_scenario.ts NAME…            both sides of every scenario whose name holds one of the texts
 * deno run -A test/oracle/scenario/try_scenario.ts --unexplained …  shows only what differs without being meant to
 * ```
 */
import { findEnvoy } from "../../support/programs.ts";
import { compareAll, sidesOf } from "./perform.ts";
import { findingText, scenariosSummary } from "./scenario_report.ts";
import { SCENARIOS } from "./scenarios.ts";

const texts = Deno.args.filter((word) => !word.startsWith("--"));
const chosen = SCENARIOS.filter(([name]) => texts.length === 0 || texts.some((text) => name.includes(text)));
const envoyPath = findEnvoy();
if (envoyPath === null) throw new Error("Cannot ask Envoy: not found on PATH, in $ENVOY_BIN or in $DENVOY_ENVOY");
const findings = await compareAll(sidesOf(envoyPath), chosen, (finding) => {
  if (Deno.args.includes("--unexplained") && finding.kind !== "unexplained") return;
  console.log(`\n== ${finding.kind}: ${findingText(finding)}`);
});
console.log(`\n${scenariosSummary(findings)}`);
