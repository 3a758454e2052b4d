/** One host of a cluster as main keeps it: who it is, what discovery says of it, and what is known of its health. */
import type { EndpointConfig } from "../../config/cluster_config.ts";

export class ControlHost {
  /** Unique for the life of the process. */
  readonly id: number;
  /** Its place in the counts that all workers share. */
  readonly slot: number;
  /** Changes in place while the address stays: weight, metadata, priority, what discovery says of its health. */
  endpoint: EndpointConfig;
  /** Bits of `HealthFlag`. Whoever changes them tells the {@link HostWatcher}. */
  flags: number;
  /** Wall clock, ms: slow start counts from here. */
  warmSinceMs: number;

  constructor(id: number, slot: number, endpoint: EndpointConfig, flags: number, warmSinceMs: number) {
    this.id = id;
    this.slot = slot;
    this.endpoint = endpoint;
    this.flags = flags;
    this.warmSinceMs = warmSinceMs;
  }
}

/** Sets flags of a host; health checks and outlier detection call it. Setting what is set already does nothing. */
export interface HostWatcher {
  changeFlags(host: ControlHost, set: number, cleared: number): void;
}
