/**
 * What becomes of a test's request, by the data path's own steps in their order: the route, the cluster, the request as
 * it would go upstream, and the head of the response that a client would get. Nothing is decided here.
 *
 * Differs from Envoy: two of the tool's answers are not the proxy's. It looks for the virtual cluster of the rewritten
 * request, and adds a route's response headers to a direct response whose `content-type` is set already.
 */
import { assertNever } from "../../base/errors.ts";
import type { HeaderPair } from "../../config/route_check_config.ts";
import type { LocalReply } from "../../filter/local_reply.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { beginReply } from "../../proxy/local_reply.ts";
import { finishReply } from "../../proxy/reply_making.ts";
import { directReply, redirectReply } from "../../proxy/router/direct_reply.ts";
import { applyMutations } from "../../route/header_mutation.ts";
import { ownUrl } from "../../route/redirect_action.ts";
import { rewriteRequest } from "../../route/rewrite_request.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteInput } from "../../route/route_input.ts";
import type { RouteTable } from "../../route/route_table.ts";
import { testView } from "./test_view.ts";

/** What can be asked of an outcome; texts are empty, and the code 0, where there is no such thing. */
export interface RouteOutcome {
  readonly route: RouteEntry | null;
  readonly clusterName: string;
  readonly virtualClusterName: string;
  /** Of a route that answers by itself there is none, as in Envoy's tool. */
  readonly virtualHostName: string;
  readonly pathRewrite: string;
  readonly hostRewrite: string;
  readonly pathRedirect: string;
  readonly codeRedirect: number;
  /** As rewritten. */
  readonly request: RequestHead;
  readonly response: ResponseHead;
}

/** Routes a request; changes its head. `responseHeaders` are what an upstream's response or a reply has of its own. */
export function outcomeOf(table: RouteTable, input: RouteInput, responseHeaders: readonly HeaderPair[]): RouteOutcome {
  const { head } = input, response = new ResponseHead();
  const route = table.resolve(input);
  const nothing = {
    route,
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
    response.beginLocal(404);
    addHeaders(response, responseHeaders);
    return nothing;
  }
  const { action } = route;
  switch (action.kind) {
    case "redirect": {
      const stream = { view: testView(input, route, "") };
      const pathRedirect = action.location(head, stream), reply = redirectReply(action, head, stream);
      answer(route, input, reply, response, responseHeaders);
      return { ...nothing, pathRedirect, codeRedirect: reply.status };
    }
    case "direct_response": {
      const pathRedirect = ownUrl(head), reply = directReply(action, head, { view: testView(input, route, "") });
      answer(route, input, reply, response, responseHeaders);
      return { ...nothing, pathRedirect, codeRedirect: reply.status };
    }
    case "route":
    case "non_forwarding": {
      const clusterName = action.kind === "route" ? action.clusterFor(head) : "";
      const virtualClusterName = route.settings.virtualClusters?.find(head).statName ?? "";
      const view = testView(input, route, clusterName), { request, response: ofResponse } = route.mutations;
      if (request !== null) applyMutations(request, head.headers, view);
      if (action.kind === "route") rewriteRequest(action, head, { view }, true);
      response.beginLocal(200);
      addHeaders(response, responseHeaders);
      view.response = response;
      view.facts.responseCode = response.status;
      if (ofResponse !== null) applyMutations(ofResponse, response.headers, view);
      return {
        ...nothing,
        clusterName,
        virtualClusterName,
        virtualHostName: route.virtualHost,
        pathRewrite: head.path,
        hostRewrite: head.authority ?? "",
      };
    }
    default:
      return assertNever(action);
  }
}

/** A local reply's head, made as a stream makes it. */
function answer(
  route: RouteEntry,
  input: RouteInput,
  reply: LocalReply,
  response: ResponseHead,
  responseHeaders: readonly HeaderPair[],
): void {
  beginReply(response, reply);
  addHeaders(response, responseHeaders);
  const view = testView(input, route, "");
  view.response = response;
  const stream = { head: input.head, response, facts: view.facts, responseView: view, isHeadReceived: true };
  finishReply(stream, reply, { route, mapping: null, attempts: 0 });
}

function addHeaders(response: ResponseHead, pairs: readonly HeaderPair[]): void {
  for (const { name, value } of pairs) {
    if (name === ":status") response.status = Number(value);
    else response.headers.addName(name, value);
  }
}
