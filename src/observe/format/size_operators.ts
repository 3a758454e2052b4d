/**
 * Sizes (spec/http.md 8.2): bodies, heads as names and values, and what went over the wire. The latter two ways count
 * field lines differently, as Envoy does: of received ones name, value, colon and line end; of sent ones the whole line.
 */
import { ENTRY_SIZE, type HeaderList, IS_REMOVED } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { CUSTOM_METHOD, METHOD_NAMES } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { schemeOf } from "../../http/scheme.ts";
import { receivedFieldBytes } from "../received_bytes.ts";
import type { StreamFacts } from "../stream_facts.ts";
import type { StreamView } from "../stream_view.ts";
import { number, type OperatorTable } from "./operator.ts";

/** What pseudo header fields weigh beside their values. */
const REQUEST_NAMES_BYTES = ":method".length + ":path".length;
const SCHEME_BYTES = ":scheme".length;
const STATUS_BYTES = ":status200".length;
const AUTHORITY_EXTRA_BYTES = ":authority".length - "host".length;

/** Names and values of the fields that are there. */
function fieldBytes({ table, count }: HeaderList): number {
  let bytes = 0;
  for (let at = 0, end = count * ENTRY_SIZE; at < end; at += ENTRY_SIZE) {
    if ((table[at + 4]! & IS_REMOVED) === 0) bytes += table[at + 1]! - table[at]! + table[at + 3]! - table[at + 2]!;
  }
  return bytes;
}

function requestBytes(head: RequestHead, { isAdmitted }: StreamFacts): number {
  const { methodId, methodStart, methodEnd } = head;
  const method = methodId === CUSTOM_METHOD ? methodEnd - methodStart : METHOD_NAMES[methodId]!.length;
  const authority = head.headers.has(HeaderId.host) ? AUTHORITY_EXTRA_BYTES : 0;
  const scheme = isAdmitted || head.scheme !== "" ? SCHEME_BYTES + schemeOf(head).length : 0;
  return REQUEST_NAMES_BYTES + method + (head.pathEnd - head.pathStart) + scheme + authority + fieldBytes(head.headers);
}

/** Of a reply of denvoy's own, and in front of a raw connection's bytes, nothing was received. */
function upstreamHeadBytes({ facts, response }: StreamView): number {
  const isReceived = facts.upstreamResponseStartMs >= 0 && facts.upstreamConnection?.protocol !== 0;
  return response !== null && isReceived ? receivedFieldBytes(response.headers) : 0;
}

/** Bytes on the wire, of bodies and of heads. */
export const SIZE_OPERATORS: OperatorTable = {
  BYTES_RECEIVED: number(({ facts }) => facts.bytesReceived),
  BYTES_SENT: number(({ facts }) => facts.bytesSent),
  // Known of QUIC only.
  BYTES_RETRANSMITTED: number(() => 0),
  PACKETS_RETRANSMITTED: number(() => 0),
  REQUEST_HEADERS_BYTES: number(({ request, facts }) => request === null ? 0 : requestBytes(request, facts)),
  RESPONSE_HEADERS_BYTES: number(({ response }) => response === null ? 0 : STATUS_BYTES + fieldBytes(response.headers)),
  RESPONSE_TRAILERS_BYTES: number(({ responseTrailers }) =>
    responseTrailers === null ? 0 : fieldBytes(responseTrailers)
  ),
  DOWNSTREAM_WIRE_BYTES_RECEIVED: number(({ facts }) => facts.wireBytesReceived),
  DOWNSTREAM_WIRE_BYTES_SENT: number(({ facts }) => facts.wireBytesSent),
  DOWNSTREAM_HEADER_BYTES_RECEIVED: number(({ request, facts }) =>
    request === null ? 0 : receivedFieldBytes(request.headers) + facts.requestTrailerBytes
  ),
  DOWNSTREAM_HEADER_BYTES_SENT: number(({ facts }) => facts.headerBytesSent),
  // HTTP/1 compresses nothing; received trailers are not counted here, those that were sent are.
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: number(({ request }) =>
    request === null ? 0 : receivedFieldBytes(request.headers)
  ),
  DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: number(({ facts }) => facts.headerBytesSent),
  UPSTREAM_WIRE_BYTES_RECEIVED: number(({ facts }) => facts.upstreamWireBytesReceived),
  UPSTREAM_WIRE_BYTES_SENT: number(({ facts }) => facts.upstreamWireBytesSent),
  UPSTREAM_HEADER_BYTES_RECEIVED: number((view) => upstreamHeadBytes(view) + view.facts.upstreamTrailerBytes),
  UPSTREAM_HEADER_BYTES_SENT: number(({ facts }) => facts.upstreamHeaderBytesSent),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED: number(upstreamHeadBytes),
  UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT: number(({ facts }) => facts.upstreamHeaderBytesSent),
};
