/**
 * What one stage of the start waits for: the first answers of subscriptions, and that nothing warms any more. A stage begins,
 * adds its waits, and is over when all answers are in and things have settled.
 */
import type { Clock } from "../base/clock.ts";
import type { ConfigSource } from "../config/config_source.ts";
import { sourceWait } from "./xds/source_wait.ts";
import type { Unready, Wait } from "./timeline.ts";

export class StartWaits {
  readonly #clock: Clock;
  readonly #isSettled: () => boolean;
  /** By kind and subject. */
  readonly #awaited = new Map<string, Wait>();
  #onOver: (() => void) | null = null;

  /** `isSettled`: nothing warms that the stage waits for. */
  constructor(clock: Clock, isSettled: () => boolean) {
    this.#clock = clock;
    this.#isSettled = isSettled;
  }

  /** Runs `begin`, and resolves when the stage is over; never, if it is closed before. */
  over(begin: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#onOver = resolve;
      begin();
      this.look();
    });
  }

  /** A subscription is about to start: the stage is not over before its first answer. */
  add(kind: Wait["kind"], subject: string, source: ConfigSource): void {
    this.#clock.refresh();
    this.#awaited.set(`${kind} ${subject}`, sourceWait(kind, subject, source, this.#clock.wallMs()));
  }

  /** It has come, whatever it was. */
  answered(kind: Wait["kind"], subject: string): void {
    this.#awaited.delete(`${kind} ${subject}`);
    this.look();
  }

  /** Something may have settled. */
  look(): void {
    if (this.#onOver === null || this.#awaited.size > 0 || !this.#isSettled()) return;
    const go = this.#onOver;
    this.#onOver = null;
    go();
  }

  /** The server itself, if it waits for an answer. */
  unready(): Unready[] {
    const waits = [...this.#awaited.values()];
    if (waits.length === 0) return [];
    return [{
      kind: "server",
      name: "",
      phase: "initializing",
      version: "",
      activeVersion: null,
      phases: [],
      sinceMs: waits[0]!.sinceMs,
      waits,
      blocks: ["no listener accepts connections before that"],
      superseded: 0,
    }];
  }

  /** Nobody waits any more. */
  close(): void {
    this.#onOver = null;
    this.#awaited.clear();
  }
}
