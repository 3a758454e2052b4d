/**
 * What the connection manager does to a request's head before it is routed (spec/http.md 1.6): the checks that need no
 * codec, one spelling for its path and its host, and then, for a request that comes from outside, what the edge adds,
 * trusts and strips. Each function works on the head in place; one that refuses returns the reply.
 *
 * The order is Envoy's. The common request touches two masks and adds two fields: what a configuration does not use is
 * not in its plan.
 */
import { latin1Bytes, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import { isGrpcRequest } from "../../http/grpc.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { SINGLE_LINE_REQUEST_MASK } from "../../http/single_line_headers.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { StreamView } from "../../observe/stream_view.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { HcmContext } from "../hcm_context.ts";
import { dropNominated, nominatesProtected } from "./connection_header.ts";
import type { DownstreamPeer } from "./downstream_peer.ts";
import { dropRequestHops, dropUpgradeHops } from "./hop_by_hop.ts";
import { PathVerdict } from "./path_rules.ts";
import type { TrustClassRules } from "./trust_class.ts";
import { appendVia } from "./via.ts";

const SLASH = 47, HASH = 35;
const CONTINUE = latin1Bytes("100-continue");

const MISSING_HOST = localReply(400, "", "missing_host_header");
const MISSING_PATH = localReply(404, "", "missing_path_rejected");
const ABSOLUTE_PATH = localReply(404, "", "absolute_path_rejected");
const BAD_PATH = localReply(400, "", "path_normalization_failed");
const BAD_CONNECTION = localReply(400, "Bad Request", "http1.connection_header_rejected", {
  flag: "DPE",
  closes: true,
});
const QUERY_WITHOUT_TYPE = localReply(400, "", "query_missing_content_type");

/** While it is false a `#` in the path is cut off with what follows it. */
const REFUSES_FRAGMENTS_KEY = "envoy.reloadable_features.http_reject_path_with_fragment";

/** The stream of a request, where it is needed. */
export interface AdjustedStream {
  readonly facts: StreamFacts;
  readonly view: StreamView;
}

/** Whether the client waits for `100 Continue` before it sends its body. */
export function expectsContinue(headers: HeaderList): boolean {
  const entry = headers.find(HeaderId.expect);
  return entry >= 0 &&
    rangeEqualsIgnoreCase(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry), CONTINUE);
}

/**
 * Steps 6 to 11, once: what a request that came over a connection must have, its path and host as routing sees them, and
 * what is made of the rest. Step 5, the version, is the codec's.
 */
export function adjustRequest(
  head: RequestHead,
  stream: AdjustedStream,
  context: HcmContext,
  peer: DownstreamPeer,
): LocalReply | null {
  const { headers } = head, plan = context.headPlan;
  if (headers.hasRepeats) headers.joinRepeats(SINGLE_LINE_REQUEST_MASK);
  if (headers.has(HeaderId.connection) && !settleNominated(head)) return BAD_CONNECTION;
  // As in Envoy it is the scope of the head as it came that says this, though another may route it.
  const trustClass = plan.routedTrustClass === null
    ? plan.trustClass
    : plan.routedTrustClass.find(head) ?? plan.trustClass;
  const refusal = refuseUnfit(head, context);
  if (refusal !== null) return refusal;
  if (plan.host !== null) plan.host.apply(head, peer.localPort);
  return sanitise(head, trustClass, stream, context, peer);
}

/** Steps 10 and 11. */
function sanitise(
  head: RequestHead,
  trustClass: TrustClassRules,
  stream: AdjustedStream,
  context: HcmContext,
  peer: DownstreamPeer,
): LocalReply | null {
  const { headers } = head, { facts } = stream, plan = context.headPlan;
  if (plan.early !== null) plan.early.apply(headers, stream.view);
  if (keepsUpgrade(head)) dropUpgradeHops(headers);
  else dropRequestHops(headers);
  const refusal = plan.clientAddress.resolve(headers, peer, facts);
  if (refusal !== null) {
    context.stats.rqRejectedViaIpDetection.inc();
    return refusal;
  }
  plan.forwardedFields.apply(head, peer);
  const isEdge = trustClass.apply(headers, facts);
  if (plan.caller !== null) plan.caller.apply(headers);
  if (plan.via !== null) appendVia(headers, plan.via);
  plan.requestId.apply(headers, isEdge);
  plan.clientCert.apply(head, peer);
  return null;
}

/** Step 13, where requests are traced: whether this one is. */
export function decideTrace(
  head: RequestHead,
  facts: StreamFacts,
  context: HcmContext,
  route: RouteEntry | null,
): void {
  facts.traceReason = context.headPlan.trace!.decide(head.headers, route?.sampling ?? null);
  context.stats.rqTraced[facts.traceReason]!.inc();
}

/** Whether the fields that ask for an upgrade go to the next hop. A CONNECT says all with its method. */
function keepsUpgrade({ isUpgrade, methodId }: RequestHead): boolean {
  return isUpgrade && methodId !== Method.connect;
}

/** Removes what `connection` nominates; as in Envoy, a CONNECT's stays. False: the request must be refused. */
function settleNominated(head: RequestHead): boolean {
  if (!head.isUpgrade) return dropNominated(head.headers);
  return head.methodId === Method.connect || !nominatesProtected(head.headers);
}

function refuseUnfit(head: RequestHead, context: HcmContext): LocalReply | null {
  const { headers } = head;
  if (!headers.has(HeaderId.host)) return MISSING_HOST;
  if (head.pathStart === head.pathEnd) return head.methodId === Method.connect ? null : MISSING_PATH;
  if (head.pathBytes[head.pathStart] !== SLASH) {
    context.stats.rqNonRelativePath.inc();
    return ABSOLUTE_PATH;
  }
  return normalisePathOf(head, context) ??
    (head.methodId === Method.query && !headers.has(HeaderId.contentType) ? QUERY_WITHOUT_TYPE : null);
}

function normalisePathOf(head: RequestHead, context: HcmContext): LocalReply | null {
  const { headPlan, stats } = context;
  const fragment = fragmentOf(head);
  if (fragment >= 0) {
    if (context.services.runtime.flag(REFUSES_FRAGMENTS_KEY, true)) return refusePath(context);
    head.pathEnd = fragment;
  }
  if (headPlan.path === null) return null;
  const verdict = headPlan.path.apply(head);
  if (verdict === PathVerdict.fit) return null;
  // A gRPC client follows no redirect.
  if (verdict === PathVerdict.refused || isGrpcRequest(head.headers)) return refusePath(context);
  stats.rqRedirectedWithNormalizedPath.inc();
  return localReply(307, "", "path_normalization_failed", { location: head.path });
}

function refusePath({ stats }: HcmContext): LocalReply {
  stats.rqFailedPathNormalization.inc();
  return BAD_PATH;
}

/** Position of the first `#`, or -1. */
function fragmentOf({ pathBytes, pathStart, pathEnd }: RequestHead): number {
  for (let at = pathStart; at < pathEnd; at++) if (pathBytes[at] === HASH) return at;
  return -1;
}
