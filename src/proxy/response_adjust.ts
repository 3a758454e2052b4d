/**
 * What the connection manager does to a response's head before it leaves: `server`, `date`, hop-by-hop removal and the
 * request id (spec/http.md 1.15, 1.10).
 */
import { opensTunnel } from "../codec/h1/tunnel.ts";
import { HeaderId, headerMask } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { HcmContext } from "./hcm_context.ts";

const HOP_BY_HOP = headerMask(
  HeaderId.connection,
  HeaderId.upgrade,
  HeaderId.transferEncoding,
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
);

/** The same of a 101 that opens a tunnel, whose fields are for the client (spec/http.md 7). */
const UPGRADE_HOP_BY_HOP = headerMask(HeaderId.transferEncoding, HeaderId.keepAlive, HeaderId.proxyConnection);

/** Makes `response` fit to leave. */
export function adjustResponse(response: ResponseHead, request: RequestHead, context: HcmContext): void {
  const { headers } = response;
  const { config, services } = context;
  const isUpgrade = response.status === 101 && opensTunnel(request.methodId, request.isUpgrade, response);
  headers.removeAny(isUpgrade ? UPGRADE_HOP_BY_HOP : HOP_BY_HOP);
  const transformation = config.serverHeaderTransformation;
  if (transformation === "OVERWRITE" || transformation === "APPEND_IF_ABSENT" && !headers.has(HeaderId.server)) {
    headers.setBytes(HeaderId.server, context.serverName);
  }
  if (!headers.has(HeaderId.date)) {
    headers.setBytes(HeaderId.date, services.date.bytes(services.loop.clock.wallMs()));
  }
  if (config.alwaysSetRequestIdInResponse) {
    const id = request.headers.get(HeaderId.xRequestId);
    if (id !== null) headers.set(HeaderId.xRequestId, id);
  }
}
