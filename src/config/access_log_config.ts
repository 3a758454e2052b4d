/** Access loggers as the data path sees them: plain values of the snapshot (spec/http.md 8.1). */

/** One access logger, in the default format. */
export interface AccessLogConfig {
  readonly sink: "file" | "stdout" | "stderr";
  /** Set for `file`. */
  readonly path: string;
}
