/**
 * Active health checking of one cluster object: every check of every host, and what all of them come to for a host
 * (spec/upstream.md 5). Each check has a state of its own; a host is healthy when none fails, degraded when any says so.
 *
 * Differs from Envoy: where more than {@link BURST} hosts wait for their first result, those that come on top are checked
 * at a random moment within `timeout` instead of all at once. And of several checks of one host each counts in its own
 * `degraded` gauge only while it says so; there it stays counted.
 */
import { addressText } from "../../base/address_text.ts";
import type { ClusterConfig } from "../../config/cluster_config.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import { HealthFlag } from "../../config/host_health.ts";
import { Http1CodecStats } from "../../observe/stats/codec_stats.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import { CheckEventLog } from "./check_event_log.ts";
import { CheckStats, HealthGauges, type HealthState, NO_STATE } from "./check_stats.ts";
import { isChecked } from "./check_target.ts";
import type { CheckResult, HealthCheckContext, HealthCheckEvents } from "./health_check_context.ts";
import { type CheckKind, HostCheck, type HostCheckOwner } from "./host_check.ts";
import { probeMaker } from "./probe_maker.ts";

/** First checks that may be under way at once before later ones are spread. */
const BURST = 100;

/** What active checking decides about; the rest of a host's flags is others'. */
const OWN_FLAGS = HealthFlag.FAILED_ACTIVE_HC | HealthFlag.DEGRADED_ACTIVE_HC | HealthFlag.ACTIVE_HC_TIMEOUT;

export class ActiveHealthChecks {
  readonly #configs: readonly HealthCheckConfig[];
  readonly #context: HealthCheckContext;
  readonly #events: HealthCheckEvents;
  readonly #kinds: readonly CheckKind[];
  /** Over all checks; only where there are several, as in Envoy. */
  readonly #gauges: HealthGauges | null;
  readonly #hosts = new Map<ControlHost, CheckedHost>();
  /** Hosts without a first result. */
  #waiting = 0;

  constructor(config: ClusterConfig, context: HealthCheckContext, events: HealthCheckEvents) {
    const scope = context.stats.scope("health_check");
    if (config.healthChecks.some(isHttp1)) new Http1CodecStats(context.stats);
    this.#configs = config.healthChecks;
    this.#context = context;
    this.#events = events;
    this.#kinds = config.healthChecks.map((check): CheckKind => {
      const stats = new CheckStats(check.name === "" ? scope : scope.scope(`name.${check.name}`));
      return {
        config: check,
        context,
        stats,
        eventLog: new CheckEventLog(check, config.name, context.eventLogs),
        makeProbe: probeMaker(check, config, context, stats),
      };
    });
    this.#gauges = config.healthChecks.length > 1 ? new HealthGauges(scope) : null;
  }

  /**
   * Checks the host from now on, unless its endpoint says that it is not to be: returns whether there will be results. Its
   * flags are what it starts from: a new host has `startFlags` (`check_target.ts`), one that takes the place of another may
   * have that one's.
   */
  add(host: ControlHost): boolean {
    if (!isChecked(this.#configs, host.endpoint)) return false;
    if (this.#hosts.has(host)) return true;
    this.#context.loop.runEvent(() => {
      const isCrowded = this.#waiting >= BURST;
      this.#waiting++;
      const checked = new CheckedHost(host, this.#kinds, (check, result, excludes) => {
        this.#onChecked(checked, check, result, excludes);
      });
      this.#hosts.set(host, checked);
      checked.checks.forEach((check, index) => this.#kinds[index]!.stats.hosts.move(NO_STATE, check));
      this.#gauges?.move(NO_STATE, checked);
      checked.checks.forEach((check, index) => {
        check.start(isCrowded ? this.#context.random.fraction() * this.#configs[index]!.timeoutMs : 0);
      });
    });
    return true;
  }

  /** Checks the host no longer. Its flags stay as they are. */
  remove(host: ControlHost): void {
    const checked = this.#hosts.get(host);
    if (checked === undefined) return;
    this.#context.loop.runEvent(() => this.#drop(checked));
  }

  /**
   * A response to traffic said that the host fails: it does so at once, and is left out until it has recovered. Means
   * nothing for a host that is not checked.
   */
  passiveFailure(host: ControlHost): void {
    // Of several checks Envoy takes the last.
    const check = this.#hosts.get(host)?.checks.at(-1);
    if (check !== undefined) this.#context.loop.runEvent(() => check.failPassively());
  }

  /** The last result of every check of the host, in the order of the configuration; null = there is none yet. */
  results(host: ControlHost): readonly (CheckResult | null)[] {
    return this.#hosts.get(host)?.results ?? [];
  }

  /** Hosts that wait for their first result. */
  get waitingHosts(): readonly ControlHost[] {
    return Array.from(this.#hosts.values()).filter(({ isWaiting }) => isWaiting).map(({ host }) => host);
  }

  /** Every host that waits for its first result has it so long after it was added, at the latest. */
  get firstResultMs(): number {
    const rounds = this.#waiting > BURST ? 2 : 1;
    return Math.max(
      ...this.#configs.map(({ intervals, timeoutMs }) => intervals.initialJitterMs + rounds * timeoutMs),
    );
  }

  /** Ends all checks. No call comes after it, and nothing is left behind. */
  close(): void {
    this.#context.loop.runEvent(() => {
      for (const checked of this.#hosts.values()) this.#drop(checked);
    });
  }

  #drop(checked: CheckedHost): void {
    this.#hosts.delete(checked.host);
    if (checked.isWaiting) this.#waiting--;
    checked.checks.forEach((check, index) => {
      check.close();
      this.#kinds[index]!.stats.hosts.move(check, NO_STATE);
    });
    this.#gauges?.move(checked.counted, NO_STATE);
  }

  #onChecked(checked: CheckedHost, check: HostCheck, result: CheckResult, excludesHost: boolean): void {
    const { host } = checked, index = checked.checks.indexOf(check);
    checked.results[index] = result;
    const isFirst = checked.isWaiting && checked.checks.every(({ hasResult }) => hasResult);
    if (isFirst) {
      checked.isWaiting = false;
      this.#waiting--;
    }
    const hasRecovered = (host.flags & HealthFlag.FAILED_ACTIVE_HC) !== 0 && checked.isHealthy;
    const set = checked.flags | (excludesHost ? HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL : 0);
    const cleared = (OWN_FLAGS & ~set) | HealthFlag.PENDING_ACTIVE_HC |
      (hasRecovered ? HealthFlag.EXCLUDED_VIA_IMMEDIATE_HC_FAIL : 0);
    this.#gauges?.move(checked.counted, checked);
    checked.counted = { isHealthy: checked.isHealthy, isDegraded: checked.isDegraded };
    this.#log(host, result);
    this.#context.watcher.changeFlags(host, set, cleared);
    // Whoever heard of the flags may have removed the host.
    if (isFirst && this.#hosts.get(host) === checked) this.#events.onFirstResult(host);
    if (this.#hosts.get(host) === checked) this.#events.onResult(host, result);
  }

  #log(host: ControlHost, { check, text }: CheckResult): void {
    const { log } = this.#context;
    if (!log.isDebug) return;
    log.debug(`health check${check === "" ? "" : ` ${check}`} of ${addressText(host.endpoint.address)}: ${text}`);
  }
}

/** One host, its checks and what they come to. */
class CheckedHost implements HostCheckOwner, HealthState {
  readonly host: ControlHost;
  readonly checks: readonly HostCheck[];
  readonly results: (CheckResult | null)[];
  /** Some check has no result yet. */
  isWaiting = true;
  /** As the gauges have it. */
  counted: HealthState;
  readonly #onChecked: HostCheckOwner["onChecked"];

  constructor(host: ControlHost, kinds: readonly CheckKind[], onChecked: HostCheckOwner["onChecked"]) {
    this.host = host;
    this.#onChecked = onChecked;
    const isFailed = (host.flags & HealthFlag.FAILED_ACTIVE_HC) !== 0;
    const isDegraded = (host.flags & HealthFlag.DEGRADED_ACTIVE_HC) !== 0;
    this.checks = kinds.map((kind) => new HostCheck(kind, this, { isFailed, isDegraded }));
    this.results = kinds.map(() => null);
    this.counted = { isHealthy: this.isHealthy, isDegraded: this.isDegraded };
  }

  get isHealthy(): boolean {
    return this.checks.every((check) => check.isHealthy);
  }

  get isDegraded(): boolean {
    return this.checks.some((check) => check.isDegraded);
  }

  /** Those of {@link OWN_FLAGS} that are set now. */
  get flags(): number {
    const hasTimedOut = this.checks.some((check) => check.hasTimedOut);
    return (this.isHealthy ? 0 : HealthFlag.FAILED_ACTIVE_HC) | (this.isDegraded ? HealthFlag.DEGRADED_ACTIVE_HC : 0) |
      (hasTimedOut ? HealthFlag.ACTIVE_HC_TIMEOUT : 0);
  }

  onChecked(check: HostCheck, result: CheckResult, excludesHost: boolean): void {
    this.#onChecked(check, result, excludesHost);
  }
}

function isHttp1({ checker }: HealthCheckConfig): boolean {
  return checker.kind === "http" && !checker.isHttp2;
}
