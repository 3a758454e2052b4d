/** What becomes of a listener that is named again: the table of spec/xds.md 10.2, and nothing else. */
import type { ListenerContent } from "./listener_content.ts";

/** What there is under the name, and whether workers serve already. */
export interface Standing {
  readonly active: ListenerContent | null;
  readonly warming: ListenerContent | null;
  readonly isStarted: boolean;
}

/** What becomes of it. */
export type UpdateDecision =
  /** The name is new. */
  | { readonly kind: "add" }
  /** It says nothing new. */
  | { readonly kind: "none" }
  /** It says what the active one does: the one that warms is given up. */
  | { readonly kind: "discard_warming" }
  /** It takes the place of the one that warms, and warms from the beginning. */
  | { readonly kind: "replace_warming"; readonly isInPlace: boolean }
  /** Nobody has been served yet: it takes the place of the other at once. */
  | { readonly kind: "replace" }
  /** It warms beside the active one; in place: and will only change its filter chains. */
  | { readonly kind: "update"; readonly isInPlace: boolean };

/** Decides. */
export function decideUpdate({ active, warming, isStarted }: Standing, next: ListenerContent): UpdateDecision {
  if (active === null && warming === null) return { kind: "add" };
  if (active !== null && warming !== null && active.whole === next.whole) {
    return warming.whole === next.whole ? { kind: "none" } : { kind: "discard_warming" };
  }
  if (next.whole === warming?.whole || next.whole === active?.whole) return { kind: "none" };
  if (!isStarted) return { kind: "replace" };
  const isInPlace = active !== null && active.frame === next.frame;
  return warming !== null ? { kind: "replace_warming", isInPlace } : { kind: "update", isInPlace };
}
