/**
 * Which protocol a connection speaks that negotiated none: told by its first bytes (spec/http.md 1.3). An HTTP/2 client
 * begins with a preface of 24 bytes that is no HTTP/1 request.
 *
 * Differs from Envoy: a preface that arrives in pieces is waited for; Envoy decides on the first piece.
 */
import { latin1Bytes } from "../../base/ascii.ts";

/** What every HTTP/2 client sends first (RFC 9113 section 3.4). */
export const HTTP2_PREFACE: Uint8Array = latin1Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** What the bytes say; `unclear`: more of them are wanted. */
export type Protocol = "http1" | "http2" | "unclear";

/** Reads `bytes[start, end)`, at least one of them, from the beginning of a connection. */
export function protocolOf(bytes: Uint8Array, start: number, end: number): Protocol {
  const count = Math.min(end - start, HTTP2_PREFACE.length);
  for (let at = 0; at < count; at++) if (bytes[start + at] !== HTTP2_PREFACE[at]) return "http1";
  return count === HTTP2_PREFACE.length ? "http2" : "unclear";
}
