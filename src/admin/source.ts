/**
 * What the admin server may ask of the process. `main/` implements it; tests hand in a plain object. Every answer is
 * a cheap read of what main already holds: nothing here waits and nothing reaches into a worker but through the stats.
 */
import type { LogLevel } from "../base/log.ts";
import type { AssignmentPolicy } from "../config/assignment_policy.ts";
import type { ClusterConfig, EndpointConfig } from "../config/cluster_config.ts";
import type { DrainRequest, DrainStatus } from "../control/listener/direction_drain.ts";
import type { Unready } from "../control/timeline.ts";
import type { WarmingFacts } from "../control/warming_facts.ts";
import type { NodeIdentity } from "../config/snapshot.ts";
import type { OutlierFigures } from "../control/outlier/outlier_detector.ts";
import type { ClusterRates } from "../control/outlier/success_rates.ts";
import type { LiveRuntime } from "../control/runtime/live_runtime.ts";
import type { RouteTestRequest, RouteTestResult } from "./contract/route_trial.ts";
import type { RouteConfigItem, RouteConfigView } from "./contract/routes.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import type { ClusterSource } from "./cluster_source.ts";
import type { ListenerSource, ListenerStatus } from "./listener_source.ts";
import type { ConfigSourceView } from "./config_source.ts";
import type { AdminExposure } from "./access/policy.ts";
import type { EventItem } from "./contract/events.ts";
import type { ServerState } from "./contract/overview.ts";

/** A tree of canonical proto JSON: snake_case names, fields in proto order, 64-bit numbers as strings. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A message. */
export type JsonObject = { readonly [field: string]: Json };

/** What the routes explorer and the route tester read. */
export interface RouteSource {
  /** Every route table in force. */
  routeConfigs(): RouteConfigItem[];
  /** Null = there is none of this name. */
  routeConfig(name: string): RouteConfigView | null;
  /** How a request would be routed, and sent for real where that is asked for. Null = no listener fits. */
  testRoute(request: RouteTestRequest): Promise<RouteTestResult | null>;
}

export interface AdminSource extends RouteSource {
  /** Random per process. */
  readonly bootId: string;
  readonly startedWallMs: number;
  /** denvoy's own version, `0.1.0`. */
  readonly version: string;
  readonly hostname: string;
  readonly pid: number;
  readonly concurrency: number;
  readonly node: NodeIdentity;
  /** `command_line_options` of `/server_info`, every field given, in the order it is printed. */
  readonly commandLineOptions: JsonObject;
  /** `node` of `/server_info`: the bootstrap's, with user agent and extensions filled in. */
  readonly nodeJson: JsonObject;
  readonly stats: StatBook;
  /** Listeners and clusters as the console follows them. */
  readonly listenerSource: ListenerSource;
  readonly clusterSource: ClusterSource;
  readonly adminExposure: AdminExposure;
  /** `--drain-time-s`. */
  readonly drainTimeMs: number;
  readonly profiler: Profiler;

  state(): ServerState;
  /** An operator has health checks fail; the shutdown, which has them fail too, is not meant. */
  areHealthChecksFailed(): boolean;
  /** Generation of the newest published snapshot. */
  generation(): number;
  listeners(): readonly ListenerStatus[];
  /** Those that serve. */
  clusters(): readonly ClusterStatus[];
  /** Those that are to serve when they are ready. */
  warmingClusters(): readonly ClusterStatus[];
  workers(): readonly WorkerStatus[];
  /** Everything that is not ready, and why. */
  unready(): Unready[];
  /** The same, with what became ready and what was refused. */
  warming(): WarmingFacts;
  /** Route configurations that came from outside, with the domains of their virtual hosts. */
  fetchedRoutes(): readonly FetchedRoutesStatus[];
  /** Runtime values; null = the process is not that far yet. */
  runtime(): LiveRuntime | null;
  /** In the order of `/config_dump`: bootstrap, clusters, listeners, scoped routes, routes, secrets. Already redacted. */
  configDump(): readonly ConfigDumpComponent[];
  /** The configuration with its versions, and where it comes from. */
  readonly config: ConfigSourceView;
  memory(): MemoryFigures;
  /** Why the last connect to a host failed (`connection refused`), where a worker has told; empty otherwise. */
  connectError?(cluster: string, address: string): string;
  /** Newest last, bounded; ids rise by one. */
  events(): readonly EventItem[];
  /** Adds to the events. `link` is a path under `/console`, or empty. */
  recordEvent(level: EventItem["level"], subject: string, name: string, text: string, link: string): void;
  /** Has health checks fail from now on, or answer as they find. Returns at once. */
  failHealthChecks(isFailed: boolean): void;
  /** How far `/drain_listeners` is. */
  drainStatus(): DrainStatus;
  /** Tells listeners to go. Returns at once. */
  drainListeners(request: DrainRequest): void;
  /** Takes that back where no socket is closed yet; false = it cannot be. */
  undoDrain(): boolean;
  /** Has every log file closed and opened again. Returns at once. */
  reopenLogs(): void;
  /** Starts the shutdown of SIGTERM. Returns at once. */
  quit(): void;
  /** By position in LOGGER_NAMES. */
  logLevels(): readonly LogLevel[];
  /** Loggers of every thread have these levels from now on. Returns at once. */
  setLogLevels(levels: readonly LogLevel[]): void;
}

/** What can be watched of the main thread's engine: where its time goes, what its heap holds, what was allocated. */
export type ProfileKind = "cpu" | "heap" | "allocation";

/** Watches the engine (spec/operations.md 6.6). */
export interface Profiler {
  /** Starts to watch; false = it cannot be done. Heap and allocations cannot be watched at the same time. */
  start(kind: ProfileKind): Promise<boolean>;
  /** Ends it and writes to `admin.profile_path` what was found; false = that failed. Nothing to end is no failure. */
  stop(kind: ProfileKind): Promise<boolean>;
  /** What is known of the heap by now, as V8's JSON; null while nobody watches it. */
  heapProfile(): Promise<string | null>;
}

/** One active cluster. */
export interface ClusterStatus {
  readonly config: ClusterConfig;
  /** Made when they are read. */
  readonly hosts: readonly HostStatus[];
  readonly hostCount: number;
  readonly policy: AssignmentPolicy;
  /** What its circuit breakers are held against: the configured limits, and what runtime makes of them. */
  readonly limits: ClusterConfig["circuitBreakers"];
  /** By CDS. */
  readonly isDynamic: boolean;
  readonly versionInfo: string;
  /** Empty unless set in the configuration. */
  readonly edsServiceName: string;
  /** Null = nobody looks for outliers in it. */
  readonly outliers: ClusterOutliers | null;
  /** Null = it serves. */
  readonly warming: Unready | null;
}

/** A route configuration that came from outside. */
export interface FetchedRoutesStatus {
  readonly name: string;
  readonly domains: readonly string[];
}

/** What outlier detection knows of a cluster by its last sweep. */
export interface ClusterOutliers {
  /** By what the hosts answer, and by what happens on this side of them. */
  readonly external: ClusterRates;
  readonly local: ClusterRates;
}

/** One host of a cluster. */
export interface HostStatus {
  readonly endpoint: EndpointConfig;
  /** See config/host_health.ts. */
  readonly flags: number;
  /** Null = nobody looks for outliers. */
  readonly outlier: OutlierFigures | null;
}

/** One worker, as main sees it. */
export interface WorkerStatus {
  readonly id: number;
  readonly state: "starting" | "running" | "silent" | "restarting";
  readonly startedWallMs: number;
  readonly restarts: number;
  /** 0 = none applied yet. */
  readonly ackedGeneration: number;
  /** From publication to the ack; null before the first. */
  readonly ackDelayMs: number | null;
  readonly lagMs: number | null;
  readonly heapBytes: number | null;
}

/** One element of `/config_dump`'s `configs`. */
export interface ConfigDumpComponent {
  /** `bootstrap`, `clusters`, `listeners`, `route_scopes`, `routes`, `secrets`. */
  readonly key: string;
  /** `BootstrapConfigDump`: the message's name in `envoy.admin.v3`. */
  readonly message: string;
  /**
   * The message's fields, `@type` left out; empty lists left out. Resources in it may be made anew whenever they are read,
   * so what is not shown should not be.
   */
  readonly dump: JsonObject;
}

/** Figures of `/memory`, in bytes, over all isolates. */
export interface MemoryFigures {
  readonly heapUsedBytes: number;
  /** Of the main thread alone. */
  readonly mainHeapBytes: number;
  readonly heapTotalBytes: number;
  readonly rssBytes: number;
}
