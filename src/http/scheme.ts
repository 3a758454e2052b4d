/** Envoy's `:scheme`, which HTTP/1 has no field for (spec/http.md 1.13). */
import { HeaderId } from "./header_names.ts";
import type { RequestHead } from "./request_head.ts";

/** The scheme of a request: its target's, else what `x-forwarded-proto` says, else `http`. */
export function schemeOf({ scheme, headers }: RequestHead): string {
  return scheme !== "" ? scheme : headers.get(HeaderId.xForwardedProto) ?? "http";
}
