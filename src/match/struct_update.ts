/**
 * One struct written over another, as filters that write dynamic metadata do (spec/http.md 10, `set_metadata`): structs
 * are merged key by key, lists are joined, anything else takes the old value's place, as does a value of another kind.
 */
import type { JsonObject, JsonValue } from "../config/metadata_config.ts";

/** `base` with `update` written over it; neither changes. */
export function updatedStruct(base: JsonObject, update: JsonObject): JsonObject {
  const result = new Map<string, JsonValue>(Object.entries(base));
  for (const [key, value] of Object.entries(update)) {
    const old = result.get(key);
    result.set(key, old === undefined ? value : updatedValue(old, value));
  }
  return Object.fromEntries(result);
}

function updatedValue(old: JsonValue, value: JsonValue): JsonValue {
  if (Array.isArray(old) && Array.isArray(value)) return [...old, ...value];
  return isStruct(old) && isStruct(value) ? updatedStruct(old, value) : value;
}

function isStruct(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
