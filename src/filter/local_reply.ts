/** A response that denvoy makes itself: what to say, to the client and to the log (spec/http.md 6). */
import type { HeaderList } from "../http/header_list.ts";
import type { ResponseFlag } from "../observe/response_flags.ts";

export interface LocalReply {
  readonly status: number;
  /** Bytes of the body; empty = none. */
  readonly body: Uint8Array;
  /** What the body is, whatever the route's header lists say; null = they may say it, or else it is plain text. */
  readonly contentType: string | null;
  /** `%RESPONSE_CODE_DETAILS%`, without spaces. */
  readonly details: string;
  readonly flag: ResponseFlag | null;
  /** Adds `x-envoy-overloaded: true`. */
  readonly isOverload: boolean;
  /** Adds `x-envoy-local-overloaded: true`: this process has too much to do, not the upstream side. */
  readonly isLocalOverload: boolean;
  /** `location`, or null. */
  readonly location: string | null;
  /** What the upstream said beside its status, where that is to be told; or null. */
  readonly fields: HeaderList | null;
  /** The connection closes after it. */
  readonly closes: boolean;
  /** `grpc-status` for a gRPC request, where the HTTP status does not tell it; null = it does. */
  readonly grpcStatus: number | null;
}

const ENCODER = new TextEncoder();

/** Makes a reply; the ones without a variable part are made once and shared. */
export function localReply(
  status: number,
  body: string | Uint8Array,
  details: string,
  {
    contentType = null,
    flag = null,
    isOverload = false,
    isLocalOverload = false,
    location = null,
    fields = null,
    closes = false,
    grpcStatus = null,
  }: {
    contentType?: string | null;
    flag?: ResponseFlag | null;
    isOverload?: boolean;
    isLocalOverload?: boolean;
    location?: string | null;
    fields?: HeaderList | null;
    closes?: boolean;
    grpcStatus?: number | null;
  } = {},
): LocalReply {
  const bytes = typeof body === "string" ? ENCODER.encode(body) : body;
  return {
    status,
    body: bytes,
    contentType,
    details,
    flag,
    isOverload,
    isLocalOverload,
    location,
    fields,
    closes,
    grpcStatus,
  };
}
