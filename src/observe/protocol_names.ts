/** Protocols by the names that logs have for them. */
import type { HttpVersion } from "../http/request_head.ts";

/** By version. */
export const PROTOCOL_NAMES: Readonly<Record<HttpVersion, string>> = {
  9: "HTTP/0.9",
  10: "HTTP/1.0",
  11: "HTTP/1.1",
  20: "HTTP/2",
};
