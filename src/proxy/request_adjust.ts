/**
 * What the connection manager does to a request's head before it is routed: checks that need no codec, hop-by-hop
 * removal, and what the edge adds, trusts and strips (spec/http.md 1.6 steps 4 to 11, 1.10 to 1.14). Each function works
 * on the head in place; one that refuses returns the reply.
 *
 * The order is Envoy's. The common request touches two masks and adds two fields.
 */
import { latin1Bytes, rangeEquals, rangeEqualsIgnoreCase } from "../base/ascii.ts";
import { type LocalReply, localReply } from "../filter/local_reply.ts";
import { HeaderId, headerMask } from "../http/header_names.ts";
import type { HeaderList } from "../http/header_list.ts";
import { Method } from "../http/method.ts";
import type { RequestHead } from "../http/request_head.ts";
import { writeRequestId } from "../http/request_id.ts";
import type { HcmContext } from "./hcm_context.ts";
import { dropNominated, nominatesProtected } from "./connection_header.ts";

const SLASH = 47, HASH = 35;
const HTTP = latin1Bytes("http");
const TRAILERS = latin1Bytes("trailers");
const CONTINUE = latin1Bytes("100-continue");

const MISSING_HOST = localReply(400, "", "missing_host_header", { closes: true });
const MISSING_PATH = localReply(404, "", "missing_path_rejected");
const ABSOLUTE_PATH = localReply(404, "", "absolute_path_rejected");
const FRAGMENT = localReply(400, "", "path_normalization_failed", { closes: true });
const BAD_CONNECTION = localReply(400, "Bad Request", "http1.connection_header_rejected", {
  flag: "DPE",
  closes: true,
});
const QUERY_WITHOUT_TYPE = localReply(400, "", "query_missing_content_type", { closes: true });

/** Never forwarded, whatever their values (1.10). `x-envoy-internal` is always ours to say. */
const HOP_BY_HOP = headerMask(
  HeaderId.connection,
  HeaderId.upgrade,
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
  HeaderId.transferEncoding,
  HeaderId.http2Settings,
  HeaderId.xEnvoyInternal,
);

/** The same of an upgrade, which is said to the next hop as it was said to us (7). */
const UPGRADE_HOP_BY_HOP = headerMask(
  HeaderId.keepAlive,
  HeaderId.proxyConnection,
  HeaderId.transferEncoding,
  HeaderId.xEnvoyInternal,
);

/** What only a trusted caller may say: removed from every external request (1.14, S1). */
const EXTERNAL_STRIP = headerMask(
  HeaderId.xEnvoyRetryOn,
  HeaderId.xEnvoyRetryGrpcOn,
  HeaderId.xEnvoyMaxRetries,
  HeaderId.xEnvoyRetriableStatusCodes,
  HeaderId.xEnvoyRetriableHeaderNames,
  HeaderId.xEnvoyUpstreamRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqPerTryTimeoutMs,
  HeaderId.xEnvoyExpectedRqTimeoutMs,
  HeaderId.xEnvoyUpstreamRqTimeoutAltResponse,
  HeaderId.xEnvoyUpstreamStreamDurationMs,
  HeaderId.xEnvoyHedgeOnPerTryTimeout,
  HeaderId.xEnvoyUpstreamAltStatName,
  HeaderId.xEnvoyForceTrace,
  HeaderId.xEnvoyIpTags,
  HeaderId.xEnvoyOriginalUrl,
);

/** Removed as well where this proxy is the edge (1.14, S2). */
const EDGE_STRIP = headerMask(
  HeaderId.xEnvoyDecoratorOperation,
  HeaderId.xEnvoyDownstreamServiceCluster,
  HeaderId.xEnvoyDownstreamServiceNode,
  HeaderId.xEnvoyOriginalPath,
  HeaderId.xEnvoyOriginalHost,
);

/** Fields that take more than a mask; a request without any of them skips those steps. */
const SPECIAL = headerMask(HeaderId.connection, HeaderId.te, HeaderId.referer, HeaderId.xForwardedClientCert);

/** Steps 6 and 7: what a request must have; step 5, the version, is the codec's. Null = it has. */
export function refuseUnfit(head: RequestHead, context: HcmContext): LocalReply | null {
  const { headers } = head;
  if (!headers.has(HeaderId.host)) return MISSING_HOST;
  if (head.pathStart === head.pathEnd) return head.methodId === Method.connect ? null : MISSING_PATH;
  if (head.pathBytes[head.pathStart] !== SLASH) {
    context.stats.rqNonRelativePath.inc();
    return ABSOLUTE_PATH;
  }
  if (hasFragment(head)) return FRAGMENT;
  if (head.methodId === Method.query && !headers.has(HeaderId.contentType)) return QUERY_WITHOUT_TYPE;
  return null;
}

/** Whether the client waits for `100 Continue` before it sends its body. */
export function expectsContinue(headers: HeaderList): boolean {
  const entry = headers.find(HeaderId.expect);
  return entry >= 0 &&
    rangeEqualsIgnoreCase(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry), CONTINUE);
}

/** Hop-by-hop removal (1.10). Null, or why the request is refused. */
export function dropHopByHop(head: RequestHead): LocalReply | null {
  const { headers } = head;
  const isUpgrade = head.isUpgrade && head.methodId !== Method.connect;
  if (headers.hasAny(SPECIAL)) {
    if (headers.has(HeaderId.connection)) {
      // As in Envoy, what a CONNECT nominates stays.
      if (isUpgrade ? nominatesProtected(headers) : !head.isUpgrade && !dropNominated(headers)) return BAD_CONNECTION;
    }
    if (!headers.has(HeaderId.host)) return MISSING_HOST;
    if (headers.has(HeaderId.te) && !isUpgrade) keepTrailersOnly(headers);
    if (headers.has(HeaderId.referer) && !isRefererSane(headers.get(HeaderId.referer)!)) {
      headers.remove(HeaderId.referer);
    }
    headers.remove(HeaderId.xForwardedClientCert); // forward_client_cert_details SANITIZE, the default
  }
  headers.removeAny(isUpgrade ? UPGRADE_HOP_BY_HOP : HOP_BY_HOP);
  return null;
}

/**
 * Forwarding headers, strip lists and the request id (1.11 to 1.14). Returns the trusted client address.
 * Nothing counts as internal: `internal_address_config` is not supported yet and is empty by default.
 */
export function adjustForwarding(head: RequestHead, context: HcmContext, peer: string): string {
  const { headers } = head;
  const { config, services } = context;
  const hops = config.xffNumTrustedHops;
  let trusted = peer;
  if (config.useRemoteAddress) {
    const received = headers.has(HeaderId.xForwardedFor) ? joinedXff(headers) : "";
    if (hops > 0) trusted = nthFromRight(received, hops) ?? peer;
    if (!config.skipXffAppend && peer !== "") {
      const own = isLoopback(peer) ? services.ownAddress : peer;
      headers.set(HeaderId.xForwardedFor, received === "" ? own : `${received},${own}`);
    }
    if (hops === 0 || !headers.has(HeaderId.xForwardedProto)) headers.setBytes(HeaderId.xForwardedProto, HTTP);
    headers.removeAny(EDGE_STRIP);
    if (trusted !== "") headers.set(HeaderId.xEnvoyExternalAddress, trusted);
  } else if (headers.has(HeaderId.xForwardedFor)) {
    const received = joinedXff(headers);
    trusted = nthFromRight(received, hops + 1) ?? peer;
    // One line, as in Envoy: who reads only the first must not see another list than who reads all.
    if (headers.findNext(headers.find(HeaderId.xForwardedFor)) >= 0) headers.set(HeaderId.xForwardedFor, received);
  }
  if (!headers.has(HeaderId.xForwardedProto)) headers.setBytes(HeaderId.xForwardedProto, HTTP);
  headers.removeAny(EXTERNAL_STRIP);
  if (config.generateRequestId) {
    const replaces = config.useRemoteAddress && !config.preserveExternalRequestId;
    if (replaces || isEmptyOrAbsent(headers, HeaderId.xRequestId)) {
      headers.remove(HeaderId.xRequestId);
      writeRequestId(headers.openLine(HeaderId.xRequestId), services.requestIdBytes);
      headers.closeLine();
    }
  }
  return trusted;
}

function hasFragment({ pathBytes, pathStart, pathEnd }: RequestHead): boolean {
  for (let at = pathStart; at < pathEnd; at++) if (pathBytes[at] === HASH) return true;
  return false;
}

function isEmptyOrAbsent(headers: HeaderList, id: number): boolean {
  const entry = headers.find(id);
  return entry < 0 || headers.valueStart(entry) === headers.valueEnd(entry);
}

/** `te` is `trailers` or nothing. */
function keepTrailersOnly(headers: HeaderList): void {
  const entry = headers.find(HeaderId.te);
  if (rangeEquals(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry), TRAILERS)) return;
  const tokens = headers.get(HeaderId.te)!.split(",").map((token) => token.trim());
  headers.remove(HeaderId.te);
  if (tokens.includes("trailers")) headers.setBytes(HeaderId.te, TRAILERS);
}

/** Absolute without user-info and fragment, or relative without fragment. */
function isRefererSane(value: string): boolean {
  if (value.includes("#")) return false;
  const colon = value.indexOf(":");
  const hasScheme = colon > 0 && /^[A-Za-z][A-Za-z0-9+.-]*$/.test(value.slice(0, colon));
  if (!hasScheme) return true;
  const rest = value.slice(colon + 1);
  if (!rest.startsWith("//")) return false;
  const authority = rest.slice(2).split(/[/?]/, 1)[0]!;
  return authority !== "" && !authority.includes("@");
}

function joinedXff(headers: HeaderList): string {
  const first = headers.find(HeaderId.xForwardedFor);
  let text = headers.valueText(first);
  for (let entry = headers.findNext(first); entry >= 0; entry = headers.findNext(entry)) {
    text += `,${headers.valueText(entry)}`;
  }
  return text;
}

/** The n-th entry from the right, from 1, if it is a plain IP address. */
function nthFromRight(list: string, n: number): string | null {
  const entries = list.split(",");
  const entry = entries[entries.length - n]?.trim();
  return entry !== undefined && isIpAddress(entry) ? entry : null;
}

function isIpAddress(text: string): boolean {
  if (text.includes(":")) return /^[0-9A-Fa-f:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
