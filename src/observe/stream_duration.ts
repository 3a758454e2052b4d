/** How long a stream took, or has taken so far. */
import type { Clock } from "../base/clock.ts";
import type { StreamFacts } from "./stream_facts.ts";

/** Whole milliseconds, cut off. */
export function durationMs({ startMs, endMs }: StreamFacts, clock: Clock): number {
  return Math.max(0, Math.floor((endMs < 0 ? clock.nowMs : endMs) - startMs));
}
