/**
 * What a listener's message says, as two hashes: of all of it, and of what is not in its filter chains. Two messages are
 * compared by these and not by what denvoy makes of them, so that the same updates do the same as in Envoy.
 */
import { contentHash } from "../../config/content_hash.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";

/** What of a listener may change while its connections stay. */
const CHAIN_FIELDS: ReadonlySet<string> = new Set(["filter_chains", "default_filter_chain", "filter_chain_matcher"]);

export interface ListenerContent {
  /** Of all fields. */
  readonly whole: string;
  /** Of all but the filter chains. */
  readonly frame: string;
}

/** Of a `Listener`. */
export function listenerContent(message: CanonicalMessage): ListenerContent {
  const frame = Object.entries(message).filter(([field]) => !CHAIN_FIELDS.has(field));
  return { whole: contentHash(message), frame: contentHash(Object.fromEntries(frame)) };
}
