/**
 * What Envoy's admin answers have and denvoy's have not, and why. Each entry must still be needed: a test says when one
 * is not.
 */

/** Something of Envoy's that is not there. */
export interface AdminException {
  /** Of a stat, a Prometheus series, a JSON key or a line of the help. */
  readonly what: RegExp;
  readonly reason: string;
}

/** Names of `/stats`, and with them their series. */
export const STAT_EXCEPTIONS: readonly AdminException[] = [];

/** Paths and parameters of `/help`. */
export const HELP_EXCEPTIONS: readonly AdminException[] = [];
