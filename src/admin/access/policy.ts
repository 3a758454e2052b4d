/**
 * What is open to whom, as one table: the kind of the request, where it came from, and how the process was started
 * (spec/console.md 8.2). Roles come after it: they say what a token may do.
 *
 * ```
 *              no token configured            token configured
 *   loopback   everything                     Envoy's pages free, changes too unless protected; the console with a token
 *   remote     reading alone                  Envoy's pages free to read unless protected; all else with a token
 * ```
 */

/** Where the connection came from, by its socket, never by a header. */
export type Peer = "loopback" | "remote";

/** `--admin-protect`: what of Envoy's own API wants a token from everyone. */
export type Protection = "none" | "post" | "all";

/** What is asked for: Envoy's admin API or the console's, to read or to change. */
export type RequestKind = "compat_read" | "compat_write" | "api_read" | "api_write";

/** What decides beside the request. */
export interface PolicyFacts {
  readonly peer: Peer;
  /** `--admin-token-file`. */
  readonly hasTokens: boolean;
  readonly protect: Protection;
  /** `--admin-envoy-open`. */
  readonly isEnvoyOpen: boolean;
}

/** `token`: with a token that has the role; `refused`: not at all. */
export type Grant = "open" | "token" | "refused";

/** The table. */
export function grantOf(kind: RequestKind, { peer, hasTokens, protect, isEnvoyOpen }: PolicyFacts): Grant {
  if (isEnvoyOpen) return "open";
  if (!hasTokens) return peer === "loopback" || isRead(kind) ? "open" : "refused";
  switch (kind) {
    case "compat_read":
      return protect === "all" ? "token" : "open";
    case "compat_write":
      return peer === "loopback" && protect === "none" ? "open" : "token";
    case "api_read":
    case "api_write":
      return "token";
  }
}

function isRead(kind: RequestKind): boolean {
  return kind === "compat_read" || kind === "api_read";
}

/** How far the port is open to those who have no token. */
export type AdminExposure =
  /** To this machine alone, or to nobody. */
  | "guarded"
  /** Other machines may read Envoy's pages; everything else wants a token. */
  | "pages"
  /** Other machines may read everything: there is no token. */
  | "readable"
  /** `--admin-envoy-open`. */
  | "open";

/** Of a process that was started so. */
export function exposureOf({ isReachable, hasTokens, protect, isEnvoyOpen }: {
  /** Bound to an address that is not loopback. */
  readonly isReachable: boolean;
  readonly hasTokens: boolean;
  readonly protect: Protection;
  readonly isEnvoyOpen: boolean;
}): AdminExposure {
  if (isEnvoyOpen) return "open";
  if (!isReachable || protect === "all") return "guarded";
  return hasTokens ? "pages" : "readable";
}
