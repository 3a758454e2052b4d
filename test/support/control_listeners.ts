/**
 * The control side of listeners without workers: what would be told to them is written down, sockets can be had unless a
 * test says otherwise, and routes come when a test sends them.
 */
import { ManualClock } from "../../src/base/clock.ts";
import { ConfigError } from "../../src/base/errors.ts";
import { LOGGER_NAMES, Loggers, LogLevel } from "../../src/base/log.ts";
import type { ListenerUpdate, RoutesUpdate } from "../../src/config/config_change.ts";
import type { ListenerDrains } from "../../src/config/listener_drains.ts";
import type { BindFailure, ListenerSocket, SocketOrder } from "../../src/config/listener_sockets.ts";
import type { ReceivedResource } from "../../src/config/discovery_response.ts";
import type { RdsConfig } from "../../src/config/http_config.ts";
import type { SocketAddress } from "../../src/config/socket_address.ts";
import { type CanonicalMessage, SourceMap } from "../../src/config/source_map.ts";
import { listenerContent } from "../../src/control/listener/listener_content.ts";
import { ListenerManager } from "../../src/control/listener/listener_manager.ts";
import type { ListenerResource } from "../../src/control/listener/listener_version.ts";
import type { BindOutcome, ListenerWorkers } from "../../src/control/listener/listener_workers.ts";
import { FetchedRoutes } from "../../src/control/listener/fetched_routes.ts";
import { Timeline } from "../../src/control/timeline.ts";
import type { ResourceWatcher, Subscription } from "../../src/control/xds/subscription.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { routeConfiguration } from "./route_configs.ts";
import { listenerConfig, type ListenerText } from "./worker_listeners.ts";

/** Workers that write down what they are told. */
export class ScriptedWorkers implements ListenerWorkers {
  readonly count = 2;
  /** What they serve: names and incarnations. */
  serving: readonly ListenerUpdate[] = [];
  sockets: readonly ListenerSocket[] = [];
  /** Each order, in short: keys, those that are only tried in brackets. */
  readonly orders: string[] = [];
  readonly routes: RoutesUpdate[] = [];
  readonly drains: ListenerDrains[] = [];
  served = 0;
  /** Addresses that cannot be had, as `host:port`. */
  readonly taken = new Set<string>();
  #nextPort = 50_000;

  bind(orders: readonly SocketOrder[]): Promise<BindOutcome> {
    this.orders.push(orders.map(({ key, isTrial }) => isTrial ? `(${key})` : key).join(" "));
    const bound = new Map<string, SocketAddress>(), failed: BindFailure[] = [];
    for (const { key, listenerName, address } of orders) {
      if (address.kind === "ip" && this.taken.has(`${address.host}:${address.port}`)) {
        failed.push({ key, listenerName, address, reason: "Address already in use" });
      } else if (address.kind === "ip" && address.port === 0) bound.set(key, { ...address, port: this.#nextPort++ });
      else bound.set(key, address);
    }
    return Promise.resolve({ bound, failed });
  }

  serve(listeners: readonly ListenerUpdate[], sockets: readonly ListenerSocket[]): void {
    this.served++;
    this.serving = listeners;
    this.sockets = sockets;
  }

  publishRoutes(update: RoutesUpdate): void {
    this.routes.push(update);
  }

  drain(drains: ListenerDrains): void {
    this.drains.push(drains);
  }

  /** `name#incarnation` of each. */
  get names(): string[] {
    return this.serving.map(({ config, incarnation }) => `${config.name}#${incarnation}`);
  }

  get keys(): string[] {
    return this.sockets.map(({ key }) => key);
  }
}

/** A subscription in a test's hand. */
export class ScriptedSubscription implements Subscription {
  readonly watcher: ResourceWatcher;
  readonly names: string[] = [];
  isClosed = false;

  constructor(watcher: ResourceWatcher) {
    this.watcher = watcher;
  }

  start(names: readonly string[]): void {
    this.names.push(...names);
  }

  update(): void {}

  close(): void {
    this.isClosed = true;
  }

  /** Brings these, all there are. */
  bring(...resources: readonly ReceivedResource[]): ReturnType<ResourceWatcher["onUpdate"]> {
    return this.watcher.onUpdate({ version: "1", resources, removed: [], isFullSet: true });
  }
}

/** What a test says of a listener, and the routes it refers to. */
export interface ControlListenerText extends ListenerText {
  /** The name of the route configuration that comes by RDS. */
  readonly rds?: string;
  readonly version?: string;
}

/** Routes of that name, from a file of that name. */
export function rdsConfig(name: string): RdsConfig {
  const source = { kind: "path", path: name, watchedDirectory: "", initialFetchTimeoutMs: 15_000 } as const;
  return { key: `key of ${name}`, routeConfigName: name, source };
}

/** A listener as a resource. Fields that denvoy makes nothing of can stand in `inert`. */
export function listenerResource(text: ControlListenerText, inert: CanonicalMessage = {}): ListenerResource {
  const { name = "web", port = 80, body = "hi", fields = [], rds = "", version = "1" } = text;
  const read = listenerConfig(text);
  const filterChains = read.filterChains.map((chain) => ({
    ...chain,
    filters: chain.filters.map((filter) => ({
      ...filter,
      rds: rds === "" ? null : rdsConfig(rds),
    })),
  }));
  const message = { name, port, fields, ...inert, filter_chains: [{ body, rds }] };
  return { config: { ...read, filterChains }, message, content: listenerContent(message), version };
}

/** A `RouteConfiguration` as a resource. */
export function routesResource(name: string, more: CanonicalMessage = {}, version = "1"): ReceivedResource {
  const message = { "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", name, ...more };
  return { name, version, message, sourceMap: new SourceMap(), problems: [] };
}

/** Managers of listeners and routes, and all that they use. */
export class ControlListeners {
  readonly clock = new ManualClock();
  readonly loop = new EventLoop({ clock: this.clock, alarm: { wakeIn() {}, silence() {} } });
  readonly book = new StatBook();
  readonly workers = new ScriptedWorkers();
  readonly timeline = new Timeline();
  /** By route configuration, the newest. */
  readonly subscriptions = new Map<string, ScriptedSubscription>();
  readonly logged: string[] = [];
  readonly routes: FetchedRoutes;
  readonly listeners: ListenerManager;
  settled = 0;

  constructor() {
    const nowMs = () => this.clock.wallMs();
    this.routes = new FetchedRoutes({
      workers: this.workers,
      stats: this.book.own,
      timeline: this.timeline,
      nowMs,
      text: (name) => this.book.text(name),
      clusters: { isKnown: () => true },
      subscribe: ({ path }, _messageName, _stats, watcher) => {
        const subscription = new ScriptedSubscription(watcher);
        this.subscriptions.set(path, subscription);
        return subscription;
      },
      loader: {
        routes: ({ name, message }) => {
          if (message["bad"] === true) throw new ConfigError([{ path: "virtual_hosts", reason: "is bad" }]);
          return { config: routeConfiguration(`{ name: ${name} }`), warnings: [] };
        },
      },
    });
    const loggers = new Loggers(
      (record) => this.logged.push(record.text),
      0,
      LOGGER_NAMES.map(() => LogLevel.INFO),
      false,
    );
    this.listeners = new ListenerManager({
      loop: this.loop,
      scope: this.book.own.scope("listener_manager"),
      timeline: this.timeline,
      workers: this.workers,
      routes: this.routes,
      drainTimeMs: 600_000,
      nowMs,
      log: loggers.logger("config"),
    }, { onChange: () => {}, onSettled: () => this.settled++ });
  }

  /** Takes these in and these out. Returns why some were not taken. */
  async update(resources: readonly ListenerResource[], removed: readonly string[] = []): Promise<string[]> {
    const refused = await this.listeners.update(removed, resources);
    return refused.map(({ resource, reason }) => `${resource.config.name}: ${reason}`);
  }

  stat(name: string): number {
    this.book.own.flushDefinitions();
    return this.book.valueOf(`listener_manager.${name}`);
  }

  /** Each name's state: `a=active`. */
  get states(): string[] {
    return Array.from(
      this.listeners.entries,
      ({ name, active, warming }) =>
        `${name}=${[...active === null ? [] : ["active"], ...warming === null ? [] : ["warming"]].join("+")}`,
    );
  }

  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.loop.tick();
  }

  /** Nothing is left behind. */
  close(): void {
    this.listeners.close();
    this.routes.close();
  }
}
