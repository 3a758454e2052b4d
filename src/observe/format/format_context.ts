/** What a worker hands to its formats beside the streams themselves. */
import type { Clock } from "../../base/clock.ts";
import type { RandomBytes } from "../../base/random.ts";
import type { NodeIdentity } from "../../config/snapshot.ts";

export interface FormatContext {
  readonly clock: Clock;
  /** `%HOSTNAME%`; empty = unknown. */
  readonly hostname: string;
  /** `%ENVIRONMENT%`: read once, when a format is compiled. */
  readonly env: (name: string) => string | undefined;
  /** Who this proxy says it is. */
  readonly node: NodeIdentity;
  /** For `%UNIQUE_ID%`. */
  readonly idBytes: RandomBytes;
}
