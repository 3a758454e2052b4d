/** CEL expressions as the rest of denvoy sees them: their options, what they are evaluated on, and why they are refused. */
import type { CelInput, CelOutcome } from "./values.ts";

/** What may be switched on beside the usual functions: `core.v3.CelExpressionConfig`. */
export type CelOption = "string_conversion" | "string_concat" | "string_functions";

/** What an expression may begin with, by name; undefined = it is not there. */
export type CelRoots = Readonly<Record<string, () => CelInput | undefined>>;

/** An expression, ready to be evaluated. */
export interface CelProgram {
  /** Evaluates it on what the roots have now. */
  evaluate(): CelOutcome;
}

/** An expression was refused. */
export class CelProblem extends Error {
  override readonly name = "CelProblem";
  /** It is no expression at all; else it asks for what is not there. */
  readonly isSyntax: boolean;

  constructor(message: string, isSyntax: boolean) {
    super(message);
    this.isSyntax = isSyntax;
  }
}
