/**
 * Who asks what of the admin port (spec/operations.md 4.1, 19.2; spec/console.md 8): what is known of a visitor, and the
 * path that all rules look at. The rules themselves are in `access/`: `gate.ts` says in which order they are asked.
 */
import type { Context } from "hono";
import type { Peer, Protection } from "./access/policy.ts";
import { mayAct, type TokenBook } from "./access/token_book.ts";
import type { Role } from "./contract/session.ts";
import { problem } from "./problem_details.ts";

/** Where a connection came from, by its socket, never by a header. */
export interface PeerAddress {
  readonly kind: Peer;
  /** `127.0.0.1`, without a port. */
  readonly address: string;
}

/** Who asks. */
export interface Visitor {
  readonly peer: PeerAddress;
  /** Of the token that was shown; empty without one. */
  readonly name: string;
  /** What may be done under `/api` now. */
  readonly role: Role;
  readonly isAuthenticated: boolean;
  /** Names the session or the token with whose end this visitor's streams end; empty = there is none. */
  readonly holder: string;
}

/** What Hono's handlers of the admin find in their context. */
export interface AdminEnv {
  Bindings: { peer?: PeerAddress };
  Variables: {
    visitor: Visitor;
    /** Why this visitor may only read; null when something can be changed. */
    readOnlyReason: string | null;
  };
}

/** What the configuration and the command line say of access. */
export interface AccessRules {
  /** `admin.allow_paths`, tested on the path with its query; null = everything. */
  readonly isPathAllowed: ((pathAndQuery: string) => boolean) | null;
  /** Names besides `localhost` under which the port may be addressed. */
  readonly allowedHosts: readonly string[];
  /** `--admin-envoy-open`: everyone may do everything, as in Envoy. */
  readonly isEnvoyOpen: boolean;
  /** `--admin-token-file`; null = no token is configured. */
  readonly tokens: TokenBook | null;
  /** `--admin-protect`. */
  readonly protect: Protection;
  /** `--admin-cors-origin`: origins whose pages may use the console's API, with a token. */
  readonly corsOrigins: readonly string[];
}

/** Who did it, as the audit has it: the token's name, or `admin-api` and the address. */
export function actorOf(context: Context<AdminEnv>): string {
  return actorName(context.var.visitor);
}

/** Likewise, of a visitor. */
export function actorName({ name, peer }: Visitor): string {
  return name === "" ? `admin-api ${peer.address}` : name;
}

/** The refusal of what only one body of a request needs a higher role for than its route; null = it may be done. */
export function roleRefusal(context: Context<AdminEnv>, needed: Role): Response | null {
  const { name, role } = context.var.visitor;
  if (mayAct(role, needed)) return null;
  return problem(
    403,
    name === "" ? `This needs role ${needed}` : `This needs role ${needed}, the token ${name} has ${role}`,
  );
}

/** Methods that change nothing. */
export function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/**
 * The path as it is matched: percent-decoded, runs of slashes merged (4.4). Not decoded under `/api/`, where a segment
 * is a name that may hold a slash, and the router decodes each.
 */
export function matchedPath(url: string): string {
  const target = targetOf(url);
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  return path.startsWith("/api/") ? path : decoded(path).replace(/\/{2,}/g, "/");
}

/** Path and query of a URL as they stand in it. */
export function targetOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0) return "/";
  const hash = url.indexOf("#", start);
  return hash < 0 ? url.slice(start) : url.slice(start, hash);
}

/** An escaped slash is none, nor is anything else that an escape keeps from being what it looks like. */
function decoded(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(char) ? char : escape;
  });
}
