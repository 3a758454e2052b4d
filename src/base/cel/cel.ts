/**
 * CEL, the Common Expression Language, as Envoy has it. Its engine takes 4 MiB and 70 ms of a thread, and few
 * configurations have an expression: it is loaded when the first one is met, which cannot be waited for in the middle of
 * plain calls. So whoever reads a configuration does it {@link withCel}, and a worker does {@link loadCel} before it
 * takes a snapshot that says it needs it.
 */
import type { CelOption, CelProgram, CelRoots } from "./expression.ts";

/** An expression was met before the engine was loaded. */
export class CelNotLoaded extends Error {
  override readonly name = "CelNotLoaded";
}

type Engine = typeof import("./engine.ts");

/** Once for each thread, as the module is. */
let engine: Engine | null = null;

/** Loads the engine into this thread. */
export async function loadCel(): Promise<void> {
  engine ??= await import("./engine.ts");
}

/** Does `work`; if it meets an expression, once more with the engine loaded. */
export async function withCel<Result>(work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CelNotLoaded)) throw error;
    await loadCel();
    return work();
  }
}

/** Compiles an expression; throws `CelProblem`, or {@link CelNotLoaded}. */
export function compileCel(source: string, options: readonly CelOption[], roots: CelRoots): CelProgram {
  if (engine === null) throw new CelNotLoaded(`The engine for the CEL expression "${source}" is not loaded`);
  return engine.compileExpression(source, options, roots);
}
