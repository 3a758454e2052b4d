/**
 * What an action does after it was asked for, second by second (spec/operations.md 16.3, 16.5).
 *
 * ```
 *   drain             [tell ─▶] close ─▶ connections ─▶ done         graceful alone has the first
 *   drain, skip_exit   tell ─▶ stay                                  until it is undone
 *   shutdown           fail_health ─▶ notice ─▶ connections ─▶ stop  can be broken off until stop
 * ```
 */
import type { DrainDirection } from "../config/listener_drains.ts";
import type { DrainRequest, DrainStatus } from "../control/listener/direction_drain.ts";
import type { ActionItem, ActionPhase } from "./contract/actions.ts";
import type { AdminSource } from "./source.ts";

/** An action under way. */
export interface ActionRun {
  /** Looks how far it is; null = it goes on, else what came of it. */
  step(nowMs: number): string | null;
  /** Takes back what can be; the text says what was. Not called when `canAbort` says no. */
  abort(): string;
  readonly canAbort: boolean;
  /** Whose connections it waits for; null = it waits for none. */
  readonly direction: DrainDirection | null;
}

/** Connections that are still to go. */
export function remainingOf(source: AdminSource, direction: DrainDirection): ActionItem["listeners"] {
  const counted = new Set<string>();
  return source.listeners().flatMap(({ config: { name, statPrefix, trafficDirection } }) => {
    if ((direction === "inbound" && trafficDirection !== "INBOUND") || counted.has(statPrefix)) return [];
    counted.add(statPrefix);
    return [{ name, active_cx: source.stats.valueOf(`listener.${statPrefix}.downstream_cx_active`) }];
  });
}

/** Requests under way, over all listeners. */
export function activeRequests(source: AdminSource): number {
  const prefixes = new Set(
    source.listeners().flatMap(({ config }) =>
      config.filterChains.flatMap(({ filters }) => filters.map(({ statPrefix }) => statPrefix))
    ),
  );
  return [...prefixes].reduce((sum, prefix) => sum + source.stats.valueOf(`http.${prefix}.downstream_rq_active`), 0);
}

/** Steps that follow each other, each with its times. */
class Phases {
  readonly list: ActionPhase[];

  constructor(steps: readonly (readonly [id: string, text: string])[]) {
    this.list = steps.map(([id, text]) => ({ id, text, state: "todo", since_ms: null, until_ms: null }));
  }

  get active(): string {
    return this.list.find(({ state }) => state === "active")?.id ?? "";
  }

  /** Whatever was active is done, and this one begins. */
  enter(id: string, nowMs: number, untilMs: number | null = null): void {
    for (const phase of this.list) {
      if (phase.state === "active") phase.state = "done";
      if (phase.id !== id) continue;
      phase.state = "active";
      phase.since_ms = nowMs;
      phase.until_ms = untilMs;
    }
  }

  mark(id: string, state: "done" | "skipped", nowMs: number): void {
    for (const phase of this.list) if (phase.id === id) Object.assign(phase, { state, since_ms: nowMs });
  }

  finish(): void {
    for (const phase of this.list) if (phase.state === "active") phase.state = "done";
  }
}

const TELL = ["tell", "Connections are told to go, new ones are still taken"] as const;
const CLOSE = ["close", "Listening sockets are closed"] as const;
const CONNECTIONS = ["connections", "Connections end"] as const;
const STAY = ["stay", "Sockets stay open, and every response closes its connection"] as const;

/** `/drain_listeners`. */
export class DrainRun implements ActionRun {
  readonly direction: DrainDirection;
  readonly phases: ActionPhase[];
  readonly #source: AdminSource;
  readonly #request: DrainRequest;
  readonly #phases: Phases;
  readonly #hadEffect: boolean;

  /** Starts it. */
  constructor(source: AdminSource, request: DrainRequest, nowMs: number) {
    this.#source = source;
    this.#request = request;
    this.direction = request.direction;
    const before = textOf(source.drainStatus());
    source.drainListeners(request);
    this.#hadEffect = textOf(source.drainStatus()) !== before;
    const { isGraceful, keepsSockets } = request;
    this.#phases = new Phases(
      keepsSockets ? [TELL, STAY] : isGraceful ? [TELL, CLOSE, CONNECTIONS] : [CLOSE, CONNECTIONS],
    );
    this.phases = this.#phases.list;
    if (!this.#hadEffect) return;
    const untilMs = nowMs + source.drainTimeMs;
    if (keepsSockets || isGraceful) this.#phases.enter("tell", nowMs, untilMs);
  }

  get canAbort(): boolean {
    return this.#hadEffect && this.#source.drainStatus().stopped === null;
  }

  step(nowMs: number): string | null {
    if (!this.#hadEffect) return "No effect: these listeners drain already";
    const { active } = this.#phases, { drains, stopped } = this.#source.drainStatus();
    const isStopped = stopped === "all" || stopped === this.direction;
    const isUnderWay = drains.allMs !== null || (this.direction === "inbound" && drains.inboundMs !== null);
    if (!isUnderWay) return "Undone";
    if (this.#request.keepsSockets) {
      if (isStopped) return "Followed by a drain that closed the sockets";
      if (active === "tell" && nowMs >= this.phases[0]!.until_ms!) this.#phases.enter("stay", nowMs);
      return null;
    }
    if (!isStopped) return null;
    if (active !== "connections") {
      this.#phases.mark("close", "done", nowMs);
      this.#phases.enter("connections", nowMs);
    }
    if (remainingOf(this.#source, this.direction).some(({ active_cx }) => active_cx > 0)) return null;
    this.#phases.finish();
    return "Every connection has ended, and the process goes on";
  }

  abort(): string {
    this.#source.undoDrain();
    this.#phases.finish();
    return "Undone: connections that were told to go stay told";
  }
}

/** Drain and stop. */
export class ShutdownRun implements ActionRun {
  readonly direction = "all";
  readonly phases: ActionPhase[];
  readonly #source: AdminSource;
  readonly #phases: Phases;
  readonly #hasFailedHealth: boolean;
  readonly #waitMs: number;

  /** Starts it: health checks fail from now on. */
  constructor(source: AdminSource, times: { readonly noticeMs: number; readonly waitMs: number }, nowMs: number) {
    this.#source = source;
    this.#waitMs = times.waitMs;
    this.#phases = new Phases([
      ["fail_health", "Health checks fail: load balancers take this proxy out"],
      ["notice", "Load balancers are given time to see it"],
      ["connections", "Connections are given time to end"],
      ["stop", "The process drains what is left, and ends"],
    ]);
    this.phases = this.#phases.list;
    this.#hasFailedHealth = !source.areHealthChecksFailed();
    if (this.#hasFailedHealth) source.failHealthChecks(true);
    this.#phases.mark("fail_health", this.#hasFailedHealth ? "done" : "skipped", nowMs);
    this.#phases.enter("notice", nowMs, nowMs + times.noticeMs);
  }

  get canAbort(): boolean {
    return this.#phases.active !== "stop";
  }

  step(nowMs: number): string | null {
    if (this.#phases.active === "notice" && this.#isOver(nowMs)) {
      this.#phases.enter("connections", nowMs, nowMs + this.#waitMs);
    }
    if (this.#phases.active === "connections") {
      const isIdle = remainingOf(this.#source, "all").every(({ active_cx }) => active_cx === 0);
      if (!isIdle && !this.#isOver(nowMs)) return null;
      this.#phases.enter("stop", nowMs);
      this.#source.quit();
    }
    return null;
  }

  abort(): string {
    for (const phase of this.phases) {
      if (phase.state === "active") phase.state = "done";
      else if (phase.state === "todo") phase.state = "skipped";
    }
    if (!this.#hasFailedHealth) return "Broken off: health checks stay failed, as they were before";
    this.#source.failHealthChecks(false);
    return "Broken off: health checks answer as they find again";
  }

  #isOver(nowMs: number): boolean {
    return nowMs >= this.phases.find(({ state }) => state === "active")!.until_ms!;
  }
}

/** What of the drains a call may change. */
function textOf({ drains, closesInMs, stopped }: DrainStatus): string {
  return `${drains.inboundMs !== null} ${drains.allMs !== null} ${closesInMs !== null} ${stopped}`;
}
