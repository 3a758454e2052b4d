/**
 * What an HTTP/1 peer can do wrong, each as one frozen fault: status and response code detail of spec/http.md 1.7.
 * All of them cost the connection: after a parse error nobody knows where the next message begins.
 */
import { type Fault, fault } from "../../base/fault.ts";

function refusal(status: number, detail: string): Fault {
  return fault("downstream", "connection", "protocol_error", detail, { status });
}

/** Anything that is not HTTP/1 as RFC 9112 has it. */
export const CODEC_ERROR: Fault = refusal(400, "http1.codec_error");
/** A control byte in a field value. */
export const INVALID_CHARACTERS: Fault = refusal(400, "http1.invalid_characters");
/** Heads and trailer sections share their two limits and these faults, as in Envoy. */
export const HEADERS_TOO_LARGE: Fault = refusal(431, "http1.headers_too_large");
export const TOO_MANY_HEADERS: Fault = refusal(431, "http1.too_many_headers");
/** A line of chunk extensions past any honest use. */
export const CHUNK_EXTENSION_TOO_LARGE: Fault = refusal(400, "http1.chunk_extension_too_large");
export const LENGTH_AND_CHUNKED: Fault = refusal(400, "http1.content_length_and_chunked_not_allowed");
export const INVALID_TRANSFER_ENCODING: Fault = refusal(501, "http1.invalid_transfer_encoding");
/** An underscore in a field's name, where those are refused. */
export const UNEXPECTED_UNDERSCORE: Fault = refusal(400, "http1.unexpected_underscore");
/** CONNECT with a body. */
export const BODY_DISALLOWED: Fault = refusal(400, "http1.body_disallowed");
export const INVALID_URL: Fault = refusal(400, "http1.invalid_url");
export const INVALID_SCHEME: Fault = refusal(400, "http1.invalid_scheme");
export const HTTPS_ON_PLAINTEXT: Fault = refusal(403, "http1.https_url_on_plaintext_connection");
export const INVALID_AUTHORITY: Fault = refusal(400, "http.invalid_authority");
/** A version other than 1.1 where HTTP/1.0 is not accepted. */
export const LOW_VERSION: Fault = refusal(426, "low_version");

/** The client closed its side while its request was under way. */
export const DOWNSTREAM_CLOSED: Fault = fault(
  "downstream",
  "connection",
  "downstream_disconnect",
  "downstream_remote_disconnect",
);

/** The upstream sent what is not HTTP/1, or ended inside a body. */
export const UPSTREAM_PROTOCOL_ERROR: Fault = fault("upstream", "connection", "protocol_error", "protocol error");

/** The upstream closed before a response head: on a reused connection most likely its idle timeout. */
export const UPSTREAM_CLOSED: Fault = fault(
  "upstream",
  "connection",
  "connection_termination",
  "connection termination",
  { retry: "ifConnectionWasReused" },
);

/** The upstream closed its side of a tunnel. */
export const TUNNEL_CLOSED: Fault = fault("upstream", "connection", "connection_termination", "connection termination");
