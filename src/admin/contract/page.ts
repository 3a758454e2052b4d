/** One page of any list under `/api/v1` (spec/console.md 7.1). */

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  total: number;
  next_cursor: string | null;
  as_of_ms: number;
  generation: number;
}
