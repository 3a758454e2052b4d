/** Where configuration comes from and what became of it (spec/console.md 5.9): `GET /api/v1/xds` and the topic `xds`. */

import type { ConfigType } from "./config.ts";

/** One subscription; its key is `xds/ID`. */
export interface XdsItem {
  id: number;
  /** In words: `file /etc/envoy/cds.yaml`. */
  source: string;
  transport: "file" | "rest" | "grpc" | "delta_grpc";
  type: ConfigType;
  /** Names that are asked for; empty = all there are. */
  names: string[];
  since_ms: number;
  /** When the last message came, or did not; null = none did. */
  last_ms: number | null;
  /** When an update was taken last. */
  accepted_ms: number | null;
  version: string;
  resources: number;
  bytes: number | null;
  counts: { accepted: number; rejected: number; failed: number; timeouts: number };
  /** The update that was refused last, as long as none was taken after it. */
  nack: XdsNack | null;
  /** Why nothing comes; empty = something does. */
  last_error: string;
}

/** An update that was refused, all of it or a part. */
export interface XdsNack {
  version: string;
  error: string;
  /** At most 20 names. */
  resources: string[];
  at_ms: number;
  since_ms: number;
}

/** What became of one message. */
export interface XdsEvent {
  /** Rises by one. */
  id: number;
  at_ms: number;
  source: string;
  type: ConfigType;
  subject: string;
  version: string;
  result: "accepted" | "rejected" | "failed" | "timeout";
  resources: number;
  bytes: number | null;
  error: string;
}

/** Body of `GET /api/v1/xds`. */
export interface XdsView {
  as_of_ms: number;
  /** Rises with every change of the configuration. */
  revision: string;
  /** Where the bootstrap came from. */
  bootstrap: { path: string; loaded_ms: number };
  total: number;
  /** Refused ones first, then those that fail. */
  items: XdsItem[];
}

/** Body of `GET /api/v1/xds/events`: newest first. */
export interface XdsEvents {
  items: XdsEvent[];
}

/** Frames of the topic `xds`. The snapshot has the last events, newest first; later ones come oldest first. */
export type XdsFrame =
  | { op: "snapshot"; data: XdsView; events: XdsEvent[] }
  | { op: "upsert"; key: string; data: XdsItem }
  | { op: "remove"; key: string }
  | { op: "events"; data: XdsEvent[] }
  | { op: "revision"; revision: string; total: number };
