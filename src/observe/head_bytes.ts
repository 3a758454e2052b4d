/** How much heads and trailers weigh: names and values, as Envoy adds them up, and nothing that stands round them. */
import { ENTRY_SIZE, type HeaderList, IS_REMOVED } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import { CUSTOM_METHOD, METHOD_NAMES } from "../http/method.ts";
import { shownScheme } from "./shown_scheme.ts";
import type { StreamView } from "./stream_view.ts";

/** What pseudo header fields weigh beside their values. */
const REQUEST_NAMES_BYTES = ":method".length + ":path".length;
const SCHEME_BYTES = ":scheme".length;
const STATUS_BYTES = ":status200".length;
const AUTHORITY_EXTRA_BYTES = ":authority".length - "host".length;

/** Names and values of the fields that are there. */
export function fieldBytes({ table, count }: HeaderList): number {
  let bytes = 0;
  for (let at = 0, end = count * ENTRY_SIZE; at < end; at += ENTRY_SIZE) {
    if ((table[at + 4]! & IS_REMOVED) === 0) bytes += table[at + 1]! - table[at]! + table[at + 3]! - table[at + 2]!;
  }
  return bytes;
}

/** Of the request's head; 0 = there is none. */
export function requestHeadBytes({ request: head, facts }: StreamView): number {
  if (head === null) return 0;
  const { methodId, methodStart, methodEnd } = head;
  const method = methodId === CUSTOM_METHOD ? methodEnd - methodStart : METHOD_NAMES[methodId]!.length;
  const authority = head.headers.has(HeaderId.host) ? AUTHORITY_EXTRA_BYTES : 0;
  const scheme = shownScheme(head, facts), schemeBytes = scheme === null ? 0 : SCHEME_BYTES + scheme.length;
  return REQUEST_NAMES_BYTES + method + (head.pathEnd - head.pathStart) + schemeBytes + authority +
    fieldBytes(head.headers);
}

/** Of the response's head; 0 = there is none. */
export function responseHeadBytes({ response }: StreamView): number {
  return response === null ? 0 : STATUS_BYTES + fieldBytes(response.headers);
}

/** Of the response's trailers; 0 = there are none, or nobody keeps them. */
export function responseTrailerBytes({ responseTrailers }: StreamView): number {
  return responseTrailers === null ? 0 : fieldBytes(responseTrailers);
}
