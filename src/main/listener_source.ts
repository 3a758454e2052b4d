/** What the console reads of this process's listeners: the doorway `admin/listener_source.ts` asks for. */
import type {
  BoundAddress,
  ListenerDrain,
  ListenerGlance,
  ListenerSource,
  ListenerStatus,
  RefusedListener,
} from "../admin/listener_source.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import type { ConfigState } from "../control/config_state.ts";
import type { DirectionDrain, DrainStatus } from "../control/listener/direction_drain.ts";
import type { Lds } from "../control/listener/lds.ts";
import type { ListenerEntry, ListenerManager } from "../control/listener/listener_manager.ts";
import type { ListenerVersion } from "../control/listener/listener_version.ts";

/** What it reads of the control side. */
interface ControlView {
  readonly listening: {
    readonly manager: ListenerManager;
    readonly drain: Pick<DirectionDrain, "status">;
    readonly lds: Pick<Lds, "errors"> | null;
  } | null;
  readonly publisher: { readonly state: Pick<ConfigState, "routesOf"> };
  readonly clusters: { find(name: string): { readonly active: object | null } | null };
}

/** What a {@link ProcessListeners} reads. */
export interface ListenerParts {
  readonly control: () => ControlView | null;
  /** Where listeners listen, with real ports; null = there are no workers yet. */
  readonly bound: () => ReadonlyMap<string, readonly SocketAddress[]> | null;
  /** The process is on its way out. */
  readonly isEnding: () => boolean;
}

/** The listeners of this process. */
export class ProcessListeners implements ListenerSource {
  readonly #parts: ListenerParts;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Those that serve, or will when the start is over. */
  statuses(): ListenerStatus[] {
    const manager = this.#parts.control()?.listening?.manager;
    return Array.from(manager?.entries ?? []).flatMap(({ active, isStatic }) => {
      return active === null ? [] : [this.#statusOf(manager!, active, isStatic)];
    });
  }

  glances(): readonly ListenerGlance[] {
    const listening = this.#parts.control()?.listening;
    if (listening === undefined || listening === null) return [];
    const { manager, drain: { status } } = listening, drains = manager.drains;
    const refused = new Map((listening.lds?.errors ?? []).map(({ name, details }) => [name, details]));
    const older = (name: string) =>
      drains.filter(({ version }) => version.config.name === name)
        .map(({ version, endsInMs }) => ({ versionInfo: version.version, endsInMs }));
    const glances = Array.from(manager.entries, (entry): ListenerGlance => {
      const version = entry.active ?? entry.warming!;
      const base = this.#statusOf(manager, version, entry.isStatic), drain = this.#drainOf(manager, version, status);
      const details = refused.get(entry.name);
      return {
        ...base,
        state: entry.active === null || base.boundAddresses.length === 0
          ? "warming"
          : drain !== null
          ? "draining"
          : "active",
        error: details === undefined ? "" : `the last update was refused: ${details}`,
        updatedMs: version.updatedMs,
        warming: warmingOf(entry),
        drain,
        older: older(entry.name),
      };
    });
    const named = new Set(glances.map(({ config }) => config.name));
    for (const { version, endsInMs, isInPart } of [...drains].reverse()) {
      const { config: { name }, sockets } = version;
      if (isInPart || named.has(name)) continue;
      named.add(name);
      glances.push({
        config: version.config,
        state: "draining",
        boundAddresses: sockets.map(({ address }) => boundAddress(address)),
        error: "",
        isDynamic: true,
        versionInfo: version.version,
        updatedMs: version.updatedMs,
        warming: null,
        drain: { reason: "removed", endsInMs },
        older: older(name).slice(0, -1),
      });
    }
    return glances;
  }

  refused(): readonly RefusedListener[] {
    return this.#parts.control()?.listening?.lds?.errors ?? [];
  }

  routesOf(key: string): RouteConfiguration | null {
    return this.#parts.control()?.publisher.state.routesOf(key) ?? null;
  }

  clusterState(name: string): "active" | "warming" | "missing" {
    const entry = this.#parts.control()?.clusters.find(name) ?? null;
    if (entry === null) return "missing";
    return entry.active === null ? "warming" : "active";
  }

  #statusOf(manager: ListenerManager, version: ListenerVersion, isStatic: boolean): ListenerStatus {
    const { config, version: versionInfo } = version, isStopped = manager.isStopped(version);
    // Where a stopped one was bound is still told.
    const addresses = isStopped
      ? version.sockets.map(({ address }) => address)
      : this.#parts.bound()?.get(config.name) ?? [];
    const isDraining = this.#parts.isEnding() || isStopped;
    const state = addresses.length === 0 ? "warming" : isDraining ? "draining" : "active";
    return { config, state, boundAddresses: addresses.map(boundAddress), error: "", isDynamic: !isStatic, versionInfo };
  }

  #drainOf(manager: ListenerManager, version: ListenerVersion, status: DrainStatus): ListenerDrain | null {
    if (manager.isStopped(version)) return { reason: "stopped", endsInMs: null };
    if (this.#parts.isEnding()) return { reason: "shutdown", endsInMs: null };
    return isTold(version.config, status) ? { reason: "operator", endsInMs: status.closesInMs } : null;
  }
}

/** `/drain_listeners` meant it. */
function isTold({ trafficDirection }: ListenerConfig, { drains: { allMs, inboundMs } }: DrainStatus): boolean {
  return allMs !== null || inboundMs !== null && trafficDirection === "INBOUND";
}

/** Before workers serve an object is active and may still wait. */
function warmingOf({ active, warming }: ListenerEntry): ListenerGlance["warming"] {
  const one = warming ?? active!;
  if (warming === null && one.isReady) return null;
  return { version: one.version, waits: one.waits };
}

function boundAddress(address: SocketAddress): BoundAddress {
  return address.kind === "ip"
    ? { kind: "ip", host: address.host, port: address.port }
    : { kind: "pipe", path: address.path };
}
