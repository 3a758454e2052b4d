/**
 * What a browser can be made to do by pages of others, refused by what it says of them: names that were rebound to this
 * address, requests of other sites, changes without the header that no form can send (spec/operations.md 19.2, spec/console.md
 * 8.4). Scripts send none of these headers but `x-console`, and keep working.
 */
import { type AccessRules, isReading } from "../access.ts";

/** Probes and scrapers come by service name. */
const ANY_HOST_PATHS = ["/ready", "/stats", "/stats/prometheus"];

/** Every change under `/api` carries it: a page of another site would have to ask first, and be refused. */
export const CSRF_HEADER = "x-console";

/** Headers that pages of the allowed origins may send. */
const CORS_REQUEST_HEADERS = `authorization, content-type, last-event-id, ${CSRF_HEADER}`;

/** Why the request is refused, always with 403; null when it may pass. */
export function browserRefusal(request: Request, path: string, rules: AccessRules): string | null {
  return hostRefusal(request, path, rules) ?? originRefusal(request, path, rules) ?? csrfRefusal(request, path);
}

/** What is said to the page of an allowed origin; null = it is none, or nothing needs be said. */
export function corsHeaders(request: Request, path: string, rules: AccessRules): Record<string, string> | null {
  if (rules.corsOrigins.length === 0 || !path.startsWith("/api/")) return null;
  const origin = request.headers.get("origin");
  if (!isAllowedOrigin(origin, rules)) return { vary: "origin" };
  return { "access-control-allow-origin": origin!, vary: "origin" };
}

/** The answer to a browser that asks before it sends what its page wants to; null = it asks nothing. */
export function preflightAnswer(request: Request, path: string, rules: AccessRules): Response | null {
  const wanted = request.headers.get("access-control-request-method");
  if (request.method !== "OPTIONS" || wanted === null || !path.startsWith("/api/")) return null;
  if (!isAllowedOrigin(request.headers.get("origin"), rules)) return null;
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": CORS_REQUEST_HEADERS,
      "access-control-max-age": "600",
    },
  });
}

/** The host the request was sent to, with its port. */
export function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

function hostRefusal(request: Request, path: string, { allowedHosts }: AccessRules): string | null {
  if (request.method === "GET" && ANY_HOST_PATHS.includes(path)) return null;
  const host = hostOf(request);
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const isKnown = name === "localhost" || isAddress(name) || allowedHosts.some((known) => known.toLowerCase() === name);
  return isKnown ? null : `host ${host} not allowed, start with --admin-allowed-host ${name} to allow it`;
}

function originRefusal(request: Request, path: string, rules: AccessRules): string | null {
  const isApi = path.startsWith("/api/"), origin = request.headers.get("origin");
  if (isApi && isAllowedOrigin(origin, rules)) return null;
  const site = request.headers.get("sec-fetch-site"), isElsewhere = site === "cross-site" || site === "same-site";
  // Reading by a page of another site gives it nothing, and would take one of few streams. Following a link is no such.
  const isQuietRead = isReading(request.method) && (!isApi || request.headers.get("sec-fetch-mode") === "navigate");
  if (isQuietRead) return null;
  if (isElsewhere) return "request from another site not allowed";
  if (isReading(request.method) || origin === null) return null;
  const isSame = URL.canParse(origin) && new URL(origin).host === hostOf(request);
  return isSame ? null : `request from origin ${origin} not allowed`;
}

function csrfRefusal(request: Request, path: string): string | null {
  if (isReading(request.method) || !path.startsWith("/api/")) return null;
  if (request.headers.get(CSRF_HEADER) === "1") return null;
  return `${request.method} ${path} not allowed without the header ${CSRF_HEADER}: 1`;
}

function isAllowedOrigin(origin: string | null, { corsOrigins }: AccessRules): boolean {
  return origin !== null && corsOrigins.includes(origin);
}

/** An IPv4 address, or an IPv6 one in brackets. */
function isAddress(name: string): boolean {
  if (name.startsWith("[") && name.endsWith("]")) return /^\[[0-9a-f:.]+\]$/.test(name);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
