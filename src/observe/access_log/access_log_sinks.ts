/**
 * The access log sinks of one worker: one for each place, shared by every logger that names it, so that its lines keep
 * their order and never mix. A sink lives as long as its worker, as in Envoy: an old configuration's streams may still
 * end and be logged.
 */
import type { Logger } from "../../base/log.ts";
import type { TimerWheel } from "../../base/timer_wheel.ts";
import type { AccessLogConfig } from "../../config/access_log_config.ts";
import type { StatStore } from "../stats/store.ts";
import { FileSink, type FileSinkContext, type FileSinkTarget } from "./file_sink.ts";
import type { AccessLogSinkSource } from "./logger.ts";
import { SinkStats } from "./sink_stats.ts";

/** What a worker hands to its access logs. */
export interface AccessLogContext {
  readonly stats: StatStore;
  readonly wheel: TimerWheel;
  /** The worker's logger `file`. */
  readonly log: Logger;
  readonly fileFlushIntervalMs: number;
  readonly fileFlushMinBytes: number;
}

/** A place, as a configured log names it. */
type AccessLogTarget = Pick<AccessLogConfig, "sink" | "path">;

export class AccessLogSinks implements AccessLogSinkSource {
  readonly #context: FileSinkContext;
  readonly #sinks = new Map<string, FileSink>();

  constructor({ stats, wheel, log, fileFlushIntervalMs, fileFlushMinBytes }: AccessLogContext) {
    this.#context = {
      stats: new SinkStats(stats.scope("filesystem")),
      wheel,
      log,
      flushIntervalMs: fileFlushIntervalMs,
      flushMinBytes: fileFlushMinBytes,
    };
  }

  sinkFor(config: AccessLogTarget): FileSink {
    const target = targetOf(config);
    const key = target.kind === "file" ? target.path : `/dev/${target.kind}`;
    let sink = this.#sinks.get(key);
    if (sink === undefined) {
      sink = new FileSink(target, this.#context);
      this.#sinks.set(key, sink);
    }
    return sink;
  }

  /** Opens every file anew: SIGUSR1 and `POST /reopen_logs`. */
  reopen(): void {
    for (const sink of this.#sinks.values()) sink.reopen();
  }

  /** Resolves when all that is buffered has been written. */
  async flush(): Promise<void> {
    await Promise.all(Array.from(this.#sinks.values(), (sink) => sink.flush()));
  }

  /** Flushes and closes all: the worker ends. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#sinks.values(), (sink) => sink.close()));
  }
}

/** `/dev/stdout` as a path is the stream itself: opening it fails where the stream is a socket. */
function targetOf({ sink, path }: AccessLogTarget): FileSinkTarget {
  if (sink !== "file") return { kind: sink };
  if (path === "/dev/stdout") return { kind: "stdout" };
  if (path === "/dev/stderr") return { kind: "stderr" };
  return { kind: "file", path };
}
