/** What makes a message gRPC's: its `content-type` (spec/http.md 2.2, 9). */
import { latin1Bytes, rangeStartsWith } from "../base/ascii.ts";
import type { HeaderList } from "./header_list.ts";
import { HeaderId } from "./header_names.ts";

const GRPC = latin1Bytes("application/grpc");
const PLUS = 43;

/** Whether the `content-type` is `application/grpc` or `application/grpc+…`. */
export function isGrpcRequest(headers: HeaderList): boolean {
  const entry = headers.find(HeaderId.contentType);
  if (entry < 0) return false;
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  if (!rangeStartsWith(bytes, start, end, GRPC)) return false;
  return start + GRPC.length === end || bytes[start + GRPC.length] === PLUS;
}
