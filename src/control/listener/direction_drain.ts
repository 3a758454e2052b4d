/**
 * `/drain_listeners`: listeners are told to go, all of them or the inbound ones, and may be stopped for good
 * (spec/operations.md 16.3).
 *
 * ```
 *   serving ── plain ──────────────▶ draining, stopped                    sockets close now
 *      ├────── graceful ───────────▶ draining ── drain time ──▶ stopped   new connections are taken until then
 *      └────── skip_exit ──────────▶ draining                             for good, or until it is undone
 * ```
 *
 * A direction that drains already is not told again by a graceful call; one call later may widen inbound to all. Neither
 * ends the process nor changes what `/ready` says.
 *
 * Differs from Envoy: a drain that has closed no socket yet can be undone, and a drain is told of in the console.
 */
import { Timer } from "../../base/timer_wheel.ts";
import type { DrainDirection, ListenerDrains } from "../../config/listener_drains.ts";
import type { EventLoop } from "../../transport/event_loop.ts";

/** One call. */
export interface DrainRequest {
  readonly direction: DrainDirection;
  /** Sockets stay open for the drain time. */
  readonly isGraceful: boolean;
  /** `skip_exit`: sockets are never closed. */
  readonly keepsSockets: boolean;
}

/** How far it is, by the loop's clock. */
export interface DrainStatus {
  readonly drains: ListenerDrains;
  /** Until sockets close; null = they will not, or have. */
  readonly closesInMs: number | null;
  /** Which listeners accept nothing any more; null = all do. */
  readonly stopped: DrainDirection | null;
}

/** What a {@link DirectionDrain} acts on. */
export interface DrainContext {
  readonly loop: EventLoop;
  /** `--drain-time-s`. */
  readonly timeMs: number;
  tellWorkers(drains: ListenerDrains): void;
  /** Listeners of this direction accept nothing any more. */
  stop(direction: DrainDirection): void;
}

export class DirectionDrain {
  readonly #context: DrainContext;
  readonly #timer: Timer;
  #inboundSinceMs: number | null = null;
  #allSinceMs: number | null = null;
  /** What the timer will stop, and when. */
  #closing: { readonly direction: DrainDirection; readonly atMs: number } | null = null;
  #stopped: DrainDirection | null = null;

  constructor(context: DrainContext) {
    this.#context = context;
    this.#timer = new Timer(context.loop.timers, () => this.#closeSockets());
  }

  /** Does what a call asks for. */
  start({ direction, isGraceful, keepsSockets }: DrainRequest): void {
    const nowMs = this.#context.loop.clock.refresh(), wasUnderWay = this.#isUnderWay(direction);
    if (isGraceful && wasUnderWay) return;
    if (!wasUnderWay) {
      if (direction === "all") this.#allSinceMs = nowMs;
      else this.#inboundSinceMs = nowMs;
      this.#context.tellWorkers(this.status.drains);
    }
    if (keepsSockets) return;
    if (!isGraceful) return this.#stop(direction);
    this.#closing = { direction, atMs: nowMs + this.#context.timeMs };
    this.#timer.arm(this.#context.timeMs);
  }

  /** Nothing drains any more; false = sockets are closed already, or nothing did. Who was told to go stays told. */
  undo(): boolean {
    if (this.#stopped !== null || !this.#isUnderWay("inbound")) return false;
    this.#inboundSinceMs = this.#allSinceMs = this.#closing = null;
    this.#timer.cancel();
    this.#context.tellWorkers(this.status.drains);
    return true;
  }

  get status(): DrainStatus {
    const nowMs = this.#context.loop.clock.refresh();
    const elapsed = (sinceMs: number | null) => sinceMs === null ? null : Math.max(0, nowMs - sinceMs);
    return {
      drains: { inboundMs: elapsed(this.#inboundSinceMs), allMs: elapsed(this.#allSinceMs) },
      closesInMs: this.#closing === null ? null : Math.max(0, this.#closing.atMs - nowMs),
      stopped: this.#stopped,
    };
  }

  /** No socket is closed any more. */
  close(): void {
    this.#timer.cancel();
  }

  #isUnderWay(direction: DrainDirection): boolean {
    return this.#allSinceMs !== null || (direction === "inbound" && this.#inboundSinceMs !== null);
  }

  #closeSockets(): void {
    const { direction } = this.#closing!;
    this.#closing = null;
    this.#stop(direction);
  }

  #stop(direction: DrainDirection): void {
    if (this.#stopped === "all" || this.#stopped === direction) return;
    this.#stopped = direction;
    if (this.#closing !== null && (direction === "all" || this.#closing.direction === "inbound")) {
      this.#closing = null;
      this.#timer.cancel();
    }
    this.#context.stop(direction);
  }
}
