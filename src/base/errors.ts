/**
 * The two ways denvoy throws. A bug throws {@link InvariantError}, and only a worker's top catches it. A refused
 * configuration throws {@link ConfigError}, and only the control side does. What traffic does wrong is neither: that is
 * a `Fault`, a value (fault.ts).
 */

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** Field path from the document's root: `static_resources.listeners[0].address`. Empty for the document itself. */
  readonly path: string;
  /** What was found and what is wanted; no full stop. */
  readonly reason: string;
  /** Type URL of the nearest `Any` around the field, if any. */
  readonly typeUrl?: string;
  /** Where in the text, counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** A configuration was refused. Holds every problem of the document, so that one run shows them all. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}

/** `PATH (line L, column C): REASON`. */
export function problemText(problem: ConfigProblem): string {
  const place = problem.line === undefined ? "" : ` (line ${problem.line}, column ${problem.column ?? 1})`;
  const type = problem.typeUrl === undefined ? "" : ` [${problem.typeUrl}]`;
  return problem.path === "" ? `${problem.reason}${place}${type}` : `${problem.path}${place}: ${problem.reason}${type}`;
}

/** denvoy broke one of its own rules. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws {@link InvariantError} unless `condition` holds. For bugs only, never for input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** What was thrown, in words. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same with where it was thrown: of a bug. */
export function bugText(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Makes the compiler prove that a switch covers every case. */
export function assertNever(value: never): never {
  throw new InvariantError(`Unexpected value: ${JSON.stringify(value)}`);
}
