/** What the console reads of listeners beside what `/listeners` says. `main/` implements it; tests hand in plain objects. */
import type { RouteConfiguration } from "../config/route_config.ts";
import type { Unready } from "../control/timeline.ts";
import type { ListenerStatus } from "./source.ts";

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
