/** What the admin server reads of this process: the doorway `admin/source.ts` asks for, made of what main holds. */

import type { ListenerStatus } from "../admin/listener_source.ts";
import type {
  AdminSource,
  ClusterStatus,
  ConfigDumpComponent,
  FetchedRoutesStatus,
  JsonObject,
  MemoryFigures,
  WorkerStatus,
} from "../admin/source.ts";
import { type AdminExposure, exposureOf } from "../admin/access/policy.ts";
import type { RouteTestRequest, RouteTestResult } from "../admin/contract/route_trial.ts";
import type { RouteConfigItem, RouteConfigView } from "../admin/contract/routes.ts";
import type { EventItem } from "../admin/contract/events.ts";
import type { ServerState } from "../admin/contract/overview.ts";
import { NO_DRAINS } from "../config/listener_drains.ts";
import type { Loggers, LogLevel } from "../base/log.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import type { CanonicalMessage } from "../config/source_map.ts";
import { RuntimeValues } from "../match/runtime_values.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import { isLoopback } from "./admin_socket.ts";
import type { ClusterEntry } from "../control/cluster/cluster_manager.ts";
import type { ManagedCluster } from "../control/cluster/managed_cluster.ts";
import type { DrainRequest, DrainStatus } from "../control/listener/direction_drain.ts";
import type { ControlSide } from "../control/control_side.ts";
import type { LiveRuntime } from "../control/runtime/live_runtime.ts";
import type { Unready } from "../control/timeline.ts";
import { NO_FACTS, type WarmingFacts, warmingFacts } from "../control/warming_facts.ts";
import { ManagedClusterStatus } from "./cluster_status.ts";
import { configDumpOf } from "./config_dump.ts";
import { ConfigView } from "./config_view.ts";
import { withDynamic } from "./dynamic_dump.ts";
import type { EventLog } from "./event_log.ts";
import type { Options } from "./flags.ts";
import { ProcessClusters } from "./cluster_source.ts";
import { ProcessListeners } from "./listener_source.ts";
import { MainProfiler } from "./main_profiler.ts";
import { commandLineOptionsJson, nodeJson } from "./process_description.ts";
import { RouteExplorer } from "./route_tester/route_explorer.ts";
import type { ServerStage } from "./server_state.ts";
import { VERSION } from "./version.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** What a {@link ProcessSource} is made of. */
export interface ProcessParts {
  readonly options: Options;
  readonly configPath: string;
  readonly loaded: LoadedBootstrap;
  readonly stats: StatBook;
  readonly loggers: Loggers;
  readonly stage: ServerStage;
  readonly eventLog: EventLog;
  /** Set once the bootstrap is read. */
  readonly control: () => ControlSide | null;
  /** Set once workers are made. */
  readonly pool: () => WorkerPool | null;
  readonly failHealthChecks: (isFailed: boolean) => void;
  readonly reopenLogs: () => void;
  readonly quit: () => void;
}

/** This process, as the admin server sees it. */
export class ProcessSource implements AdminSource {
  readonly bootId: string = crypto.randomUUID();
  readonly startedWallMs: number = performance.timeOrigin;
  readonly version: string = VERSION;
  readonly hostname: string = Deno.hostname();
  readonly pid: number = Deno.pid;
  readonly concurrency: number;
  readonly node: NodeIdentity;
  readonly commandLineOptions: JsonObject;
  readonly nodeJson: JsonObject;
  readonly stats: StatBook;
  readonly listenerSource: ProcessListeners;
  readonly clusterSource: ProcessClusters;
  readonly config: ConfigView;
  readonly adminExposure: AdminExposure;
  readonly drainTimeMs: number;
  readonly profiler: MainProfiler;
  readonly #parts: ProcessParts;
  readonly #loadedAt = new Date();
  #explorer: RouteExplorer | null = null;
  #configDump: readonly ConfigDumpComponent[] | null = null;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.concurrency = parts.options.concurrency;
    this.node = parts.loaded.node;
    this.commandLineOptions = commandLineOptionsJson(parts.options, parts.configPath);
    this.nodeJson = nodeJson(parts.loaded);
    this.stats = parts.stats;
    this.listenerSource = new ProcessListeners({
      control: parts.control,
      bound: () => parts.pool()?.bound ?? null,
      isEnding: () => parts.stage.isEnding,
    });
    this.clusterSource = new ProcessClusters(parts.loaded, this.concurrency, parts.control);
    this.config = new ConfigView(parts.options, parts.configPath, parts.loaded, parts.control);
    const { address, profilePath } = parts.loaded.admin;
    this.profiler = new MainProfiler(profilePath);
    const { adminTokenFile, adminProtect, adminEnvoyOpen, drainTimeS } = parts.options;
    this.adminExposure = exposureOf({
      isReachable: address?.kind === "ip" && !isLoopback(address.host),
      hasTokens: adminTokenFile !== "",
      protect: adminProtect,
      isEnvoyOpen: adminEnvoyOpen,
    });
    this.drainTimeMs = drainTimeS * 1000;
  }

  state(): ServerState {
    return this.#parts.stage.state;
  }

  areHealthChecksFailed(): boolean {
    return this.#parts.stage.isFailedByOperator;
  }

  generation(): number {
    return this.#parts.control()?.publisher.state.generation ?? 0;
  }

  listeners(): ListenerStatus[] {
    return this.listenerSource.statuses();
  }

  clusters(): ClusterStatus[] {
    // At the start Envoy lists those of the bootstrap that are not ready yet, too.
    return this.#clusterStatuses(({ active, warming, isStatic }) => active ?? (isStatic ? warming : null));
  }

  warmingClusters(): ClusterStatus[] {
    const unready = new Map(this.unready().filter(({ kind }) => kind === "cluster").map((one) => [one.name, one]));
    return this.#clusterStatuses(({ warming }) => warming, unready);
  }

  unready(): Unready[] {
    return this.#parts.control()?.unready() ?? [];
  }

  warming(): WarmingFacts {
    const control = this.#parts.control();
    return control === null ? NO_FACTS : warmingFacts(control);
  }

  fetchedRoutes(): FetchedRoutesStatus[] {
    return (this.#parts.control()?.listening?.routes.states ?? []).flatMap(({ name, active }) =>
      active === null ? [] : [{ name, domains: domainsOf(active.message) }]
    );
  }

  workers(): WorkerStatus[] {
    return (this.#parts.pool()?.slots ?? []).map((slot) => ({
      id: slot.index,
      state: slot.state,
      startedWallMs: slot.startedWallMs,
      restarts: slot.incarnation,
      ackedGeneration: slot.ackedGeneration,
      ackDelayMs: slot.ackDelayMs,
      lagMs: slot.lagMs,
      heapBytes: slot.heapUsedBytes,
    }));
  }

  runtime(): LiveRuntime | null {
    return this.#parts.control()?.runtime ?? null;
  }

  configDump(): readonly ConfigDumpComponent[] {
    this.#configDump ??= configDumpOf(this.#parts.loaded.canonicalBootstrap, this.nodeJson, this.#loadedAt);
    const control = this.#parts.control();
    return control === null ? this.#configDump : withDynamic(this.#configDump, control);
  }

  #clusterStatuses(
    choose: (entry: ClusterEntry) => ManagedCluster | null,
    unready: ReadonlyMap<string, Unready> = new Map(),
  ): ClusterStatus[] {
    const control = this.#parts.control();
    if (control === null) return [];
    const runtime = new RuntimeValues(control.runtime.merged);
    return Array.from(control.clusters.entries).flatMap((entry) => {
      const object = choose(entry);
      return object === null ? [] : [new ManagedClusterStatus(entry, object, runtime, unready.get(entry.name) ?? null)];
    });
  }

  memory(): MemoryFigures {
    const { heapUsed, heapTotal, rss } = Deno.memoryUsage();
    const slots = this.#parts.pool()?.slots ?? [];
    return {
      mainHeapBytes: heapUsed,
      heapUsedBytes: slots.reduce((sum, slot) => sum + (slot.heapUsedBytes ?? 0), heapUsed),
      heapTotalBytes: slots.reduce((sum, slot) => sum + (slot.heapTotalBytes ?? 0), heapTotal),
      rssBytes: rss,
    };
  }

  events(): readonly EventItem[] {
    return this.#parts.eventLog.items;
  }

  routeConfigs(): RouteConfigItem[] {
    return this.#routes()?.items() ?? [];
  }

  routeConfig(name: string): RouteConfigView | null {
    return this.#routes()?.view(name) ?? null;
  }

  async testRoute(request: RouteTestRequest): Promise<RouteTestResult | null> {
    return await this.#routes()?.test(request) ?? null;
  }

  /** Null = nothing is routed yet. */
  #routes(): RouteExplorer | null {
    const control = this.#parts.control();
    if (control === null) return null;
    return this.#explorer ??= new RouteExplorer(control, () => this.#parts.pool()?.bound ?? new Map());
  }

  recordEvent(level: EventItem["level"], subject: string, name: string, text: string, link: string): void {
    this.#parts.eventLog.add(level, subject, name, text, link);
  }

  failHealthChecks(isFailed: boolean): void {
    this.#parts.failHealthChecks(isFailed);
  }

  drainStatus(): DrainStatus {
    return this.#parts.control()?.listening?.drain.status ?? { drains: NO_DRAINS, closesInMs: null, stopped: null };
  }

  drainListeners(request: DrainRequest): void {
    this.#parts.control()?.listening?.drain.start(request);
  }

  undoDrain(): boolean {
    return this.#parts.control()?.listening?.drain.undo() ?? false;
  }

  reopenLogs(): void {
    this.#parts.reopenLogs();
  }

  quit(): void {
    this.#parts.quit();
  }

  logLevels(): readonly LogLevel[] {
    return this.#parts.loggers.levels;
  }

  setLogLevels(levels: readonly LogLevel[]): void {
    this.#parts.loggers.levels = levels;
    this.#parts.pool()?.setLogLevels(levels);
  }

  /** Nothing is watched any more. */
  close(): void {
    this.profiler.close();
  }
}

/** The domains of a route configuration in canonical form. */
function domainsOf(message: CanonicalMessage): string[] {
  const { virtual_hosts: hosts = [] } = message as { virtual_hosts?: { domains?: string[] }[] };
  return hosts.flatMap(({ domains = [] }) => domains);
}
