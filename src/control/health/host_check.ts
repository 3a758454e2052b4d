/**
 * One health check of one host: when it is made, and what its results come to (spec/upstream.md 5.2, 5.4).
 *
 * ```
 *                                      failure: at once, or the threshold's
 *            ┌────────────────────────────────────────────────────────────────────┐
 *            │  failure below the threshold: change pending                       ▼
 *         healthy ◀──────────────────────────────────────────────────────────── failed
 *                    pass: the very first result, or the threshold's    pass below it: change pending
 * ```
 *
 * A result zeroes the count of the other kind. The time limit of a check runs from its beginning, the interval to the next
 * from its end. Failures that nobody asked for (passive ones) move the state and no timer.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { HealthCheckConfig } from "../../config/health_check_config.ts";
import type { ControlHost } from "../cluster/control_host.ts";
import type { CheckEventLog } from "./check_event_log.ts";
import { firstDelayMs, nextIntervalMs } from "./check_interval.ts";
import type { CheckStats, HealthState } from "./check_stats.ts";
import type { CheckResult, HealthCheckContext } from "./health_check_context.ts";
import type { CheckFailure, Probe, ProbeEvents } from "./probe.ts";

const TIMED_OUT: CheckFailure = {
  type: "NETWORK_TIMEOUT",
  text: "no answer in time",
  httpStatus: 0,
  isRetriable: true,
  excludesHost: false,
};

const PASSIVE: CheckFailure = {
  type: "PASSIVE",
  text: "a response to traffic said that the host fails",
  httpStatus: 0,
  isRetriable: false,
  excludesHost: true,
};

/** What the checks of one configuration have in common, whichever host they are of. */
export interface CheckKind {
  readonly config: HealthCheckConfig;
  readonly context: HealthCheckContext;
  readonly stats: CheckStats;
  readonly eventLog: CheckEventLog;
  makeProbe(host: ControlHost, events: ProbeEvents): Probe;
}

/** The host's record, which joins its checks. */
export interface HostCheckOwner {
  readonly host: ControlHost;
  /** The check has a result; its state is what it is after it. */
  onChecked(check: HostCheck, result: CheckResult, excludesHost: boolean): void;
}

export class HostCheck implements ProbeEvents, HealthState {
  readonly name: string;
  isFailed: boolean;
  isDegraded: boolean;
  /** It failed by its time limit, last time. */
  hasTimedOut = false;
  hasResult = false;
  readonly #kind: CheckKind;
  readonly #owner: HostCheckOwner;
  readonly #probe: Probe;
  readonly #intervalTimer: Timer;
  readonly #limitTimer: Timer;
  #numHealthy = 0;
  #numUnhealthy = 0;
  #consecutive = 0;
  #wasPass = false;
  /** Monotonic; -1 = no check is under way. */
  #startMs = -1;
  #nextDueWallMs = 0;

  /** The state is what the host brings along. */
  constructor(
    kind: CheckKind,
    owner: HostCheckOwner,
    state: { readonly isFailed: boolean; readonly isDegraded: boolean },
  ) {
    const { timers } = kind.context.loop;
    this.name = kind.config.name;
    this.#kind = kind;
    this.#owner = owner;
    this.isFailed = state.isFailed;
    this.isDegraded = state.isDegraded;
    this.#intervalTimer = new Timer(timers, () => this.#begin());
    this.#limitTimer = new Timer(timers, () => this.#onTimeLimit());
    this.#probe = kind.makeProbe(owner.host, this);
  }

  get isHealthy(): boolean {
    return !this.isFailed;
  }

  /** Begins the first check, `spreadMs` later than it would be due. */
  start(spreadMs: number): void {
    const { config, context } = this.#kind;
    const delayMs = spreadMs + firstDelayMs(config.intervals, context.random, context.runtime);
    if (delayMs === 0) this.#begin();
    else this.#intervalTimer.arm(delayMs);
  }

  /** Ends it: no timer, no connection, no result any more. */
  close(): void {
    this.#intervalTimer.cancel();
    this.#limitTimer.cancel();
    this.#probe.close();
  }

  /** A response to traffic had `x-envoy-immediate-health-check-fail` (spec/upstream.md 5.6). */
  failPassively(): void {
    this.#fail(PASSIVE, false);
  }

  // ---- the probe's side

  onPass(isDegraded: boolean): void {
    const { config, stats, eventLog, context } = this.#kind;
    const { endpoint } = this.#owner.host, wallMs = context.loop.clock.wallMs();
    const wasFailed = this.isFailed, wasDegraded = this.isDegraded;
    this.#numUnhealthy = 0;
    if (wasFailed && (!this.hasResult || ++this.#numHealthy === config.healthyThreshold)) {
      this.isFailed = this.hasTimedOut = false;
      eventLog.added(endpoint, wallMs, !this.hasResult);
    } else if (eventLog.alwaysLogsSuccess) {
      eventLog.passed(endpoint, wallMs);
    }
    this.isDegraded = isDegraded;
    if (isDegraded !== wasDegraded) eventLog.degraded(endpoint, wallMs, isDegraded);
    stats.success.inc();
    const hasChanged = wasFailed !== this.isFailed || wasDegraded !== isDegraded;
    const isChangePending = this.isFailed;
    this.#finish({ wasHealthy: !wasFailed, wasDegraded, isChangePending, hasChanged, failure: null, isAsked: true });
  }

  onFail(failure: CheckFailure): void {
    this.#fail(failure, true);
  }

  // ----

  #begin(): void {
    const { config, stats, context } = this.#kind;
    this.#startMs = context.loop.clock.nowMs;
    this.#limitTimer.arm(config.timeoutMs);
    stats.attempt.inc();
    this.#probe.begin();
  }

  #onTimeLimit(): void {
    this.#probe.giveUp();
    this.#fail(TIMED_OUT, true);
  }

  #fail(failure: CheckFailure, isAsked: boolean): void {
    const { config, stats, eventLog, context } = this.#kind;
    const { endpoint } = this.#owner.host, wallMs = context.loop.clock.wallMs();
    const wasHealthy = !this.isFailed;
    this.#numHealthy = 0;
    if (wasHealthy) {
      this.isFailed = !failure.isRetriable || ++this.#numUnhealthy === config.unhealthyThreshold;
      if (this.isFailed) eventLog.ejected(endpoint, wallMs, failure);
    }
    this.hasTimedOut = this.isFailed && failure.type === "NETWORK_TIMEOUT";
    if (!this.hasResult || eventLog.alwaysLogsFailures) {
      eventLog.failed(endpoint, wallMs, failure, !this.hasResult);
    }
    stats.failure.inc();
    if (failure.type === "PASSIVE") stats.passiveFailure.inc();
    else if (failure.type !== "ACTIVE") stats.networkFailure.inc();
    const hasChanged = wasHealthy && this.isFailed;
    const isChangePending = wasHealthy && !this.isFailed;
    this.#finish({ wasHealthy, wasDegraded: this.isDegraded, isChangePending, hasChanged, failure, isAsked });
  }

  /** The state is the new one: counts, plans the next check, tells. */
  #finish({ wasHealthy, wasDegraded, isChangePending, hasChanged, failure, isAsked }: Finding): void {
    const { config, stats, context } = this.#kind;
    const { loop, random, runtime } = context;
    const isPass = failure === null, wallMs = loop.clock.wallMs();
    stats.hosts.move({ isHealthy: wasHealthy, isDegraded: wasDegraded }, this);
    this.#consecutive = this.hasResult && this.#wasPass === isPass ? this.#consecutive + 1 : 1;
    this.#wasPass = isPass;
    this.hasResult = true;
    const tookMs = this.#startMs < 0 || !isAsked ? 0 : loop.clock.nowMs - this.#startMs;
    if (isAsked) {
      this.#startMs = -1;
      this.#limitTimer.cancel();
      const state = { isPass, isChangePending, hasHadTraffic: context.hasHadTraffic() };
      const delayMs = nextIntervalMs(config.intervals, state, random, runtime);
      this.#intervalTimer.arm(delayMs);
      this.#nextDueWallMs = wallMs + delayMs;
    }
    const result: CheckResult = {
      check: this.name,
      isPass,
      failure: failure?.type ?? null,
      text: failure?.text ?? "passed",
      atMs: wallMs,
      tookMs,
      nextDueMs: this.#nextDueWallMs,
      consecutive: this.#consecutive,
      hasChanged,
    };
    this.#owner.onChecked(this, result, failure?.excludesHost ?? false);
  }
}

/** What a result did. */
interface Finding {
  readonly wasHealthy: boolean;
  readonly wasDegraded: boolean;
  readonly isChangePending: boolean;
  readonly hasChanged: boolean;
  /** Null = a pass. */
  readonly failure: CheckFailure | null;
  /** The check was made, and did not come from traffic: the next one is planned from now. */
  readonly isAsked: boolean;
}
