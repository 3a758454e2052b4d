/** One object of a listener, from the resource that made it: what it waits for, its sockets, and how it looks to admin. */
import type { ListenerUpdate } from "../../config/config_change.ts";
import type { RdsConfig } from "../../config/http_config.ts";
import type { ListenerConfig } from "../../config/listener_config.ts";
import type { ListenerSocket } from "../../config/listener_sockets.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import type { Wait } from "../timeline.ts";
import type { ListenerContent } from "./listener_content.ts";
import type { FetchedRoutes, RouteHold } from "./fetched_routes.ts";

/** A listener as a resource or the bootstrap has it, checked. */
export interface ListenerResource {
  readonly config: ListenerConfig;
  /** `Listener`, as it came. */
  readonly message: CanonicalMessage;
  readonly content: ListenerContent;
  readonly version: string;
}

/** Which object it is. */
export interface VersionPlace {
  /** Of an in-place update: that of the object it changes. */
  readonly incarnation: number;
  /** The active object whose filter chains it will change; null = it will take its place. */
  readonly inPlaceOf: ListenerVersion | null;
  /** Wall clock. */
  readonly updatedMs: number;
}

export class ListenerVersion {
  readonly resource: ListenerResource;
  readonly incarnation: number;
  readonly updatedMs: number;
  /** As Envoy shows it: what only changes filter chains keeps the version of what it changes. */
  readonly version: string;
  /** It changes no more than the filter chains of the active object. */
  readonly isInPlace: boolean;
  /** With real ports. */
  sockets: readonly ListenerSocket[];
  readonly #revision: number;
  #holds: readonly RouteHold[] = [];
  #isReleased = false;

  constructor(resource: ListenerResource, { incarnation, inPlaceOf, updatedMs }: VersionPlace) {
    this.resource = resource;
    this.incarnation = incarnation;
    this.updatedMs = updatedMs;
    this.version = inPlaceOf?.version ?? resource.version;
    this.isInPlace = inPlaceOf !== null;
    this.#revision = inPlaceOf === null ? 0 : inPlaceOf.#revision + 1;
    this.sockets = inPlaceOf?.sockets ?? [];
  }

  get config(): ListenerConfig {
    return this.resource.config;
  }

  /** For workers. */
  get update(): ListenerUpdate {
    return { config: this.config, incarnation: this.incarnation, revision: this.#revision };
  }

  /** All that it is not ready without. */
  get waits(): Wait[] {
    return this.#holds.flatMap(({ wait }) => wait ?? []);
  }

  get isReady(): boolean {
    return this.#holds.every(({ wait }) => wait === null);
  }

  /** `onReady`: whenever something it waits for has come. */
  startWaiting(routes: FetchedRoutes, onReady: () => void): void {
    const holds: RouteHold[] = [];
    this.#holds = holds;
    for (const [rds, statPrefix] of rdsOf(this.config)) {
      holds.push(routes.hold(rds, statPrefix, () => {
        if (!this.#isReleased) onReady();
      }));
    }
  }

  /** Nobody is served by it any more. */
  release(): void {
    this.#isReleased = true;
    for (const hold of this.#holds) hold.release();
    this.#holds = [];
  }
}

/** What its connection managers refer to, each with the manager's `stat_prefix`. */
export function rdsOf(config: ListenerConfig): (readonly [rds: RdsConfig, statPrefix: string])[] {
  return config.filterChains.flatMap(({ filters }) =>
    filters.flatMap(({ rds, statPrefix }) => rds === null ? [] : [[rds, statPrefix] as const])
  );
}
