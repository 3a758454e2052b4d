/**
 * For tests: a process to put an admin server before. It has the listener and the two clusters of
 * conformance/envoy_admin/reference.yaml; tests change its fields.
 */
import { ManualClock } from "../base/clock.ts";
import { LOGGER_NAMES, LogLevel } from "../base/log.ts";
import {
  type CircuitBreakerLimits,
  type ClusterConfig,
  type EndpointConfig,
  UNLIMITED,
} from "../config/cluster_config.ts";
import { discoveryFlags } from "../config/host_health.ts";
import type { LiveRuntime } from "../control/runtime/live_runtime.ts";
import type { Http1Options } from "../config/http_config.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../config/assignment_policy.ts";
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../config/health_check_config.ts";
import type { Unready } from "../control/timeline.ts";
import { NO_FACTS, type WarmingFacts } from "../control/warming_facts.ts";
import { DEFAULT_LB } from "../config/lb_config.ts";
import { DEFAULT_COMMON_LB } from "../config/locality_lb_config.ts";
import type { ListenerConfig } from "../config/listener_config.ts";
import { NO_NODE } from "../config/snapshot.ts";
import { type HostStatName, hostStatPrefix } from "../observe/stats/host_stats.ts";
import { StatBook } from "../observe/stats/stat_book.ts";
import type { ResourceHistory } from "../control/xds/resource_history.ts";
import { SourceBook } from "../control/xds/source_book.ts";
import type { ConfigSourceView, DiskBootstrap, ResourceStatus } from "./config_source.ts";
import type { BootstrapFile } from "./contract/config.ts";
import type { DrainRequest, DrainStatus } from "../control/listener/direction_drain.ts";
import { NO_DRAINS } from "../config/listener_drains.ts";
import type { AdminExposure } from "./access/policy.ts";
import { AuditLog } from "./audit_log.ts";
import type { RouteTestResult } from "./contract/route_trial.ts";
import type { RouteConfigItem, RouteConfigView } from "./contract/routes.ts";
import type { EventItem } from "./contract/events.ts";
import type { ServerState } from "./contract/overview.ts";
import { SampleClusters } from "./sample_clusters.ts";
import { SampleListeners } from "./sample_listeners.ts";
import { type AdminOptions, AdminServer } from "./app.ts";
import type { ListenerStatus } from "./listener_source.ts";
import type {
  AdminSource,
  ClusterStatus,
  ConfigDumpComponent,
  FetchedRoutesStatus,
  JsonObject,
  MemoryFigures,
  ProfileKind,
  Profiler,
  WorkerStatus,
} from "./source.ts";

const HTTP1: Http1Options = {
  allowAbsoluteUrl: true,
  acceptHttp10: false,
  defaultHostForHttp10: "",
  enableTrailers: false,
  allowChunkedLength: false,
  allowCustomMethods: false,
  sendFullyQualifiedUrl: false,
  properCaseWords: false,
  ignoredUpgrades: [],
  preserveCase: null,
};

const LIMITS: CircuitBreakerLimits = {
  maxConnections: 1024,
  maxPendingRequests: 1024,
  maxRequests: 1024,
  maxRetries: 3,
  retryBudget: null,
  maxConnectionPools: UNLIMITED,
  maxConnectionsPerHost: UNLIMITED,
  tracksRemaining: false,
};

/** A host at 127.0.0.1, healthy, weight 1. */
export function sampleEndpoint(port: number, changes: Partial<EndpointConfig> = {}): EndpointConfig {
  return {
    address: { kind: "ip", host: "127.0.0.1", port },
    additionalAddresses: [],
    hostname: "",
    weight: 1,
    priority: 0,
    locality: { region: "", zone: "", subZone: "", weight: 0, metadata: {} },
    healthStatus: "UNKNOWN",
    healthCheck: DEFAULT_ENDPOINT_HEALTH_CHECK,
    metadata: {},
    ...changes,
  };
}

/** A static round-robin cluster. */
export function sampleCluster(name: string, endpoints: readonly EndpointConfig[]): ClusterStatus {
  const config: ClusterConfig = {
    name,
    observabilityName: name,
    metadata: {},
    discovery: { kind: "static" },
    connectTimeoutMs: 1000,
    perConnectionBufferLimitBytes: 1_048_576,
    lb: DEFAULT_LB,
    commonLb: DEFAULT_COMMON_LB,
    subsets: null,
    ignoresHealthOnHostRemoval: false,
    assignment: { endpoints, policy: DEFAULT_ASSIGNMENT_POLICY },
    healthChecks: [],
    circuitBreakers: { default: LIMITS, high: LIMITS },
    http: {
      http1: HTTP1,
      idleTimeoutMs: 3_600_000,
      maxConnectionDurationMs: 0,
      maxRequestsPerConnection: 0,
      maxHeadersCount: 100,
      maxResponseHeadersKb: 60,
      maxStreamDurationMs: 0,
      retryPolicy: null,
      hashPolicies: [],
      mirrorPolicies: null,
      outlierErrors: null,
    },
    outlierDetection: null,
    connections: {
      preconnectRatio: 1,
      perDownstreamConnection: false,
      closeOnHostHealthFailure: false,
      closeOnHostSetChange: false,
      rawIdleTimeoutMs: 600_000,
      happyEyeballs: { firstFamily: null, firstFamilyCount: 1 },
    },
    tcpKeepalive: false,
  };
  return {
    config,
    hosts: endpoints.map((endpoint) => ({ endpoint, flags: discoveryFlags(endpoint.healthStatus), outlier: null })),
    hostCount: endpoints.length,
    policy: config.assignment.policy,
    limits: config.circuitBreakers,
    isDynamic: false,
    versionInfo: "",
    edsServiceName: "",
    outliers: null,
    warming: null,
  };
}

/** A listener bound to 127.0.0.1 without filters. */
export function sampleListener(name: string, port: number): ListenerStatus {
  const config: ListenerConfig = {
    name,
    statPrefix: `127.0.0.1_${port}`,
    addresses: [{ kind: "ip", host: "127.0.0.1", port }],
    perConnectionBufferLimitBytes: 1_048_576,
    enableReusePort: true,
    drainsOnHealthFailure: true,
    trafficDirection: "UNSPECIFIED",
    filterChains: [],
    accessLogs: [],
    metadata: {},
  };
  const boundAddresses = [{ kind: "ip", host: "127.0.0.1", port }] as const;
  return { config, state: "active", boundAddresses, error: "", isDynamic: false, versionInfo: "" };
}

/** A worker that runs and serves the newest configuration. */
export function sampleWorker(id: number): WorkerStatus {
  return {
    id,
    state: "running",
    startedWallMs: Date.UTC(2026, 0, 1),
    restarts: 0,
    ackedGeneration: 1,
    ackDelayMs: 2,
    lagMs: 1,
    heapBytes: 1_000_000,
  };
}

const LAST_UPDATED = "2026-01-01T00:00:00.000Z";

/** Does as it is told, and says what that was. */
class SampleProfiler implements Profiler {
  readonly log: string[] = [];
  works = true;
  heap: string | null = null;

  start(kind: ProfileKind): Promise<boolean> {
    this.log.push(`start ${kind}`);
    return Promise.resolve(this.works);
  }

  stop(kind: ProfileKind): Promise<boolean> {
    this.log.push(`stop ${kind}`);
    return Promise.resolve(this.works);
  }

  heapProfile(): Promise<string | null> {
    return Promise.resolve(this.heap);
  }
}

export class SampleSource implements AdminSource {
  readonly bootId = "b7f3";
  readonly startedWallMs: number = Date.UTC(2026, 0, 1);
  readonly version = "0.1.0";
  readonly hostname = "host-1";
  readonly pid = 42;
  readonly concurrency = 1;
  readonly node = { ...NO_NODE, id: "node-1", cluster: "front", zone: "eu-1" };
  readonly commandLineOptions: JsonObject = { base_id: "0", concurrency: 1, drain_time: "600s" };
  readonly nodeJson: JsonObject = { id: "node-1", cluster: "front", extensions: [] };
  readonly stats: StatBook = new StatBook();
  readonly listenerSource: SampleListeners = new SampleListeners(() => this.listenerList);
  readonly clusterSource: SampleClusters = new SampleClusters(() => this.clusterList);
  readonly config: SampleConfig = new SampleConfig();
  adminExposure: AdminExposure = "guarded";
  readonly drainTimeMs = 600_000;
  drain: DrainStatus = { drains: NO_DRAINS, closesInMs: null, stopped: null };
  readonly drainRequests: DrainRequest[] = [];
  readonly profiler: SampleProfiler = new SampleProfiler();
  levels: readonly LogLevel[] = LOGGER_NAMES.map(() => LogLevel.INFO);
  serverState: ServerState = "LIVE";
  isHealthFailed = false;
  /** Null = this process has no control side. */
  liveRuntime: LiveRuntime | null = null;
  reopenings = 0;
  quits = 0;
  listenerList: ListenerStatus[] = [sampleListener("ingress", 10000)];
  unreadyList: Unready[] = [];
  warmingFacts: Partial<WarmingFacts> = {};
  warmingList: ClusterStatus[] = [];
  clusterList: ClusterStatus[] = [
    sampleCluster("web", [sampleEndpoint(8081), sampleEndpoint(8082, { healthStatus: "UNHEALTHY" })]),
    {
      ...sampleCluster("api", [
        sampleEndpoint(8081, {
          hostname: "api-1.internal",
          weight: 2,
          locality: { region: "eu", zone: "eu-1", subZone: "", weight: 0, metadata: {} },
        }),
      ]),
      edsServiceName: "api-service",
    },
  ];
  fetchedRouteList: FetchedRoutesStatus[] = [];
  workerList: WorkerStatus[] = [sampleWorker(0)];
  eventList: EventItem[] = [];
  dump: ConfigDumpComponent[] = [
    {
      key: "bootstrap",
      message: "BootstrapConfigDump",
      dump: { bootstrap: { node: { id: "node-1", cluster: "front" } }, last_updated: LAST_UPDATED },
    },
    {
      key: "clusters",
      message: "ClustersConfigDump",
      dump: { static_clusters: [clusterDump("web"), clusterDump("api")] },
    },
    {
      key: "route_scopes",
      message: "ScopedRoutesConfigDump",
      dump: {
        inline_scoped_route_configs: [{
          name: "scopes",
          scoped_route_configs: [scopeDump("web"), scopeDump("api")],
          last_updated: LAST_UPDATED,
        }],
      },
    },
  ];

  state(): ServerState {
    return this.serverState;
  }

  areHealthChecksFailed(): boolean {
    return this.isHealthFailed;
  }

  generation(): number {
    return 1;
  }

  listeners(): readonly ListenerStatus[] {
    return this.listenerList;
  }

  clusters(): readonly ClusterStatus[] {
    return this.clusterList;
  }

  warmingClusters(): readonly ClusterStatus[] {
    return this.warmingList;
  }

  unready(): Unready[] {
    return this.unreadyList;
  }

  warming(): WarmingFacts {
    return { ...NO_FACTS, unready: this.unreadyList, ...this.warmingFacts };
  }

  fetchedRoutes(): readonly FetchedRoutesStatus[] {
    return this.fetchedRouteList;
  }

  workers(): readonly WorkerStatus[] {
    return this.workerList;
  }

  runtime(): LiveRuntime | null {
    return this.liveRuntime;
  }

  configDump(): readonly ConfigDumpComponent[] {
    return this.dump;
  }

  memory(): MemoryFigures {
    return { mainHeapBytes: 1, heapUsedBytes: 1, heapTotalBytes: 2, rssBytes: 3 };
  }

  events(): readonly EventItem[] {
    return this.eventList;
  }

  routeConfigs(): RouteConfigItem[] {
    return [];
  }

  routeConfig(): RouteConfigView | null {
    return null;
  }

  testRoute(): Promise<RouteTestResult | null> {
    return Promise.resolve(null);
  }

  recordEvent(level: EventItem["level"], subject: string, name: string, text: string, link: string): void {
    this.eventList.push({ id: this.eventList.length + 1, at_ms: 0, level, subject, name, text, link });
  }

  failHealthChecks(isFailed: boolean): void {
    this.isHealthFailed = isFailed;
  }

  drainStatus(): DrainStatus {
    return this.drain;
  }

  drainListeners(request: DrainRequest): void {
    const { direction, isGraceful, keepsSockets } = request;
    this.drainRequests.push(request);
    this.drain = {
      drains: direction === "all" ? { ...this.drain.drains, allMs: 0 } : { ...this.drain.drains, inboundMs: 0 },
      closesInMs: isGraceful && !keepsSockets ? this.drainTimeMs : null,
      stopped: isGraceful || keepsSockets ? this.drain.stopped : direction,
    };
  }

  undoDrain(): boolean {
    this.drain = { drains: NO_DRAINS, closesInMs: null, stopped: null };
    return true;
  }

  reopenLogs(): void {
    this.reopenings++;
  }

  quit(): void {
    this.quits++;
  }

  logLevels(): readonly LogLevel[] {
    return this.levels;
  }

  setLogLevels(levels: readonly LogLevel[]): void {
    this.levels = levels;
  }

  /** Adds to a counter of a host, or sets its gauge. */
  countHost(cluster: string, address: string, name: HostStatName, by: number): void {
    const scope = this.stats.own.scope(hostStatPrefix(cluster, address), null, true);
    if (name.endsWith("_active")) scope.gauge(name).set(by);
    else scope.counter(name).add(by);
  }
}

/** Nothing but a bootstrap; tests write in its books. */
export class SampleConfig implements ConfigSourceView {
  readonly sources: SourceBook = new SourceBook(() => Date.UTC(2026, 0, 1));
  readonly history: ResourceHistory | null = null;
  readonly transitions = [];
  readonly bootstrapPath = "/etc/envoy.yaml";
  readonly bootstrapLoadedMs: number = Date.UTC(2026, 0, 1);
  list: ResourceStatus[] = [];

  get revision(): string {
    return String(this.sources.revision);
  }

  resources(): Iterable<ResourceStatus> {
    return this.list;
  }

  bootstrapFile(): Promise<BootstrapFile> {
    return Promise.resolve({ path: this.bootstrapPath, loaded_ms: this.bootstrapLoadedMs, differs: false });
  }

  readDisk(): Promise<DiskBootstrap> {
    return Promise.resolve({ error: "gone" });
  }
}

function clusterDump(name: string): JsonObject {
  const type = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  const cluster = { "@type": type, name, connect_timeout: "1s", hosts: [{ port: 1 }] };
  return { cluster, last_updated: LAST_UPDATED };
}

function scopeDump(name: string): JsonObject {
  const type = "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration";
  return { "@type": type, name, key: { fragments: [{ string_key: name }] }, route_configuration: {} };
}

/** How a request of a test comes. */
export interface AskInit extends RequestInit {
  readonly peer?: "loopback" | "remote";
  /** Where it comes from; 127.0.0.1 or 203.0.113.7 unless given. */
  readonly address?: string;
}

/** An admin server before a sample source, and a way to ask it from this machine. */
export function sampleAdmin(changes: Partial<AdminOptions> = {}): {
  source: SampleSource;
  clock: ManualClock;
  errors: string[];
  audit: AuditLog;
  admin: AdminServer;
  ask: (target: string, init?: AskInit) => Promise<Response>;
} {
  const source = new SampleSource();
  const clock = new ManualClock();
  const errors: string[] = [];
  const audit = changes.audit ?? new AuditLog(() => clock.wallMs());
  const admin = new AdminServer(source, {
    audit,
    tokens: null,
    protect: "none",
    corsOrigins: [],
    isPathAllowed: null,
    allowedHosts: [],
    isEnvoyOpen: false,
    serverName: "denvoy",
    flushOnRead: null,
    console: new Map(),
    clock,
    onError: (text) => void errors.push(text),
    ...changes,
  });
  const ask = (target: string, init: AskInit = {}) => {
    const request = new Request(`http://127.0.0.1:9901${target}`, init), kind = init.peer ?? "loopback";
    // As the console and its scripts do.
    if (!request.headers.has("x-console")) request.headers.set("x-console", "1");
    return admin.fetch(request, { kind, address: init.address ?? (kind === "loopback" ? "127.0.0.1" : "203.0.113.7") });
  };
  return { source, clock, errors, audit, admin, ask };
}
