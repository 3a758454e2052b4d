/**
 * What a request asks of a host's metadata: keys of `envoy.lb` with the values they must have, compiled so that the hosts
 * that have them are one look-up away (spec/upstream.md 7.14). Routes make theirs when they are compiled.
 */
import type { JsonObject, JsonValue } from "../config/metadata_config.ts";

/** Under this key a request may bring several structs, each of which takes the place of its own values in turn. */
const FALLBACK_LIST = "fallback_list";

/** Keys and their values. Never changed. */
export class MetadataCriteria {
  /** In order. */
  readonly keys: readonly string[];
  /** Of the keys alone: see {@link keysText}. */
  readonly keysText: string;
  /** Of keys and values: equal criteria have the same, and hosts that match one. */
  readonly text: string;
  readonly #values: JsonObject;
  #fallbacks: readonly MetadataCriteria[] | null | undefined;
  readonly #parts = new Map<string, MetadataCriteria>();

  private constructor(values: JsonObject) {
    this.#values = values;
    this.keys = Object.keys(values).sort();
    this.keysText = keysText(this.keys);
    this.text = criteriaText(this.keys.map((key) => [key, values[key]!]));
  }

  /** Null: nothing is asked. */
  static of(values: JsonObject | null): MetadataCriteria | null {
    return values === null || Object.keys(values).length === 0 ? null : new MetadataCriteria(values);
  }

  /** With `own` values in place of those of the same key. */
  with(own: JsonObject): MetadataCriteria {
    return new MetadataCriteria({ ...this.#values, ...own });
  }

  /** Of these keys alone, those that are there. Null: none is. */
  only(keys: readonly string[]): MetadataCriteria | null {
    const kept = keys.filter((key) => this.#values[key] !== undefined);
    if (kept.length === 0) return null;
    const text = keysText(kept);
    let part = this.#parts.get(text);
    if (part === undefined) {
      part = new MetadataCriteria(Object.fromEntries(kept.map((key) => [key, this.#values[key]!])));
      this.#parts.set(text, part);
    }
    return part;
  }

  /** Each struct of the request's list merged over the rest, in order; null = there is no list. */
  get fallbacks(): readonly MetadataCriteria[] | null {
    if (this.#fallbacks === undefined) this.#fallbacks = this.#listFallbacks();
    return this.#fallbacks;
  }

  /** Without the list; null = it was all there was. */
  get withoutFallbacks(): MetadataCriteria | null {
    return this.only(this.keys.filter((key) => key !== FALLBACK_LIST));
  }

  #listFallbacks(): readonly MetadataCriteria[] | null {
    const { [FALLBACK_LIST]: list, ...rest } = this.#values;
    if (list === undefined) return null;
    // As in Envoy, what is no list is an empty one.
    const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
    return items.flatMap((own) => isStruct(own) ? [new MetadataCriteria({ ...rest, ...own })] : []);
  }
}

/** One text for a set of keys, which must be in order. */
export function keysText(keys: readonly string[]): string {
  return JSON.stringify(keys);
}

/** One text for keys and values, which must be in order of the keys: deeply equal values give equal texts. */
export function criteriaText(entries: readonly (readonly [key: string, value: JsonValue])[]): string {
  return entries.map(([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`).join();
}

function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(valueText).join()}]`;
  if (!isStruct(value)) return JSON.stringify(value);
  return `{${criteriaText(Object.keys(value).sort().map((key) => [key, value[key]!]))}}`;
}

function isStruct(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
