/** What a stream itself replies, whatever its filters would have said. */
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import type { HcmContext } from "./hcm_context.ts";

const OVERLOADED = localReply(503, "envoy overloaded", "overload", { flag: "OM" });
/** The same, with a header that says so. */
const OVERLOADED_AND_SAYING_SO = localReply(503, "envoy overloaded", "overload", {
  flag: "OM",
  isLocalOverload: true,
});

/** No upgrade of this kind is let through. */
export const UPGRADE_REFUSED: LocalReply = localReply(403, "", "upgrade_failed", { closes: true });

/** More of a request waits at a filter than may. */
export const REQUEST_TOO_LARGE: LocalReply = localReply(413, "Payload Too Large", "request_payload_too_large");

/** More of a response waits at a filter than may. */
export const RESPONSE_TOO_LARGE: LocalReply = localReply(500, "Internal Server Error", "response_payload_too_large");

/** The worker has too much to do: counts a request that is refused for it, and says with what. */
export function overloadReply({ stats, config }: HcmContext): LocalReply {
  stats.rqOverloadClose.inc();
  return config.appendLocalOverload ? OVERLOADED_AND_SAYING_SO : OVERLOADED;
}
