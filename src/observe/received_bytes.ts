/** How Envoy weighs received field lines: name, value, colon and line end; white space is not counted. */
import { ENTRY_SIZE, type HeaderList, IN_ADDED } from "../http/header_list.ts";

const COLON_AND_LINE_END = 3;

/** What the peer sent of these fields: those too that were removed since. No field at all weighs as much as an empty one. */
export function receivedFieldBytes({ table, count }: HeaderList): number {
  let bytes = 0;
  for (let at = 0, end = count * ENTRY_SIZE; at < end; at += ENTRY_SIZE) {
    if ((table[at + 4]! & IN_ADDED) !== 0) continue;
    bytes += table[at + 1]! - table[at]! + table[at + 3]! - table[at + 2]! + COLON_AND_LINE_END;
  }
  return Math.max(bytes, COLON_AND_LINE_END);
}
