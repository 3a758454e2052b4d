/** The `:scheme` of a request as logs and expressions have it. */
import type { RequestHead } from "../http/request_head.ts";
import { schemeOf } from "../http/scheme.ts";
import type { StreamFacts } from "./stream_facts.ts";

/** Null: it has none yet. Until it is admitted a request has the scheme of its target alone. */
export function shownScheme(head: RequestHead, { isAdmitted }: Pick<StreamFacts, "isAdmitted">): string | null {
  return isAdmitted || head.scheme !== "" ? schemeOf(head) : null;
}
