/** Whether two messages say the same, whatever the order of their fields: what tells an update from a repetition. */
import { XxHash64 } from "../base/xx_hash64.ts";
import type { CanonicalMessage } from "./source_map.ts";

/** Messages are not changed once they are hashed; who takes one and who keeps it want the same hash. */
const known = new WeakMap<CanonicalMessage, string>();

/** Equal for equal messages, in decimal. */
export function contentHash(message: CanonicalMessage): string {
  let hash = known.get(message);
  if (hash === undefined) known.set(message, hash = hashOf(message));
  return hash;
}

function hashOf(message: CanonicalMessage): string {
  const hash = new XxHash64();
  hash.hashText(JSON.stringify(sorted(message)));
  return String(BigInt(`0x${hash.digest.toHex()}`));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([field, inner]) => [field, sorted(inner)]));
}
