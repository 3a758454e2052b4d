/**
 * Local replies to gRPC requests: always status 200, with the outcome in `grpc-status` and the text in `grpc-message`, on a
 * response that is nothing but its head (spec/http.md 6.2 step 4, 9).
 */
import type { LocalReply } from "../filter/local_reply.ts";
import { HeaderId } from "../http/header_names.ts";
import type { ResponseHead } from "../http/response_head.ts";

const GRPC_UNKNOWN = 2;

/** gRPC status by HTTP status. */
const GRPC_STATUSES: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** Fills `head` for a reply to a gRPC request. */
export function writeGrpcReplyHead(head: ResponseHead, reply: LocalReply): void {
  head.beginLocal(200);
  const { headers } = head;
  headers.add(HeaderId.contentType, "application/grpc");
  headers.add(HeaderId.grpcStatus, String(reply.grpcStatus ?? GRPC_STATUSES[reply.status] ?? GRPC_UNKNOWN));
  if (reply.body.length > 0) headers.add(HeaderId.grpcMessage, percentEncode(reply.body));
}

/** Bytes below 0x20, from 0x7e up, and `%` are written as `%XX`. */
function percentEncode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7e && byte !== 0x25;
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
