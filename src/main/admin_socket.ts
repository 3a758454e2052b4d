/**
 * The admin's listening socket: one address, bound before anything is started that takes time, so that `/ready` can be
 * asked from early on (spec/operations.md 1.7, 4). What it answers is `admin/app.ts`'s business.
 */

import { errorText } from "../base/errors.ts";
import type { PeerAddress } from "../admin/access.ts";
import type { PathMatcherConfig } from "../config/schema/admin.ts";
import type { AdminConnections } from "./admin_connections.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import { addressText } from "../base/address_text.ts";

/** Answers one request. */
export type AdminHandler = (request: Request, peer: PeerAddress) => Promise<Response>;

/** An address could not be bound. The message is Envoy's: `cannot bind '127.0.0.1:80': Address already in use`. */
export class BindError extends Error {
  override readonly name = "BindError";

  constructor(address: SocketAddress, reason: string) {
    super(`cannot bind '${addressText(address)}': ${reason}`);
  }
}

/** The system's words in an error of the platform: without its name and number. */
export function systemReason(error: unknown): string {
  const text = errorText(error);
  return text.replace(/ \(os error \d+\).*$/s, "");
}

/** How long answers may take that are being given when the process ends. */
const STOP_TIMEOUT_MS = 200;

/** The bound socket and its connections. */
export class AdminSocket {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Binds `address`; throws {@link BindError}. */
  constructor(
    address: SocketAddress & { readonly kind: "ip" },
    handler: AdminHandler,
    connections: AdminConnections | null = null,
  ) {
    const { host, port } = address;
    try {
      this.#server = Deno.serve(
        { hostname: host, port, onListen: () => {} },
        (request, { remoteAddr: { hostname, port }, completed }) => {
          const peer = `${hostname} ${port}`;
          connections?.onRequest(peer);
          const onEnd = () => connections?.onEnd(peer);
          completed.then(onEnd, onEnd);
          return handler(request, {
            kind: isLoopback(hostname) ? "loopback" : "remote",
            address: plainAddress(hostname),
          });
        },
      );
    } catch (error) {
      throw new BindError(address, systemReason(error));
    }
  }

  /** As bound: a port 0 has become the real one. */
  get address(): SocketAddress & { readonly kind: "ip" } {
    const { hostname, port } = this.#server.addr;
    return { kind: "ip", host: hostname, port };
  }

  /** Lets answers end that are on their way, not for long. */
  async stop(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, STOP_TIMEOUT_MS);
    await Promise.race([this.#server.shutdown(), timeout.promise]);
    clearTimeout(timer);
  }
}

/** `127.0.0.0/8` and `::1`, also as seen through an IPv6 socket. */
export function isLoopback(host: string): boolean {
  return host === "::1" || /^(::ffff:)?127\./i.test(host);
}

/** An IPv4 address as it is written, also where an IPv6 socket saw it. */
function plainAddress(host: string): string {
  return host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** The test of `admin.allow_paths`, or null when everything is allowed. */
export function pathRuleOf(matchers: readonly PathMatcherConfig[]): ((path: string) => boolean) | null {
  if (matchers.length === 0) return null;
  return (path) => matchers.some((matcher) => matchesPath(matcher, path));
}

function matchesPath({ kind, value, ignoreCase }: PathMatcherConfig, path: string): boolean {
  const wanted = ignoreCase ? value.toLowerCase() : value;
  const found = ignoreCase ? path.toLowerCase() : path;
  switch (kind) {
    case "exact":
      return found === wanted;
    case "prefix":
      return found.startsWith(wanted);
    case "suffix":
      return found.endsWith(wanted);
    case "contains":
      return found.includes(wanted);
  }
}
