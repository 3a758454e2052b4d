/**
 * Everything an operator has the process do, by the console, its API or Envoy's own paths: started here, watched here,
 * recorded here (spec/console.md 5.14, 7.6).
 */
import type { Clock } from "../base/clock.ts";
import { type ActionRun, activeRequests, DrainRun, remainingOf, ShutdownRun } from "./action_run.ts";
import type { AuditLog } from "./audit_log.ts";
import type { ActionItem, ActionKind, ActionPhase, ActionRequest, ActionsView } from "./contract/actions.ts";
import type { AdminSource } from "./source.ts";

/** Actions that are remembered. */
const MAX_ITEMS = 100;

const DEFAULT_NOTICE_S = 5, DEFAULT_WAIT_S = 30;

/** One that was asked for. */
interface Entry {
  readonly item: ActionItem;
  /** Null when it is over. */
  run: ActionRun | null;
}

export class ActionDesk {
  readonly #source: AdminSource;
  readonly #clock: Clock;
  readonly #audit: AuditLog;
  /** Newest first. */
  #entries: Entry[] = [];
  #nextId = 1;
  #onChange: (item: ActionItem) => void = () => {};

  constructor(source: AdminSource, clock: Clock, audit: AuditLog) {
    this.#source = source;
    this.#clock = clock;
    this.#audit = audit;
  }

  /** Hears of each action that begins, moves on or ends. */
  listen(onChange: (item: ActionItem) => void): void {
    this.#onChange = onChange;
  }

  /** What is to be typed before what cannot be undone. */
  get confirmText(): string {
    return this.#source.node.id === "" ? this.#source.hostname : this.#source.node.id;
  }

  /** Everything the page shows. */
  get view(): ActionsView {
    const { drains, stopped } = this.#source.drainStatus();
    return {
      items: this.#entries.map(({ item }) => item),
      confirm_text: this.confirmText,
      health_check_failed: this.#source.areHealthChecksFailed(),
      drain_time_s: this.#source.drainTimeMs / 1000,
      draining: drains.allMs !== null ? "all" : drains.inboundMs !== null ? "inbound" : null,
      stopped,
    };
  }

  /** A shutdown that can still be broken off. */
  get isShuttingDown(): boolean {
    return this.#entries.some(({ item, run }) => item.kind === "shutdown" && run !== null);
  }

  /** Has it done, and returns how far it is already. */
  start(kind: ActionKind, request: ActionRequest, actor: string): ActionItem {
    const nowMs = this.#nowMs();
    const before = this.#stateText(kind), { run, phases, result } = this.#begin(kind, request, nowMs);
    const item: ActionItem = {
      id: `a${this.#nextId++}`,
      kind,
      actor,
      reason: request.reason,
      state: "running",
      started_ms: nowMs,
      ended_ms: null,
      phases,
      listeners: [],
      active_rq: 0,
      can_abort: false,
      result,
    };
    const entry: Entry = { item, run };
    this.#entries = [entry, ...this.#entries].slice(0, MAX_ITEMS);
    this.#audit.record({
      actor,
      action: `action.${kind}`,
      target: targetOf(kind, request),
      before,
      after: this.#stateText(kind),
      reason: request.reason,
      result: "ok",
    });
    if (run === null) this.#end(entry, "done", result, nowMs);
    else this.#look(entry, nowMs);
    this.#onChange(item);
    return item;
  }

  /** Ends the process without the sequence, as SIGTERM does. */
  quit(actor: string): void {
    this.#audit.record({
      actor,
      action: "action.shutdown",
      target: "process",
      before: null,
      after: null,
      reason: "",
      result: "ok",
    });
    this.#source.quit();
  }

  /** Breaks one off. `null`: there is no such; `late`: it cannot be any more. */
  abort(id: string, reason: string, actor: string): ActionItem | "late" | null {
    const entry = this.#entries.find(({ item }) => item.id === id);
    if (entry === undefined) return null;
    const { item, run } = entry;
    if (run === null || !run.canAbort) return "late";
    const result = run.abort();
    this.#end(entry, "aborted", result, this.#nowMs());
    this.#audit.record({
      actor,
      action: "action.abort",
      target: `${item.kind} ${id}`,
      before: "running",
      after: "aborted",
      reason,
      result: "ok",
    });
    this.#onChange(item);
    return item;
  }

  /** Moves on what is under way; to be called once a second. */
  tick(): void {
    const nowMs = this.#nowMs();
    for (const entry of this.#entries) {
      if (entry.run === null) continue;
      const before = JSON.stringify(entry.item);
      this.#look(entry, nowMs);
      if (JSON.stringify(entry.item) !== before) this.#onChange(entry.item);
    }
  }

  #begin(
    kind: ActionKind,
    { direction = "all", graceful = false, skip_exit = false, notice_s, wait_s }: ActionRequest,
    nowMs: number,
  ): { run: ActionRun | null; phases: ActionPhase[]; result: string } {
    const source = this.#source, done = (result: string) => ({ run: null, phases: [], result });
    switch (kind) {
      case "healthcheck_fail":
        source.failHealthChecks(true);
        return done("Health checks fail: load balancers take this proxy out");
      case "healthcheck_ok":
        source.failHealthChecks(false);
        return done("Health checks answer as they find");
      case "reset_counters":
        source.stats.resetCounters();
        return done("Every counter shows zero");
      case "reopen_logs":
        source.reopenLogs();
        return done("Log files are opened again");
      case "drain": {
        const run = new DrainRun(source, { direction, isGraceful: graceful, keepsSockets: skip_exit }, nowMs);
        return { run, phases: run.phases, result: "" };
      }
      case "shutdown": {
        const times = { noticeMs: (notice_s ?? DEFAULT_NOTICE_S) * 1000, waitMs: (wait_s ?? DEFAULT_WAIT_S) * 1000 };
        const run = new ShutdownRun(source, times, nowMs);
        return { run, phases: run.phases, result: "" };
      }
    }
  }

  #look(entry: Entry, nowMs: number): void {
    const { item, run } = entry;
    const result = run!.step(nowMs);
    item.listeners = run!.direction === null ? [] : remainingOf(this.#source, run!.direction);
    item.active_rq = activeRequests(this.#source);
    item.can_abort = run!.canAbort;
    if (result !== null) this.#end(entry, "done", result, nowMs);
  }

  #end(entry: Entry, state: "done" | "aborted", result: string, nowMs: number): void {
    entry.run = null;
    Object.assign(entry.item, { state, result, ended_ms: nowMs, can_abort: false });
  }

  /** For the audit: what an action is about to change. */
  #stateText(kind: ActionKind): string | null {
    if (kind === "healthcheck_fail" || kind === "healthcheck_ok" || kind === "shutdown") {
      return this.#source.areHealthChecksFailed() ? "health checks fail" : "health checks as found";
    }
    if (kind !== "drain") return null;
    const { draining, stopped } = this.view;
    return stopped !== null ? `stopped: ${stopped}` : draining !== null ? `draining: ${draining}` : "serving";
  }

  #nowMs(): number {
    this.#clock.refresh();
    return Math.floor(this.#clock.wallMs());
  }
}

function targetOf(kind: ActionKind, { direction = "all", graceful, skip_exit }: ActionRequest): string {
  if (kind !== "drain") return kind === "shutdown" ? "process" : "";
  return [`${direction} listeners`, ...graceful ? ["graceful"] : [], ...skip_exit ? ["skip_exit"] : []].join(", ");
}
