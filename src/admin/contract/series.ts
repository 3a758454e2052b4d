/** Body of `GET /api/v1/series` (spec/console.md 7.2). */

/** Names of the built-in series. */
export type SeriesName =
  | "rps"
  | "rps_2xx"
  | "rps_3xx"
  | "rps_4xx"
  | "rps_5xx"
  | "error_ratio"
  | "p50"
  | "p90"
  | "p99"
  | "active_rq"
  | "active_cx"
  | "bytes_in"
  | "bytes_out";

/** Body of `GET /api/v1/series`: one value per step, oldest first, null where nothing is known. */
export interface Series {
  step_s: number;
  /** Time of the first value. */
  start_ms: number;
  series: Partial<Record<SeriesName, (number | null)[]>>;
}
