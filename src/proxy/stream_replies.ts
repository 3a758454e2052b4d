/** What a stream itself replies, whatever its filters would have said. */
import { type LocalReply, localReply } from "../filter/local_reply.ts";

/** The worker has too much to do. */
export const OVERLOADED: LocalReply = localReply(503, "envoy overloaded", "overload", { flag: "OM" });

/** The same, with a header that says so. */
export const OVERLOADED_AND_SAYING_SO: LocalReply = localReply(503, "envoy overloaded", "overload", {
  flag: "OM",
  isLocalOverload: true,
});

/** No upgrade of this kind is let through. */
export const UPGRADE_REFUSED: LocalReply = localReply(403, "", "upgrade_failed", { closes: true });

/** More of a request waits at a filter than may. */
export const REQUEST_TOO_LARGE: LocalReply = localReply(413, "Payload Too Large", "request_payload_too_large");

/** More of a response waits at a filter than may. */
export const RESPONSE_TOO_LARGE: LocalReply = localReply(500, "Internal Server Error", "response_payload_too_large");
