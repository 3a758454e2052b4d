/** The list of listeners as the address of its page asks for it: filtered and sorted. */

import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenersByTrouble } from "./listeners.ts";

/** It does not serve, or its last update was not taken. */
export function hasTrouble({ state, error }: ListenerItem): boolean {
  return state !== "active" || error !== null;
}

/** `text` may stand in the name, an address, a prefix or the version; `sort` is a column, `-` before it for descending. */
export function listenerRows(
  items: readonly ListenerItem[],
  { text, isProblemsOnly, sort }: { text: string; isProblemsOnly: boolean; sort: string },
): ListenerItem[] {
  const wanted = text.toLowerCase();
  const found = listenersByTrouble(items).filter((item) =>
    (!isProblemsOnly || hasTrouble(item)) &&
    [item.name, item.version_info, ...item.addresses, ...item.http_prefixes]
      .some((words) => words.toLowerCase().includes(wanted))
  );
  const isDescending = sort.startsWith("-"), column = isDescending ? sort.slice(1) : sort;
  if (!(found[0] !== undefined && column in found[0])) return found;
  const keyOf = (item: ListenerItem) => item[column as keyof ListenerItem];
  found.sort((a, b) => compare(keyOf(a), keyOf(b)));
  return isDescending ? found.reverse() : found;
}

/** What is not known comes before every number. */
function compare(a: unknown, b: unknown): number {
  return typeof a === "string" && typeof b === "string"
    ? a.localeCompare(b, "en", { numeric: true })
    : Number(a ?? -1) - Number(b ?? -1);
}
