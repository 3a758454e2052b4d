/**
 * A worker's whole data path in memory: connection manager, router, cluster and pool, with a hand-driven clock and a
 * network that moves bytes when it is told to. Tests read as scripts: send, deliver, look, advance.
 */
import assert from "node:assert/strict";
import { ManualClock } from "../../src/base/clock.ts";
import type { ByteBlock } from "../../src/base/byte_block.ts";
import { latin1Bytes, latin1Text } from "../../src/base/ascii.ts";
import { Random, RandomBytes } from "../../src/base/random.ts";
import type { AccessLogConfig } from "../../src/config/access_log_config.ts";
import type { ClusterUpdate } from "../../src/config/config_change.ts";
import type { ClusterConfig } from "../../src/config/cluster_config.ts";
import type { HttpConnectionManagerConfig } from "../../src/config/http_config.ts";
import { parseFormat } from "../../src/config/format/parse_format.ts";
import { type HttpFilterDefinition, schemasOf } from "../../src/filter/define.ts";
import type { ListenerConfig } from "../../src/config/listener_config.ts";
import { loadBootstrap } from "../../src/config/load.ts";
import type { RuntimeRecord } from "../../src/config/runtime_layers.ts";
import { FilterRegistry } from "../../src/filter/registry.ts";
import { ServerHealth } from "../../src/filter/server_health.ts";
import { NO_NODE } from "../../src/config/snapshot.ts";
import { HttpDate } from "../../src/http/date.ts";
import { RuntimeValues } from "../../src/match/runtime_values.ts";
import { StatBook } from "../../src/observe/stats/stat_book.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { listenerLogOf } from "../../src/proxy/connection_log.ts";
import { ConnectionManager } from "../../src/proxy/connection_manager.ts";
import { DrainState } from "../../src/proxy/drain.ts";
import { HcmContext } from "../../src/proxy/hcm_context.ts";
import { ListenerStats } from "../../src/proxy/hcm_stats.ts";
import { OverloadActions } from "../../src/proxy/overload.ts";
import { statTallies } from "../../src/proxy/router/stat_tally.ts";
import { StreamPool } from "../../src/proxy/stream_pool.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { MemoryNetwork } from "../../src/transport/memory/network.ts";
import { clusterUpdate } from "./cluster_update.ts";
import { KeptLogs } from "./kept_lines.ts";
import type { CloseReason, Connection, ConnectionHandler } from "../../src/transport/transport.ts";
import { Cluster, type ClusterContext } from "../../src/upstream/cluster.ts";
import { ClusterSet } from "../../src/upstream/cluster_set.ts";
import type { RowKind } from "../../src/upstream/shared_hosts.ts";
import { SharedHosts } from "../../src/upstream/shared_hosts.ts";
import { LocalCluster } from "../../src/upstream/host_set/local_cluster.ts";
import { SharedLimits } from "../../src/upstream/shared_limits.ts";
import { BUILTIN_HTTP_FILTERS } from "../../src/worker/builtins.ts";
import { RouteTables } from "../../src/worker/route_tables.ts";

const LISTENER = { kind: "ip", host: "127.0.0.1", port: 10000 } as const;
const NODE = { ...NO_NODE, id: "node-1", cluster: "front" };
const ORIGIN = { kind: "ip", host: "127.0.0.1", port: 8080 } as const;

/** The access log that `DataPath.logged` reads. */
const ENDED: AccessLogConfig = {
  sink: "file",
  path: "ended",
  format: {
    kind: "text",
    pieces: parseFormat("%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%\n"),
    omitEmptyValues: true,
    contentType: "",
  },
  filter: { kind: "log_type", types: ["DownstreamEnd"], exclude: false },
};

/** What a script may change of the defaults. */
export interface DataPathOptions {
  /** Fields of the connection manager, as lines of its configuration. */
  readonly managerFields?: readonly string[];
  /** Fields of the listener, of the router and of the cluster, likewise. */
  readonly listenerFields?: readonly string[];
  readonly routerFields?: readonly string[];
  readonly clusterFields?: readonly string[];
  readonly hcm?: Partial<HttpConnectionManagerConfig>;
  readonly listener?: Partial<ListenerConfig>;
  readonly cluster?: Partial<ClusterConfig>;
  /** Clusters beside `web`, by name: the port of their one host, where somebody listens. */
  readonly otherClusters?: Readonly<Record<string, number>>;
  /** A `RouteConfiguration`'s YAML. */
  readonly routes?: string;
  /** Filters before the router, as entries of `http_filters` in YAML, and those that exist in the test only. */
  readonly filters?: readonly string[];
  readonly definitions?: readonly HttpFilterDefinition[];
  readonly runtime?: RuntimeRecord;
  /** Bytes of one read: 1 feeds everything byte by byte. */
  readonly pieceBytes?: number;
  /** Of all chance. */
  readonly seed?: number;
  /** Bytes in transit each way, at most. */
  readonly windowBytes?: number;
}

/** One end of a connection in a test's hand: what it got, and what it does. */
export class Peer implements ConnectionHandler {
  readonly connection: Connection;
  readonly #loop: EventLoop;
  received = "";
  hasEnded = false;
  closed: CloseReason | null = null;

  constructor(connection: Connection, loop: EventLoop) {
    this.connection = connection;
    this.#loop = loop;
    connection.open(this);
  }

  send(text: string): void {
    this.#loop.runEvent(() => {
      this.connection.sink.writer.writeBytes(latin1Bytes(text));
      this.connection.sink.touch();
    });
  }

  /** Stops or goes on reading. */
  pause(isPaused: boolean): void {
    this.#loop.runEvent(() => this.connection.readDisable(isPaused));
  }

  close(how: "flush" | "half" | "abort" = "flush"): void {
    this.#loop.runEvent(() => this.connection.close(how));
  }

  /** Returns what was received since the last call. */
  take(): string {
    const text = this.received;
    this.received = "";
    return text;
  }

  onBytes(block: ByteBlock, start: number, end: number): number {
    this.received += latin1Text(block.bytes, start, end);
    return end;
  }

  onEnd(): void {
    this.hasEnded = true;
  }

  onClose(reason: CloseReason): void {
    this.closed = reason;
  }

  onWriteBlocked(): void {}
}

/** The path itself, with one cluster `web` of one host that listens unless a test says otherwise. */
export class DataPath {
  readonly clock = new ManualClock();
  readonly loop: EventLoop;
  readonly network: MemoryNetwork;
  readonly #statNames: string[] = [];
  /** What main would show of it. */
  readonly book = new StatBook();
  readonly stats: StatStore = new StatStore((batch) => {
    for (const { name } of batch.stats) this.#statNames.push(name);
    this.book.apply(0, batch);
  });
  readonly context: HcmContext;
  /** As configured. */
  readonly listener: ListenerConfig;
  readonly cluster: Cluster;
  /** One more, which nobody knows yet. */
  readonly makeCluster: (update: ClusterUpdate) => Cluster;
  readonly otherClusters: readonly Cluster[];
  readonly clusters: ClusterSet;
  /** Nobody's, until a test names one. */
  readonly local: LocalCluster = new LocalCluster();
  /** Connections that reached the hosts of clusters beside `web`, by cluster, in order. */
  readonly peersOf = new Map<string, Peer[]>();
  readonly drain: DrainState;
  /** Routes that come by RDS. */
  readonly routeTables: RouteTables;
  readonly overload: OverloadActions;
  readonly health: ServerHealth = new ServerHealth();
  readonly managers = new Set<ConnectionManager>();
  /** Connections that reached the origin, in order. */
  readonly origins: Peer[] = [];
  readonly bugs: unknown[] = [];
  /** Hosts that said that they fail: cluster and id. */
  readonly selfReports: [cluster: string, hostId: number][] = [];
  /** What hosts were reported for as outliers, by their clusters. */
  readonly outliers: [cluster: string, row: RowKind][] = [];
  /** Access logs, by path. */
  readonly logs = new KeptLogs();

  constructor(options: DataPathOptions = {}) {
    const { hcm, listener, cluster, runtime, definitions = [], pieceBytes, windowBytes } = options;
    const loop = this.loop = new EventLoop({
      clock: this.clock,
      alarm: { wakeIn() {}, silence() {} },
      onBug: (error) => this.bugs.push(error),
    });
    this.network = new MemoryNetwork(loop, {
      ...(pieceBytes === undefined ? {} : { pieceBytes }),
      ...(windowBytes === undefined ? {} : { windowBytes }),
    });
    const random = new Random(options.seed ?? 7), values = new RuntimeValues(runtime);
    const defaults = loadConfig(options);
    const onOutlier = (cluster: Cluster, _hostId: number, row: RowKind) => void this.outliers.push([cluster.name, row]);
    const onSelfReport = (cluster: Cluster, hostId: number) => void this.selfReports.push([cluster.name, hostId]);
    const limits = new SharedLimits(1);
    const hostCounts = new SharedHosts(1);
    hostCounts.usePages([SharedHosts.newPage(1)]);
    const countsOf = (slot: number) => hostCounts.host(slot, 0);
    limits.usePages([SharedLimits.newPage(1 + defaults.otherClusters.length)]);
    const { local } = this, clusters = this.clusters = new ClusterSet(this.clock, local);
    const context: ClusterContext = {
      stats: this.stats,
      loop,
      dialer: this.network,
      runtime: values,
      random,
      countsOf,
      onOutlier,
      onSelfReport,
      clusters,
      local,
    };
    this.makeCluster = (update) => new Cluster(update, limits.cluster(update.limitSlot, 0), context);
    this.cluster = this.makeCluster(clusterUpdate({ ...defaults.cluster, ...cluster }));
    this.otherClusters = defaults.otherClusters.map((config, index) =>
      this.makeCluster(clusterUpdate(config, 1, index + 1, 16 * (index + 1)))
    );
    for (const one of [this.cluster, ...this.otherClusters]) clusters.put(one);
    for (const [name, port] of Object.entries(options.otherClusters ?? {})) {
      const peers: Peer[] = [];
      this.peersOf.set(name, peers);
      this.network.listen({ ...ORIGIN, port }, (connection) => peers.push(new Peer(connection, this.loop)));
    }
    const formats = {
      clock: this.clock,
      hostname: "proxy-1",
      env: () => undefined,
      node: NODE,
      idBytes: new RandomBytes(),
    };
    this.routeTables = new RouteTables(formats, statTallies(this.stats));
    this.drain = new DrainState(this.clock, random, this.health);
    this.overload = new OverloadActions(random);
    const services = {
      loop,
      stats: this.stats,
      clusters,
      routeSlots: this.routeTables,
      runtime: values,
      registry: new FilterRegistry([...BUILTIN_HTTP_FILTERS, ...definitions]),
      random,
      requestIdBytes: new RandomBytes(),
      health: this.health,
      ownAddress: "192.0.2.9",
      date: new HttpDate(),
      drain: this.drain,
      overload: this.overload,
      accessLog: {
        sinks: this.logs,
        formats,
        filters: { runtime: values, random, clock: this.clock, node: NODE },
      },
    };
    const ownListener = this.listener = { ...defaults.listener, ...listener };
    this.context = new HcmContext(
      { ...defaults.hcm, ...hcm, accessLogs: [ENDED, ...hcm?.accessLogs ?? defaults.hcm.accessLogs] },
      services,
      new ListenerStats(this.stats, ownListener.statPrefix, 0),
      listenerLogOf(ownListener, services.accessLog),
      ownListener,
      NODE,
    );
    const streams = new StreamPool(loop);
    this.network.listen(LISTENER, (connection) => {
      const manager = new ConnectionManager(connection, this.context, streams, (gone) => this.managers.delete(gone));
      this.managers.add(manager);
      manager.open();
    });
    this.listenOrigin();
  }

  /** The origin accepts connections. */
  listenOrigin(): void {
    this.stopOrigin();
    this.#origin = this.network.listen(ORIGIN, (connection) => this.origins.push(new Peer(connection, this.loop)));
  }

  /** The origin refuses connections. */
  stopOrigin(): void {
    this.#origin?.close();
  }

  /** The origin does not answer who dials (true), or does again (false). */
  silenceOrigin(isSilent = true): void {
    this.network.silence(ORIGIN, isSilent);
  }
  #origin: { close(): void } | null = null;

  /** A client connects. */
  connect(): Peer {
    let client: Peer | null = null;
    const options = { bufferLimitBytes: 1 << 20, idleReadBytes: 1024, tcpKeepalive: false };
    this.network.connect(LISTENER, options, (connection) => client = new Peer(connection, this.loop), () => {});
    this.network.deliverAll();
    return client!;
  }

  /** Moves bytes until nothing moves. */
  deliver(): void {
    this.network.deliverAll();
  }

  /** Lets time pass, and what comes of it happen. */
  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.loop.tick();
    this.deliver();
  }

  /** The origin's latest connection. */
  get origin(): Peer {
    return this.origins.at(-1)!;
  }

  /** Of each stream that has ended: code, flags and details. */
  get logged(): string[] {
    return this.logs.sinkFor(ENDED).text.split("\n").slice(0, -1);
  }

  /** The names of all stats that were made, sorted. */
  statNames(): string[] {
    this.stats.flushDefinitions();
    return this.#statNames.toSorted();
  }

  /** A counter of this path, by its full name. Makes it if it is not there. */
  counter(name: string): number {
    const at = name.lastIndexOf(".");
    return this.stats.scope(name.slice(0, at)).counter(name.slice(at + 1)).value;
  }

  /** A gauge, likewise. */
  gauge(name: string): number {
    const at = name.lastIndexOf(".");
    return this.stats.scope(name.slice(0, at)).gauge(name.slice(at + 1)).value;
  }
}

/** Nothing is left behind: all connections are ended, and then no timer runs and no block is held. */
export function assertClean(path: DataPath): void {
  assert.deepEqual(path.bugs, []);
  for (const manager of [...path.managers]) path.loop.runEvent(() => manager.abort());
  path.loop.runEvent(() => [path.cluster, ...path.otherClusters].forEach((cluster) => cluster.abort()));
  path.deliver();
  path.loop.runEvent(() => {
    for (const { near, far } of path.network.pairs) {
      near.close("abort");
      far.close("abort");
    }
  });
  path.deliver();
  assert.equal(path.loop.timers.armedCount, 0, "timers");
  assert.equal(path.loop.blocks.onLoan, 0, "blocks");
  assert.equal(path.managers.size, 0, "connections");
  for (const name of ["cx_active", "cx_http1_active", "cx_http1_soft_drain", "cx_upgrades_active", "rq_active"]) {
    assert.equal(path.gauge(`http.ingress.downstream_${name}`), 0, name);
  }
  for (const name of ["cx_active", "rq_active", "rq_pending_active"]) {
    for (const cluster of [path.cluster, ...path.otherClusters]) {
      assert.equal(path.gauge(`cluster.${cluster.name}.upstream_${name}`), 0, name);
    }
  }
  for (const { counts } of [path.cluster, ...path.otherClusters].flatMap(({ hosts }) => hosts)) {
    assert.equal(counts.activeRequests, 0, "requests of a host");
    assert.equal(counts.activeConnections, 0, "connections of a host");
  }
}

const DEFAULT_ROUTES =
  `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: web } }] }] }`;

/** What the configuration loader makes of it, every default filled in. */
function loadConfig(
  {
    managerFields = [],
    listenerFields = [],
    routerFields = [],
    clusterFields = [],
    routes,
    filters = [],
    definitions = [],
    otherClusters = {},
  }: DataPathOptions,
): {
  listener: ListenerConfig;
  hcm: HttpConnectionManagerConfig;
  cluster: ClusterConfig;
  otherClusters: readonly ClusterConfig[];
} {
  const text = `
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 10000}}
${listenerFields.map((line) => `    ${line}\n`).join("")}\
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
${managerFields.map((line) => `          ${line}\n`).join("")}\
          http_filters:
${filters.map((filter) => `          - ${filter}\n`).join("")}          - name: router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
${routerFields.map((line) => `              ${line}\n`).join("")}\
          route_config: ${routes ?? DEFAULT_ROUTES}
  clusters:
  - name: web
${clusterFields.map((line) => `    ${line}\n`).join("")}\
    load_assignment:
      cluster_name: web
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}}]}]
${
    Object.entries(otherClusters).map(([name, port]) =>
      `  - {name: ${name}, load_assignment: {cluster_name: ${name}, endpoints: [{lb_endpoints: [{endpoint: ` +
      `{address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}}}]}]}}\n`
    ).join("")
  }`;
  const httpFilters = schemasOf([...BUILTIN_HTTP_FILTERS, ...definitions]);
  const { snapshot } = loadBootstrap({ file: { text, fileName: "test.yaml" } }, { httpFilters });
  const listener = snapshot.listeners[0]!;
  return {
    listener,
    hcm: listener.filterChains[0]!.filters[0]!,
    cluster: snapshot.clusters[0]!,
    otherClusters: snapshot.clusters.slice(1),
  };
}
