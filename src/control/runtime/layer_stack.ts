/**
 * The layers of runtime values, the last one strongest, and what they come to together (spec/operations.md 7.1, 7.5). Layers
 * that are told from outside are empty until their first values come, and keep the last that were sound; one of files that
 * are not there, or cannot be read, does not exist for as long.
 */
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { readStruct } from "../../config/runtime_layers.ts";
import type { RuntimeReading } from "../../config/runtime_text.ts";
import type { RuntimeLayerConfig } from "../../config/schema/runtime.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";

/** Values of one layer by key. */
export type LayerValues = ReadonlyMap<string, RuntimeReading>;

/** How a layer is. */
export interface LayerStatus {
  readonly state: "ok" | "missing" | "error";
  /** Empty unless there is one. */
  readonly error: string;
  /** Empty = it has none. */
  readonly version: string;
  /** Null = it never had values. */
  readonly updatedMs: number | null;
}

/** One layer. */
export interface Layer extends LayerStatus {
  readonly name: string;
  readonly kind: RuntimeLayerConfig["kind"];
  readonly values: LayerValues;
}

/** The value that counts at a key. */
export interface EffectiveValue {
  readonly reading: RuntimeReading;
  /** Position of its layer. */
  readonly layer: number;
}

const NO_VALUES: LayerValues = new Map();

export class LayerStack {
  /** All layers in one, as the control side reads them. */
  readonly values: RuntimeValues = new RuntimeValues();
  #layers: readonly Layer[];
  #effective: ReadonlyMap<string, EffectiveValue> = new Map();
  #merged: RuntimeRecord = {};

  constructor(configs: readonly RuntimeLayerConfig[], nowMs: number) {
    this.#layers = configs.map(({ name, kind, values }): Layer => {
      const isThere = kind === "static" || kind === "admin";
      return {
        name,
        kind,
        values: values === undefined ? NO_VALUES : readStruct(values),
        state: isThere ? "ok" : "missing",
        error: "",
        version: "",
        updatedMs: kind === "static" ? nowMs : null,
      };
    });
    this.merge();
  }

  /** Lowest first. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** Those that count: all but files that are not there or cannot be read. */
  get effectiveLayers(): readonly Layer[] {
    return this.#layers.filter(isEffective);
  }

  /** By key, all that any layer has. */
  get effective(): ReadonlyMap<string, EffectiveValue> {
    return this.#effective;
  }

  /** All layers in one, for workers. */
  get merged(): RuntimeRecord {
    return this.#merged;
  }

  /** Null = there is no such layer. */
  find(name: string): Layer | null {
    return this.#layers.find((layer) => layer.name === name) ?? null;
  }

  /** The layer that is edited; null = there is none. */
  get admin(): Layer | null {
    return this.#layers.find(({ kind }) => kind === "admin") ?? null;
  }

  /** Makes a layer another. It counts after {@link LayerStack.merge}. */
  set(name: string, change: Partial<LayerStatus & Pick<Layer, "values">>): void {
    this.#layers = this.#layers.map((layer) => layer.name === name ? { ...layer, ...change } : layer);
  }

  /** Puts the layers together anew, and returns the keys whose effective value is another. */
  merge(): string[] {
    const before = this.#effective;
    const effective = new Map<string, EffectiveValue>();
    this.#layers.forEach((layer, position) => {
      if (!isEffective(layer)) return;
      for (const [key, reading] of layer.values) effective.set(key, { reading, layer: position });
    });
    this.#effective = effective;
    this.#merged = Object.fromEntries(Array.from(effective, ([key, { reading }]) => [key, reading]));
    this.values.replace(this.#merged);
    return changedKeys(before, effective);
  }
}

function isEffective({ kind, state }: Layer): boolean {
  return kind !== "disk" || state === "ok";
}

function changedKeys(
  before: ReadonlyMap<string, EffectiveValue>,
  after: ReadonlyMap<string, EffectiveValue>,
): string[] {
  const changed: string[] = [];
  for (const [key, { reading, layer }] of after) {
    const old = before.get(key);
    if (old === undefined || old.layer !== layer || old.reading.text !== reading.text) changed.push(key);
  }
  for (const key of before.keys()) if (!after.has(key)) changed.push(key);
  return changed;
}
