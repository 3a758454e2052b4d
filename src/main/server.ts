/**
 * The process: brings everything up in Envoy's order, keeps it up, and takes it down (spec/operations.md 1.4 to 1.9).
 *
 * ```
 *   bootstrap ─▶ admin bound ─▶ stats ─▶ workers made, snapshot applied ─▶ sockets bound ─▶ LIVE
 *   PRE_INITIALIZING ───────────────────▶ INITIALIZING ───────────────────────────────────▶ LIVE
 * ```
 *
 * A start that fails throws {@link StartError} and leaves nothing open. The log lines are Envoy's where tools look for
 * them.
 */

import { ConfigError, problemText } from "../base/errors.ts";
import type { Logger, Loggers, LogRecord } from "../base/log.ts";
import type { AdminExposure } from "../admin/access/policy.ts";
import { type TokenBook, TokenFileError } from "../admin/access/token_book.ts";
import { AdminServer } from "../admin/app.ts";
import { AuditLog } from "../admin/audit_log.ts";
import { packConsole } from "../admin/console_assets.ts";
import { SystemClock } from "../base/clock.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import { runInSlices } from "../observe/stats/slices.ts";
import { ListenerStartError } from "../control/listening.ts";
import { addressText } from "../base/address_text.ts";
import { ControlSide } from "../control/control_side.ts";
import { StatRules } from "../observe/stats/stat_rules.ts";
import { StatBook } from "../observe/stats/stat_book.ts";
import { HeapRelease } from "../worker/heap_release.ts";
import { AdminConnections } from "./admin_connections.ts";
import { AdminSocket, BindError, pathRuleOf, systemReason } from "./admin_socket.ts";
import { ProcessSource } from "./admin_source.ts";
import { configPathOf, readBootstrap, resourceOptions } from "./bootstrap_file.ts";
import { readConsoleFiles } from "./console_files.ts";
import { EventLog } from "./event_log.ts";
import type { Options } from "./flags.ts";
import { ServerStage } from "./server_state.ts";
import { ServerStats } from "./server_stats.ts";
import { Shutdown } from "./shutdown.ts";
import { LOOK_MS, TokenFile } from "./token_file.ts";
import { VERSION } from "./version.ts";
import { LogOutput } from "./log_sink.ts";
import { PoolListeners } from "./pool_listeners.ts";
import { type PoolEvents, WorkerPool, WorkerStartError } from "./worker_pool.ts";

/** The process could not be started. The message is Envoy's `MSG`. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What a {@link Server} needs of its surroundings. */
export interface ServerSettings {
  readonly options: Options;
  readonly loggers: Loggers;
  /** Writes the records of workers. */
  readonly writeRecords: (records: readonly LogRecord[]) => void;
  /** Workers add file and line to their records. */
  readonly logLocations: boolean;
  /** What `/reopen_logs` does, where more than this server has log files. */
  readonly reopenLogs?: () => void;
  readonly workerEntry?: URL;
}

/** What keeps a process from starting, said in words. */
const START_ERRORS = [ConfigError, TokenFileError, BindError, WorkerStartError, ListenerStartError];

/** Said at the start, when the admin is bound. */
const EXPOSURE_WARNINGS: Readonly<Record<AdminExposure, string>> = {
  guarded: "",
  pages: "other machines can read Envoy's admin pages without a token, --admin-protect all closes them",
  readable: "it is not a loopback address, and whoever reaches it can read the configuration without a token",
  open: "--admin-envoy-open lets whoever reaches it do everything",
};

const WORKER_ENTRY = new URL("../worker/entry.ts", import.meta.url);

/** How often the main thread looks whether it was late itself. */
const TICK_MS = 200;

type Timer = ReturnType<typeof setTimeout>;

export class Server {
  readonly #settings: ServerSettings;
  readonly #options: Options;
  readonly #log: Logger;
  readonly #book = new StatBook();
  readonly #stage = new ServerStage();
  readonly #eventLog = new EventLog();
  readonly #stats: ServerStats;
  readonly #startedMs = performance.now();
  readonly #shutdown: Shutdown;
  #loaded: LoadedBootstrap | null = null;
  #source: ProcessSource | null = null;
  #admin: AdminServer | null = null;
  #adminSocket: AdminSocket | null = null;
  /** Null = the audit is in memory alone. */
  #auditFile: LogOutput | null = null;
  #control: ControlSide | null = null;
  #pool: WorkerPool | null = null;
  readonly #timers: Timer[] = [];
  #heapRelease: HeapRelease | null = null;
  #isFlushing = false;
  #isClosed = false;

  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.#options = settings.options;
    this.#log = settings.loggers.logger("main");
    this.#stats = new ServerStats(this.#book.own, this.#options.concurrency, VERSION);
    this.#shutdown = new Shutdown(
      {
        beginDraining: () => this.#beginDraining(),
        drain: (message) => this.#pool?.drain(message),
        untilIdle: () => this.#pool?.untilIdle() ?? Promise.resolve(),
        activeRequests: () => this.#pool?.activeRequests ?? 0,
      },
      this.#options.shutdownDrainTimeS * 1000,
      this.#log,
    );
  }

  /** Null when the bootstrap has no admin. */
  get adminAddress(): string | null {
    return this.#adminSocket === null ? null : addressText(this.#adminSocket.address);
  }

  /** Bound addresses by listener name, with real ports. */
  get listenerAddresses(): ReadonlyMap<string, readonly SocketAddress[]> {
    return this.#pool?.bound ?? new Map();
  }

  /** Resolves when the process shall end; {@link Server.stop} ends it. */
  get over(): Promise<void> {
    return this.#shutdown.over;
  }

  /** What SIGTERM asks for: the first time drain, then end. */
  requestEnd(): void {
    if (this.#stage.state === "LIVE" || this.#shutdown.isDraining) this.#shutdown.request();
    else this.#shutdown.endNow();
  }

  /** Workers open their access logs again. */
  reopenLogs(): void {
    this.#pool?.reopenLogs();
    this.#control?.reopenLogs();
    this.#reopenAudit();
  }

  /** Makes a worker throw, to see it replaced; for tests, and only under DENVOY_TEST_HOOKS=1. */
  crashWorker(worker: number): void {
    this.#pool?.crash(worker);
  }

  /** Comes back LIVE, or throws {@link StartError} and has closed everything. */
  async start(): Promise<void> {
    try {
      this.#log.info("initializing epoch 0 (base id=0, hot restart version=disabled)");
      await this.#load();
      await this.#openAdmin();
      await this.#startWorkers();
    } catch (error) {
      await this.#close();
      if (START_ERRORS.some((kind) => error instanceof kind)) throw new StartError((error as Error).message);
      throw error;
    }
  }

  /** Ends it now: workers, admin, timers. */
  async stop(): Promise<void> {
    this.#log.info("shutting down server instance");
    await this.#close();
    this.#log.info("main dispatch loop exited");
  }

  // ---- start

  async #load(): Promise<void> {
    const loaded = this.#loaded = await readBootstrap(this.#options);
    this.#book.rules = new StatRules(loaded.stats, this.#options.statsTags);
    const log = this.#settings.loggers.logger("config");
    for (const warning of loaded.warnings) {
      const isSkipped = this.#options.skipDeprecatedLogs && warning.reason.includes("deprecated");
      if (!isSkipped) log.warning(problemText(warning));
    }
    const unknown = loaded.warnings.filter((warning) => warning.reason.startsWith("unknown ")).length;
    const deprecated = loaded.warnings.filter(({ reason }) => reason.includes("deprecated")).length;
    this.#stats.loaded(unknown, deprecated);
    log.info("loading 0 static secret(s)");
    log.info(`loading ${loaded.snapshot.clusters.length} cluster(s)`);
    log.info(`loading ${loaded.snapshot.listeners.length} listener(s)`);
  }

  async #openAdmin(): Promise<void> {
    const loaded = this.#loaded!;
    this.#source = new ProcessSource({
      options: this.#options,
      configPath: configPathOf(this.#options),
      loaded,
      stats: this.#book,
      loggers: this.#settings.loggers,
      stage: this.#stage,
      eventLog: this.#eventLog,
      control: () => this.#control,
      pool: () => this.#pool,
      failHealthChecks: (isFailed) => this.#failHealthChecks(isFailed),
      reopenLogs: this.#settings.reopenLogs ?? (() => this.reopenLogs()),
      quit: () => this.requestEnd(),
    });
    const { address, allowPaths } = loaded.admin;
    if (address === null || address.kind !== "ip") return;
    this.#log.info(`Starting admin HTTP server at ${addressText(address)}`);
    const log = this.#settings.loggers.logger("admin");
    const tokens = this.#openTokens(log), audit = this.#openAudit();
    const assets = this.#options.console ? await packConsole(await readConsoleFiles()) : null;
    if (this.#isClosed) return;
    const admin = this.#admin = new AdminServer(this.#source, {
      serverName: "denvoy",
      flushOnRead: loaded.statsFlushIntervalMs === null ? () => this.#flush() : null,
      console: assets,
      clock: new SystemClock(),
      isPathAllowed: pathRuleOf(allowPaths),
      allowedHosts: this.#options.adminAllowedHosts,
      isEnvoyOpen: this.#options.adminEnvoyOpen,
      tokens,
      protect: this.#options.adminProtect,
      corsOrigins: this.#options.adminCorsOrigins,
      audit,
      onError: (text) => log.error(text),
    });
    this.#adminSocket = new AdminSocket(
      address,
      (request, peer) => admin.fetch(request, peer),
      new AdminConnections(this.#book.own),
    );
    admin.start();
    const bound = addressText(this.#adminSocket.address);
    log.info(`admin address: ${bound}`);
    const warning = EXPOSURE_WARNINGS[this.#source.adminExposure];
    if (warning !== "") log.warning(`the admin address ${bound}: ${warning}`);
    if (this.#options.adminAddressPath !== "") this.#writeAdminAddress(bound);
  }

  #openTokens(log: Logger): TokenBook | null {
    const path = this.#options.adminTokenFile;
    if (path === "") return null;
    const file = new TokenFile(path, log, (text) => this.#eventLog.add("warn", "admin", "", text, "/actions"));
    this.#timers.push(setInterval(() => file.look(), LOOK_MS));
    return file.book;
  }

  #openAudit(): AuditLog {
    const path = this.#options.adminAuditPath;
    if (path === "") return new AuditLog(() => Date.now());
    let file: LogOutput;
    try {
      file = this.#auditFile = new LogOutput(path);
    } catch (error) {
      throw new StartError(`cannot open audit file ${path}: ${systemReason(error)}`);
    }
    return new AuditLog(() => Date.now(), (line) => file.write(line));
  }

  #reopenAudit(): void {
    try {
      this.#auditFile?.reopen();
    } catch (error) {
      this.#log.error(`cannot open audit file ${this.#options.adminAuditPath}: ${systemReason(error)}`);
    }
  }

  #writeAdminAddress(text: string): void {
    const path = this.#options.adminAddressPath;
    try {
      Deno.writeTextFileSync(path, text);
    } catch (error) {
      this.#log.critical(`cannot open admin address output file ${path} for writing: ${String(error)}`);
    }
  }

  async #startWorkers(): Promise<void> {
    if (this.#isClosed) return;
    const { statsFlushIntervalMs } = this.#loaded!;
    const { options, loggers } = this.#settings;
    const control = this.#control = new ControlSide(this.#loaded!, {
      concurrency: options.concurrency,
      stats: this.#book,
      loggers,
      send: (change) => this.#pool?.publish(change),
      resources: resourceOptions(options),
      fileFlushIntervalMs: options.fileFlushIntervalMs,
      fileFlushMinBytes: options.fileFlushMinKb * 1024,
      drainTimeMs: options.drainTimeS * 1000,
      runtimePersistPath: options.runtimeAdminPersist,
      tolerateUnknownExtensions: options.tolerateUnknownExtensions,
      unknownDynamicFields: options.rejectUnknownDynamicFields
        ? "reject"
        : options.ignoreUnknownDynamicFields
        ? "ignore"
        : "warn",
    });
    control.timeline.onSwap(() => this.#admin?.onSwap());
    await control.start();
    if (this.#isClosed) return;
    this.#stage.reach("INITIALIZING");
    this.#log.info("all clusters initialized. initializing init manager");
    loggers.logger("config").info("all dependencies initialized. starting workers");
    if (options.mode === "init_only") return this.requestEnd();
    const pool = this.#pool = new WorkerPool(
      this.#settings.workerEntry ?? WORKER_ENTRY,
      {
        concurrency: options.concurrency,
        logLocations: this.#settings.logLocations,
        fileFlushIntervalMs: options.fileFlushIntervalMs,
        fileFlushMinBytes: options.fileFlushMinKb * 1024,
        drainStrategy: options.drainStrategy,
        drainTimeMs: options.drainTimeS * 1000,
        logLevels: loggers.levels,
        testHooks: Deno.env.get("DENVOY_TEST_HOOKS") === "1",
      },
      {
        everything: () => control.publisher.state.everything(),
        get generation() {
          return control.publisher.state.generation;
        },
        get listeners() {
          return control.publisher.state.listeners;
        },
        get limitPages() {
          return control.limitSlots.pages;
        },
        get hostPages() {
          return control.hostSlots.pages;
        },
      },
      this.#poolEvents(),
      this.#log,
    );
    pool.setHealth(this.#stage.isHealthFailed);
    await pool.start();
    await control.listen(new PoolListeners(pool, control.publisher));
    if (this.#isClosed) return;
    this.#becomeLive(statsFlushIntervalMs);
  }

  #becomeLive(statsFlushIntervalMs: number | null): void {
    this.#stage.reach("LIVE");
    this.#stats.started(performance.now() - this.#startedMs);
    this.#eventLog.add("ok", "server", "", `LIVE with ${this.#options.concurrency} workers`);
    if (statsFlushIntervalMs !== null) {
      const flush = () => this.#flush().catch((error) => this.#log.error(String(error)));
      this.#timers.push(setInterval(flush, statsFlushIntervalMs));
    }
    let expectedMs = performance.now() + TICK_MS;
    this.#timers.push(setInterval(() => {
      this.#stats.mainTicked(performance.now() - expectedMs);
      expectedMs = performance.now() + TICK_MS;
    }, TICK_MS));
    this.#heapRelease = new HeapRelease();
    this.#log.info("starting main dispatch loop");
  }

  // ---- while it runs

  async #flush(): Promise<void> {
    // Whoever reads before there are workers finds what there is.
    if (this.#isFlushing || this.#pool === null) return;
    const memory = this.#source!.memory();
    this.#stats.flush({
      ...memory,
      state: this.#stage.state,
      uptimeS: Math.floor((performance.now() - this.#startedMs) / 1000),
      connections: this.#connections(),
      workersStarted: this.#pool!.slots.length,
      activeClusters: this.#book.valueOf("cluster_manager.active_clusters"),
    });
    for (const { index, lagMs, armedTimers } of this.#pool!.slots) {
      if (lagMs !== null) this.#stats.setLoopLag(index, lagMs);
      this.#stats.setWorkerTimers(index, armedTimers);
    }
    this.#stats.setMainFigures(this.#control!.armedTimers, this.#control!.watchedDirectories);
    this.#isFlushing = true;
    await runInSlices(this.#book.flushInSlices());
    this.#isFlushing = false;
  }

  /** Of all listeners, those that drain included. */
  #connections(): number {
    const manager = this.#control?.listening?.manager;
    if (manager === undefined) return 0;
    const prefixes = new Set<string>();
    for (const { active } of manager.entries) if (active !== null) prefixes.add(active.config.statPrefix);
    for (const { config } of manager.draining) prefixes.add(config.statPrefix);
    return [...prefixes].reduce(
      (sum, prefix) => sum + this.#book.valueOf(`listener.${prefix}.downstream_cx_active`),
      0,
    );
  }

  #poolEvents(): PoolEvents {
    return {
      statsDefined: (worker, batch) => this.#book.apply(worker, batch),
      statsEnded: (worker) => {
        this.#book.removeWorker(worker);
        this.#control?.onWorkerDeath(worker);
      },
      applied: (generation) => {
        this.#control?.onApplied(generation);
        this.#control?.runtime.onAcks(this.#pool?.slots.map(({ ackedGeneration }) => ackedGeneration) ?? []);
      },
      outlierDetected: ({ cluster, incarnation, hostId, row }) =>
        this.#control?.clusters.onOutlier(cluster, incarnation, hostId, row),
      hostReported: ({ cluster, incarnation, hostId }) =>
        this.#control?.clusters.onSelfReport(cluster, incarnation, hostId),
      log: (records) => this.#settings.writeRecords(records),
      died: (worker, reason) => {
        this.#log.critical(`worker ${worker} died and is being replaced: ${reason}`);
        this.#eventLog.add("bad", "worker", String(worker), `worker ${worker} died: ${reason}`);
        this.#stats.workerRestarted();
      },
      restarted: (worker) => {
        this.#log.info(`worker ${worker} serves again`);
        this.#eventLog.add("ok", "worker", String(worker), `worker ${worker} serves again`);
      },
      pinged: (worker, outcome) => this.#stats.workerPinged(worker, outcome),
      bug: (worker, text) => {
        this.#stats.bug();
        this.#eventLog.add("bad", "worker", String(worker), `bug in worker ${worker}: ${text}`);
      },
    };
  }

  #failHealthChecks(isFailed: boolean): void {
    if (isFailed === this.#stage.isFailedByOperator) return;
    this.#stage.isFailedByOperator = isFailed;
    this.#spreadHealth();
    const text = isFailed ? "health checks fail from now on" : "health checks are answered as they find again";
    this.#log.info(`${text}, as the admin asked`);
    this.#eventLog.add(isFailed ? "info" : "ok", "server", "", `An operator says: ${text}`);
  }

  #beginDraining(): void {
    this.#stage.isEnding = true;
    this.#spreadHealth();
    this.#eventLog.add("info", "server", "", "Draining before the end");
  }

  #spreadHealth(): void {
    this.#stats.setLive(!this.#stage.isHealthFailed);
    this.#pool?.setHealth(this.#stage.isHealthFailed);
  }

  // ---- end

  async #close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#heapRelease?.stop();
    await this.#control?.close();
    await this.#pool?.stop();
    this.#source?.close();
    this.#admin?.close();
    await this.#adminSocket?.stop();
    this.#auditFile?.close();
  }
}
