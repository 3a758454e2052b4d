/**
 * Counts answers by status: the class (`upstream_rq_2xx`) and, where wanted, the code itself (`upstream_rq_200`). The
 * names appear with the first such answer, as in Envoy, and are looked up once per code.
 */
import type { Counter } from "./metric.ts";
import type { StatScope } from "./store.ts";

/** Codes 100 to 599 have a place; any other counts in no class. */
const FIRST_CODE = 100;
const LAST_CODE = 599;

/** The counters of one stem, made as codes come. */
export class ResponseCodeCounters {
  readonly #scope: StatScope;
  readonly #stem: string;
  readonly #codes: (Counter | undefined)[] = [];
  readonly #classes: (Counter | undefined)[] = [];

  /** `stem` is what stands before the code: `upstream_rq_`. */
  constructor(scope: StatScope, stem: string) {
    this.#scope = scope;
    this.#stem = stem;
  }

  /** Counts the class and the code of one answer. */
  count(status: number): void {
    if (status < FIRST_CODE || status > LAST_CODE) return;
    this.countClass(status);
    const counter = this.#codes[status] ??= this.#scope.counter(this.#stem + status);
    counter.inc();
  }

  /** Counts the class alone. */
  countClass(status: number): void {
    if (status < FIRST_CODE || status > LAST_CODE) return;
    const first = (status / 100) | 0;
    const counter = this.#classes[first] ??= this.#scope.counter(`${this.#stem}${first}xx`);
    counter.inc();
  }
}
