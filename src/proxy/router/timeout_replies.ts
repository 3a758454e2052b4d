/** What a client hears when an upstream took too long (spec/http.md 4): of the request as a whole, or of one try. */
import { assertNever } from "../../base/errors.ts";
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";
import type { RequestTimeouts } from "./timeouts.ts";
import type { TryTimeout } from "./try_owner.ts";

/** Opt-in: a gRPC client is told that its deadline has passed, not that the service is unavailable and worth a retry. */
const DEADLINE_FEATURE = "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded";
const GRPC_DEADLINE_EXCEEDED = 4;

/** The reply when the route's time is up, or with other `details` a try's own. */
export function timeoutReply(details: string, timeouts: RequestTimeouts, runtime: RuntimeValues): LocalReply {
  const grpcStatus = runtime.flag(DEADLINE_FEATURE, false) ? GRPC_DEADLINE_EXCEEDED : null;
  return timeouts.hasAltResponse
    ? localReply(204, "", details, { flag: "UT", grpcStatus })
    : localReply(504, "upstream request timeout", details, { flag: "UT", grpcStatus });
}

/** The reply when a try's own time is up and there is no other try. */
export function tryTimeoutReply(
  which: TryTimeout,
  timeouts: RequestTimeouts,
  isRequestComplete: boolean,
  runtime: RuntimeValues,
): LocalReply {
  switch (which) {
    case "per_try_timeout":
      return timeoutReply("upstream_per_try_timeout", timeouts, runtime);
    case "per_try_idle_timeout":
      return timeoutReply("upstream_per_try_idle_timeout", timeouts, runtime);
    case "max_stream_duration":
      return localReply(
        isRequestComplete ? 504 : 408,
        "upstream max stream duration reached",
        "upstream_max_stream_duration_reached",
        { flag: "UMSDR" },
      );
    default:
      return assertNever(which);
  }
}
