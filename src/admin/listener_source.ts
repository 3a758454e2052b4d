/** What the admin server reads of listeners: what `/listeners` says, and what the console follows beside. `main/` implements it; tests hand in plain objects. */
import type { ListenerConfig } from "../config/listener_config.ts";
import type { RouteConfiguration } from "../config/route_config.ts";
import type { Unready } from "../control/timeline.ts";

/** One listener. */
export interface ListenerStatus {
  readonly config: ListenerConfig;
  readonly state: "active" | "draining" | "warming" | "failed";
  /** In the order of `config.addresses`, with real ports; empty when not bound. */
  readonly boundAddresses: readonly BoundAddress[];
  /** Why it failed; empty when it did not. */
  readonly error: string;
  readonly isDynamic: boolean;
  readonly versionInfo: string;
}

/** Where a listener is bound. */
export type BoundAddress =
  | { readonly kind: "ip"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string };

/** Why a listener is on its way out, and when that is over. */
export interface ListenerDrain {
  readonly reason: "removed" | "stopped" | "operator" | "shutdown";
  /** Until its sockets close or its connections are cut; null = never. */
  readonly endsInMs: number | null;
}

/** A listener as it is now. */
export interface ListenerGlance extends ListenerStatus {
  /** Wall clock. */
  readonly updatedMs: number;
  /** What is to serve under its name when it is ready, itself where nothing serves yet; null = nothing warms. */
  readonly warming: Pick<Unready, "version" | "waits"> | null;
  /** Null = it stays. */
  readonly drain: ListenerDrain | null;
  /** Versions before it whose connections may go on. */
  readonly older: readonly { readonly versionInfo: string; readonly endsInMs: number }[];
}

/** A listener of the last update that was not taken. */
export interface RefusedListener {
  readonly name: string;
  readonly details: string;
  readonly version: string;
}

/** Listeners as the console follows them. */
export interface ListenerSource {
  /** Those that serve, those that warm, those on their way out: one for each name. */
  glances(): readonly ListenerGlance[];
  refused(): readonly RefusedListener[];
  /** Routes that came by the subscription of this key; null = none have. */
  routesOf(key: string): RouteConfiguration | null;
  clusterState(name: string): "active" | "warming" | "missing";
}
