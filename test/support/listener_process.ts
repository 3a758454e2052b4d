/** Real workers under a real manager of listeners, without the rest of a process: what LDS and RDS bring, a test says. */
import assert from "node:assert/strict";
import { LOGGER_NAMES, Loggers, LogLevel } from "../../src/base/log.ts";
import { ResourceLoader } from "../../src/config/load_resource.ts";
import { NO_NODE } from "../../src/config/snapshot.ts";
import { ListenerManager } from "../../src/control/listener/listener_manager.ts";
import type { ListenerResource } from "../../src/control/listener/listener_version.ts";
import { FetchedRoutes } from "../../src/control/listener/fetched_routes.ts";
import { Publisher } from "../../src/control/publisher.ts";
import { Timeline } from "../../src/control/timeline.ts";
import { PoolListeners } from "../../src/main/pool_listeners.ts";
import { type PoolEvents, WorkerPool } from "../../src/main/worker_pool.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { ScriptedSubscription } from "./control_listeners.ts";

const WORKER_ENTRY = new URL("../../src/worker/entry.ts", import.meta.url);

/** What a test may change. */
export interface ListenerProcessOptions {
  readonly concurrency?: number;
  readonly drainTimeMs?: number;
}

export class ListenerProcess implements AsyncDisposable {
  readonly book = new StatBook();
  readonly loop = new EventLoop();
  readonly pool: WorkerPool;
  readonly listeners: ListenerManager;
  readonly routes: FetchedRoutes;
  /** By route configuration. */
  readonly subscriptions = new Map<string, ScriptedSubscription>();
  readonly bugs: string[] = [];
  readonly #deaths = new Map<number, () => void>();

  /** Workers run and serve nothing yet. */
  static async start(options: ListenerProcessOptions = {}): Promise<ListenerProcess> {
    const process = new ListenerProcess(options);
    await process.pool.start();
    await process.listeners.start();
    return process;
  }

  private constructor({ concurrency = 2, drainTimeMs = 600_000 }: ListenerProcessOptions) {
    const loggers = new Loggers(() => {}, 0, LOGGER_NAMES.map(() => LogLevel.ERROR), false);
    const publisher = new Publisher((change) => this.pool.publish(change));
    const settings = {
      concurrency,
      logLevels: loggers.levels,
      logLocations: false,
      fileFlushIntervalMs: 1000,
      fileFlushMinBytes: 65536,
      drainStrategy: "immediate",
      drainTimeMs,
      testHooks: true,
    } as const;
    const source = {
      everything: () => publisher.state.everything(),
      get generation() {
        return publisher.state.generation;
      },
      get listeners() {
        return publisher.state.listeners;
      },
      limitPages: [],
      hostPages: [],
    };
    this.pool = new WorkerPool(WORKER_ENTRY, settings, source, this.#events(), loggers.logger("main"));
    publisher.setNode(NO_NODE, "");
    publisher.flush();
    const timeline = new Timeline(), workers = new PoolListeners(this.pool, publisher), nowMs = () => Date.now();
    this.routes = new FetchedRoutes({
      workers,
      stats: this.book.own,
      timeline,
      nowMs,
      text: (name) => this.book.text(name),
      clusters: { isKnown: () => true },
      subscribe: ({ path }, _messageName, _stats, watcher) => {
        const subscription = new ScriptedSubscription(watcher);
        this.subscriptions.set(path, subscription);
        return subscription;
      },
      loader: new ResourceLoader(),
    });
    this.listeners = new ListenerManager({
      loop: this.loop,
      scope: this.book.own.scope("listener_manager"),
      timeline,
      workers,
      routes: this.routes,
      drainTimeMs,
      nowMs,
      log: loggers.logger("config"),
    }, { onChange: () => {}, onSettled: () => {} });
  }

  /** Takes these in and these out, all of them or the test fails; workers have it when it resolves. */
  async update(resources: readonly ListenerResource[], removed: readonly string[] = []): Promise<void> {
    const refused = await this.listeners.update(removed, resources);
    assert.deepEqual(refused.map(({ reason }) => reason), []);
    await this.pool.untilApplied();
  }

  /** `127.0.0.1:80`, the first of that listener. */
  address(name: string): string {
    const address = this.pool.bound.get(name)?.[0];
    assert.ok(address?.kind === "ip", `${name} is not bound`);
    return `${address.host}:${address.port}`;
  }

  /** Makes a worker throw; resolves when its replacement serves. */
  async replaceWorker(index: number): Promise<void> {
    const restarted = new Promise<void>((resolve) => this.#deaths.set(index, resolve));
    this.pool.crash(index);
    await restarted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listeners.close();
    this.routes.close();
    await this.pool.stop();
    this.loop.stop();
    assert.deepEqual(this.bugs, []);
  }

  #events(): PoolEvents {
    return {
      statsDefined: (worker, batch) => this.book.apply(worker, batch),
      statsEnded: (worker) => this.book.removeWorker(worker),
      log: () => {},
      died: () => {},
      restarted: (worker) => this.#deaths.get(worker)?.(),
      pinged: () => {},
      applied: () => {},
      outlierDetected: () => {},
      hostReported: () => {},
      bug: (_worker, text) => this.bugs.push(text),
    };
  }
}
