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
import type { FormatContext } from "../observe/format/format_context.ts";
import type { RouteEntry } from "./route_entry.ts";
import type { RouteInput } from "./route_input.ts";
import { NO_TALLIES, type TallyMaker } from "./tally.ts";
import { routedPathEnd, withoutParameters } from "./routed_path.ts";
import { VirtualHost, whyNot } from "./virtual_host.ts";
import { VirtualHostSettings } from "./virtual_host_settings.ts";
import { VirtualHosts } from "./virtual_hosts.ts";

/** Why a request got the route it got. */
export interface RouteExplanation {
  /** The name the request asked for, as it was looked up; null = it named none. */
  readonly host: string | null;
  readonly virtualHost: string | null;
  /** The domain of it that the name fits, in lower case; null = there is no virtual host. */
  readonly domain: string | null;
  /** What the matcher of the virtual host came to; null = it has none, or was not asked. */
  readonly matcher: "match" | "no match" | null;
  /** Routes that were passed over, in order, each with the first condition that did not hold. */
  readonly passedOver: readonly { readonly route: RouteEntry; readonly failed: string }[];
  readonly route: RouteEntry | null;
}

export class RouteTable {
  readonly name: string;
  /** As configured, in order. */
  readonly virtualHosts: readonly VirtualHost[];
  readonly #hosts = new VirtualHosts<VirtualHost>();
  readonly #only: VirtualHost | null;
  readonly #ignorePort: boolean;
  readonly #hostHeader: string;
  readonly #dropsParameters: boolean;

  /** `formats` is what header values are made with, `makeTally` counts what routes tell apart. */
  constructor(config: RouteConfiguration, formats: FormatContext, makeTally: TallyMaker = NO_TALLIES) {
    this.name = config.name;
    this.#ignorePort = config.ignorePortInHostMatching;
    this.#hostHeader = config.vhostHeader;
    this.#dropsParameters = config.ignorePathParametersInPathMatching;
    this.virtualHosts = config.virtualHosts.map((virtualHost) => {
      const settings = new VirtualHostSettings(virtualHost, makeTally);
      const compiled = new VirtualHost({ configuration: config, virtualHost, settings, formats });
      for (const domain of virtualHost.domains) this.#hosts.add(domain, compiled);
      return compiled;
    });
    // An absent `vhost_header` finds nothing, not even `*`.
    this.#only = this.#hostHeader === "host" ? this.#hosts.only : null;
  }

  /** The first route that matches, or null. */
  resolve(input: RouteInput): RouteEntry | null {
    const { head } = input;
    const host = this.virtualHostOf(head);
    if (host === null) return null;
    const redirect = host.tlsRedirect(input);
    if (redirect !== null) return redirect;
    const end = routedPathEnd(head);
    const own = this.#dropsParameters ? withoutParameters(head.pathBytes, head.pathStart, end) : null;
    const route = own === null
      ? host.find(input, head.pathBytes, head.pathStart, end)
      : host.find(input, own, 0, own.length);
    return route === null ? null : route.forRequest(input);
  }

  /** The same decision, with why every route before it was passed over. */
  explain(input: RouteInput): RouteExplanation {
    const { head } = input;
    const host = this.#hostName(head), virtualHost = this.virtualHostOf(head);
    const passedOver: { route: RouteEntry; failed: string }[] = [];
    if (virtualHost === null) {
      return { host, virtualHost: null, domain: null, matcher: null, passedOver, route: null };
    }
    const { name, hasMatcher } = virtualHost, domain = this.#hosts.domainOf(host ?? "");
    const redirect = virtualHost.tlsRedirect(input);
    if (redirect !== null) return { host, virtualHost: name, domain, matcher: null, passedOver, route: redirect };
    const list = virtualHost.routesFor(input), path = head.pathBytes.subarray(head.pathStart, routedPathEnd(head));
    const own = (this.#dropsParameters ? withoutParameters(path, 0, path.length) : null) ?? path;
    const found = {
      host,
      virtualHost: name,
      domain,
      matcher: hasMatcher ? list === null ? "no match" : "match" : null,
    } as const;
    for (const route of list?.routes ?? []) {
      const failed = whyNot(route, input, own);
      if (failed === null) return { ...found, passedOver, route: route.forRequest(input) };
      passedOver.push({ route, failed });
    }
    return { ...found, passedOver, route: null };
  }

  /** The virtual host of a request, or null. One whose `x-forwarded-proto` is empty has none, as in Envoy. */
  virtualHostOf(head: RequestHead): VirtualHost | null {
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
}
