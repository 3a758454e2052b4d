/** What a stream itself replies, whatever its filters would have said. */
import { type LocalReply, localReply } from "../filter/local_reply.ts";

/** No upgrade of this kind is let through. */
export const UPGRADE_REFUSED: LocalReply = localReply(403, "", "upgrade_failed", { closes: true });

/** More of a request waits at a filter than may. */
export const REQUEST_TOO_LARGE: LocalReply = localReply(413, "Payload Too Large", "request_payload_too_large");

/** More of a response waits at a filter than may. */
export const RESPONSE_TOO_LARGE: LocalReply = localReply(500, "Internal Server Error", "response_payload_too_large");
