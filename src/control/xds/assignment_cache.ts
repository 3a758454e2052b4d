/**
 * The last endpoints that were taken of each service, for as long as any cluster asks for it: a new object of the same
 * service need not wait for what its predecessor has (spec/xds.md 9.2, 15).
 */
import type { EndpointsResource } from "../../config/load_resource.ts";

/** Endpoints, and when they came. */
export interface KeptAssignment {
  readonly endpoints: EndpointsResource;
  /** Wall clock, ms. */
  readonly sinceMs: number;
}

interface Entry {
  holders: number;
  kept: KeptAssignment | null;
}

export class AssignmentCache {
  readonly #entries = new Map<string, Entry>();

  /** Services that are asked for: a leak shows here. */
  get size(): number {
    return this.#entries.size;
  }

  /** Somebody asks for the service of that key (config/config_source.ts) from now on. */
  hold(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { holders: 1, kept: null });
    else entry.holders++;
  }

  /** No more. With the last one goes what is kept. */
  release(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && --entry.holders === 0) this.#entries.delete(key);
  }

  get(key: string): KeptAssignment | null {
    return this.#entries.get(key)?.kept ?? null;
  }

  /** Keeps endpoints of a service that is held; null = they hold no longer. */
  put(key: string, kept: KeptAssignment | null): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.kept = kept;
  }
}
