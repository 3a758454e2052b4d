/** What a worker hands to its formats beside the streams themselves. */
import type { Clock } from "../../base/clock.ts";
import type { RandomBytes } from "../../base/random.ts";

export interface FormatContext {
  readonly clock: Clock;
  /** `%HOSTNAME%`; empty = unknown. */
  readonly hostname: string;
  /** `%ENVIRONMENT%`: read once, when a format is compiled. */
  readonly env: (name: string) => string | undefined;
  /** For `%UNIQUE_ID%`. */
  readonly idBytes: RandomBytes;
}
