/**
 * Where a fault becomes a reply: one table from what went wrong to status, body, flag and details (spec/http.md 6.1), and
 * the one place that writes a local reply's head (6.2).
 */
import { ByteBlock } from "../base/byte_block.ts";
import type { Fault } from "../base/fault.ts";
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { Method } from "../http/method.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import { reasonPhrase } from "../http/status.ts";
import type { ResponseFlag } from "../observe/response_flags.ts";
import type { StreamFacts } from "../observe/stream_facts.ts";
import type { StreamView } from "../observe/stream_view.ts";
import { applyMutations } from "../route/header_mutation.ts";
import type { RouteEntry } from "../route/route_entry.ts";
import { makeGrpcReply } from "./grpc_reply.ts";
import { PLAIN_TEXT, type ReplyDraft, type ReplyMapping } from "./reply_mapping.ts";
import { writeAttemptCount } from "./router/attempt_count.ts";

/** The stream that is replied to. */
export interface RepliedStream {
  readonly request: RequestHead;
  readonly response: ResponseHead;
  readonly facts: StreamFacts;
  readonly responseView: StreamView;
}

const RESET_BODY = "upstream connect error or disconnect/reset before headers. reset reason: ";

/** Faults of the upstream side by code: status and flag. Their body names the reason. */
const UPSTREAM_REPLIES: Partial<Record<Fault["code"], readonly [number, ResponseFlag]>> = {
  connect_failure: [503, "UF"],
  connect_timeout: [503, "UF"],
  connection_termination: [503, "UC"],
  overflow: [503, "UO"],
  remote_reset: [503, "UR"],
  local_reset: [503, "LR"],
  protocol_error: [502, "UPE"],
  overload: [503, "OM"],
};

const NO_HEALTHY_UPSTREAM = localReply(503, "no healthy upstream", "no_healthy_upstream", { flag: "UH" });

/** The reply to a fault, for a stream whose response has not begun. */
export function replyToFault(fault: Fault): LocalReply {
  if (fault.origin === "downstream") return replyToBadRequest(fault);
  if (fault.code === "no_healthy_upstream") return NO_HEALTHY_UPSTREAM;
  const [status, flag] = UPSTREAM_REPLIES[fault.code] ?? [503, "LR"];
  return localReply(status, RESET_BODY + fault.detail, resetDetails("before", fault), {
    flag,
    isOverload: fault.code === "overflow",
  });
}

/**
 * Whether the connection ends with this reply (6.2 step 5). A 400 says that the peer cannot be understood, and ends it
 * unless `stream_error_on_invalid_http_message` forgives that; what the codec refused is never forgiven.
 */
export function endsConnection(reply: LocalReply, isForgiving: boolean): boolean {
  return reply.status === 400 && reply.flag !== "DPE" ? !isForgiving : reply.closes;
}

/** The flag of a fault that cuts a response already begun. */
export function flagOfCut(fault: Fault): ResponseFlag {
  if (fault.origin === "downstream") return fault.code === "protocol_error" ? "DPE" : "DC";
  return UPSTREAM_REPLIES[fault.code]?.[1] ?? "LR";
}

/** `%RESPONSE_CODE_DETAILS%` of such a cut. */
export function detailsOfCut(fault: Fault): string {
  return resetDetails("after", fault);
}

/** Fills the stream's response with a reply as the route and the configuration want it. Returns its body, or null. */
export function makeReply(
  reply: LocalReply,
  stream: RepliedStream,
  route: RouteEntry | null,
  mapping: ReplyMapping | null,
  isGrpc: boolean,
  attempts: number,
): ByteBlock | null {
  const { request, response, facts } = stream;
  const draft = { status: reply.status, body: reply.body, contentType: PLAIN_TEXT };
  beginReply(response, reply);
  const mutations = route?.mutations.response ?? null;
  if (mutations !== null) applyMutations(mutations, response.headers, stream.responseView);
  if (reply.fields !== null) addFields(response.headers, reply.fields);
  if (attempts > 0) writeAttemptCount(response.headers, attempts);
  // The route's own formats come before the status is one to tell: they say 0, as Envoy's do.
  if (mutations !== null || mapping !== null) facts.responseCode = reply.status;
  mapping?.apply(draft, response, stream.responseView, facts);
  if (isGrpc) {
    makeGrpcReply(response, draft, reply.grpcStatus);
    return null;
  }
  describeBody(response, draft);
  return draft.body.length > 0 && request.methodId !== Method.head ? new ByteBlock(draft.body.slice()) : null;
}

/** Begins `head` for a reply: what the situation adds, and nothing of the body yet. */
export function beginReply(head: ResponseHead, { status, location, isOverload, isLocalOverload }: LocalReply): void {
  head.beginLocal(status);
  if (location !== null) head.headers.add(HeaderId.location, location);
  if (isOverload) head.headers.add(HeaderId.xEnvoyOverloaded, "true");
  if (isLocalOverload) head.headers.addName("x-envoy-local-overloaded", "true");
}

/** Ends `head` with what its body is. Without a body the codec says so. */
export function describeBody(head: ResponseHead, { body, contentType }: ReplyDraft): void {
  if (body.length === 0) return;
  const { headers } = head;
  headers.remove(HeaderId.contentLength);
  headers.openLine(HeaderId.contentLength).writeDecimal(body.length);
  headers.closeLine();
  head.contentLength = body.length;
  if (contentType !== PLAIN_TEXT || !headers.has(HeaderId.contentType)) headers.set(HeaderId.contentType, contentType);
}

function addFields(headers: HeaderList, fields: HeaderList): void {
  for (const [name, value] of fields.entries()) headers.addName(name, value);
}

/** A malformed request: the code's own phrase as body, and the connection closes (spec/http.md 1.7). */
function replyToBadRequest(fault: Fault): LocalReply {
  return localReply(fault.status, reasonPhrase(fault.status), fault.detail, { flag: "DPE", closes: true });
}

function resetDetails(when: "before" | "after", { detail, transportReason }: Fault): string {
  const text = transportReason === "" ? detail : `${detail}|${transportReason}`;
  return `upstream_reset_${when}_response_started{${text.replaceAll(" ", "_")}}`;
}
