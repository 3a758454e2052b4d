/**
 * Who may ask what of the admin port (spec/operations.md 4.1, 19.2; spec/console.md 8.2, 8.4). Checked in this order:
 * `allow_paths`; the Host, against DNS rebinding; the origin of a change, against other sites' pages; the peer.
 *
 * Tokens and roles are to come: {@link peerRefusal} is where they will be asked.
 */

/** Where the connection came from, by its socket. */
export type Peer = "loopback" | "remote";

/** What Hono's handlers of the admin find in their context. */
export interface AdminEnv {
  Bindings: { peer?: Peer };
  Variables: {
    /** Why this peer may only read; null when it may do everything. */
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
}

const READ_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Probes and scrapers come by service name. */
const ANY_HOST_PATHS = ["/ready", "/stats", "/stats/prometheus"];

/** Why the request is refused, always with 403; null when it may pass. */
export function refusalOf(request: Request, path: string, peer: Peer, rules: AccessRules): string | null {
  const target = targetOf(request.url);
  if (rules.isPathAllowed !== null && !rules.isPathAllowed(target)) return `request to path ${target} not allowed`;
  return hostRefusal(request, path, rules) ?? originRefusal(request) ?? peerRefusal(request, path, peer, rules);
}

/** Why the console of this peer is read-only. */
export function readOnlyReason(peer: Peer, rules: AccessRules): string | null {
  if (peer === "loopback" || rules.isEnvoyOpen) return null;
  return "You came from another machine, and no token is configured: reading only";
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

function hostRefusal(request: Request, path: string, { allowedHosts }: AccessRules): string | null {
  if (request.method === "GET" && ANY_HOST_PATHS.includes(path)) return null;
  const host = hostOf(request);
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const isKnown = name === "localhost" || isAddress(name) || allowedHosts.some((known) => known.toLowerCase() === name);
  return isKnown ? null : `host ${host} not allowed, start with --admin-allowed-host ${name} to allow it`;
}

function originRefusal(request: Request): string | null {
  if (READ_METHODS.includes(request.method)) return null;
  const site = request.headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") return "request from another site not allowed";
  const origin = request.headers.get("origin");
  if (origin === null) return null;
  const isSame = URL.canParse(origin) && new URL(origin).host === hostOf(request);
  return isSame ? null : `request from origin ${origin} not allowed`;
}

function peerRefusal(request: Request, path: string, peer: Peer, rules: AccessRules): string | null {
  if (peer === "loopback" || rules.isEnvoyOpen || READ_METHODS.includes(request.method)) return null;
  return `${request.method} ${path} not allowed from another machine without a token, ask from this machine`;
}

function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

/** An IPv4 address, or an IPv6 one in brackets. */
function isAddress(name: string): boolean {
  if (name.startsWith("[") && name.endsWith("]")) return /^\[[0-9a-f:.]+\]$/.test(name);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
