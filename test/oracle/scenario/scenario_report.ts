/** Findings of scenarios for people. */
import { markedLines } from "../report.ts";
import type { ScenarioFinding } from "./scenario.ts";

/** `scenarios: N played, N agree, N differ on purpose, N unexplained`. */
export function scenariosSummary(findings: readonly ScenarioFinding[]): string {
  const count = (kind: ScenarioFinding["kind"]) => findings.filter((finding) => finding.kind === kind).length;
  return `scenarios: ${findings.length} played, ${count("agrees")} agree, ` +
    `${count("differs on purpose")} differ on purpose, ${count("unexplained")} unexplained`;
}

/** Both sides as one text; `E` is Envoy's alone, `D` denvoy's alone. */
export function findingText({ name, why, envoy, denvoy }: ScenarioFinding): string {
  return [name, ...why === "" ? [] : [`  ${why}`], ...markedLines(envoy.lines, denvoy.lines)].join("\n");
}
