/**
 * How the body of an outgoing message will end (RFC 9112 section 6.1 to 6.3, spec/http.md 1.4). The header list decides:
 * a `content-length` in it is kept; without one a body is chunked, and a message that ends with its head says
 * `content-length: 0`, but for the methods and statuses where that is not said. The list must hold no
 * `transfer-encoding`: whoever forwards a message removes what belonged to the hop before.
 *
 * Differs from Envoy: a direct response of 204 is sent there with its body and a length, which the next answer on the
 * connection is taken for.
 */
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { ResponseHead } from "../../http/response_head.ts";
import { parseContentLength } from "./content_length.ts";
import { BodyEnd, type BodyEndValue } from "./framing.ts";

/** The body's end, and the line that says so. */
export const BodyChoice = {
  /** No body, nothing to say. */
  none: 0,
  /** No body: write `content-length: 0`. */
  zeroLength: 1,
  /** The list says how long. */
  length: 2,
  /** Write `transfer-encoding: chunked`. */
  chunked: 3,
  /** An answer to HEAD that could not say how long: write `transfer-encoding: chunked`, but no body. */
  chunkedWithoutBody: 4,
  /** Raw bytes until the connection closes. */
  close: 5,
} as const;

/** One of {@link BodyChoice}. */
export type BodyChoiceValue = typeof BodyChoice[keyof typeof BodyChoice];

const ENDS: readonly BodyEndValue[] = [
  BodyEnd.none,
  BodyEnd.none,
  BodyEnd.length,
  BodyEnd.chunked,
  BodyEnd.none,
  BodyEnd.close,
];

/** How the encoder writes the body of this choice. */
export function bodyEndOf(choice: BodyChoiceValue): BodyEndValue {
  return ENDS[choice]!;
}

/** Decides for a response that opens no tunnel; `isHttp10`: its client knows no chunks. */
export function chooseResponseBody(
  head: ResponseHead,
  endStream: boolean,
  requestMethodId: number,
  isHttp10: boolean,
): BodyChoiceValue {
  const status = head.status, headers = head.headers;
  if (status < 200 || status === 204) {
    if (headers.has(HeaderId.contentLength)) headers.remove(HeaderId.contentLength);
    return BodyChoice.none;
  }
  if (status === 304) return BodyChoice.none;
  const hasLength = headers.has(HeaderId.contentLength);
  if (requestMethodId === Method.head) {
    return hasLength || isHttp10 ? BodyChoice.none : BodyChoice.chunkedWithoutBody;
  }
  if (hasLength) return BodyChoice.length;
  if (endStream) return BodyChoice.zeroLength;
  return isHttp10 ? BodyChoice.close : BodyChoice.chunked;
}

/** Methods whose requests say nothing when they have no body. */
const BODYLESS_METHODS: readonly number[] = [Method.get, Method.head, Method.delete, Method.trace, Method.connect];

/** Decides for a request. */
export function chooseRequestBody(head: RequestHead, endStream: boolean): BodyChoiceValue {
  // The tunnel's bytes, if it is opened.
  if (head.isUpgrade && !endStream) return BodyChoice.close;
  if (head.headers.has(HeaderId.contentLength)) return BodyChoice.length;
  if (!endStream) return BodyChoice.chunked;
  return BODYLESS_METHODS.includes(head.methodId) ? BodyChoice.none : BodyChoice.zeroLength;
}

/** The length a list gives; 0 where it gives none. */
export function listedLength(headers: HeaderList): number {
  const entry = headers.find(HeaderId.contentLength);
  if (entry < 0) return 0;
  return Math.max(0, parseContentLength(headers.bytesOf(entry), headers.valueStart(entry), headers.valueEnd(entry)));
}
