/**
 * When workers hear of a change of one cluster's hosts (spec/upstream.md 7.16). Who comes and who goes is told at once;
 * what only changes health, weights or metadata at most once a window: the first at once, the rest together at its end.
 *
 * ```
 *   health ─▶ told │ health, health ─▶ wait … │ window ends ─▶ told together
 *                  │ health ─▶ wait, host added ─▶ both told at once
 * ```
 */
import { Timer, type TimerWheel } from "../../base/timer_wheel.ts";
import type { Clock } from "../../base/clock.ts";
import type { Counter } from "../../observe/stats/metric.ts";
import type { StatScope } from "../../observe/stats/store.ts";

/** `cluster_manager.` counters of the three ways to be told. */
export class MergeStats {
  readonly updated: Counter;
  readonly updatedViaMerge: Counter;
  readonly mergeCancelled: Counter;
  readonly outOfMergeWindow: Counter;

  constructor(scope: StatScope) {
    this.updated = scope.counter("cluster_updated");
    this.updatedViaMerge = scope.counter("cluster_updated_via_merge");
    this.mergeCancelled = scope.counter("update_merge_cancelled");
    this.outOfMergeWindow = scope.counter("update_out_of_merge_window");
  }
}

export class UpdateMerge {
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #stats: MergeStats;
  readonly #deliver: () => void;
  readonly #timer: Timer;
  #lastMs = -Infinity;

  /** `deliver` tells workers what is new. A window of 0 tells everything at once. */
  constructor(windowMs: number, clock: Clock, wheel: TimerWheel, stats: MergeStats, deliver: () => void) {
    this.#windowMs = windowMs;
    this.#clock = clock;
    this.#stats = stats;
    this.#deliver = deliver;
    this.#timer = new Timer(wheel, () => {
      this.#lastMs = this.#clock.nowMs;
      this.#stats.updatedViaMerge.inc();
      this.#deliver();
    });
  }

  /** There is something to tell; `isMembership`: hosts came or went. */
  onChange(isMembership: boolean): void {
    const isOutside = this.#clock.nowMs - this.#lastMs > this.#windowMs;
    if (!isMembership && !isOutside && this.#windowMs > 0) {
      if (!this.#timer.isArmed) this.#timer.arm(this.#windowMs);
      return;
    }
    if (this.#windowMs > 0) {
      if (!isMembership) this.#stats.outOfMergeWindow.inc();
      if (this.#timer.isArmed) this.#stats.mergeCancelled.inc();
    }
    this.#timer.cancel();
    this.#lastMs = this.#clock.nowMs;
    this.#stats.updated.inc();
    this.#deliver();
  }

  /** The cluster is gone. */
  close(): void {
    this.#timer.cancel();
  }
}
