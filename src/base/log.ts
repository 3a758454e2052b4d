/**
 * Leveled logs, one logger per component under Envoy's names (spec/operations.md 13.1).
 *
 * A {@link Loggers} belongs to one isolate. It makes records and hands them to a sink: main's writes them
 * (main/log_sink.ts), a worker's posts them to main. A level that is off costs one comparison, as long as the text is
 * not built: `if (log.isDebug) log.debug(...)`. Formatting is the writer's business (main/log_format.ts).
 */

/** As in `--log-level`; a record is written when its level is not below its logger's. */
export const LogLevel = {
  TRACE: 0,
  DEBUG: 1,
  INFO: 2,
  WARNING: 3,
  ERROR: 4,
  CRITICAL: 5,
  OFF: 6,
} as const;
/** A value of {@link LogLevel}. */
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** By level. */
export const LOG_LEVEL_NAMES = ["trace", "debug", "info", "warning", "error", "critical", "off"] as const;

/** Envoy's, in the order `/logging` lists them. Those without code behind them are settable and say nothing. */
export const LOGGER_NAMES = [
  "a2a",
  "admin",
  "ai_protocol_manager",
  "alternate_protocols_cache",
  "aws",
  "assert",
  "backtrace",
  "basic_auth",
  "cache_filter",
  "client",
  "config",
  "connection",
  "conn_handler",
  "compression",
  "credential_injector",
  "decompression",
  "dns",
  "dubbo",
  "envoy_bug",
  "ext_authz",
  "ext_proc",
  "rocketmq",
  "file",
  "filter",
  "forward_proxy",
  "geolocation",
  "grpc",
  "happy_eyeballs",
  "hc",
  "health_checker",
  "http",
  "http2",
  "hystrix",
  "init",
  "io",
  "jwt",
  "json_rpc",
  "kafka",
  "key_value_store",
  "lua",
  "local_rate_limit",
  "main",
  "matcher",
  "mcp",
  "misc",
  "mongo",
  "multi_connection",
  "notification",
  "oauth2",
  "quic",
  "quic_stream",
  "pool",
  "rate_limit_quota",
  "rbac",
  "rds",
  "redis",
  "router",
  "runtime",
  "stats",
  "secret",
  "sse",
  "tap",
  "testing",
  "thrift",
  "tracing",
  "upstream",
  "udp",
  "wasm",
  "websocket",
  "golang",
  "stats_sinks",
  "dynamic_modules",
  "ip_tagging",
] as const;
/** A name of {@link LOGGER_NAMES}. */
export type LoggerName = (typeof LOGGER_NAMES)[number];

/** One thing said. Plain data: it crosses from workers to main. */
export interface LogRecord {
  /** Milliseconds since the epoch, with their fraction. */
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly logger: LoggerName;
  /** 0 is the main thread, n + 1 is worker n. */
  readonly thread: number;
  readonly text: string;
  /** Connection and stream tags, or empty: `"ConnectionId":"5","StreamId":"17"`. */
  readonly tags: string;
  /** Where it was said; empty and 0 when the format does not show it. */
  readonly file: string;
  readonly line: number;
  readonly functionName: string;
}

/** Takes records as they are made. Must not throw and must not log. */
export type LogSink = (record: LogRecord) => void;

/** What the loggers of one isolate have in common; written by their {@link Loggers} only. */
interface LogState {
  readonly sink: LogSink;
  readonly thread: number;
  readonly withLocations: boolean;
}

/** The voice of one component. */
export class Logger {
  readonly name: LoggerName;
  /** Read for every call on the data path, so a plain field; {@link Loggers} sets it. */
  level: LogLevel;
  readonly #state: LogState;

  constructor(name: LoggerName, level: LogLevel, state: LogState) {
    this.name = name;
    this.level = level;
    this.#state = state;
  }

  get isTrace(): boolean {
    return this.level <= LogLevel.TRACE;
  }

  get isDebug(): boolean {
    return this.level <= LogLevel.DEBUG;
  }

  get isInfo(): boolean {
    return this.level <= LogLevel.INFO;
  }

  trace(text: string, tags = ""): void {
    if (this.level <= LogLevel.TRACE) this.#say(LogLevel.TRACE, text, tags);
  }

  debug(text: string, tags = ""): void {
    if (this.level <= LogLevel.DEBUG) this.#say(LogLevel.DEBUG, text, tags);
  }

  info(text: string, tags = ""): void {
    if (this.level <= LogLevel.INFO) this.#say(LogLevel.INFO, text, tags);
  }

  warning(text: string, tags = ""): void {
    if (this.level <= LogLevel.WARNING) this.#say(LogLevel.WARNING, text, tags);
  }

  error(text: string, tags = ""): void {
    if (this.level <= LogLevel.ERROR) this.#say(LogLevel.ERROR, text, tags);
  }

  critical(text: string, tags = ""): void {
    if (this.level <= LogLevel.CRITICAL) this.#say(LogLevel.CRITICAL, text, tags);
  }

  #say(level: LogLevel, text: string, tags: string): void {
    const state = this.#state;
    const place = state.withLocations ? callerPlace() : NO_PLACE;
    state.sink({
      timeMs: performance.timeOrigin + performance.now(),
      level,
      logger: this.name,
      thread: state.thread,
      text,
      tags,
      file: place.file,
      line: place.line,
      functionName: place.functionName,
    });
  }
}

/** All loggers of one isolate, and their levels. */
export class Loggers {
  readonly #byName = new Map<string, Logger>();

  /** `thread` is 0 for main and n + 1 for worker n; `levels` go by position in {@link LOGGER_NAMES}. */
  constructor(sink: LogSink, thread: number, levels: readonly LogLevel[], withLocations: boolean) {
    const state: LogState = { sink, thread, withLocations };
    LOGGER_NAMES.forEach((name, position) => {
      this.#byName.set(name, new Logger(name, levels[position] ?? LogLevel.INFO, state));
    });
  }

  /** The same object each time. */
  logger(name: LoggerName): Logger {
    return this.#byName.get(name)!;
  }

  /** By position in {@link LOGGER_NAMES}. */
  get levels(): LogLevel[] {
    return LOGGER_NAMES.map((name) => this.logger(name).level);
  }

  set levels(levels: readonly LogLevel[]) {
    LOGGER_NAMES.forEach((name, position) => {
      this.logger(name).level = levels[position] ?? this.logger(name).level;
    });
  }
}

/** Says nothing: for tests, and for parts that run without a process around them. */
export const SILENT_LOGGER: Logger = new Loggers(() => {}, 0, LOGGER_NAMES.map(() => LogLevel.OFF), false)
  .logger("main");

/** `upstream` as a {@link LoggerName}, or undefined when there is no such logger. */
export function loggerNameOf(text: string): LoggerName | undefined {
  return LOGGER_NAMES.find((name) => name === text);
}

/** `debug` as a {@link LogLevel}, or undefined. Only the names of {@link LOG_LEVEL_NAMES}, letter for letter. */
export function logLevelOf(text: string): LogLevel | undefined {
  const level = LOG_LEVEL_NAMES.findIndex((name) => name === text);
  return level < 0 ? undefined : level as LogLevel;
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly functionName: string;
}

const NO_PLACE: Place = { file: "", line: 0, functionName: "" };

/** Frames of a stack before the caller's: the error line, callerPlace, Logger.#say and Logger.info. */
const OWN_STACK_LINES = 4;

/** The file (from the project's root), line and function that called the logger. */
function callerPlace(): Place {
  const frame = new Error().stack?.split("\n")[OWN_STACK_LINES];
  if (frame === undefined) return NO_PLACE;
  const match = /^\s*at (?:async )?(?:(.*) \()?(?:file:\/\/)?(.*?):(\d+):\d+\)?$/.exec(frame);
  if (match === null) return NO_PLACE;
  const [, functionName = "", path = "", line = "0"] = match;
  return { file: projectPath(path), line: Number(line), functionName };
}

/** `src/main/server.ts` of an absolute path; a file outside the project keeps its whole path. */
function projectPath(path: string): string {
  const start = path.lastIndexOf("/src/");
  return start < 0 ? path : path.slice(start + 1);
}
