/** What is special about the handshake of a WebSocket (spec/http.md 7). */
import { type LocalReply, localReply } from "../../filter/local_reply.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";

/** They speak of a body that the client does not get. */
const BODY_FIELDS = headerMask(HeaderId.contentLength, HeaderId.contentType);

/** Whether an upgrade is one to a WebSocket. */
export function isWebSocket({ upgradeType }: RequestHead): boolean {
  return upgradeType.toLowerCase() === "websocket";
}

/** Whether the answer to the handshake is neither that it was accepted nor an error: of it the client gets the head alone. */
export function failsHandshake(request: RequestHead, { status }: ResponseHead): boolean {
  return status < 400 && status !== 101 && isWebSocket(request);
}

/** What the client is told of such an answer. */
export function failureReply({ status, headers }: ResponseHead): LocalReply {
  const fields = headers.copy();
  fields.removeAny(BODY_FIELDS);
  return localReply(status, "", "websocket_handshake_unsuccessful", { fields });
}
