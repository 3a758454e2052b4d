/** `typed_per_filter_config` as the data path sees it: plain values of the snapshot (spec/http.md 10.2). */

/** `typed_per_filter_config` of one level, by the filter's name in its chain. */
export type FilterOverrides = Readonly<Record<string, FilterOverride>>;

/** What one level says about one HTTP filter. */
export interface FilterOverride {
  /** The filter is off for these requests; else it is on, whatever its chain says. */
  readonly isDisabled: boolean;
  /** Of the filter whose configuration this is. Empty = none is given. */
  readonly filterTypeUrl: string;
  /** What that extension's own schema made of it: plain data. */
  readonly config: unknown;
}
