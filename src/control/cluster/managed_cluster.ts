/**
 * One object of a cluster on the control side, from its making to its end (spec/upstream.md 9.2, 9.3):
 *
 * ```
 *   created ── start ──▶ discovery ── first result ──▶ health_checking ── first round ──▶ ready ── activate ──▶ serving
 *                                                      (no checks, or no hosts: at once)
 * ```
 *
 * Until it is activated workers know nothing of it; from then on they are told of every change. It is never started again.
 */
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { ClusterUpdate } from "../../config/config_change.ts";
import type { CanonicalMessage } from "../../config/source_map.ts";
import { coarseHealth } from "../../config/host_health.ts";
import { addressText } from "../../base/address_text.ts";
import type { FirstChecks, Phase, Wait } from "../timeline.ts";
import type { ClusterContext } from "./cluster_context.ts";
import type { ControlHost } from "./control_host.ts";
import type { Discovery, DiscoveryWait } from "./discovery.ts";
import { ActiveHealthChecks } from "../health/active_health_checks.ts";
import { HostBook } from "./host_book.ts";
import { OutlierDetector } from "../outlier/outlier_detector.ts";
import type { MembershipStats } from "./membership_stats.ts";
import { UpdateMerge } from "./update_merge.ts";

/** Where it stands. */
export type ClusterPhase = "created" | "discovery" | "health_checking" | "ready";

/** What a cluster object is made of. */
export interface ClusterResource {
  readonly config: ClusterConfig;
  /** Equal for equal content. */
  readonly hash: string;
  /** Of the response that brought it; empty for the bootstrap. */
  readonly version: string;
  /** As it was received. */
  readonly message: CanonicalMessage;
}

export class ManagedCluster {
  readonly resource: ClusterResource;
  /** Rises with every object made, over all clusters. */
  readonly incarnation: number;
  readonly hosts: HostBook;
  /** Wall clock: when it was made. */
  readonly createdMs: number;
  /** Wall clock: when it was started; 0 before. */
  startedMs = 0;
  /** Why discovery brought nothing before the object was ready; empty = it did, or nobody waited for it. */
  failure = "";
  readonly #context: ClusterContext;
  readonly #isReplacement: boolean;
  readonly #stats: MembershipStats;
  readonly #onReady: () => void;
  readonly #discovery: Discovery;
  /** Null = there are no health checks. */
  readonly checks: ActiveHealthChecks | null;
  /** Null = nobody looks for outliers. */
  readonly outliers: OutlierDetector | null;
  readonly #merge: UpdateMerge;
  #phase: ClusterPhase = "created";
  #wait: DiscoveryWait | null = null;
  #isActive = false;
  /** Hosts of the first round of checks that have had no result yet, of so many. */
  readonly #unchecked = new Set<ControlHost>();
  /** Hosts that came and went since they were last told of. */
  #came: ControlHost[] = [];
  #left: ControlHost[] = [];
  #toCheck = 0;
  #checkingSinceMs = 0;
  #checkingUntilMs = 0;

  /**
   * `isReplacement`: there is an object of this name, which the figures speak of until this one takes its place. `onReady`
   * is called once, possibly from inside {@link ManagedCluster.start}.
   */
  constructor(
    resource: ClusterResource,
    incarnation: number,
    isReplacement: boolean,
    stats: MembershipStats,
    context: ClusterContext,
    onReady: () => void,
  ) {
    const { config } = resource;
    this.resource = resource;
    this.incarnation = incarnation;
    this.#isReplacement = isReplacement;
    this.#stats = stats;
    this.#context = context;
    this.#onReady = onReady;
    const { loop, mergeStats, identities, parts } = context;
    this.createdMs = loop.clock.wallMs();
    this.hosts = new HostBook(
      {
        checks: config.healthChecks,
        ignoresUnchecked: config.commonLb.ignoreNewHostsUntilFirstHc,
        removesAtOnce: config.ignoresHealthOnHostRemoval,
      },
      config.assignment.policy,
      identities,
      () => loop.clock.wallMs(),
      {
        onAdded: (host) => this.#onAdded(host),
        onRemoved: (host) => this.#onRemoved(host),
        onHealth: (host, before) => this.#onHealth(host, before),
        onChange: (priorities) => this.#onChange(priorities),
      },
    );
    const outlierConfig = config.outlierDetection;
    this.outliers = outlierConfig === null ? null : new OutlierDetector(
      { name: config.name, config: outlierConfig, stats: stats.scope, watcher: this.hosts },
      context.outliers,
    );
    this.checks = config.healthChecks.length === 0 ? null : new ActiveHealthChecks(
      config,
      {
        ...context.checks,
        stats: stats.scope,
        watcher: this.hosts,
        hasHadTraffic: () => context.hasHadTraffic(config.observabilityName),
      },
      {
        onFirstResult: (host) => this.#onChecked(host),
        onResult: (host, { isPass }) => {
          if (isPass) this.outliers?.onHealthCheckPass(host);
        },
      },
    );
    this.#merge = new UpdateMerge(
      config.commonLb.updateMergeWindowMs,
      loop.clock,
      loop.timers,
      mergeStats,
      () => this.#deliver(),
    );
    this.#discovery = parts.discovery(config, stats, {
      onEndpoints: (assignment) => {
        if (!this.hosts.reconcile(assignment)) stats.noRebuild.inc();
      },
      onFirstResult: (failure) => this.#onFirstResult(failure),
      onWaiting: (wait) => this.#wait = wait,
    });
  }

  get config(): ClusterConfig {
    return this.resource.config;
  }

  get name(): string {
    return this.config.name;
  }

  get phase(): ClusterPhase {
    return this.#phase;
  }

  /** What it waits for. */
  waits(): Wait[] {
    if (this.#wait !== null) return [this.#wait];
    return this.#phase === "health_checking" ? [this.#checkWait()] : [];
  }

  /** Where it has been, and is. */
  phases(): Phase[] {
    if (this.#phase === "created") return [{ id: "waiting", sinceMs: this.createdMs, tookMs: null }];
    const isChecking = this.#phase === "health_checking";
    const discoveryMs = isChecking ? this.#checkingSinceMs - this.startedMs : null;
    const phases: Phase[] = [{ id: "discovery", sinceMs: this.startedMs, tookMs: discoveryMs }];
    if (isChecking) {
      const progress = { done: this.#toCheck - this.#unchecked.size, total: this.#toCheck };
      phases.push({ id: "health_checking", sinceMs: this.#checkingSinceMs, tookMs: null, progress });
    }
    return phases;
  }

  /** What is known of the first checks, host by host; null = it is not in that phase. */
  firstChecks(): FirstChecks | null {
    if (this.#phase !== "health_checking" || this.checks === null) return null;
    const waits: Wait[] = [], failed: { host: string; text: string }[] = [];
    for (const host of this.hosts.hosts) {
      const address = addressText(host.endpoint.address), results = this.checks.results(host);
      const failure = results.find((result) => result?.isPass === false);
      if (this.#unchecked.has(host)) {
        const attempts = results.filter((result) => result !== null).length + 1;
        waits.push({ ...this.#checkWait(), subject: address, attempts, lastError: failure?.text ?? "" });
      } else if (failure !== undefined) failed.push({ host: address, text: failure!.text });
    }
    return { waits, failed };
  }

  /** Begins to warm. */
  start(): void {
    this.#phase = "discovery";
    this.startedMs = this.#context.loop.clock.wallMs();
    this.#discovery.start();
  }

  /** Workers get it, whole, in the place of the object before it; from now on they hear of every change. */
  activate(): void {
    this.#isActive = true;
    this.hosts.takeChange();
    this.#context.publisher.putCluster(this.#update());
    this.#stats.count(this.hosts.hosts);
  }

  /** A host says in an answer that it fails: it does so by its health checks. */
  onSelfReport(hostId: number): void {
    for (const host of this.hosts.hosts) if (host.id === hostId) this.checks?.passiveFailure(host);
  }

  /** Ends discovery and checks. What workers have of it is not touched. */
  close(): void {
    // Hosts that go with it end no first round: an object that is given up never becomes ready.
    this.#unchecked.clear();
    this.#isActive = false;
    this.#discovery.close();
    this.checks?.close();
    this.#merge.close();
    this.outliers?.close();
    this.hosts.close();
  }

  #update(): ClusterUpdate {
    const { config, incarnation } = this;
    return {
      config: { ...config, assignment: { endpoints: [], policy: config.assignment.policy } },
      incarnation,
      limitSlot: this.#context.limitSlots.slotOf(config.name),
      hosts: this.hosts.snapshot(),
      policy: this.hosts.policy,
    };
  }

  #onFirstResult(failure: string): void {
    if (this.#phase !== "discovery") return;
    this.failure = failure;
    this.#wait = null;
    this.#phase = "health_checking";
    this.#checkingSinceMs = this.#context.loop.clock.wallMs();
    for (const host of this.checks?.waitingHosts ?? []) this.#unchecked.add(host);
    this.#toCheck = this.#unchecked.size;
    this.#checkingUntilMs = this.#checkingSinceMs + (this.checks?.firstResultMs ?? 0);
    this.#endChecking();
    if (this.#unchecked.size === 0) return;
    const { name, resource: { version } } = this, reason = `first checks of ${this.#toCheck} hosts`;
    this.#context.timeline.add({
      kind: "cluster",
      name,
      from: "discovery",
      to: "health_checking",
      reason,
      version,
    });
  }

  /** The first round is over when each host that was there has had a result, or is gone. */
  #endChecking(): void {
    if (this.#phase !== "health_checking" || this.#unchecked.size > 0) return;
    this.#phase = "ready";
    this.#onReady();
  }

  #onChecked(host: ControlHost): void {
    if (this.#unchecked.delete(host)) this.#endChecking();
  }

  #checkWait(): Wait {
    const subject = `${this.#toCheck - this.#unchecked.size}/${this.#toCheck}`;
    const sinceMs = this.#checkingSinceMs, untilMs = this.#checkingUntilMs;
    return { kind: "health_check", subject, source: "", sinceMs, untilMs, lastError: "" };
  }

  #onAdded(host: ControlHost): void {
    if (this.#isActive) this.#came.push(host);
    this.outliers?.addHost(host, this.#context.countsOf(host.slot));
    this.checks?.add(host);
  }

  #onRemoved(host: ControlHost): void {
    if (this.#isActive) this.#left.push(host);
    this.outliers?.removeHost(host);
    this.checks?.remove(host);
    this.#onChecked(host);
  }

  #onHealth(host: ControlHost, before: number): void {
    if (!this.#isActive) return;
    const results = this.checks?.results(host) ?? [];
    const why = results.find((result) => result?.isPass === false)?.text ?? "";
    this.#context.happenings.onHealth(this.name, host, before, why);
    if (coarseHealth(before) === "unhealthy" || coarseHealth(host.flags) !== "unhealthy") return;
    this.#context.publisher.drainHost(this.name, this.incarnation, host.id);
  }

  #onChange(priorities: number): void {
    if (priorities > 0) this.#stats.onMembershipChange(priorities);
    if (this.#isActive || !this.#isReplacement) this.#stats.count(this.hosts.hosts);
    if (!this.#isActive) return;
    this.#context.happenings.onMembers(this.name, this.#came, this.#left);
    this.#came = [];
    this.#left = [];
    this.#merge.onChange(priorities > 0);
  }

  #deliver(): void {
    const change = this.hosts.takeChange();
    if (change === null) return;
    const { name, incarnation } = this;
    this.#context.publisher.changeMembers({ cluster: name, incarnation, failed: [], ...change });
  }
}
