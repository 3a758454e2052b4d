/**
 * What filters keep for a stream under a name of their choice: what routes and balancers see of it, and how it is written
 * into logs (`%FILTER_STATE%`).
 */
import type { JsonValue } from "../config/metadata_config.ts";

/** One object of the filter state. */
export interface FilterStateObject {
  /** `PLAIN`; null = it has no such form. */
  readonly text: string | null;
  /** `TYPED`; undefined = it has no such form. */
  readonly json: JsonValue | undefined;
  /** `FIELD`; null = it has no field of this name. */
  field(name: string): string | number | null;
  /** The IP address that it is; absent = it is none, whatever its text says. */
  readonly address?: string;
  /** What hash policies hash; absent = they pass it over. */
  readonly hashText?: string;
}

/** By key. */
export type FilterState = ReadonlyMap<string, FilterStateObject>;

/** Of a stream for which nothing is kept. */
export const NO_FILTER_STATE: FilterState = new Map();
