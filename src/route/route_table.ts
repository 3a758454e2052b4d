/**
 * Routing as a pure function: a request head and a compiled route configuration give a route, or none. The data path and
 * everything that explains routing use this one (spec/http.md 2.1, 2.2).
 *
 * A virtual host that matches but has no matching route is the end of it: there is no second try with another one.
 */
import type { RouteConfiguration, VirtualHostConfig } from "../config/route_config.ts";
import { HeaderId } from "../http/header_names.ts";
import type { RequestHead } from "../http/request_head.ts";
import { RouteEntry } from "./route_entry.ts";
import { VirtualHosts } from "./virtual_hosts.ts";

const QUESTION_MARK = 63;

interface VirtualHost {
  readonly name: string;
  readonly routes: readonly RouteEntry[];
}

export class RouteTable {
  readonly name: string;
  readonly #hosts = new VirtualHosts<VirtualHost>();
  readonly #only: VirtualHost | null;
  readonly #ignorePort: boolean;

  constructor(config: RouteConfiguration) {
    this.name = config.name;
    this.#ignorePort = config.ignorePortInHostMatching;
    for (const virtualHost of config.virtualHosts) {
      const compiled = compileVirtualHost(virtualHost, config);
      for (const domain of virtualHost.domains) this.#hosts.add(domain, compiled);
    }
    this.#only = this.#hosts.only;
  }

  /** The first route that matches, or null. */
  resolve(head: RequestHead): RouteEntry | null {
    const host = this.#only ?? this.#findHost(head);
    if (host === null) return null;
    const bytes = head.pathBytes, start = head.pathStart;
    let end = start;
    while (end < head.pathEnd && bytes[end] !== QUESTION_MARK) end++;
    const routes = host.routes;
    for (let i = 0; i < routes.length; i++) {
      const route = routes[i]!;
      if (route.matches(bytes, start, end)) return route;
    }
    return null;
  }

  #findHost(head: RequestHead): VirtualHost | null {
    const authority = head.headers.get(HeaderId.host) ?? "";
    return this.#hosts.find(this.#ignorePort ? withoutPort(authority) : authority);
  }
}

function compileVirtualHost(config: VirtualHostConfig, outer: RouteConfiguration): VirtualHost {
  const { name, routes } = config;
  const levels = [config.filterOverrides, outer.filterOverrides];
  return { name, routes: routes.map((route) => new RouteEntry(route, name, levels)) };
}

/** `host:port` without its port; an IPv6 literal keeps its brackets. */
function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(":");
  return colon < 0 || authority.indexOf("]", colon) >= 0 ? authority : authority.slice(0, colon);
}
