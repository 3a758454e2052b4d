/** What a health check asks: `HttpHealthCheck`, `TcpHealthCheck`, `GrpcHealthCheck` (spec/upstream.md 5.4, 5.5). */

import { z } from "zod";
import type { GrpcCheckConfig, HttpCheckConfig, StatusRange, TcpCheckConfig } from "../health_check_config.ts";
import { addInvalid, choice, flag, list, text } from "./field.ts";
import { headerMutationsOf, headerValueOptionSchema } from "./header_mutation.ts";
import { stringMatcherSchema } from "./string_matcher.ts";

const DEFAULT_RESPONSE_BUFFER_BYTES = 1024;

const HEX = /^(?:[0-9a-fA-F]{2})+$/;

/** Methods whose requests may have a body. */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "OPTIONS"]);

/** `HealthCheck.Payload`: text is hexadecimal. */
const payloadSchema = z.strictObject({ text: z.string().optional(), binary: z.string().optional() })
  .transform((payload, context): Uint8Array => {
    if (payload.binary !== undefined) return Uint8Array.from(atob(payload.binary), (unit) => unit.charCodeAt(0));
    const digits = payload.text ?? "";
    if (HEX.test(digits)) return Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
    addInvalid(context, payload, ["text"], `invalid hex string '${digits}'`);
    return z.NEVER;
  });

/** `type.v3.Int64Range` over statuses; `kind` is Envoy's word for what they are. */
function statusRange(kind: "expected" | "retriable") {
  // The canonical form of 64-bit numbers is text.
  return z.strictObject({ start: z.string().optional(), end: z.string().optional() })
    .transform((message, context): StatusRange => {
      const start = Number(message.start ?? 0), end = Number(message.end ?? 0);
      const refuse = (what: string) => addInvalid(context, message, [], `Invalid http ${kind} status range: ${what}`);
      if (start >= end) refuse(`expecting start < end, but found start=${start} and end=${end}`);
      else if (start < 100) refuse(`expecting start >= 100, but found start=${start}`);
      else if (end > 600) refuse(`expecting end <= 600, but found end=${end}`);
      return { start, end };
    });
}

/** `HttpHealthCheck`. */
export const httpCheckSchema = z.strictObject({
  host: text(),
  path: text(),
  method: choice("METHOD_UNSPECIFIED", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"),
  send: payloadSchema.optional(),
  receive: list(payloadSchema),
  response_buffer_size: z.union([z.number(), z.string().transform(Number)]).default(DEFAULT_RESPONSE_BUFFER_BYTES),
  request_headers_to_add: list(headerValueOptionSchema),
  request_headers_to_remove: list(z.string()),
  expected_statuses: list(statusRange("expected")),
  retriable_statuses: list(statusRange("retriable")),
  codec_client_type: choice("HTTP1", "HTTP2"),
  service_name_matcher: stringMatcherSchema.optional(),
  use_alpn_protocol: flag(false),
}).transform((message, context): HttpCheckConfig => {
  const { send, receive, method, response_buffer_size: limit } = message;
  const isDefaultMethod = method === "METHOD_UNSPECIFIED";
  if (send !== undefined && !METHODS_WITH_BODY.has(method)) {
    addInvalid(
      context,
      message,
      ["send"],
      `HTTP health check cannot specify a request payload with method '${isDefaultMethod ? "GET" : method}'. ` +
        "Only methods that support a request body (POST, PUT, PATCH, OPTIONS) can be used with payload.",
    );
  }
  const expectedBytes = receive.reduce((sum, block) => sum + block.length, 0);
  if (limit > 0 && expectedBytes > limit) {
    const reason = `The expected response length '${expectedBytes}' is over than http health response buffer size ` +
      `'${limit}'`;
    addInvalid(context, message, ["receive"], reason);
  }
  if (message.use_alpn_protocol) {
    const reason =
      "use_alpn_protocol configured for the health check of a cluster which has a non-ALPN transport socket";
    addInvalid(context, message, ["use_alpn_protocol"], reason);
  }
  const { requestHeaders } = headerMutationsOf(
    { ...message, response_headers_to_add: [], response_headers_to_remove: [] },
    context,
  );
  return {
    kind: "http",
    isHttp2: message.codec_client_type === "HTTP2",
    method: isDefaultMethod ? "GET" : method,
    path: message.path,
    host: message.host,
    requestHeaders,
    send: send ?? null,
    receive: receive.filter((block) => block.length > 0),
    responseBufferBytes: limit,
    expectedStatuses: message.expected_statuses.length === 0 ? [{ start: 200, end: 201 }] : message.expected_statuses,
    retriableStatuses: message.retriable_statuses,
    serviceName: message.service_name_matcher ?? null,
  };
});

/** `TcpHealthCheck`. */
export const tcpCheckSchema = z.strictObject({
  send: payloadSchema.optional(),
  receive: list(payloadSchema),
  proxy_protocol_config: z.strictObject({ version: choice("V1", "V2") }).optional(),
}).transform(({ send, receive, proxy_protocol_config: proxy }): TcpCheckConfig => ({
  kind: "tcp",
  send: send ?? null,
  receive: receive.filter((block) => block.length > 0),
  proxyProtocol: proxy === undefined ? null : proxy.version === "V1" ? 1 : 2,
}));

/** `GrpcHealthCheck`. */
export const grpcCheckSchema = z.strictObject({
  service_name: text(),
  authority: text(),
  initial_metadata: list(headerValueOptionSchema),
}).transform((message): GrpcCheckConfig => ({
  kind: "grpc",
  serviceName: message.service_name,
  authority: message.authority,
  initialMetadata: message.initial_metadata,
}));
