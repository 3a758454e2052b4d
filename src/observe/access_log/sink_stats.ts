/** The `filesystem.` figures (spec/operations.md 8.4): what happened to the lines of every access log of a worker. */
import type { Counter, Gauge } from "../stats/metric.ts";
import type { StatScope } from "../stats/store.ts";

export class SinkStats {
  /** Lines put into a buffer. */
  readonly writeBuffered: Counter;
  /** Writes that reached the file. */
  readonly writeCompleted: Counter;
  readonly writeFailed: Counter;
  /** Lines lost because the file was too slow. Differs from Envoy: it has no such figure and no such bound. */
  readonly writeDropped: Counter;
  readonly flushedByTimer: Counter;
  readonly reopenFailed: Counter;
  /** Bytes that wait. */
  readonly writeTotalBuffered: Gauge;

  /** `scope` is `filesystem`. */
  constructor(scope: StatScope) {
    this.writeBuffered = scope.counter("write_buffered");
    this.writeCompleted = scope.counter("write_completed");
    this.writeFailed = scope.counter("write_failed");
    this.writeDropped = scope.counter("write_dropped");
    this.flushedByTimer = scope.counter("flushed_by_timer");
    this.reopenFailed = scope.counter("reopen_failed");
    this.writeTotalBuffered = scope.gauge("write_total_buffered");
  }
}
