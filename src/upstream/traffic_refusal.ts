/**
 * Requests that a cluster does not take, whatever its hosts are like: while runtime says that it is under maintenance, and the
 * share that its load assignment drops (spec/upstream.md 3.1, 11). What is to be decided follows from values that hardly
 * ever change, so most requests ask no more than whether these are still the same.
 */
import type { Random } from "../base/random.ts";
import type { RuntimeValues } from "../match/runtime_values.ts";

/** Why a request is not taken. */
export type RefusalKind = "maintenance_mode" | "drop_overload" | "unconditional_drop_overload";

export class TrafficRefusal {
  readonly #runtime: RuntimeValues;
  readonly #maintenanceKey: string;
  #dropPercent: number;
  #generation: number;
  /** In percent, as runtime and the assignment have it now. */
  #maintenance = 0;
  #drop = 0;
  #isOpen = true;

  /** `dropPercent`: `drop_overloads` of the load assignment. */
  constructor(cluster: string, dropPercent: number, runtime: RuntimeValues) {
    this.#runtime = runtime;
    this.#maintenanceKey = `upstream.maintenance_mode.${cluster}`;
    this.#dropPercent = dropPercent;
    this.#generation = runtime.generation;
    this.#read();
  }

  /** Another load assignment has come. */
  useDropPercent(percent: number): void {
    this.#dropPercent = percent;
    this.#read();
  }

  /** Whether one request is refused; null = it is not. */
  decide(random: Random): RefusalKind | null {
    if (this.#generation !== this.#runtime.generation) {
      this.#generation = this.#runtime.generation;
      this.#read();
    }
    if (this.#isOpen) return null;
    if (random.below(100) < this.#maintenance) return "maintenance_mode";
    if (this.#drop === 0) return null;
    if (this.#drop >= 100) return "unconditional_drop_overload";
    return random.fraction() * 100 < this.#drop ? "drop_overload" : null;
  }

  #read(): void {
    this.#maintenance = this.#runtime.number(this.#maintenanceKey, 0);
    this.#drop = Math.min(this.#dropPercent, this.#runtime.number("load_balancing_policy.drop_overload_limit", 100));
    this.#isOpen = this.#maintenance === 0 && this.#drop === 0;
  }
}
