/**
 * A `MetadataMatcher`, compiled: one value of a filter's struct, found by a path of keys, against a `ValueMatcher`. A value
 * that is not there matches nothing, not even `null_match` or an absence that is asked for; `invert` turns that round.
 */
import { assertNever } from "../base/errors.ts";
import type { MetadataMatcherConfig, ValueMatcherConfig } from "../config/match_config.ts";
import type { FilterMetadata, JsonObject, JsonValue } from "../config/metadata_config.ts";
import { StringMatcher } from "./string_matcher.ts";

export class MetadataMatcher {
  readonly #filter: string;
  readonly #path: readonly string[];
  readonly #value: ValueMatcher;
  readonly #invert: boolean;

  constructor({ filter, path, value, invert }: MetadataMatcherConfig) {
    this.#filter = filter;
    this.#path = path;
    this.#value = new ValueMatcher(value);
    this.#invert = invert;
  }

  /** Whether the metadata has the value as wanted. */
  matches(metadata: FilterMetadata): boolean {
    return this.#value.matches(this.#find(metadata)) !== this.#invert;
  }

  /** The value, or undefined. */
  #find(metadata: FilterMetadata): JsonValue | undefined {
    let value: JsonValue | undefined = own(metadata, this.#filter);
    for (const key of this.#path) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      value = own(value as JsonObject, key);
    }
    return value;
  }
}

/** A `ValueMatcher`, compiled. */
export class ValueMatcher {
  readonly #config: ValueMatcherConfig;
  readonly #strings: StringMatcher | null;
  readonly #inner: readonly ValueMatcher[];

  constructor(config: ValueMatcherConfig) {
    this.#config = config;
    this.#strings = config.kind === "string" ? new StringMatcher(config.matcher) : null;
    this.#inner = innerOf(config).map((inner) => new ValueMatcher(inner));
  }

  /** Whether `value` is as wanted; undefined = there is none. */
  matches(value: JsonValue | undefined): boolean {
    const config = this.#config;
    switch (config.kind) {
      case "null":
        return value === null;
      case "double":
        return value === config.exact;
      case "double_range":
        return typeof value === "number" && value >= config.start && value < config.end;
      case "string":
        return typeof value === "string" && this.#strings!.matchesText(value);
      case "bool":
        return value === config.value;
      case "present":
        return config.isPresent && value !== undefined;
      case "list":
        return Array.isArray(value) && value.some((item) => this.#inner[0]!.matches(item));
      case "or":
        return this.#inner.some((inner) => inner.matches(value));
      default:
        return assertNever(config);
    }
  }
}

function innerOf(config: ValueMatcherConfig): readonly ValueMatcherConfig[] {
  if (config.kind === "list") return [config.oneOf];
  return config.kind === "or" ? config.matchers : [];
}

/** A key of the data itself: `constructor` is none. */
function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
