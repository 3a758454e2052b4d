/**
 * The Overview's own topic: the latest figures and the last five minutes, and what they amount to in words for the
 * tab's title. The health rules themselves run on the server; here is only their reading.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { OverviewFrame } from "../../src/admin/contract/frames.ts";
import type { Overview } from "../../src/admin/contract/overview.ts";
import type { Level, Problem } from "../../src/admin/contract/problem.ts";
import { type History, HistoryRing } from "./history.ts";

/** The latest overview and its history; null until the first snapshot. */
export class OverviewModel {
  readonly #ring = new HistoryRing();
  readonly #shown = signal<Overview | null>(null);
  readonly #history: ReturnType<typeof signal<History>>;
  #latest: Overview | null = null;
  #isChanged = false;

  constructor() {
    this.#history = signal(this.#ring.view());
  }

  get latest(): ReadonlySignal<Overview | null> {
    return this.#shown;
  }

  get history(): ReadonlySignal<History> {
    return this.#history as ReadonlySignal<History>;
  }

  /** Takes one frame. */
  apply(frame: OverviewFrame): void {
    if (frame.op === "snapshot") this.#ring.load(frame.history);
    else if (frame.op !== "tick") return;
    this.#latest = frame.data;
    this.#ring.push(frame.data.as_of_ms, frame.data.traffic);
    this.#isChanged = true;
  }

  /** Forgets everything: the process behind is another one. */
  clear(): void {
    this.#ring.clear();
    this.#latest = null;
    this.#isChanged = true;
  }

  /** Shows what came in. */
  publish(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#shown.value = this.#latest;
    this.#history.value = this.#ring.view();
  }
}

/** Problems worst first, the longest lasting first among equals. */
export function problemsByWeight(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level] || a.since_ms - b.since_ms);
}

/** Those that raise an alarm: info does not. */
export function alarms(problems: readonly Problem[]): Problem[] {
  return problems.filter((problem) => problem.level !== "info");
}

/** Worst first. */
export const LEVEL_ORDER: Readonly<Record<Level, number>> = { bad: 0, warn: 1, info: 2, ok: 3 };

/** What to call this proxy: its node id, else the host it runs on. */
export function nodeName(overview: Overview): string {
  return overview.server.node.id || overview.server.hostname || "denvoy";
}

/** The tab's title: `● 2 problems – node-1`. */
export function pageTitle(overview: Overview | null, isStale: boolean): string {
  if (overview === null) return "denvoy console";
  const name = nodeName(overview);
  if (isStale) return `○ stale – ${name}`;
  const count = alarms(overview.health.problems).length;
  return count === 0 ? `Healthy – ${name}` : `● ${problemCount(count)} – ${name}`;
}

/** `1 problem`, `2 problems`. */
export function problemCount(count: number): string {
  return count === 1 ? "1 problem" : `${count} problems`;
}
