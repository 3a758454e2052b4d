/**
 * What main knows of how things should be, and the order in which it comes up (spec/upstream.md 8, spec/operations.md 15):
 *
 * ```
 *   primary clusters ─▶ runtime layers ─▶ secondary clusters ─▶ CDS ─▶ its clusters ─▶ workers ─▶ listening.ts
 * ```
 *
 * What workers need of it goes through the publisher. It is closed once, and nothing goes on after that.
 */
import { bugText } from "../base/errors.ts";
import { loadCel } from "../base/cel/cel.ts";
import type { Logger, Loggers } from "../base/log.ts";
import { Random, RandomBytes } from "../base/random.ts";
import type { LoadedBootstrap } from "../config/load.ts";
import { contentHash } from "../config/content_hash.ts";
import { ResourceLoader, type ResourceOptions, ResourceType } from "../config/load_resource.ts";
import { type CanonicalMessage, listIn, messageIn } from "../config/source_map.ts";
import { AccessLogSinks } from "../observe/access_log/access_log_sinks.ts";
import type { StatBook } from "../observe/stats/stat_book.ts";
import { SocketDialer } from "../transport/deno_net/dialer.ts";
import { EventLoop } from "../transport/event_loop.ts";
import { Cds } from "./cluster/cds.ts";
import { ClusterManager } from "./cluster/cluster_manager.ts";
import { Happenings } from "./cluster/happenings.ts";
import { OwnParts } from "./cluster/cluster_parts.ts";
import { HostNumbers } from "./cluster/host_numbers.ts";
import { HostSlots } from "./cluster/host_slots.ts";
import { LimitSlots } from "./cluster/limit_slots.ts";
import { MergeStats } from "./cluster/update_merge.ts";
import { DnsResolvers } from "./dns/dns_resolvers.ts";
import { OutlierEventLog } from "./outlier/outlier_event.ts";
import { Publisher, type SendChange } from "./publisher.ts";
import { LiveRuntime } from "./runtime/live_runtime.ts";
import type { ListenerWorkers } from "./listener/listener_workers.ts";
import { Listening } from "./listening.ts";
import { type StartStepId, StartSteps } from "./start_steps.ts";
import { StartWaits } from "./start_waits.ts";
import { Timeline, type Unready } from "./timeline.ts";
import { AssignmentCache } from "./xds/assignment_cache.ts";
import { PathWatcher } from "./xds/path_watcher.ts";
import { RuntimeDiscovery, type RuntimeResourceName } from "./xds/runtime_discovery.ts";
import type { Subscription } from "./xds/subscription.ts";
import { recordedSubscriptions } from "./xds/recorded_subscription.ts";
import { ResourceHistory } from "./xds/resource_history.ts";
import { SourceBook } from "./xds/source_book.ts";
import { type Subscribe, subscriptionFactory } from "./xds/subscription_factory.ts";
import { SubscriptionStats } from "./xds/subscription_stats.ts";
import { UnknownFields } from "./xds/unknown_fields.ts";

/** What a {@link ControlSide} needs of its process. */
export interface ControlSettings {
  readonly concurrency: number;
  readonly stats: StatBook;
  readonly loggers: Loggers;
  /** Takes each change to the workers that run. */
  readonly send: SendChange;
  /** How resources are read. */
  readonly resources: ResourceOptions;
  /** Of event logs. */
  readonly fileFlushIntervalMs: number;
  readonly fileFlushMinBytes: number;
  /** `--drain-time-s`. */
  readonly drainTimeMs: number;
  readonly tolerateUnknownExtensions: boolean;
  /** `--reject-unknown-dynamic-fields` and `--ignore-unknown-dynamic-fields`. */
  readonly unknownDynamicFields: "warn" | "reject" | "ignore";
  /** `--runtime-admin-persist`; empty or absent = edits end with the process. */
  readonly runtimePersistPath?: string;
  /** In place of the machine's time and of all transports. */
  readonly surroundings?: { readonly loop: EventLoop; readonly subscribe: Subscribe };
}

export class ControlSide {
  readonly timeline: Timeline;
  readonly steps: StartSteps;
  readonly publisher: Publisher;
  readonly clusters: ClusterManager;
  readonly happenings: Happenings;
  readonly limitSlots: LimitSlots;
  readonly hostSlots: HostSlots;
  readonly unknownFields: UnknownFields;
  readonly runtime: LiveRuntime;
  /** Where resources come from, and all that came. */
  readonly sources: SourceBook = new SourceBook(() => Date.now());
  readonly history: ResourceHistory;
  /** Null = the bootstrap names no source of clusters. */
  readonly cds: Cds | null = null;
  readonly #settings: ControlSettings;
  readonly #bootstrap: LoadedBootstrap;
  readonly #log: Logger;
  readonly #loop: EventLoop;
  readonly #paths: PathWatcher;
  /** Event logs. */
  readonly #sinks: AccessLogSinks;
  readonly #resolvers: DnsResolvers;
  readonly #loader: ResourceLoader;
  readonly #subscribe: Subscribe;
  #cdsSubscription: Subscription | null = null;
  readonly #layers: RuntimeDiscovery[] = [];
  readonly #waits: StartWaits;
  #listening: Listening | null = null;

  constructor(bootstrap: LoadedBootstrap, settings: ControlSettings) {
    const { stats, loggers, concurrency } = settings;
    this.#settings = settings;
    this.#bootstrap = bootstrap;
    const log = this.#log = loggers.logger("upstream"), configLog = loggers.logger("config");
    const loop = this.#loop = settings.surroundings?.loop ??
      new EventLoop({ onBug: (error) => log.error(bugText(error)) });
    this.timeline = new Timeline(() => {
      loop.clock.refresh();
      return loop.clock.wallMs();
    });
    this.steps = new StartSteps(loop.clock, this.timeline);
    this.publisher = new Publisher(settings.send);
    this.limitSlots = new LimitSlots(concurrency);
    this.hostSlots = new HostSlots(concurrency);
    this.#sinks = new AccessLogSinks({
      stats: stats.own,
      wheel: loop.timers,
      log: loggers.logger("file"),
      fileFlushIntervalMs: settings.fileFlushIntervalMs,
      fileFlushMinBytes: settings.fileFlushMinBytes,
    });
    const { outlierLogPath } = bootstrap;
    const outlierLog = outlierLogPath === ""
      ? []
      : [new OutlierEventLog(this.#sinks.sinkFor({ sink: "file", path: outlierLogPath }))];
    this.#paths = new PathWatcher(loop, configLog);
    this.#loader = new ResourceLoader(settings.resources);
    this.unknownFields = new UnknownFields(stats.own.scope("server").counter("dynamic_unknown_fields"), configLog);
    const subscribe = settings.surroundings?.subscribe ?? subscriptionFactory({
      loop,
      paths: this.#paths,
      log: configLog,
      refusesUnknownFields: settings.unknownDynamicFields === "reject",
      tolerateUnknownExtensions: settings.tolerateUnknownExtensions,
      unknownFields: settings.unknownDynamicFields === "ignore" ? null : this.unknownFields,
    });
    this.history = new ResourceHistory(loop);
    const books = { sources: this.sources, history: this.history, nowMs: () => Date.now() };
    this.#subscribe = recordedSubscriptions(subscribe, books);
    const { publisher } = this;
    this.runtime = new LiveRuntime({
      layers: bootstrap.runtime.layers,
      serviceCluster: bootstrap.node.cluster,
      loop,
      paths: this.#paths,
      log: loggers.logger("runtime"),
      stats: stats.own,
      persistPath: settings.runtimePersistPath ?? "",
      publish: (merged) => {
        publisher.setRuntime(merged);
        return publisher.flush();
      },
      config: publisher.state,
    });
    const eds = { loop, loader: this.#loader, cache: new AssignmentCache(), subscribe: this.#subscribe };
    const scope = stats.own.scope("cluster_manager"), random = new Random();
    const resolvers = this.#resolvers = new DnsResolvers(bootstrap.dnsResolver, loop, random, stats.own);
    const dns = { loop, random, log: loggers.logger("dns"), resolvers };
    this.happenings = new Happenings(() => loop.clock.wallMs());
    this.clusters = new ClusterManager(scope, {
      loop,
      random,
      stats: stats.own,
      mergeStats: new MergeStats(scope),
      log,
      publisher: this.publisher,
      timeline: this.timeline,
      happenings: this.happenings,
      limitSlots: this.limitSlots,
      identities: new HostNumbers(this.hostSlots, this.publisher),
      countsOf: (slot) => this.hostSlots.counts(slot),
      dropText: (name) => stats.dropText(name),
      checks: {
        loop,
        dialer: new SocketDialer(loop),
        random,
        runtime: this.runtime.values,
        formats: {
          clock: loop.clock,
          hostname: Deno.hostname(),
          env: (name) => Deno.env.get(name),
          node: bootstrap.node,
          idBytes: new RandomBytes(),
        },
        eventLogs: this.#sinks,
        log: loggers.logger("hc"),
      },
      hasHadTraffic: (name) => stats.valueOf(`cluster.${name}.upstream_cx_total`.replaceAll(":", "_")) > 0,
      outliers: {
        clock: loop.clock,
        timers: loop.timers,
        random,
        runtime: this.runtime.values,
        events: [...outlierLog, this.happenings],
      },
      parts: new OwnParts(eds, dns, (name) => stats.text(name)),
    }, { onChange: () => {}, onSettled: () => this.#waits.look() });
    this.#waits = new StartWaits(loop.clock, () => this.clusters.isSettled);
    const source = bootstrap.dynamic.cds;
    if (source !== null) {
      this.cds = new Cds({
        manager: this.clusters,
        loader: this.#loader,
        log,
        nowMs: () => Date.now(),
        scope: stats.own.scope("cluster_manager.cds"),
        onFirstResult: () => this.#waits.answered("cds", ""),
      });
    }
  }

  /** Brings the clusters up. Resolves when all of them, those of CDS too, are ready; never, if it is closed before. */
  async start(): Promise<void> {
    const { snapshot, runtime, dynamic } = this.#bootstrap;
    if (dynamic.cds !== null || dynamic.lds !== null) await loadCel();
    this.publisher.setNode(snapshot.node, snapshot.localCluster);
    this.runtime.publish();
    await this.#stage("primary_clusters", () => {
      this.#putStatics();
      this.clusters.startPrimaries();
    });
    const layers = runtime.layers.flatMap(({ name, rtds }) => rtds === undefined ? [] : [{ name, rtds }]);
    await this.#stage("rtds", () => {
      // All are waited for before the first answer comes.
      for (const { name, rtds } of layers) this.#waits.add("rtds", name, rtds.source);
      for (const { name, rtds } of layers) this.#startLayer(name, rtds);
    });
    this.runtime.endRtds();
    this.#log.info("cm init: initializing secondary clusters");
    await this.#stage("secondary_clusters", () => this.clusters.startSecondaries());
    if (dynamic.cds !== null) {
      this.#log.info("cm init: initializing cds");
    }
    await this.#stage("cds", () => {
      if (dynamic.cds !== null) this.#startCds();
    });
    this.#loop.runEvent(() => this.clusters.run());
    this.#log.info("cm init: all clusters initialized");
    this.publisher.flush();
  }

  /** Everything that is not ready, and why. */
  unready(): Unready[] {
    return [...this.#waits.unready(), ...this.clusters.unready(), ...this.#listening?.unready() ?? []];
  }

  /** Every worker serves this change, or a later one. */
  onApplied(generation: number): void {
    this.hostSlots.reclaim(generation, this.publisher.state.generation);
  }

  /** What it had under way is no more. */
  onWorkerDeath(worker: number): void {
    this.hostSlots.clearWorker(worker);
  }

  /** Event logs open their files again. */
  reopenLogs(): void {
    this.#sinks.reopen();
  }

  /** There are workers: brings the listeners up. Throws ListenerStartError. */
  async listen(workers: ListenerWorkers): Promise<void> {
    const { stats, loggers, drainTimeMs } = this.#settings;
    this.#listening = new Listening(this.#bootstrap, {
      loop: this.#loop,
      stats,
      loggers,
      timeline: this.timeline,
      loader: this.#loader,
      subscribe: this.#subscribe,
      clusters: { isKnown: (name) => this.clusters.isKnown(name) },
      workers,
      drainTimeMs,
    });
    this.steps.begin("listeners");
    await this.#listening.start();
    this.steps.end("listeners");
  }

  /** Null = there are no workers yet. */
  get listening(): Listening | null {
    return this.#listening;
  }

  /** Timers that wait: a leak shows here. */
  get armedTimers(): number {
    return this.#loop.timers.armedCount;
  }

  /** Directories that are watched: likewise. */
  get watchedDirectories(): number {
    return this.#paths.size;
  }

  /** Ends everything that goes on. */
  async close(): Promise<void> {
    this.#waits.close();
    this.#listening?.close();
    this.#cdsSubscription?.close();
    for (const layer of this.#layers) layer.close();
    await this.runtime.close();
    this.clusters.close();
    this.#resolvers.close();
    this.history.close();
    await this.#sinks.close();
    this.#loop.stop();
  }

  // ---- the start

  async #stage(id: StartStepId, begin: () => void): Promise<void> {
    this.steps.begin(id);
    await this.#waits.over(() => this.#loop.runEvent(begin));
    this.steps.end(id);
  }

  #putStatics(): void {
    const resources = messageIn(this.#bootstrap.canonicalBootstrap as CanonicalMessage, "static_resources");
    const messages = listIn(resources, "clusters");
    this.#bootstrap.snapshot.clusters.forEach((config, i) => {
      const message = messages[i]!;
      this.clusters.put({ config, hash: contentHash(message), version: "", message }, true);
    });
  }

  #startLayer(name: string, rtds: RuntimeResourceName): void {
    const { stats } = this.#settings;
    const subscriptionStats = new SubscriptionStats(stats.own.scope("runtime"), stats.text("runtime.version_text"));
    const layer = new RuntimeDiscovery(rtds, this.#loader, this.#subscribe, subscriptionStats, {
      onValues: (values, version) => this.runtime.setRtds(name, values, version),
      onRefused: (reason) => this.runtime.refuseRtds(name, reason),
      onFirstResult: () => this.#waits.answered("rtds", name),
    });
    this.#layers.push(layer);
    layer.start();
  }

  #startCds(): void {
    const { stats } = this.#settings, source = this.#bootstrap.dynamic.cds!;
    const scope = stats.own.scope("cluster_manager.cds");
    const subscriptionStats = new SubscriptionStats(scope, stats.text("cluster_manager.cds.version_text"));
    const subscription = this.#subscribe(source, ResourceType.cluster, subscriptionStats, this.cds!);
    this.#cdsSubscription = subscription;
    this.#waits.add("cds", "", source);
    subscription.start([]);
  }
}
