/**
 * One worker: owns its event loop, its stats, its listeners and its clusters, and does what main's messages say. See
 * messages.ts for the conversation.
 */
import { bugText } from "../base/errors.ts";
import { loadCel } from "../base/cel/cel.ts";
import { type Logger, Loggers, LogLevel, type LogRecord } from "../base/log.ts";
import { Random, RandomBytes } from "../base/random.ts";
import { NO_NODE } from "../config/snapshot.ts";
import { FilterRegistry } from "../filter/registry.ts";
import { ServerHealth } from "../filter/server_health.ts";
import { HttpDate } from "../http/date.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import { AccessLogSinks } from "../observe/access_log/access_log_sinks.ts";
import type { Gauge } from "../observe/stats/metric.ts";
import { StatStore } from "../observe/stats/store.ts";
import { DrainState } from "../proxy/drain.ts";
import type { WorkerServices } from "../proxy/hcm_context.ts";
import { OverloadActions } from "../proxy/overload.ts";
import { statTallies } from "../proxy/router/stat_tally.ts";
import { StreamPool } from "../proxy/stream_pool.ts";
import { SocketAcceptor } from "../transport/deno_net/acceptor.ts";
import { SocketDialer } from "../transport/deno_net/dialer.ts";
import { EventLoop } from "../transport/event_loop.ts";
import { ClusterSet } from "../upstream/cluster_set.ts";
import { SharedHosts } from "../upstream/shared_hosts.ts";
import { LocalCluster } from "../upstream/host_set/local_cluster.ts";
import { SharedLimits } from "../upstream/shared_limits.ts";
import { applyChange, type ApplyContext } from "./apply_change.ts";
import { BUILTIN_HTTP_FILTERS } from "./builtins.ts";
import { DrainWatch } from "./drain_watch.ts";
import { DirectionNotices } from "./direction_notices.ts";
import { DrainingChains } from "./draining_chains.ts";
import { HeapRelease } from "./heap_release.ts";
import { LagProbe } from "./lag_probe.ts";
import { ListenerSet } from "./listener_set.ts";
import type {
  ApplyMessage,
  DrainListenersMessage,
  DrainMessage,
  FromWorker,
  ListenMessage,
  StartMessage,
  ToWorker,
} from "./messages.ts";
import { ownAddress } from "./own_address.ts";
import { RouteTables } from "./route_tables.ts";
import { SocketRegistry } from "./socket_registry.ts";

export class WorkerRuntime {
  readonly #post: (message: FromWorker) => void;
  readonly #start: StartMessage;
  readonly #loop: EventLoop;
  readonly #loggers: Loggers;
  readonly #log: Logger;
  readonly #sinks: AccessLogSinks;
  readonly #services: WorkerServices;
  readonly #listeners: ListenerSet;
  readonly #context: ApplyContext;
  readonly #drainWatch: DrainWatch;
  readonly #directionNotices: DirectionNotices;
  readonly #clustersInflated: Gauge;
  readonly #lag = new LagProbe();
  readonly #heapRelease = new HeapRelease();
  /** What every snapshot says anew, for what was made before it. */
  readonly #own = { node: NO_NODE };
  #hasCel = false;
  /** Messages that wait until the CEL engine is loaded; null = none does. */
  #held: ToWorker[] | null = null;
  #records: LogRecord[] = [];

  constructor(start: StartMessage, post: (message: FromWorker) => void) {
    this.#post = post;
    this.#start = start;
    this.#loggers = new Loggers(
      (record) => this.#queueRecord(record),
      start.workerIndex + 1,
      start.logLevels,
      start.logLocations,
    );
    this.#log = this.#loggers.logger("main");
    const loop = this.#loop = new EventLoop({
      onBug: (error) => this.#onBug(error),
      connectionIds: { first: start.workerIndex + 1, step: start.concurrency },
    });
    const stats = new StatStore((batch) => post({ kind: "stats_defined", batch }));
    this.#clustersInflated = stats.scope(`thread_local_cluster_manager.worker_${start.workerIndex}`)
      .gauge("clusters_inflated");
    const random = new Random();
    this.#sinks = new AccessLogSinks({
      wheel: loop.timers,
      stats,
      log: this.#loggers.logger("file"),
      fileFlushIntervalMs: start.fileFlushIntervalMs,
      fileFlushMinBytes: start.fileFlushMinBytes,
    });
    const hosts = new SharedHosts(start.concurrency);
    const local = new LocalCluster(), clusters = new ClusterSet(loop.clock, local), health = new ServerHealth();
    const own = this.#own;
    const runtime = new RuntimeValues(), idBytes = new RandomBytes();
    const formats = {
      clock: loop.clock,
      hostname: Deno.hostname(),
      env: (name: string) => Deno.env.get(name),
      get node() {
        return own.node;
      },
      idBytes,
    };
    const routeTables = new RouteTables(formats, statTallies(stats));
    this.#services = {
      loop,
      stats,
      clusters,
      routeSlots: routeTables,
      runtime,
      registry: new FilterRegistry(BUILTIN_HTTP_FILTERS),
      health,
      random,
      requestIdBytes: idBytes,
      date: new HttpDate(),
      drain: new DrainState(loop.clock, random, health),
      overload: new OverloadActions(random),
      ownAddress: ownAddress(),
      accessLog: {
        sinks: this.#sinks,
        formats,
        filters: {
          runtime,
          random,
          clock: loop.clock,
          get node() {
            return own.node;
          },
        },
      },
    };
    this.#listeners = new ListenerSet(
      new SocketRegistry((address, options, onAccept) => new SocketAcceptor(loop, address, options, onAccept)),
      new DrainingChains(loop, random, { strategy: start.drainStrategy, timeMs: start.drainTimeMs }),
      new StreamPool(loop),
    );
    this.#context = {
      workerIndex: start.workerIndex,
      services: this.#services,
      clusterContext: {
        stats,
        loop,
        dialer: new SocketDialer(loop),
        random,
        runtime,
        countsOf: (slot) => hosts.host(slot, start.workerIndex),
        onOutlier: ({ name, incarnation }, hostId, row) =>
          post({ kind: "outlier_detected", cluster: name, incarnation, hostId, row }),
        onSelfReport: ({ name, incarnation }, hostId) =>
          post({ kind: "host_self_report", cluster: name, incarnation, hostId }),
        clusters,
        local,
      },
      listeners: this.#listeners,
      routeTables,
      limits: new SharedLimits(start.concurrency),
      hosts,
    };
    this.#directionNotices = new DirectionNotices(loop, random, this.#listeners);
    this.#drainWatch = new DrainWatch(loop.timers, this.#listeners, post);
    post({ kind: "ready" });
  }

  /** Does what main says. A snapshot with CEL expressions waits for their engine, and what comes behind it for that. */
  handle(message: ToWorker): void {
    const needsCel = message.kind === "apply" && message.change.usesCel && !this.#hasCel;
    if (this.#held !== null) this.#held.push(message);
    else if (needsCel) this.#hold(message);
    else this.#obey(message);
  }

  async #hold(message: ToWorker): Promise<void> {
    this.#held = [message];
    await loadCel();
    this.#hasCel = true;
    const held = this.#held;
    this.#held = null;
    for (const one of held) this.#obey(one);
  }

  #obey(message: ToWorker): void {
    switch (message.kind) {
      case "start":
        return;
      case "apply":
        return this.#apply(message);
      case "listen":
        return this.#loop.runEvent(() => this.#listen(message));
      case "health":
        this.#services.health.isFailed = message.isFailed;
        return;
      case "drain_listeners":
        return this.#loop.runEvent(() => this.#drainListeners(message));
      case "drain":
        return this.#loop.runEvent(() => this.#drain(message));
      case "stop":
        return void this.#stop();
      case "reopen_logs":
        return this.#sinks.reopen();
      case "log_levels":
        this.#loggers.levels = message.levels;
        return;
      case "ping":
        return this.#pong(message.id);
      case "crash":
        if (this.#start.testHooks) throw new Error("Crash asked for by a test");
    }
  }

  #pong(id: number): void {
    const { heapUsed, heapTotal } = Deno.memoryUsage();
    this.#post({
      kind: "pong",
      id,
      lagMs: this.#lag.takeMs(),
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      armedTimers: this.#loop.timers.armedCount,
    });
  }

  #apply({ change, limitPages, hostPages }: ApplyMessage): void {
    const startMs = performance.now();
    if (change.node !== null) this.#own.node = change.node;
    try {
      this.#context.limits.addPages(limitPages);
      this.#context.hosts.addPages(hostPages);
      this.#loop.enter();
      applyChange(change, this.#own.node, this.#context);
    } catch (error) {
      return this.#post({ kind: "bug", text: bugText(error), generation: change.generation });
    } finally {
      this.#loop.leave();
    }
    this.#clustersInflated.set(this.#services.clusters.size);
    this.#services.stats.flushDefinitions();
    this.#lag.note(performance.now() - startMs);
    this.#post({ kind: "applied", generation: change.generation });
  }

  #listen({ order, sockets }: ListenMessage): void {
    const outcome = this.#listeners.order(sockets), trials = this.#listeners.trialsOver();
    const answer = () => this.#post({ kind: "listened", order, ...outcome });
    if (trials === null) answer();
    else void trials.then(answer);
  }

  #drainListeners(drains: DrainListenersMessage): void {
    const { drainStrategy, drainTimeMs } = this.#start;
    this.#services.drain.drainListeners(drains, drainStrategy, drainTimeMs);
    this.#directionNotices.follow(drains, drainTimeMs);
  }

  #drain({ strategy, timeMs, closeIdle }: DrainMessage): void {
    // Sockets first: a client that is told to go comes back at once, and must be refused then, not reset in a queue.
    const startDrain = () => {
      this.#services.drain.start(strategy, timeMs);
      if (closeIdle) { for (const connection of this.#listeners.connections()) connection.drain(); }
      this.#drainWatch.start();
    };
    this.#listeners.closeSocketsAfterQueues().then(() => this.#loop.runEvent(startDrain));
  }

  async #stop(): Promise<void> {
    this.#drainWatch.stop();
    this.#directionNotices.cancel();
    this.#loop.runEvent(() => {
      this.#listeners.close();
      for (const connection of this.#listeners.connections()) connection.abort();
      this.#services.clusters.abort();
    });
    this.#lag.stop();
    this.#heapRelease.stop();
    await this.#sinks.close();
    this.#loop.stop();
    this.#services.stats.flushDefinitions();
    this.#post({ kind: "stopped" });
  }

  #onBug(error: unknown): void {
    const text = bugText(error);
    this.#post({ kind: "bug", text });
    this.#log.error(text);
  }

  /** Records leave together at the end of the task that made the first of them. */
  #queueRecord(record: LogRecord): void {
    if (this.#records.push(record) > 1 && record.level < LogLevel.CRITICAL) return;
    queueMicrotask(() => {
      const records = this.#records;
      this.#records = [];
      if (records.length > 0) this.#post({ kind: "log", records });
    });
  }
}
