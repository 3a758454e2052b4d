/** How format strings are refused. */

/** What is wrong with a format string; it goes from the part that found it to the schema that names the field. */
export class FormatProblem extends Error {
  /** Envoy has it, denvoy does not yet. */
  readonly isUnsupported: boolean;

  constructor(reason: string, isUnsupported = false) {
    super(reason);
    this.isUnsupported = isUnsupported;
  }
}
