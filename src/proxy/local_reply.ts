/**
 * Where a fault becomes a reply: one table from what went wrong to status, body, flag and details (spec/http.md 6.1), and
 * the one place that writes a local reply's head (6.2).
 */
import type { Fault } from "../base/fault.ts";
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import { HeaderId } from "../http/header_names.ts";
import type { ResponseHead } from "../http/response_head.ts";
import { reasonPhrase } from "../http/status.ts";
import type { ResponseFlag } from "../observe/response_flags.ts";
import { PLAIN_TEXT, type ReplyDraft } from "./reply_mapping.ts";

const RESET_BODY = "upstream connect error or disconnect/reset before headers. ";

/** Faults of the upstream side by code: status and flag. Their body names the reason. */
const UPSTREAM_REPLIES: Partial<Record<Fault["code"], readonly [number, ResponseFlag]>> = {
  connect_failure: [503, "UF"],
  connect_timeout: [503, "UF"],
  connection_termination: [503, "UC"],
  overflow: [503, "UO"],
  untold_overflow: [503, "UO"],
  remote_reset: [503, "UR"],
  local_reset: [503, "LR"],
  protocol_error: [502, "UPE"],
  overload: [503, "OM"],
};

const NO_HEALTHY_UPSTREAM = localReply(503, "no healthy upstream", "no_healthy_upstream", { flag: "UH" });

/** The reply to a fault, for a stream whose response has not begun. `isRetried`: it is not the first of its kind. */
export function replyToFault(fault: Fault, isRetried: boolean): LocalReply {
  if (fault.origin === "downstream") return replyToBadRequest(fault);
  if (fault.code === "no_healthy_upstream") return NO_HEALTHY_UPSTREAM;
  const [status, flag] = UPSTREAM_REPLIES[fault.code] ?? [503, "LR"];
  const reason = `${isRetried ? "retried and the latest " : ""}reset reason: ${fault.detail}`;
  return localReply(status, RESET_BODY + reason, resetDetails("before", fault), {
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

/** Begins `head` for a reply: what the situation adds, and nothing of the body yet. */
export function beginReply(head: ResponseHead, { status, location, isOverload, isLocalOverload }: LocalReply): void {
  head.beginLocal(status);
  if (location !== null) head.headers.add(HeaderId.location, location);
  if (isOverload) head.headers.add(HeaderId.xEnvoyOverloaded, "true");
  if (isLocalOverload) head.headers.addName("x-envoy-local-overloaded", "true");
}

/** Ends `head` with what its body is. Without a body the codec says so. */
export function describeBody(head: ResponseHead, { body, contentType }: ReplyDraft): void {
  const { headers } = head;
  if (body.length === 0) return headers.remove(HeaderId.contentType);
  headers.remove(HeaderId.contentLength);
  headers.openLine(HeaderId.contentLength).writeDecimal(body.length);
  headers.closeLine();
  head.contentLength = body.length;
  if (contentType !== null) headers.set(HeaderId.contentType, contentType);
  else if (!headers.has(HeaderId.contentType)) headers.set(HeaderId.contentType, PLAIN_TEXT);
}

/** A malformed request: the code's own phrase as body, and the connection closes (spec/http.md 1.7). */
function replyToBadRequest(fault: Fault): LocalReply {
  return localReply(fault.status, reasonPhrase(fault.status), fault.detail, { flag: "DPE", closes: true });
}

function resetDetails(when: "before" | "after", { detail, transportReason }: Fault): string {
  const text = transportReason === "" ? detail : `${detail}|${transportReason}`;
  return `upstream_reset_${when}_response_started{${text.replaceAll(" ", "_")}}`;
}
