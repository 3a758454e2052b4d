/**
 * Makes of a request the one that a redirect of the upstream asks for (spec/http.md 3). The checks come in Envoy's order,
 * each with a counter of its own; the first that fails leaves the head as it was, and the answer to the client.
 */
import type { TerminalHandle } from "../../filter/http_filter.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import { RequestHead } from "../../http/request_head.ts";
import { schemeOf } from "../../http/scheme.ts";
import { type InternalRedirectPolicy, RedirectHistory } from "../../route/internal_redirect_policy.ts";
import { redirectTarget } from "../../route/redirect_target.ts";
import type { RedirectStats } from "./redirect_stats.ts";

const SEE_OTHER = 303;

/** What has become of a redirect: left to the client, or followed, with or without what followed the request's head. */
export type RedirectChoice = "left" | "followed" | "followed without body";

/** Unless it is left, the request's head is that of the new request now; `stream.response` holds the redirect. */
export function followRedirect(
  stream: TerminalHandle,
  policy: InternalRedirectPolicy,
  stats: RedirectStats,
): RedirectChoice {
  const { request, response } = stream;
  const location = response.headers.get(HeaderId.location);
  if (location === null) return "left";
  const target = redirectTarget(location);
  if (target === null) {
    stats.badLocation.inc();
    return "left";
  }
  // A client that has come without TLS asked by `http`, whatever was said on its behalf.
  const isHttps = stream.view.connection.tls !== null && schemeOf(request) !== "http",
    isTargetHttps = target.scheme === "https";
  if (isHttps !== isTargetHttps && !policy.allowsCrossScheme) {
    stats.unsafeScheme.inc();
    return "left";
  }
  const history = stream.redirects ??= new RedirectHistory();
  if (history.count >= policy.maxRedirects) {
    stats.tooManyRedirects.inc();
    return "left";
  }
  const before = new RequestHead();
  before.assign(request);
  copyHeaders(policy.responseHeadersToCopy, response.headers, request.headers);
  request.scheme = target.scheme;
  request.headers.set(HeaderId.host, target.authority);
  request.path = target.path;
  const route = stream.findRoute();
  if (route === null || !policy.accepts({ routeName: route.name, isHttps, isTargetHttps }, history)) {
    (route === null ? stats.noRoute : stats.predicate).inc();
    request.assign(before);
    before.release();
    return "left";
  }
  const becomesGet = response.status === SEE_OTHER && request.methodId !== Method.get &&
    request.methodId !== Method.head;
  if (becomesGet) becomeGet(request);
  history.count++;
  const asked = `${isHttps ? "https" : "http"}://${before.authority ?? ""}${before.path}`;
  request.headers.set(HeaderId.xEnvoyOriginalUrl, asked);
  before.release();
  return becomesGet ? "followed without body" : "followed";
}

/** What the redirect does not have, the request has no more either. */
function copyHeaders(names: readonly string[], from: HeaderList, to: HeaderList): void {
  for (const name of names) {
    to.removeName(name);
    for (const [found, value] of from.entries()) if (found === name) to.addName(name, value);
  }
}

function becomeGet(request: RequestHead): void {
  request.setMethod(Method.get);
  request.contentLength = -1;
  request.isChunked = false;
  request.headers.remove(HeaderId.contentLength);
}
