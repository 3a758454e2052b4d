/**
 * What the connection manager does to a response's head before it leaves: `server`, `date`, hop-by-hop removal, the
 * request id, `via` and `proxy-status` (spec/http.md 1.15, 1.10).
 */
import { opensTunnel } from "../../codec/h1/tunnel.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { SINGLE_LINE_RESPONSE_MASK } from "../../http/single_line_headers.ts";
import type { StreamFacts } from "../../observe/stream_facts.ts";
import type { HcmContext } from "../hcm_context.ts";
import { dropInterimHops, dropResponseHops, dropUpgradedHops } from "./hop_by_hop.ts";
import { appendVia } from "./via.ts";

/** Makes `response` fit to leave. May replace its status. */
export function adjustResponse(
  response: ResponseHead,
  request: RequestHead,
  facts: StreamFacts,
  context: HcmContext,
): void {
  const { headers } = response, { headPlan: plan, services } = context;
  if (headers.hasRepeats) headers.joinRepeats(SINGLE_LINE_RESPONSE_MASK);
  if (response.status === 101 && opensTunnel(request.methodId, request.isUpgrade, response)) dropUpgradedHops(headers);
  else dropResponseHops(headers);
  plan.server.apply(headers, services.loop.clock.wallMs());
  if (plan.showsRequestId || request.headers.has(HeaderId.xEnvoyForceTrace)) showRequestId(response, request);
  if (plan.via !== null) appendVia(headers, plan.via);
  if (plan.proxyStatus !== null) plan.proxyStatus.apply(response, facts);
}

/** Makes a 1xx response fit to leave. */
export function adjustInterim(response: ResponseHead, request: RequestHead, { headPlan: plan }: HcmContext): void {
  dropInterimHops(response.headers);
  if (plan.showsRequestId || request.headers.has(HeaderId.xEnvoyForceTrace)) showRequestId(response, request);
}

function showRequestId(response: ResponseHead, request: RequestHead): void {
  const id = request.headers.get(HeaderId.xRequestId);
  if (id !== null) response.headers.set(HeaderId.xRequestId, id);
}
