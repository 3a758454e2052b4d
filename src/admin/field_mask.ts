/**
 * `google.protobuf.FieldMask` on a tree of canonical JSON: keeps what the paths name. A path may end at a list but not go
 * through one. A packed `Any` is a message here, and keeps its `@type`.
 */
import type { Json, JsonObject } from "./source.ts";

export class FieldMask {
  /** Each as its segments. */
  readonly paths: readonly (readonly string[])[];

  /** `a.b,c`. */
  constructor(text: string) {
    this.paths = text.split(",").filter((path) => path !== "").map((path) => path.split("."));
  }

  /** As protobuf prints it. */
  get debugText(): string {
    return this.paths.map((path) => `paths: "${path.join(".")}"`).join("\n");
  }
}

/** What the mask leaves of a message; null when a path does not fit it. `hasField` knows the message's own fields. */
export function maskMessage(
  message: JsonObject,
  mask: FieldMask,
  hasField: (name: string) => boolean,
): JsonObject | null {
  if (!mask.paths.every(([first]) => hasField(first!))) return null;
  return keep(message, mask.paths);
}

function keep(message: JsonObject, paths: readonly (readonly string[])[]): JsonObject | null {
  const kept: Record<string, Json> = {};
  if (message["@type"] !== undefined) kept["@type"] = message["@type"];
  for (const [field, value] of Object.entries(message)) {
    const below = paths.filter((path) => path[0] === field).map((path) => path.slice(1));
    if (below.length === 0) continue;
    if (below.some((path) => path.length === 0)) {
      kept[field] = value;
    } else {
      // The rest of a path needs a message to go into.
      if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
      const inner = keep(value as JsonObject, below);
      if (inner === null) return null;
      kept[field] = inner;
    }
  }
  return kept;
}
