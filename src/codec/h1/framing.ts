/**
 * Where a message's body ends (RFC 9112 section 6.3) and whether its connection goes on after it (section 9.3), from a
 * complete head. Every doubt is an error: two parsers that disagree here are a request smuggled (spec/http.md 1.7).
 */
import { latin1Bytes, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import type { Fault } from "../../base/fault.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { parseContentLength } from "./content_length.ts";
import { BODY_DISALLOWED, CODEC_ERROR, INVALID_TRANSFER_ENCODING, LENGTH_AND_CHUNKED } from "./faults.ts";

const TAB = 9, SPACE = 32, COMMA = 44;

const CHUNKED = latin1Bytes("chunked");
const CLOSE = latin1Bytes("close");
const KEEP_ALIVE = latin1Bytes("keep-alive");

const FRAMING_FIELDS = headerMask(HeaderId.contentLength, HeaderId.transferEncoding);
const CONNECTION_FIELDS = headerMask(HeaderId.connection, HeaderId.proxyConnection);

/** How a response's body ends. */
export const BodyEnd = {
  /** There is none. */
  none: 0,
  length: 1,
  chunked: 2,
  /** With the connection. */
  close: 3,
} as const;

/** One of {@link BodyEnd}. */
export type BodyEndValue = typeof BodyEnd[keyof typeof BodyEnd];

/** Sets `contentLength`, `isChunked` and `wantsClose`. Returns why the request is refused, or null. */
export function frameRequest(head: RequestHead, allowsChunkedLength: boolean): Fault | null {
  const headers = head.headers;
  if (headers.hasAny(FRAMING_FIELDS)) {
    const failure = frameFields(head, allowsChunkedLength, head.methodId === Method.connect);
    if (failure !== null) return failure;
  }
  head.wantsClose = wantsClose(headers, head.version);
  return null;
}

/** Sets `contentLength`, `isChunked` and `wantsClose`. Returns why the response is refused, or null. */
export function frameResponse(head: ResponseHead, allowsChunkedLength: boolean): Fault | null {
  const headers = head.headers;
  if (headers.hasAny(FRAMING_FIELDS)) {
    const failure = frameFields(head, allowsChunkedLength, false);
    if (failure !== null) return failure;
    if (head.status < 200 || head.status === 204) {
      if (head.isChunked || head.contentLength > 0) return CODEC_ERROR;
    }
  }
  head.wantsClose = wantsClose(headers, head.version);
  return null;
}

/** RFC 9112 section 6.3 by its numbers; 2, tunnels, are not asked for, and 4 and 5, what is malformed, were refused. */
export function responseBodyEnd(head: ResponseHead, requestMethodId: number): BodyEndValue {
  const status = head.status;
  if (requestMethodId === Method.head || status < 200 || status === 204 || status === 304) return BodyEnd.none; // 1
  if (head.isChunked) return BodyEnd.chunked; // 3
  if (head.contentLength >= 0) return head.contentLength === 0 ? BodyEnd.none : BodyEnd.length; // 6
  return BodyEnd.close; // 8
}

/** Whether a field of this number holds `token` (in lower case) as a member of its list, letter case aside. */
export function hasToken(headers: HeaderList, id: number, token: Uint8Array): boolean {
  for (let entry = headers.find(id); entry >= 0; entry = headers.findNext(entry)) {
    if (listHasToken(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry), token)) return true;
  }
  return false;
}

/** Whether the fields ask for the connection to close. */
export function asksForClose(headers: HeaderList): boolean {
  return headers.hasAny(CONNECTION_FIELDS) &&
    (hasToken(headers, HeaderId.connection, CLOSE) || hasToken(headers, HeaderId.proxyConnection, CLOSE));
}

function wantsClose(headers: HeaderList, version: number): boolean {
  if (version < 11 && !hasToken(headers, HeaderId.connection, KEEP_ALIVE)) return true;
  return asksForClose(headers);
}

function frameFields(
  head: RequestHead | ResponseHead,
  allowsChunkedLength: boolean,
  isConnect: boolean,
): Fault | null {
  const headers = head.headers;
  // The field parser took one only, and only a number.
  const length = headers.find(HeaderId.contentLength);
  if (length >= 0) {
    head.contentLength = parseContentLength(headers.bytes, headers.valueStart(length), headers.valueEnd(length));
    if (isConnect) {
      if (head.contentLength > 0) return BODY_DISALLOWED;
      headers.remove(HeaderId.contentLength);
      head.contentLength = -1;
    }
  }
  const coding = headers.find(HeaderId.transferEncoding);
  if (coding < 0) return null;
  const isChunked = headers.findNext(coding) < 0 &&
    rangeEqualsIgnoreCase(headers.bytes, headers.valueStart(coding), headers.valueEnd(coding), CHUNKED);
  if (head.contentLength >= 0) {
    if (!isChunked || !allowsChunkedLength) return LENGTH_AND_CHUNKED;
    headers.remove(HeaderId.contentLength);
    head.contentLength = -1;
  }
  if (!isChunked || isConnect) return INVALID_TRANSFER_ENCODING;
  head.isChunked = true;
  return null;
}

function listHasToken(bytes: Uint8Array, start: number, end: number, token: Uint8Array): boolean {
  let at = start;
  while (at < end) {
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === COMMA)) at++;
    const memberStart = at;
    while (at < end && bytes[at] !== COMMA) at++;
    let memberEnd = at;
    while (memberEnd > memberStart && (bytes[memberEnd - 1] === SPACE || bytes[memberEnd - 1] === TAB)) memberEnd--;
    if (rangeEqualsIgnoreCase(bytes, memberStart, memberEnd, token)) return true;
  }
  return false;
}
