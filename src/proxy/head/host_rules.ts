/**
 * What a connection manager takes off a request's host (spec/http.md 1.9): the dot that ends a name, then the port. Null
 * where nothing of the kind is asked for.
 */
import type { NormalizationConfig } from "../../config/forwarding_config.ts";
import { portColonOf, portNumberOf, trailingDotOf } from "../../http/authority.ts";
import { latin1Text } from "../../base/ascii.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import type { RequestHead } from "../../http/request_head.ts";

export class HostRules {
  readonly #stripsDot: boolean;
  readonly #stripPort: NormalizationConfig["stripPort"];

  constructor({ stripTrailingHostDot, stripPort }: NormalizationConfig) {
    this.#stripsDot = stripTrailingHostDot;
    this.#stripPort = stripPort;
  }

  /** Changes the head's host. `localPort` is the one that counts as matching. */
  apply(head: RequestHead, localPort: number): void {
    if (this.#stripsDot) stripDot(head.headers);
    if (this.#stripPort !== "none") this.#removePort(head, this.#stripPort === "any" ? -1 : localPort);
  }

  /** Removes the port if it is `wanted`, or any number where that is -1. */
  #removePort(head: RequestHead, wanted: number): void {
    const { headers } = head, entry = headers.find(HeaderId.host);
    if (entry < 0) return;
    const bytes = headers.bytesOf(entry), end = headers.valueEnd(entry);
    const colon = portColonOf(bytes, headers.valueStart(entry), end);
    if (colon < 0) return;
    const port = portNumberOf(bytes, colon + 1, end);
    if (port < 0 || wanted >= 0 && port !== wanted) return;
    headers.shortenValue(entry, colon);
    if (head.methodId === Method.connect) head.connectPort = port;
  }
}

/** Compiles the rules. */
export function compileHostRules(config: NormalizationConfig): HostRules | null {
  return config.stripPort === "none" && !config.stripTrailingHostDot ? null : new HostRules(config);
}

function stripDot(headers: HeaderList): void {
  const entry = headers.find(HeaderId.host);
  if (entry < 0) return;
  const bytes = headers.bytesOf(entry), start = headers.valueStart(entry), end = headers.valueEnd(entry);
  const dot = trailingDotOf(bytes, start, end);
  if (dot < 0) return;
  if (dot === end - 1) headers.shortenValue(entry, dot);
  else headers.set(HeaderId.host, latin1Text(bytes, start, dot) + latin1Text(bytes, dot + 1, end));
}
