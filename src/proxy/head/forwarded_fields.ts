/**
 * `x-forwarded-proto`, `x-forwarded-port` and `:scheme`: how and where the request came in (spec/http.md 1.13). Who is
 * trusted may have said so; at the edge nobody is.
 */
import { latin1Bytes, rangeEqualsIgnoreCase } from "../../base/ascii.ts";
import type { HttpConnectionManagerConfig } from "../../config/http_config.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import type { DownstreamPeer } from "./downstream_peer.ts";

const HTTP = latin1Bytes("http");
const HTTPS = latin1Bytes("https");

/** Scheme, `x-forwarded-proto` and `x-forwarded-port`. */
export class ForwardedFieldRules {
  /** What came is not believed. */
  readonly #overwrites: boolean;
  readonly #addsPort: boolean;
  /** Empty = the scheme is what it is. */
  readonly #scheme: "" | "http" | "https";

  constructor({ useRemoteAddress, xffNumTrustedHops, forwarding }: HttpConnectionManagerConfig) {
    this.#overwrites = useRemoteAddress && xffNumTrustedHops === 0;
    this.#addsPort = forwarding.appendXForwardedPort;
    this.#scheme = forwarding.schemeToOverwrite;
  }

  /** Sets the two fields and the head's scheme. */
  apply(head: RequestHead, peer: DownstreamPeer): void {
    const { headers } = head;
    if (this.#overwrites || !headers.has(HeaderId.xForwardedProto)) {
      headers.setBytes(HeaderId.xForwardedProto, peer.isSecure ? HTTPS : HTTP);
    }
    if (this.#addsPort && (this.#overwrites || !headers.has(HeaderId.xForwardedPort))) {
      headers.remove(HeaderId.xForwardedPort);
      headers.openLine(HeaderId.xForwardedPort).writeDecimal(peer.localPort);
      headers.closeLine();
    }
    if (this.#scheme !== "") {
      head.scheme = this.#scheme;
      headers.setBytes(HeaderId.xForwardedProto, this.#scheme === "https" ? HTTPS : HTTP);
    } else if (head.scheme === "") {
      head.scheme = forwardedScheme(headers) ?? (peer.isSecure ? "https" : "http");
    }
  }
}

/** What `x-forwarded-proto` says, if it is one of the two. */
function forwardedScheme(headers: HeaderList): "http" | "https" | null {
  const entry = headers.find(HeaderId.xForwardedProto);
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  if (rangeEqualsIgnoreCase(bytes, start, end, HTTP)) return "http";
  return rangeEqualsIgnoreCase(bytes, start, end, HTTPS) ? "https" : null;
}
