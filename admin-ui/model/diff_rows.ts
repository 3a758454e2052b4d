/** A comparison as two columns: what was taken out stands beside what came in its place. */

import type { DiffLine } from "../../src/admin/contract/config.ts";

/** One row: left as it was, right as it is; null = nothing. */
export type DiffRow = readonly [left: DiffLine | null, right: DiffLine | null];

/** The rows of a comparison. */
export function sideBySide(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: DiffLine[] = [], added: DiffLine[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      rows.push([removed[at] ?? null, added[at] ?? null]);
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.op === "removed") {
      // What was added before belongs to what was removed before.
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.op === "added") added.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}
