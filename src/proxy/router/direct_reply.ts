/** What a route answers without any upstream, as local replies (spec/http.md 2.10, 2.11). */
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ViewedStream } from "../../observe/stream_view.ts";
import type { DirectResponse } from "../../route/direct_response.ts";
import { ownUrl, type RedirectAction } from "../../route/redirect_action.ts";

/** A direct response to the request of `head`, which is that of `stream`; 201 and 3xx say where that went. */
export function directReply(action: DirectResponse, head: RequestHead, stream: ViewedStream): LocalReply {
  const { status, contentType } = action;
  const location = status === 201 || (status >= 300 && status < 400) ? ownUrl(head) : null;
  return localReply(status, action.bodyFor(stream), "direct_response", { contentType, location });
}

/**
 * A redirect of the request of `head`, likewise. A CONNECT asked for no path that could have moved: it is not told where to
 * go.
 */
export function redirectReply(action: RedirectAction, head: RequestHead, stream: ViewedStream): LocalReply {
  const location = head.pathStart === head.pathEnd ? null : action.location(head, stream);
  return localReply(action.status, "", "direct_response", { location });
}
