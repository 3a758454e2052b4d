/** The decisions on a request's way, in words: which candidates were passed over and why, and which one was taken. */
import type { RouteStep } from "../../admin/contract/route_trial.ts";
import type { RouteConfiguration } from "../../config/route_config.ts";
import { TLS_REDIRECT } from "../../route/redirect_action.ts";
import type { RouteEntry } from "../../route/route_entry.ts";
import type { RouteExplanation, RouteTable } from "../../route/route_table.ts";
import { placeOf } from "./route_places.ts";

/** One step that was taken. */
export function matchedStep(kind: RouteStep["kind"], name: string, reason: string, link = ""): RouteStep {
  return { kind, name, result: "matched", reason, link };
}

/** Path under `/console` of a route table. */
export function routesLink(name: string): string {
  return `/routes/${encodeURIComponent(name)}`;
}

/** From the virtual host on. */
export function routeSteps(found: RouteExplanation, table: RouteTable, config: RouteConfiguration): RouteStep[] {
  const { host, virtualHost, domain, matcher, passedOver, route } = found;
  const link = routesLink(table.name);
  if (virtualHost === null) {
    const reason = host === null
      ? `the header ${config.vhostHeader} is not there`
      : `no domain of ${table.name || "these routes"} fits ${JSON.stringify(host)}`;
    return [{ kind: "virtual_host", name: "", result: "skipped", reason, link }];
  }
  const steps = [matchedStep("virtual_host", virtualHost, domainReason(host ?? "", domain ?? "*"), link)];
  if (matcher === "no match") {
    steps.push({ kind: "route", name: "", result: "skipped", reason: "its matcher leads to no routes", link });
  }
  for (const { route, failed } of passedOver) steps.push(routeStep(route, "skipped", `wants ${failed}`));
  if (route === null) return steps;
  const reason = route.action === TLS_REDIRECT
    ? "the virtual host wants TLS: every request without it is redirected to https"
    : wantedText(route);
  return [...steps, routeStep(route, "matched", reason)];

  function routeStep(entry: RouteEntry, result: RouteStep["result"], reason: string): RouteStep {
    const place = placeOf(entry, table, config);
    return { kind: "route", name: entry.name, result, reason, link, ...place === null ? {} : { index: place.index } };
  }
}

/** All that a route asks for: `prefix "/api/" · header "x-v" is "2"`. */
export function wantedText({ path, conditions }: RouteEntry): string {
  return [path.wanted, ...(conditions ?? []).map(({ wanted }) => wanted)].filter((text) => text !== "").join(" · ");
}

function domainReason(host: string, domain: string): string {
  const asked = JSON.stringify(host);
  if (domain === "*") return `${asked} fits no other domain, and this one takes all`;
  if (domain.startsWith("*")) return `${asked} ends as ${domain} does, and no domain fits it closer`;
  if (domain.endsWith("*")) return `${asked} begins as ${domain} does, and no domain fits it closer`;
  return `${asked} is one of its domains`;
}
