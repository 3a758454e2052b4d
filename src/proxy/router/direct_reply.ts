/** What a route answers without any upstream, as local replies (spec/http.md 2.10, 2.11). */
import type { DirectResponseConfig } from "../../config/route_config.ts";
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ownUrl, type RedirectAction } from "../../route/redirect_action.ts";

/** A direct response to the request of `head`; 201 and 3xx say where that went. */
export function directReply({ status, body }: DirectResponseConfig, head: RequestHead): LocalReply {
  const location = status === 201 || (status >= 300 && status < 400) ? ownUrl(head) : null;
  return localReply(status, body, "direct_response", { location });
}

/** A redirect of the request of `head`. A CONNECT asked for no path that could have moved: it is not told where to go. */
export function redirectReply(action: RedirectAction, head: RequestHead): LocalReply {
  const location = head.pathStart === head.pathEnd ? null : action.location(head);
  return localReply(action.status, "", "direct_response", { location });
}
