/**
 * Routing as a pure function: a request and a compiled route configuration give a route, or none. The data path and
 * everything that explains routing use this one (spec/http.md 2.1, 2.2).
 *
 * A virtual host that matches but has no matching route is the end of it: there is no second try with another one.
 */
import type { RouteConfiguration } from "../config/route_config.ts";
import { withoutPort } from "../http/authority.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import type { RouteEntry } from "./route_entry.ts";
import type { RouteInput } from "./route_input.ts";
import { VirtualHost, whyNot } from "./virtual_host.ts";
import { VirtualHosts } from "./virtual_hosts.ts";

const QUESTION_MARK = 63, HASH = 35, SEMICOLON = 59;

/** Why a request got the route it got. */
export interface RouteExplanation {
  /** The name the request asked for, as it was looked up; null = it named none. */
  readonly host: string | null;
  readonly virtualHost: string | null;
  /** Routes that were passed over, in order, each with the first condition that did not hold. */
  readonly passedOver: readonly { readonly route: RouteEntry; readonly failed: string }[];
  readonly route: RouteEntry | null;
}

export class RouteTable {
  readonly name: string;
  readonly #hosts = new VirtualHosts<VirtualHost>();
  readonly #only: VirtualHost | null;
  readonly #ignorePort: boolean;
  readonly #hostHeader: string;
  readonly #cutsParameters: boolean;

  constructor(config: RouteConfiguration) {
    this.name = config.name;
    this.#ignorePort = config.ignorePortInHostMatching;
    this.#hostHeader = config.vhostHeader;
    this.#cutsParameters = config.ignorePathParametersInPathMatching;
    for (const virtualHost of config.virtualHosts) {
      const compiled = new VirtualHost(virtualHost, config);
      for (const domain of virtualHost.domains) this.#hosts.add(domain, compiled);
    }
    // An absent `vhost_header` finds nothing, not even `*`.
    this.#only = this.#hostHeader === "host" ? this.#hosts.only : null;
  }

  /** The first route that matches, or null. */
  resolve(input: RouteInput): RouteEntry | null {
    const { head } = input;
    const host = this.#virtualHostOf(head);
    if (host === null) return null;
    const redirect = host.tlsRedirect(input);
    if (redirect !== null) return redirect;
    const route = host.find(input, head.pathBytes, head.pathStart, this.#pathEnd(head));
    return route === null ? null : route.forRequest(input);
  }

  /** The same decision, with why every route before it was passed over. */
  explain(input: RouteInput): RouteExplanation {
    const { head } = input;
    const host = this.#hostName(head), virtualHost = this.#virtualHostOf(head);
    const passedOver: { route: RouteEntry; failed: string }[] = [];
    const redirect = virtualHost?.tlsRedirect(input) ?? null;
    if (redirect !== null) return { host, virtualHost: virtualHost!.name, passedOver, route: redirect };
    const end = this.#pathEnd(head);
    for (const route of virtualHost?.routes ?? []) {
      const failed = whyNot(route, input, head.pathBytes, head.pathStart, end);
      if (failed === null) return { host, virtualHost: virtualHost!.name, passedOver, route: route.forRequest(input) };
      passedOver.push({ route, failed });
    }
    return { host, virtualHost: virtualHost?.name ?? null, passedOver, route: null };
  }

  /** A request whose `x-forwarded-proto` is empty has none, as in Envoy. */
  #virtualHostOf(head: RequestHead): VirtualHost | null {
    const { headers } = head, proto = headers.find(HeaderId.xForwardedProto);
    if (proto >= 0 && headers.valueStart(proto) === headers.valueEnd(proto)) return null;
    if (this.#only !== null) return this.#only;
    const name = this.#hostName(head);
    return name === null ? null : this.#hosts.find(name);
  }

  /** What virtual hosts are looked up by. */
  #hostName(head: RequestHead): string | null {
    const value = this.#hostHeader === "host" ? head.authority ?? "" : head.headers.getName(this.#hostHeader);
    return value === null || !this.#ignorePort ? value : withoutPort(value);
  }

  /** Where the part of the path ends that routes look at. */
  #pathEnd({ pathBytes, pathStart, pathEnd }: RequestHead): number {
    let end = pathStart;
    while (end < pathEnd) {
      const byte = pathBytes[end];
      if (byte === QUESTION_MARK || byte === HASH || byte === SEMICOLON && this.#cutsParameters) break;
      end++;
    }
    return end;
  }
}
