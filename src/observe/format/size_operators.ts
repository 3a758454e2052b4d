/**
 * Sizes (spec/http.md 8.2): bodies, heads as names and values, and what went over the wire. The latter two ways count
 * field lines differently, as Envoy does: of received ones name, value, colon and line end; of sent ones the whole line.
 */
import { requestHeadBytes, responseHeadBytes, responseTrailerBytes } from "../head_bytes.ts";
import { receivedFieldBytes } from "../received_bytes.ts";
import type { StreamView } from "../stream_view.ts";
import { number, type OperatorTable } from "./operator.ts";

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
  REQUEST_HEADERS_BYTES: number(requestHeadBytes),
  RESPONSE_HEADERS_BYTES: number(responseHeadBytes),
  RESPONSE_TRAILERS_BYTES: number(responseTrailerBytes),
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
