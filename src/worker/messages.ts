/**
 * Every message between the main thread and a worker.
 *
 * All are plain values that structured clone can carry; only SharedArrayBuffers are shared. Messages of one direction
 * arrive in the order they were sent, so the life of a worker is a conversation:
 *
 * ```
 *   main                                worker
 *   start            ───────────────▶
 *                    ◀───────────────  ready            (may take a snapshot)
 *   apply            ───────────────▶                   (compiled, swapped between two events)
 *                    ◀───────────────  stats_defined*   (before the first value of a new stat is written)
 *                    ◀───────────────  applied          (or bug: the snapshot before it stays)
 *   listen           ───────────────▶                   (binds what is missing, closes what is no longer named; again
 *                                                        with every change of sockets, before the `apply` that is why)
 *                    ◀───────────────  listened
 *                    ◀───────────────  outlier_detected*  (at any time)
 *   health           ───────────────▶                   (at any time: every request from now on)
 *   drain_listeners  ───────────────▶                   (likewise)
 *   log_levels       ───────────────▶                   (at any time: every record from now on)
 *   drain            ───────────────▶
 *                    ◀───────────────  drain_progress*  (until activeRequests is 0)
 *   stop             ───────────────▶
 *                    ◀───────────────  stopped          (nothing after it)
 * ```
 *
 * Requests never wait for a message. Sources: spec/operations.md 1.2, 1.3, 3 and 16.
 */

import type { LogLevel, LogRecord } from "../base/log.ts";
import type { ConfigChange } from "../config/config_change.ts";
import type { BindFailure, SocketOrder } from "../config/listener_sockets.ts";
import type { ListenerDrains } from "../config/listener_drains.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import type { StatDefinitions } from "../observe/stats/definitions.ts";
import type { DrainStrategy } from "../proxy/drain.ts";
import type { RowKind } from "../upstream/shared_hosts.ts";

// ---- to a worker

/** What main tells a worker. */
export type ToWorker =
  | StartMessage
  | ApplyMessage
  | ListenMessage
  | HealthMessage
  | DrainListenersMessage
  | DrainMessage
  | StopMessage
  | ReopenLogsMessage
  | LogLevelsMessage
  | PingMessage
  | CrashMessage;

/** The first message, once. Answered by `ready`. */
export interface StartMessage {
  readonly kind: "start";
  /** From 0. A replacement has the index of the worker it replaces. */
  readonly workerIndex: number;
  readonly concurrency: number;
  /** How many workers had this index before: 0 for the first. Part of random seeds, so that ids never repeat. */
  readonly incarnation: number;
  /** By position in LOGGER_NAMES. */
  readonly logLevels: readonly LogLevel[];
  /** The log format shows file, line or function: records must carry them. They cost a stack trace each. */
  readonly logLocations: boolean;
  /** Access log files: `--file-flush-interval-msec` and `--file-flush-min-size-kb`. */
  readonly fileFlushIntervalMs: number;
  readonly fileFlushMinBytes: number;
  /** How listeners and filter chains drain that are removed or replaced: `--drain-strategy`, `--drain-time-s`. */
  readonly drainStrategy: DrainStrategy;
  readonly drainTimeMs: number;
  /** The process was started with DENVOY_TEST_HOOKS=1: `crash` is obeyed. */
  readonly testHooks: boolean;
}

/** A change of the configuration; the first one holds all there is. Answered by `applied`. */
export interface ApplyMessage {
  readonly kind: "apply";
  readonly change: ConfigChange;
  /**
   * Where the process-wide counts of clusters are: the pages that this worker does not have yet, in order. Pages are added,
   * never replaced. See upstream/shared_limits.ts.
   */
  readonly limitPages: readonly SharedArrayBuffer[];
  /** And those of hosts: see upstream/shared_hosts.ts. */
  readonly hostPages: readonly SharedArrayBuffer[];
}

/**
 * The sockets this worker shall have, all of them: it binds what is missing and closes what is not named. One that is bound
 * already stays as it is, whatever listener serves it. Answered by one `listened`.
 *
 * Worker 0 is told of all sockets; the others of no unix sockets, and of none with `enable_reuse_port: false`. Worker 0 sees
 * port 0 where the configuration has it and reports what the kernel picked; everyone else, and its own replacement, is given
 * the real port. A unix socket's file may still be there from a process or worker that died: it is replaced.
 */
export interface ListenMessage {
  readonly kind: "listen";
  /** Rises with every order. */
  readonly order: number;
  readonly sockets: readonly SocketOrder[];
}

/**
 * Whether the process says it is fit to serve: `/healthcheck/fail`, `/healthcheck/ok`, the shutdown. A worker thinks so
 * until it is told otherwise; a replacement is told before its first snapshot. Not answered.
 */
export interface HealthMessage {
  readonly kind: "health";
  readonly isFailed: boolean;
}

/**
 * Which drains of listeners are under way, all of them: connections are told over the drain time, sockets are a matter of
 * `listen`. A replacement is told before its first snapshot. Not answered.
 */
export interface DrainListenersMessage extends ListenerDrains {
  readonly kind: "drain_listeners";
}

/**
 * Starts a drain of everything: listening sockets close, then connections are told. A second one replaces the first.
 * Answered by `drain_progress`, more than once.
 */
export interface DrainMessage {
  readonly kind: "drain";
  readonly strategy: DrainStrategy;
  /** The window over which `gradual` grows from never to always. */
  readonly timeMs: number;
  /** Close connections that carry no request now (the process is ending). */
  readonly closeIdle: boolean;
}

/** The end: close every socket now, write out the access logs, answer `stopped`. */
export interface StopMessage {
  readonly kind: "stop";
}

/** Close and open again every access log file (SIGUSR1, `/reopen_logs`). */
export interface ReopenLogsMessage {
  readonly kind: "reopen_logs";
}

/** Loggers have these levels from now on (`/logging`). Not answered. */
export interface LogLevelsMessage {
  readonly kind: "log_levels";
  /** By position in LOGGER_NAMES. */
  readonly levels: readonly LogLevel[];
}

/** Are you there? Answered by `pong` from the event loop. */
export interface PingMessage {
  readonly kind: "ping";
  readonly id: number;
}

/** Throw at the top of the worker; tests of supervision send it. Ignored unless `start.testHooks`. */
export interface CrashMessage {
  readonly kind: "crash";
}

// ---- from a worker

/** What a worker tells main. */
export type FromWorker =
  | ReadyMessage
  | AppliedMessage
  | ListenedMessage
  | StatsDefinedMessage
  | LogMessage
  | PongMessage
  | DrainProgressMessage
  | OutlierDetectedMessage
  | HostSelfReportMessage
  | BugMessage
  | StoppedMessage;

/** `start` was taken in. */
export interface ReadyMessage {
  readonly kind: "ready";
}

/** The worker serves this generation from now on. */
export interface AppliedMessage {
  readonly kind: "applied";
  readonly generation: number;
}

/** What became of a `listen`. */
export interface ListenedMessage {
  readonly kind: "listened";
  readonly order: number;
  /** Every socket that is open now, old ones too, and every trial that went well. */
  readonly bound: readonly BoundSocket[];
  /** Those that could not be bound. */
  readonly failed: readonly BindFailure[];
}

/** A socket that a worker has. */
export interface BoundSocket {
  readonly key: string;
  /** As asked for, with the real port in place of 0. */
  readonly address: SocketAddress;
}

/** Stats this worker has made since the last such message. Main shows a stat only after this. */
export interface StatsDefinedMessage {
  readonly kind: "stats_defined";
  readonly batch: StatDefinitions;
}

/** Log records in the order they were made. Sent at the end of the event that made the first of them. */
export interface LogMessage {
  readonly kind: "log";
  readonly records: readonly LogRecord[];
}

/** The answer to a ping, with figures of the isolate. */
export interface PongMessage {
  readonly kind: "pong";
  readonly id: number;
  /** How late the worker's last timer fired, in milliseconds: the event loop's lag. */
  readonly lagMs: number;
  /** Of this isolate, from `Deno.memoryUsage()`. */
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** Timers that wait: a leak shows here. */
  readonly armedTimers: number;
}

/** Sent on `drain`, when the last request ends, and at most ten times a second in between. */
export interface DrainProgressMessage {
  readonly kind: "drain_progress";
  readonly activeRequests: number;
  readonly activeConnections: number;
}

/** An invariant broke and the worker went on: the stream was reset, or the snapshot was not applied. */
export interface BugMessage {
  readonly kind: "bug";
  /** Name, message and stack. */
  readonly text: string;
  /** Set when it broke while this generation was being applied: there will be no `applied` for it. */
  readonly generation?: number;
}

/** Failures of a host in a row have reached their threshold. Of all workers, only the one that saw the last of them says so. */
export interface OutlierDetectedMessage {
  readonly kind: "outlier_detected";
  readonly cluster: string;
  /** Of the cluster object whose host it is. */
  readonly incarnation: number;
  /** `HostConfig.id`. */
  readonly hostId: number;
  readonly row: RowKind;
}

/** A host said in an answer that it fails: `x-envoy-immediate-health-check-fail`. */
export interface HostSelfReportMessage {
  readonly kind: "host_self_report";
  readonly cluster: string;
  readonly incarnation: number;
  /** `HostConfig.id`. */
  readonly hostId: number;
}

/** Every socket is closed and every log written. */
export interface StoppedMessage {
  readonly kind: "stopped";
}
