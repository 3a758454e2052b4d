/**
 * The layers of runtime values, the last one strongest (spec/operations.md 7). Layers that are told from outside are empty
 * until their first values come, and keep the last that were sound.
 */
import { mergeRuntimeLayers, type RuntimeRecord } from "../config/runtime_layers.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import type { RuntimeLayerConfig, RuntimeStruct } from "../config/schema/runtime.ts";

interface Layer {
  readonly config: RuntimeLayerConfig;
  values: RuntimeStruct;
}

export class RuntimeStack {
  /** All layers in one, as the control side reads them. */
  readonly values: RuntimeValues;
  readonly #layers: Layer[];
  readonly #onChange: (merged: RuntimeRecord) => void;
  #merged: RuntimeRecord;

  /** `onChange` gets all layers in one whenever one of them is another. */
  constructor(layers: readonly RuntimeLayerConfig[], onChange: (merged: RuntimeRecord) => void) {
    this.#layers = layers.map((config) => ({ config, values: config.values ?? {} }));
    this.#onChange = onChange;
    this.#merged = mergeRuntimeLayers(this.#layers);
    this.values = new RuntimeValues(this.#merged);
  }

  /** All layers in one. */
  get merged(): RuntimeRecord {
    return this.#merged;
  }

  /** Gives the layer of this name other values. */
  set(name: string, values: RuntimeStruct): void {
    const layer = this.#layers.find(({ config }) => config.name === name);
    if (layer === undefined) return;
    layer.values = values;
    this.#merged = mergeRuntimeLayers(this.#layers);
    this.values.replace(this.#merged);
    this.#onChange(this.#merged);
  }
}
