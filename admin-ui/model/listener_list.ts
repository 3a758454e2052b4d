/** The list of listeners as the address of its page asks for it: filtered and sorted. */

import type { ListenerItem } from "../../src/admin/contract/listeners.ts";
import { listenersByTrouble } from "./listeners.ts";

/** `text` may stand in the name, an address, a prefix or the version; `sort` is a column, `-` before it for descending. */
export function listenerRows(
  items: readonly ListenerItem[],
  { text, isProblemsOnly, sort }: { text: string; isProblemsOnly: boolean; sort: string },
): ListenerItem[] {
  const wanted = text.toLowerCase();
  const found = listenersByTrouble(items).filter((item) =>
    (!isProblemsOnly || item.state !== "active" || item.error !== null) &&
    [item.name, item.version_info, ...item.addresses, ...item.http_prefixes]
      .some((words) => words.toLowerCase().includes(wanted))
  );
  const isDescending = sort.startsWith("-"), column = (isDescending ? sort.slice(1) : sort) as keyof ListenerItem;
  // What is not known comes before every number.
  if (sort !== "" && column !== "name") found.sort((a, b) => Number(a[column] ?? -1) - Number(b[column] ?? -1));
  if (column === "name") found.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return isDescending ? found.reverse() : found;
}
