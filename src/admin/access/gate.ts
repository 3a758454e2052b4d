/**
 * The door of the admin port. Every request passes here first, in this order: `allow_paths`; what browsers say of other
 * sites; the token or session it shows; the policy of its peer; the role it needs.
 *
 * A token that is shown counts, also where none is asked for: a wrong one is refused, and a viewer's changes nothing.
 */
import { type AccessRules, isReading, type PeerAddress, targetOf, type Visitor } from "../access.ts";
import type { Role } from "../contract/session.ts";
import { browserRefusal, hostOf } from "./browser_checks.ts";
import type { FailureLimit } from "./failure_limit.ts";
import { type Grant, grantOf, type RequestKind } from "./policy.ts";
import { routeRuleOf } from "./route_rules.ts";
import { cookieName, cookieOf, type Sessions } from "./sessions.ts";
import { mayAct, type Token } from "./token_book.ts";

/** Why a request does not pass. */
export interface Refusal {
  readonly status: 401 | 403 | 429;
  readonly text: string;
  /** Of a 429: when to try again. */
  readonly waitS: number;
}

/** Who came, and whether they pass. */
export interface Admission {
  readonly visitor: Visitor;
  readonly refusal: Refusal | null;
}

/** What the gate asks. */
export interface GateParts {
  readonly rules: AccessRules;
  /** Null = no token is configured. */
  readonly sessions: Sessions | null;
  readonly failures: FailureLimit;
  /** Whether it is a command of Envoy's that changes something. */
  isMutating(path: string): boolean;
}

export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  admit(request: Request, path: string, peer: PeerAddress): Admission {
    const { rules } = this.#parts, stranger = this.#visitor(peer, null, ""), target = targetOf(request.url);
    const isPathRefused = rules.isPathAllowed !== null && !rules.isPathAllowed(target);
    const text = isPathRefused ? `request to path ${target} not allowed` : browserRefusal(request, path, rules);
    if (text !== null) return { visitor: stranger, refusal: forbidden(text) };
    const found = this.#identify(request, peer);
    if ("status" in found) return { visitor: stranger, refusal: found };
    return { visitor: found, refusal: this.#judge(request, path, found) };
  }

  /** Looks at a token that is shown. */
  check(secret: string, { address }: PeerAddress): Token | Refusal {
    const { rules, failures } = this.#parts, waitS = failures.waitS(address);
    if (waitS > 0) {
      return { status: 429, text: `too many wrong tokens from ${address}, try again in ${waitS} s`, waitS };
    }
    const token = rules.tokens!.find(secret);
    if (token !== null) return token;
    failures.note(address);
    return { status: 401, text: "this token is not known", waitS: 0 };
  }

  /** What the policy says of this visitor's address. */
  grantOf(kind: RequestKind, { kind: peer }: PeerAddress): Grant {
    const { tokens, protect, isEnvoyOpen } = this.#parts.rules;
    return grantOf(kind, { peer, hasTokens: tokens !== null, protect, isEnvoyOpen });
  }

  /** Why nothing can be changed by this visitor; null = something can. */
  readOnlyReason({ peer, name, role, isAuthenticated }: Visitor): string | null {
    if (isAuthenticated) return role === "viewer" ? `The token ${name} has the role viewer: reading only` : null;
    switch (this.grantOf("api_write", peer)) {
      case "open":
        return null;
      case "token":
        return "Nobody is signed in: show a token";
      case "refused":
        return "You came from another machine, and no token is configured: reading only";
    }
  }

  #identify(request: Request, peer: PeerAddress): Visitor | Refusal {
    const { rules, sessions } = this.#parts;
    if (rules.tokens === null || sessions === null) return this.#visitor(peer, null, "");
    const bearer = /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) {
      const token = this.check(bearer, peer);
      return "status" in token ? token : this.#visitor(peer, token, `token ${token.name}`);
    }
    const id = cookieOf(request.headers.get("cookie"), cookieName(hostOf(request)));
    const session = id === "" ? null : sessions.find(id);
    return this.#visitor(peer, session?.token ?? null, session?.holder ?? "");
  }

  #visitor(peer: PeerAddress, token: Token | null, holder: string): Visitor {
    const role = token?.role ?? (this.grantOf("api_write", peer) === "open" ? "admin" : "viewer");
    return { peer, name: token?.name ?? "", role, isAuthenticated: token !== null, holder };
  }

  #judge(request: Request, path: string, visitor: Visitor): Refusal | null {
    const { method } = request, isApi = path.startsWith("/api/"), reads = isReading(method);
    // The console's files hold nothing of this process, and the page that asks for a token is one of them.
    if (path === "/console" || path.startsWith("/console/")) return null;
    const rule = routeRuleOf(method === "HEAD" ? "GET" : method, path);
    if (rule?.role === null) return null;
    const grant = this.grantOf(`${isApi ? "api" : "compat"}_${reads ? "read" : "write"}`, visitor.peer);
    if (grant === "refused") {
      return forbidden(
        `${method} ${path} not allowed from another machine without a token, ask from this machine or start with ` +
          "--admin-token-file",
      );
    }
    if (!visitor.isAuthenticated) {
      if (grant === "open") return null;
      return { status: 401, text: `${method} ${path} needs a token: authorization: Bearer TOKEN`, waitS: 0 };
    }
    const needed = rule?.role ?? this.#unlisted(reads, isApi, path);
    if (this.#parts.rules.isEnvoyOpen || mayAct(visitor.role, needed)) return null;
    return forbidden(`${method} ${path} needs role ${needed}, the token ${visitor.name} has ${visitor.role}`);
  }

  #unlisted(reads: boolean, isApi: boolean, path: string): Role {
    return !reads && (isApi || this.#parts.isMutating(path)) ? "admin" : "viewer";
  }
}

function forbidden(text: string): Refusal {
  return { status: 403, text, waitS: 0 };
}
