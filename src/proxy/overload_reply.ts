/** What a request is told that comes when the worker has too much to do. */
import type { LocalReply } from "../filter/local_reply.ts";
import type { HcmContext } from "./hcm_context.ts";
import { OVERLOADED, OVERLOADED_AND_SAYING_SO } from "./stream_replies.ts";

/** Counts the refusal, and chooses between saying so in a header and not. */
export function overloadReply({ stats, config }: HcmContext): LocalReply {
  stats.rqOverloadClose.inc();
  return config.appendLocalOverload ? OVERLOADED_AND_SAYING_SO : OVERLOADED;
}
