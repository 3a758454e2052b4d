/** How far the start is: its steps in order, each with its time (spec/operations.md 15.1). */
import type { Clock } from "../base/clock.ts";
import type { Timeline } from "./timeline.ts";

/** The steps, in order. */
export const START_STEPS = ["primary_clusters", "rtds", "secondary_clusters", "cds", "listeners"] as const;

/** One of them. */
export type StartStepId = (typeof START_STEPS)[number];

/** How one of them stands. */
export interface StartStepState {
  readonly id: StartStepId;
  readonly state: "todo" | "waiting" | "done";
  /** Wall clock; null = it has not begun. */
  readonly sinceMs: number | null;
  /** Null = it is not over. */
  readonly tookMs: number | null;
}

export class StartSteps {
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  readonly #startedMs = new Map<StartStepId, number>();
  readonly #tookMs = new Map<StartStepId, number>();
  #noted = "";

  constructor(clock: Clock, timeline: Timeline) {
    this.#clock = clock;
    this.#timeline = timeline;
  }

  /** All of them. */
  get states(): readonly StartStepState[] {
    return START_STEPS.map((id) => {
      const sinceMs = this.#startedMs.get(id) ?? null, tookMs = this.#tookMs.get(id) ?? null;
      return { id, state: sinceMs === null ? "todo" : tookMs === null ? "waiting" : "done", sinceMs, tookMs };
    });
  }

  /** All are over. */
  get isOver(): boolean {
    return this.#tookMs.size === START_STEPS.length;
  }

  /** One begins, now. */
  begin(id: StartStepId): void {
    this.#clock.refresh();
    this.#startedMs.set(id, this.#clock.wallMs());
    this.#note(id, "start");
  }

  /** It is over, now. */
  end(id: StartStepId): void {
    this.#clock.refresh();
    this.#tookMs.set(id, Math.max(0, this.#clock.wallMs() - this.#startedMs.get(id)!));
    if (this.isOver) this.#note("active", "ready");
  }

  #note(to: string, reason: string): void {
    this.#timeline.add({ kind: "server", name: "", from: this.#noted, to, reason, version: "" });
    this.#noted = to;
  }
}
