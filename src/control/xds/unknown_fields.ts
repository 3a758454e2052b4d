/**
 * Fields and enum names of resources that Envoy does not know either and that were left out: counted, said once each, and
 * listed for whoever looks (spec/xds.md 1.3).
 */
import { type ConfigProblem, problemText } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Counter } from "../../observe/stats/metric.ts";

/** One that was left out. */
export interface UnknownField {
  /** Where the resource came from, in words. */
  readonly source: string;
  readonly problem: ConfigProblem;
  /** Wall clock, ms: the first time. */
  readonly sinceMs: number;
}

/** More are counted and not listed, as in Envoy's own memory of them. */
const MOST_LISTED = 1000;

export class UnknownFields {
  readonly #counter: Counter;
  readonly #log: Logger;
  readonly #listed = new Map<string, UnknownField>();

  /** `counter`: `server.dynamic_unknown_fields`. */
  constructor(counter: Counter, log: Logger) {
    this.#counter = counter;
    this.#log = log;
  }

  /** Takes what one document had. */
  note(source: string, problems: readonly ConfigProblem[], wallMs: number): void {
    for (const problem of problems) {
      this.#counter.inc();
      // The place in the text moves when lines above it change.
      const key = `${source}\n${problem.path}\n${problem.reason}`;
      if (this.#listed.has(key) || this.#listed.size >= MOST_LISTED) continue;
      this.#listed.set(key, { source, problem, sinceMs: wallMs });
      this.#log.warning(`Unknown field: in ${source}, ${problemText(problem)}: left out`);
    }
  }

  /** In the order in which they came first. */
  list(): readonly UnknownField[] {
    return [...this.#listed.values()];
  }
}
