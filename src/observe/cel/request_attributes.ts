/** `request.*` and `response.*` (Envoy's page on attributes), as far as they are values of their own. */
import { CelTimestamp } from "../../base/cel/values.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { grpcStatusOf } from "../grpc_outcome.ts";
import { requestHeadBytes, responseHeadBytes, responseTrailerBytes } from "../head_bytes.ts";
import { PROTOCOL_NAMES } from "../protocol_names.ts";
import { RESPONSE_FLAGS, type ResponseFlag } from "../response_flags.ts";
import { shownScheme } from "../shown_scheme.ts";
import type { StreamView } from "../stream_view.ts";
import { type Attribute, type AttributeTable, spanOf, textOf } from "./attribute.ts";
import { unicode } from "./header_fields.ts";

/** A field of the request, its first line. */
const field = (id: number): Attribute => ({ request }) => {
  const text = request?.headers.get(id) ?? null;
  return text === null ? undefined : unicode(text);
};

/** Of the request's head, if there is one. */
const ofHead = (read: (head: RequestHead, view: StreamView) => string | undefined): Attribute => (view) => {
  const text = view.request === null ? undefined : read(view.request, view);
  return text === undefined ? undefined : unicode(text);
};

const REQUEST: AttributeTable = {
  path: ofHead(({ path }) => textOf(path)),
  url_path: ofHead(({ path }) => path.split("?", 1)[0]),
  query: ofHead(({ path }) => path.includes("?") ? path.slice(path.indexOf("?") + 1) : ""),
  host: field(HeaderId.host),
  scheme: ofHead((head, { facts }) => shownScheme(head, facts) ?? undefined),
  method: ofHead(({ method }) => method),
  referer: field(HeaderId.referer),
  useragent: field(HeaderId.userAgent),
  id: field(HeaderId.xRequestId),
  protocol: ({ facts }) => facts.protocol === 0 ? undefined : PROTOCOL_NAMES[facts.protocol],
  time: ({ facts: { startWallMs } }) => {
    const seconds = Math.floor(startWallMs / 1000);
    return new CelTimestamp(BigInt(seconds), Math.round((startWallMs - seconds * 1000) * 1e6));
  },
  duration: ({ facts: { startMs, endMs } }) => spanOf(startMs, endMs),
  // What the client announced, or else what has come.
  size: ({ request, facts }) =>
    BigInt(request !== null && request.contentLength >= 0 ? request.contentLength : facts.bytesReceived),
  total_size: (view) => BigInt(view.facts.bytesReceived + requestHeadBytes(view)),
};

/** The place of each flag is its bit. */
const FLAG_BITS: ReadonlyMap<string, bigint> = new Map(
  Object.keys(RESPONSE_FLAGS).map((flag, place) => [flag, 1n << BigInt(place)]),
);

function flagBits(flags: readonly ResponseFlag[] | null): bigint {
  return (flags ?? []).reduce((bits, flag) => bits | FLAG_BITS.get(flag)!, 0n);
}

const RESPONSE: AttributeTable = {
  code: ({ facts: { responseCode } }) => responseCode === 0 ? undefined : BigInt(responseCode),
  code_details: ({ facts: { details } }) => textOf(details),
  flags: ({ facts: { flags } }) => flagBits(flags),
  // Whatever the request was.
  grpc_status: (view) => {
    const status = grpcStatusOf(view);
    return Number.isNaN(status) ? undefined : BigInt(status);
  },
  size: ({ facts }) => BigInt(facts.bytesSent),
  total_size: (view) => BigInt(view.facts.bytesSent + responseHeadBytes(view) + responseTrailerBytes(view)),
  backend_latency: ({ facts }) => spanOf(facts.upstreamRequestStartMs, facts.upstreamResponseEndMs),
};

/** By the name in front of the dot. */
export const MESSAGE_ATTRIBUTES: Readonly<Record<"request" | "response", AttributeTable>> = {
  request: REQUEST,
  response: RESPONSE,
};
