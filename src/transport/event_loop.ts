/**
 * One worker's turn of events: every entry from the platform (bytes, a connect, an accept, a timer) is an event. An
 * event refreshes the clock, calls its handlers, and ends by settling the connections they touched, until none is left:
 * so everything written in one event to one connection leaves in one write, and what a connection must tell (closed, go
 * on reading, output is low) it tells from the top of the stack, never from inside the call that caused it.
 *
 * Rule: an exception out of a handler is a bug. It is told to `onBug`, the connection whose event it was is closed with
 * reason `bug`, and the loop goes on.
 */
import { BlockPool } from "../base/byte_block.ts";
import { type Clock, SystemClock } from "../base/clock.ts";
import { type Alarm, TimerWheel } from "../base/timer_wheel.ts";

/** What the loop knows of a connection. */
export interface LoopMember {
  /** The loop's mark that it stands in the list; a plain field, tested for every write. */
  isTouched: boolean;
  /** The event is over: send, go on reading, tell what is to be told. */
  settle(): void;
  /** Ends with reason `bug`. */
  fail(): void;
}

/** Told about an exception out of a handler and, if the event was a connection's, that connection. Must not throw. */
export type BugListener = (error: unknown, member: LoopMember | null) => void;

/** What a loop may be given instead of the platform's own. */
export interface EventLoopOptions {
  readonly clock?: Clock;
  /** Without one, the platform's timer; a test hands in its own and calls {@link EventLoop.tick}. */
  readonly alarm?: Alarm;
  readonly onBug?: BugListener;
  /** Numbers for connections, so that several loops of a process have different ones; 1, 2, 3 unless given. */
  readonly connectionIds?: { readonly first: number; readonly step: number };
}

export class EventLoop {
  readonly blocks: BlockPool = new BlockPool();
  readonly clock: Clock;
  readonly timers: TimerWheel;
  /** Replaceable, so that whoever owns the worker can log and count. */
  onBug: BugListener;
  #touched: Array<LoopMember | null> = [];
  #touchedCount = 0;
  /** Events under way: more than one only if a test's wire delivers inside an event. */
  #depth = 0;
  #nextConnectionId: number;
  readonly #connectionIdStep: number;
  readonly #alarm: Alarm;
  readonly #settleLater = () => {
    if (this.#depth === 0) this.#settleAll();
  };

  constructor(options: EventLoopOptions = {}) {
    this.clock = options.clock ?? new SystemClock();
    this.onBug = options.onBug ?? reportUncaught;
    const { first, step } = options.connectionIds ?? { first: 1, step: 1 };
    this.#nextConnectionId = first;
    this.#connectionIdStep = step;
    this.#alarm = options.alarm ?? new PlatformAlarm(() => this.tick());
    this.timers = new TimerWheel(this.clock, this.#alarm, (error) => this.onBug(error, null));
  }

  nextConnectionId(): number {
    const id = this.#nextConnectionId;
    this.#nextConnectionId += this.#connectionIdStep;
    return id;
  }

  /** An event begins. Each `enter` has its `leave`, and nothing between them throws. */
  enter(): void {
    this.#depth++;
    this.clock.refresh();
  }

  /** The event is over: settles what was touched. */
  leave(): void {
    if (this.#depth === 1) this.#settleAll();
    this.#depth--;
  }

  /** Runs `callback` as an event of its own: for messages of the control side and for tests. */
  runEvent(callback: () => void): void {
    this.enter();
    try {
      callback();
    } catch (error) {
      this.onBug(error, null);
    }
    this.leave();
  }

  /** A timer event. */
  tick(): void {
    this.enter();
    this.timers.advance();
    this.leave();
  }

  /** The member is settled at the end of this event; outside of any event, at the end of the running task. */
  touch(member: LoopMember): void {
    if (member.isTouched) return;
    member.isTouched = true;
    if (this.#depth === 0 && this.#touchedCount === 0) queueMicrotask(this.#settleLater);
    this.#touched[this.#touchedCount++] = member;
  }

  /** An exception came out of a handler of `member`. */
  bug(error: unknown, member: LoopMember): void {
    this.onBug(error, member);
    try {
      member.fail();
    } catch (second) {
      this.onBug(second, member);
    }
  }

  /** Withdraws the platform's timer: the worker ends. */
  stop(): void {
    this.timers.stop();
  }

  #settleAll(): void {
    const touched = this.#touched;
    for (let at = 0; at < this.#touchedCount; at++) {
      const member = touched[at]!;
      touched[at] = null;
      member.isTouched = false;
      try {
        member.settle();
      } catch (error) {
        this.bug(error, member);
      }
    }
    this.#touchedCount = 0;
  }
}

/** One `setTimeout` at a time. */
class PlatformAlarm implements Alarm {
  #handle: ReturnType<typeof setTimeout> | undefined;
  readonly #wake: () => void;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  wakeIn(delayMs: number): void {
    clearTimeout(this.#handle);
    this.#handle = setTimeout(this.#wake, Math.ceil(delayMs));
  }

  silence(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}

/** Nobody listens for bugs: let the platform's own handler have it. */
function reportUncaught(error: unknown): void {
  reportError(error);
}
