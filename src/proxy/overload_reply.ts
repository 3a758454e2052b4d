/** What a request is told that comes when the worker has too much to do. */
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import type { HcmContext } from "./hcm_context.ts";

const OVERLOADED = localReply(503, "envoy overloaded", "overload", { flag: "OM" });
const OVERLOADED_AND_SAYING_SO = localReply(503, "envoy overloaded", "overload", { flag: "OM", isLocalOverload: true });

/** Counts the refusal, and chooses between saying so in a header and not. */
export function overloadReply({ stats, config }: HcmContext): LocalReply {
  stats.rqOverloadClose.inc();
  return config.appendLocalOverload ? OVERLOADED_AND_SAYING_SO : OVERLOADED;
}
