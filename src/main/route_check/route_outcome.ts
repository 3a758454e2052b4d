/**
 * What becomes of a test's request, by the data path's own steps: the route, the cluster, the request as it would go
 * upstream, and the head of the response that a client would get. Nothing is decided here.
 */
import { assertNever } from "../../base/errors.ts";
import type { HeaderPair } from "../../config/route_check_config.ts";
import type { LocalReply } from "../../filter/local_reply.ts";
import type { HeaderList } from "../../http/header_list.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { writeReplyHead } from "../../proxy/local_reply.ts";
import { directReply, redirectReply } from "../../proxy/router/direct_reply.ts";
import { ownUrl } from "../../route/redirect_action.ts";
import { rewriteRequest } from "../../route/rewrite_request.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteInput } from "../../route/route_input.ts";
import type { RouteTable } from "../../route/route_table.ts";

/** What can be asked of an outcome; texts are empty, and the code 0, where there is no such thing. */
export interface RouteOutcome {
  readonly route: RouteEntry | null;
  /** The route forwards, or would if it had a cluster; else it answers by itself. */
  readonly isForwarding: boolean;
  readonly clusterName: string;
  readonly virtualClusterName: string;
  readonly virtualHostName: string;
  readonly pathRewrite: string;
  readonly hostRewrite: string;
  readonly pathRedirect: string;
  readonly codeRedirect: number;
  /** As rewritten. */
  readonly request: RequestHead;
  readonly response: ResponseHead;
}

/** Routes a request; changes its head. `responseHeaders` are what else the response has. */
export function outcomeOf(table: RouteTable, input: RouteInput, responseHeaders: readonly HeaderPair[]): RouteOutcome {
  const { head } = input, response = new ResponseHead();
  response.beginLocal(200);
  const route = table.resolve(input);
  const none = {
    route,
    isForwarding: false,
    clusterName: "",
    virtualClusterName: "",
    virtualHostName: "",
    pathRewrite: "",
    hostRewrite: "",
    pathRedirect: "",
    codeRedirect: 0,
    request: head,
    response,
  };
  if (route === null) {
    addHeaders(response, responseHeaders);
    return none;
  }
  const { action } = route;
  switch (action.kind) {
    case "route":
    case "non_forwarding": {
      const clusterName = action.kind === "route" ? action.clusterFor(head) : "";
      if (action.kind === "route") rewriteRequest(action, head, true);
      addHeaders(response, responseHeaders);
      return {
        ...none,
        isForwarding: true,
        clusterName,
        virtualHostName: route.virtualHost,
        pathRewrite: head.path,
        hostRewrite: head.authority ?? "",
      };
    }
    case "redirect":
    case "direct_response": {
      const isRedirect = action.kind === "redirect";
      const pathRedirect = isRedirect ? action.location(head) : ownUrl(head);
      const reply: LocalReply = isRedirect ? redirectReply(action, head) : directReply(action, head);
      writeReplyHead(response, reply);
      addHeaders(response, responseHeaders);
      return { ...none, pathRedirect, codeRedirect: reply.status };
    }
    default:
      return assertNever(action);
  }
}

function addHeaders(response: ResponseHead, pairs: readonly HeaderPair[]): void {
  const headers: HeaderList = response.headers;
  for (const { name, value } of pairs) {
    if (name === ":status") response.status = Number(value);
    else headers.addName(name, value);
  }
}
