/** Which stats a report shows: the query of `/stats` and `/stats/prometheus` (spec/operations.md 6.20). */
import { StatKind } from "./definitions.ts";
import type { Stat } from "./stat.ts";
import type { StatBook } from "./stat_book.ts";
import type { TextReadout } from "./text_readout.ts";

/** Which kinds to show. */
export type StatTypes = "All" | "Counters" | "Gauges" | "Histograms" | "TextReadouts";

export interface StatSelection {
  readonly usedOnly: boolean;
  /** Tests the full name, tags in it; null = every name. */
  readonly matches: ((name: string) => boolean) | null;
  readonly types: StatTypes;
  readonly hidden: "exclude" | "include" | "only";
}

/** Everything that is not hidden. */
export const ALL_STATS: StatSelection = { usedOnly: false, matches: null, types: "All", hidden: "exclude" };

/** How many names are tested before the event loop may get a turn. */
const NAMES_PER_SLICE = 1024;

/** What a walk over the names gives: a stat, or null where the caller may pause. */
export function* selectStats(
  book: StatBook,
  selection: StatSelection,
  isWanted: (kind: StatKind) => boolean,
): Generator<Stat | null> {
  let seen = 0;
  for (const stat of book.stats()) {
    if (++seen % NAMES_PER_SLICE === 0) yield null;
    if (!isWanted(stat.kind) || !isTypeSelected(stat.kind, selection.types)) continue;
    if (selection.hidden === (stat.isHidden ? "exclude" : "only")) continue;
    if (selection.usedOnly && !stat.isUsed) continue;
    if (!(stat.isShown ??= book.rules.shows(stat.name))) continue;
    if (selection.matches === null || selection.matches(stat.name)) yield stat;
  }
}

/** The text readouts of a selection. */
export function selectTexts(book: StatBook, selection: StatSelection): TextReadout[] {
  if (selection.types !== "All" && selection.types !== "TextReadouts") return [];
  if (selection.hidden === "only") return [];
  return book.texts().filter((text) =>
    (!selection.usedOnly || text.isUsed) && book.rules.shows(text.name) &&
    (selection.matches === null || selection.matches(text.name))
  );
}

function isTypeSelected(kind: StatKind, types: StatTypes): boolean {
  switch (types) {
    case "All":
      return true;
    case "Counters":
      return kind === StatKind.counter;
    case "Gauges":
      return kind === StatKind.gauge;
    case "Histograms":
      return kind === StatKind.histogram;
    case "TextReadouts":
      return false;
  }
}
