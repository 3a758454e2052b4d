/** Endpoints that the configuration names and that never change (spec/upstream.md 3.2). */
import type { LoadAssignment } from "../../config/cluster_config.ts";
import type { Discovery, DiscoveryEvents } from "./discovery.ts";

export class StaticDiscovery implements Discovery {
  readonly #assignment: LoadAssignment;
  readonly #events: DiscoveryEvents;

  constructor(assignment: LoadAssignment, events: DiscoveryEvents) {
    this.#assignment = assignment;
    this.#events = events;
  }

  start(): void {
    this.#events.onEndpoints(this.#assignment);
    this.#events.onFirstResult("");
  }

  close(): void {}
}
