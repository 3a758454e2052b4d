/**
 * Which listeners drain because an operator asked for it, as main tells workers (spec/operations.md 16.3). Beside these a
 * listener drains that is removed or replaced, and everything when the process ends.
 */

/** `inbound`: those whose `traffic_direction` is INBOUND. */
export type DrainDirection = "inbound" | "all";

/** How long each drain has been under way, in milliseconds; null = it is not. */
export interface ListenerDrains {
  readonly inboundMs: number | null;
  readonly allMs: number | null;
}

/** No listener drains. */
export const NO_DRAINS: ListenerDrains = { inboundMs: null, allMs: null };
