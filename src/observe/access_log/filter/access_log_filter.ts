/** Which streams are logged (spec/http.md 8.3); local replies are told apart by the same filters (6.3). */
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { NodeIdentity } from "../../../config/snapshot.ts";
import type { RuntimeValues } from "../../../match/runtime_values.ts";
import type { StreamView } from "../../stream_view.ts";

export interface AccessLogFilter {
  /** Whether the stream is one that is wanted. */
  passes(view: StreamView): boolean;
}

/** What filters look at beside the stream. */
export interface FilterContext {
  readonly runtime: RuntimeValues;
  readonly random: Random;
  readonly clock: Clock;
  /** Who this proxy says it is. */
  readonly node: NodeIdentity;
}
