/** What a codec counts: one set for all listeners, and one for each cluster whose hosts it talks to (spec/operations.md 12.4). */
import type { Counter } from "./metric.ts";
import type { StatScope } from "./store.ts";

/** `http1.`, made whole by the first connection that speaks it; what no part of denvoy moves stays 0. */
export class Http1CodecStats {
  readonly droppedHeaders: Counter;
  readonly rejectedRequests: Counter;
  readonly responseFlood: Counter;

  /** `scope`: of the process or of a cluster. */
  constructor(scope: StatScope) {
    const codec = scope.scope("http1");
    this.droppedHeaders = codec.counter("dropped_headers_with_underscores");
    codec.counter("metadata_not_supported_error");
    this.rejectedRequests = codec.counter("requests_rejected_with_underscores_in_headers");
    this.responseFlood = codec.counter("response_flood");
  }
}
