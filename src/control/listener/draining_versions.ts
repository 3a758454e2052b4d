/**
 * Objects of listeners that were removed or replaced, and filter chains that an update in place has changed: for as long as
 * workers may have connections of theirs, which is the drain time. Until then the routes they refer to are kept up to date.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import type { ListenerManagerStats } from "./listener_stats.ts";
import type { ListenerVersion } from "./listener_version.ts";

/** One that drains. */
export interface Draining {
  readonly version: ListenerVersion;
  /** By the loop's clock. */
  readonly endsInMs: number;
  /** Only some of its filter chains do. */
  readonly isInPart: boolean;
}

interface Ending {
  readonly timer: Timer;
  readonly atMs: number;
}

export class DrainingVersions {
  readonly #loop: EventLoop;
  readonly #timeMs: number;
  readonly #stats: ListenerManagerStats;
  /** Whole listeners, with their timers. */
  readonly #listeners = new Map<ListenerVersion, Ending>();
  readonly #chains = new Map<ListenerVersion, Ending>();

  /** `timeMs`: `--drain-time-s`. */
  constructor(loop: EventLoop, timeMs: number, stats: ListenerManagerStats) {
    this.#loop = loop;
    this.#timeMs = timeMs;
    this.#stats = stats;
  }

  /** Whole ones, the oldest first. */
  get listeners(): Iterable<ListenerVersion> {
    return this.#listeners.keys();
  }

  /** All, with the time that they have left. */
  get all(): Draining[] {
    const nowMs = this.#loop.clock.refresh();
    return [this.#listeners, this.#chains].flatMap((endings) =>
      Array.from(endings, ([version, { atMs }]) => {
        return { version, endsInMs: Math.max(0, atMs - nowMs), isInPart: endings === this.#chains };
      })
    );
  }

  /** A listener that serves no new connections. */
  add(version: ListenerVersion): void {
    this.#stats.draining.inc();
    this.#start(version, this.#listeners, () => this.#stats.draining.dec());
  }

  /** A listener whose filter chains, so many of them, serve no new connections: others have taken their place. */
  addChains(version: ListenerVersion, count: number): void {
    this.#stats.chainsDraining.add(count);
    this.#start(version, this.#chains, () => this.#stats.chainsDraining.add(-count));
  }

  /** Nothing drains any more. */
  close(): void {
    for (const [version, { timer }] of [...this.#listeners, ...this.#chains]) {
      timer.cancel();
      version.release();
    }
    this.#listeners.clear();
    this.#chains.clear();
  }

  #start(version: ListenerVersion, versions: Map<ListenerVersion, Ending>, onEnd: () => void): void {
    const timer = new Timer(this.#loop.timers, () => {
      versions.delete(version);
      version.release();
      onEnd();
    });
    versions.set(version, { timer, atMs: this.#loop.clock.refresh() + this.#timeMs });
    timer.arm(this.#timeMs);
  }
}
