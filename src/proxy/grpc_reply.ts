/**
 * Local replies to gRPC requests: always status 200, with the outcome in `grpc-status` and the text in `grpc-message`, on a
 * response that is nothing but its head (spec/http.md 6.2 step 4, 9).
 */
import { grpcStatusOfHttp } from "../http/grpc.ts";
import { HeaderId } from "../http/header_names.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ReplyDraft } from "./reply_mapping.ts";

const LINE_FEED = 10;

/** Makes of a reply's head one for a gRPC request: `explicit` is the outcome where the HTTP status does not tell it. */
export function makeGrpcReply(head: ResponseHead, draft: ReplyDraft, explicit: number | null): void {
  const { headers } = head;
  head.status = 200;
  headers.set(HeaderId.contentType, "application/grpc");
  headers.set(HeaderId.grpcStatus, String(explicit ?? grpcStatusOfHttp(draft.status)));
  // A format ends its text as a file does; a message does not.
  if (draft.body.length > 0) headers.set(HeaderId.grpcMessage, percentEncode(withoutLineEnd(draft)));
}

function withoutLineEnd({ body, contentType }: ReplyDraft): Uint8Array {
  return contentType === "application/json" && body.at(-1) === LINE_FEED ? body.subarray(0, -1) : body;
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
