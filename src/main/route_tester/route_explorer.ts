/** The routes explorer and the route tester over what the control side holds. */
import type { RouteTestRequest, RouteTestResult } from "../../admin/contract/route_trial.ts";
import type { RouteConfigItem, RouteConfigView } from "../../admin/contract/routes.ts";
import { addressText } from "../../base/address_text.ts";
import { coarseHealth, isExcluded } from "../../config/host_health.ts";
import type { SocketAddress } from "../../config/socket_address.ts";
import type { ControlSide } from "../../control/control_side.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import type { ActionFacts } from "./action_text.ts";
import { sendRequest } from "./real_request.ts";
import { tableItem, virtualHostItems } from "./route_items.ts";
import { RouteTester } from "./route_tester.ts";

/** Of one cluster so many hosts are told. */
const MAX_HOSTS = 100;

export class RouteExplorer implements ActionFacts {
  readonly #control: ControlSide;
  readonly #bound: () => ReadonlyMap<string, readonly SocketAddress[]>;
  readonly #tester: RouteTester;
  #loop: EventLoop | null = null;

  /** `bound`: where listeners listen, with real ports. */
  constructor(control: ControlSide, bound: () => ReadonlyMap<string, readonly SocketAddress[]>) {
    this.#control = control;
    this.#bound = bound;
    this.#tester = new RouteTester({
      state: control.publisher.state,
      runtime: control.runtime.values,
      clusterState: (name) => this.clusterState(name),
      hostsOf: (name) => this.hostsOf(name),
    });
  }

  items(): RouteConfigItem[] {
    const items = new Map<string, RouteConfigItem>();
    for (const { listener, manager: { rds, scopedRoutes }, found: { config } } of this.#tester.tables()) {
      const known = items.get(config.name);
      if (known !== undefined) {
        if (!known.listeners.includes(listener)) known.listeners.push(listener);
        continue;
      }
      const source = rds !== null ? "rds" : scopedRoutes === null ? "static" : "scoped";
      items.set(config.name, tableItem(config, source, this.#versionOf(rds?.key), [listener]));
    }
    return [...items.values()];
  }

  view(name: string): RouteConfigView | null {
    const item = this.items().find((item) => item.name === name);
    const table = this.#tester.tables().find(({ found }) => found.config.name === name);
    if (item === undefined || table === undefined) return null;
    const { found: { config, table: compiled } } = table;
    return { ...item, hosts: virtualHostItems(config, compiled, this.#control.runtime.values, this) };
  }

  async test(request: RouteTestRequest): Promise<RouteTestResult | null> {
    const result = this.#tester.test(request);
    if (result === null || request.send !== true) return result;
    const listener = result.steps.find(({ kind }) => kind === "listener")?.name ?? "";
    const address = this.#bound().get(listener)?.[0];
    if (address === undefined) {
      const sent = {
        status: 0,
        duration_ms: 0,
        headers: [],
        body_bytes: 0,
        error: `listener ${listener} is not bound`,
      };
      return { ...result, sent };
    }
    this.#loop ??= new EventLoop();
    return { ...result, sent: await sendRequest(request, reachable(address), this.#loop) };
  }

  clusterState(name: string): "active" | "warming" | "missing" {
    const entry = this.#control.clusters.find(name);
    if (entry === null) return "missing";
    return entry.active === null ? "warming" : "active";
  }

  hostsOf(name: string): { address: string; eligible: boolean; why: string }[] {
    const hosts = this.#control.clusters.find(name)?.active?.hosts.hosts ?? [];
    return Array.from(hosts).slice(0, MAX_HOSTS).map(({ endpoint, flags }) => {
      const health = coarseHealth(flags), excluded = isExcluded(flags);
      return {
        address: addressText(endpoint.address),
        eligible: health !== "unhealthy" && !excluded,
        why: excluded ? "left out of balancing" : health,
      };
    });
  }

  #versionOf(key: string | undefined): string {
    if (key === undefined) return "";
    return this.#control.listening?.routes.states.find((state) => state.key === key)?.active?.version ?? "";
  }
}

/** Where this machine reaches a listener: one on all addresses by loopback. */
function reachable(address: SocketAddress): SocketAddress {
  if (address.kind !== "ip") return address;
  const host = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  return { ...address, host };
}
