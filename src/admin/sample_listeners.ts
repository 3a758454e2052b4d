/** For tests: the listeners of a sample source as the console follows them; tests change the fields. */
import type { RouteConfiguration } from "../config/route_config.ts";
import type { ListenerGlance, ListenerSource, ListenerStatus, RefusedListener } from "./listener_source.ts";

export class SampleListeners implements ListenerSource {
  readonly #statuses: () => readonly ListenerStatus[];
  /** What is out of the ordinary, by name. */
  readonly changes = new Map<string, Partial<ListenerGlance>>();
  readonly routes = new Map<string, RouteConfiguration>();
  refusedList: RefusedListener[] = [];

  constructor(statuses: () => readonly ListenerStatus[]) {
    this.#statuses = statuses;
  }

  glances(): readonly ListenerGlance[] {
    return this.#statuses().map((status) => ({
      ...status,
      updatedMs: Date.UTC(2026, 0, 1),
      warming: null,
      drain: null,
      older: [],
      ...this.changes.get(status.config.name),
    }));
  }

  refused(): readonly RefusedListener[] {
    return this.refusedList;
  }

  routesOf(key: string): RouteConfiguration | null {
    return this.routes.get(key) ?? null;
  }

  clusterState(name: string): "active" | "missing" {
    return name === "gone" ? "missing" : "active";
  }
}
