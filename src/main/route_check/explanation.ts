/**
 * Why a test's request got the route it got, for `--details`: every route that was passed over with what it wanted, and
 * the one that was taken, by their positions in the virtual host.
 */
import { TLS_REDIRECT } from "../../route/redirect_action.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteExplanation } from "../../route/route_table.ts";

/** One line each, without an indent. */
export function explanationLines({ host, virtualHost, matcher, passedOver, route }: RouteExplanation): string[] {
  const asked = host === null ? "the header that names the host is not there" : `host ${JSON.stringify(host)}`;
  if (virtualHost === null) return [`${asked}: no virtual host`];
  const lines = [`${asked}: virtual host ${JSON.stringify(virtualHost)}`];
  if (matcher !== null) lines.push(`its matcher leads to ${matcher === "match" ? "these routes" : "no routes"}`);
  passedOver.forEach(({ route, failed }, at) => lines.push(`${title(at, route)} passed over, wanted ${failed}`));
  if (route === null) lines.push("no route taken");
  else if (route.action === TLS_REDIRECT) lines.push("no route tried: require_tls redirects to https");
  else lines.push(`${title(passedOver.length, route)} taken`);
  return lines;
}

function title(at: number, { name }: RouteEntry): string {
  return name === "" ? `route ${at}` : `route ${at} ${JSON.stringify(name)}`;
}
