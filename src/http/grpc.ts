/** What makes a message gRPC's, its `content-type`, and what an HTTP status says in gRPC's words (spec/http.md 2.2, 9). */
import { latin1Bytes, rangeStartsWith } from "../base/ascii.ts";
import type { HeaderList } from "./header_list.ts";
import { HeaderId } from "./header_names.ts";

const GRPC = latin1Bytes("application/grpc");
const PLUS = 43;

/** The gRPC status `Unknown`. */
export const GRPC_UNKNOWN = 2;

const STATUSES: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** What an HTTP status stands for where there is no `grpc-status`; most are `Unknown`. */
export function grpcStatusOfHttp(status: number): number {
  return STATUSES[status] ?? GRPC_UNKNOWN;
}

/** By gRPC status. */
const HTTP_STATUSES: readonly number[] = [
  ...[200, 499, 500, 400, 504, 404, 409, 403, 429],
  ...[400, 409, 400, 501, 500, 503, 500, 401],
];

/** The HTTP status that a `grpc-status` is like; one that is no status at all is like 500. */
export function httpStatusOfGrpc(status: number): number {
  return HTTP_STATUSES[status] ?? 500;
}

/** Whether the `content-type` is `application/grpc` or `application/grpc+…`. */
export function isGrpcRequest(headers: HeaderList): boolean {
  const entry = headers.find(HeaderId.contentType);
  if (entry < 0) return false;
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  if (!rangeStartsWith(bytes, start, end, GRPC)) return false;
  return start + GRPC.length === end || bytes[start + GRPC.length] === PLUS;
}
