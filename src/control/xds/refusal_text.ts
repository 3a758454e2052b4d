/** What is said of an update that was refused, in the words that people look for in logs (spec/xds.md 7.3). */
import { type ConfigProblem, problemText } from "../../base/errors.ts";

/** One resource that was refused while others of its update were taken. */
export interface RefusedResource {
  readonly name: string;
  readonly problems: readonly ConfigProblem[];
}

/** All problems in one line. */
export function problemsText(problems: readonly ConfigProblem[]): string {
  return problems.map(problemText).join("; ");
}

/** What a CDS update comes to of which these clusters were refused. */
export function refusedClusters(refused: readonly RefusedResource[]): ConfigProblem {
  return { path: "", reason: `Error adding/updating cluster(s) ${refused.map(resourceText).join(", ")}` };
}

/** What an LDS update comes to of which these listeners were refused. */
export function refusedListeners(refused: readonly RefusedResource[]): ConfigProblem {
  return { path: "", reason: `Error adding/updating listener(s) ${refused.map(resourceText).join("\n")}\n` };
}

function resourceText({ name, problems }: RefusedResource): string {
  return `${name}: ${problemsText(problems)}`;
}
