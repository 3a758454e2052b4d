/** What is said of an update that was refused, in the words that people look for in logs (spec/xds.md 7.3). */
import { type ConfigProblem, problemText } from "../../base/errors.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";

/** One resource that was refused while others of its update were taken. */
export interface RefusedResource {
  readonly name: string;
  /** As it came. */
  readonly message: CanonicalMessage;
  readonly problems: readonly ConfigProblem[];
}

/** What an update comes to of which some resources were refused: all others of it are in force. */
export interface PartialRefusal extends ConfigProblem {
  readonly refused: readonly RefusedResource[];
}

/** The resources that were refused; null = all of the update. */
export function refusedOnly(problems: readonly ConfigProblem[]): readonly RefusedResource[] | null {
  const parts = problems.flatMap((problem) => "refused" in problem ? (problem as PartialRefusal).refused : []);
  return parts.length === 0 ? null : parts;
}

/** All problems in one line. */
export function problemsText(problems: readonly ConfigProblem[]): string {
  return problems.map(problemText).join("; ");
}

/** What a CDS update comes to of which these clusters were refused. */
export function refusedClusters(refused: readonly RefusedResource[]): PartialRefusal {
  return { path: "", reason: `Error adding/updating cluster(s) ${refused.map(resourceText).join(", ")}`, refused };
}

/** What an LDS update comes to of which these listeners were refused. */
export function refusedListeners(refused: readonly RefusedResource[]): PartialRefusal {
  return { path: "", reason: `Error adding/updating listener(s) ${refused.map(resourceText).join("\n")}\n`, refused };
}

function resourceText({ name, problems }: RefusedResource): string {
  return `${name}: ${problemsText(problems)}`;
}
