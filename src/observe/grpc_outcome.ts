/** How a gRPC request ended, read off its response: for logs and their filters (spec/http.md 8.2, 8.3, 9). */
import { grpcStatusOfHttp } from "../http/grpc.ts";
import type { HeaderList } from "../http/header_list.ts";
import { HeaderId } from "../http/header_names.ts";
import type { StreamView } from "./stream_view.ts";

/** One status in the two ways it is written. */
interface StatusName {
  readonly camel: string;
  readonly snake: string;
}

/** By number. */
export const GRPC_STATUS_NAMES: readonly StatusName[] = [
  { camel: "OK", snake: "OK" },
  { camel: "Canceled", snake: "CANCELLED" },
  { camel: "Unknown", snake: "UNKNOWN" },
  { camel: "InvalidArgument", snake: "INVALID_ARGUMENT" },
  { camel: "DeadlineExceeded", snake: "DEADLINE_EXCEEDED" },
  { camel: "NotFound", snake: "NOT_FOUND" },
  { camel: "AlreadyExists", snake: "ALREADY_EXISTS" },
  { camel: "PermissionDenied", snake: "PERMISSION_DENIED" },
  { camel: "ResourceExhausted", snake: "RESOURCE_EXHAUSTED" },
  { camel: "FailedPrecondition", snake: "FAILED_PRECONDITION" },
  { camel: "Aborted", snake: "ABORTED" },
  { camel: "OutOfRange", snake: "OUT_OF_RANGE" },
  { camel: "Unimplemented", snake: "UNIMPLEMENTED" },
  { camel: "Internal", snake: "INTERNAL" },
  { camel: "Unavailable", snake: "UNAVAILABLE" },
  { camel: "DataLoss", snake: "DATA_LOSS" },
  { camel: "Unauthenticated", snake: "UNAUTHENTICATED" },
];

/** A status that is no number. */
export const INVALID_GRPC_STATUS = -1;

const MAX_UINT64 = 2n ** 64n - 1n;

/** The status of a stream, whatever its request was; NaN = it has none yet. */
export function grpcStatusOf({ responseTrailers, response, facts }: StreamView): number {
  const listed = listedGrpcStatus(responseTrailers) ?? listedGrpcStatus(response === null ? null : response.headers);
  if (listed !== null) return listed;
  return facts.responseCode === 0 ? NaN : grpcStatusOfHttp(facts.responseCode);
}

/**
 * The `grpc-status` among these fields; null = none is there. An empty field counts as none; of several, as Envoy joins
 * them, none is a number.
 */
export function listedGrpcStatus(headers: HeaderList | null): number | null {
  const entry = headers === null ? -1 : headers.find(HeaderId.grpcStatus);
  if (entry < 0) return null;
  const text = headers!.valueText(entry);
  if (text === "") return null;
  const isOne = headers!.findNext(entry) < 0;
  return isOne && /^\d{1,20}$/.test(text) && BigInt(text) <= MAX_UINT64 ? Number(text) : INVALID_GRPC_STATUS;
}
