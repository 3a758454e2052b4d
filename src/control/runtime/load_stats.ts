/** `runtime.*`: what each load of the layers found (spec/operations.md 7.13). RTDS has its own beside them. */
import type { StatScope } from "../../observe/stats/store.ts";
import type { Counter, Gauge } from "../../observe/stats/metric.ts";
import type { LayerStack } from "./layer_stack.ts";

export class LoadStats {
  readonly #overridesActive: Gauge;
  readonly #keys: Gauge;
  readonly #layers: Gauge;
  readonly #success: Counter;
  readonly #error: Counter;
  readonly #dirExists: Counter;
  readonly #dirMissing: Counter;

  /** `scope`: that of `runtime`. */
  constructor(scope: StatScope) {
    this.#overridesActive = scope.gauge("admin_overrides_active");
    this.#keys = scope.gauge("num_keys");
    this.#layers = scope.gauge("num_layers");
    this.#success = scope.counter("load_success");
    this.#error = scope.counter("load_error");
    this.#dirExists = scope.counter("override_dir_exists");
    this.#dirMissing = scope.counter("override_dir_not_exists");
  }

  /** The layers were put together anew. */
  loaded(stack: LayerStack): void {
    const layers = stack.effectiveLayers;
    this.#overridesActive.set((stack.admin?.values.size ?? 0) > 0 ? 1 : 0);
    this.#keys.set(stack.effective.size);
    this.#layers.set(layers.length);
    const hasFailed = stack.layers.some(({ kind, state }) => kind === "disk" && state === "error");
    (hasFailed ? this.#error : this.#success).inc();
    (layers.filter(({ kind }) => kind === "disk").length > 1 ? this.#dirExists : this.#dirMissing).inc();
  }
}
