/**
 * Coarse timers by the ten thousand from one platform timer: a hashed wheel of 1,024 slots, 10 ms each.
 *
 * A timer stands in the slot of its deadline's tick; one whose deadline is turns away stands there too and is passed
 * over until its turn. Arming and cancelling link and unlink the timer itself: no search, no allocation. The wheel asks
 * its alarm for one wake-up, at the next slot that holds anything and at most a second ahead, and sleeps when nothing is
 * armed. A cancelled timer leaves the wake-up standing: to withdraw it would cost more than to find nothing to do.
 *
 * Rule: a timer never fires before its deadline by the wheel's clock, and at most one tick and the alarm's own lateness
 * after it.
 */
import type { Clock } from "./clock.ts";
import { invariant } from "./errors.ts";

const SLOTS = 1024;
const SLOT_MASK = SLOTS - 1;
const TICK_MS = 10;
const MAX_DELAY_MS = 2 ** 31 - 1;
/** So that a wake-up that was planned for a slot far off does not hold a platform timer for long. */
const MAX_SLEEP_TICKS = 100;

/** Wakes a wheel once; planning anew replaces the plan before. */
export interface Alarm {
  /** Plans a call of {@link TimerWheel.advance} in `delayMs`. */
  wakeIn(delayMs: number): void;
  /** Drops the plan. */
  silence(): void;
}

/** One deadline, armed and cancelled as often as wanted. Its callback is bound once. */
export class Timer {
  /** The fields below are the wheel's; plain because arming is on the request path. */
  next: Timer;
  previous: Timer;
  deadlineTick = 0;
  readonly #wheel: TimerWheel;
  readonly #callback: () => void;

  constructor(wheel: TimerWheel, callback: () => void) {
    this.#wheel = wheel;
    this.#callback = callback;
    this.next = this;
    this.previous = this;
  }

  get isArmed(): boolean {
    return this.next !== this;
  }

  /** Fires once, `delayMs` from now; a deadline set before is replaced. */
  arm(delayMs: number): void {
    this.#wheel.arm(this, delayMs);
  }

  /** Does nothing if the timer is not armed. */
  cancel(): void {
    if (this.next !== this) this.#wheel.cancel(this);
  }

  /** For the wheel only. */
  fire(): void {
    this.#callback();
  }
}

export class TimerWheel {
  /** Timers that wait: a leak shows here. */
  armedCount = 0;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #onBug: (error: unknown) => void;
  /** Ring heads; never fired themselves. */
  readonly #slots: Timer[] = [];
  /** Timers taken out of their slots by the `advance` that is running. */
  readonly #due: Timer;
  /** One bit a slot: it may hold something. */
  readonly #occupied = new Int32Array(SLOTS / 32);
  /** The last tick that was worked off. */
  #tick: number;
  /** The tick the alarm is set for; Infinity without one. */
  #alarmTick = Infinity;
  #isAdvancing = false;

  /** `onBug` is told what a timer's callback threw; the others still fire. */
  constructor(clock: Clock, alarm: Alarm, onBug: (error: unknown) => void) {
    this.#clock = clock;
    this.#alarm = alarm;
    this.#onBug = onBug;
    this.#tick = Math.floor(clock.nowMs / TICK_MS);
    const noCallback = () => invariant(false, "A wheel's ring head fired");
    this.#due = new Timer(this, noCallback);
    for (let slot = 0; slot < SLOTS; slot++) this.#slots.push(new Timer(this, noCallback));
  }

  /** {@link Timer.arm}. */
  arm(timer: Timer, delayMs: number): void {
    if (timer.next !== timer) unlink(timer);
    else if (this.armedCount++ === 0 && !this.#isAdvancing) this.#tick = Math.floor(this.#clock.nowMs / TICK_MS);
    const delay = delayMs > 0 ? Math.min(delayMs, MAX_DELAY_MS) : 0;
    const tick = Math.max(Math.ceil((this.#clock.nowMs + delay) / TICK_MS), this.#tick + 1);
    timer.deadlineTick = tick;
    const slot = tick & SLOT_MASK;
    this.#occupied[slot >> 5]! |= 1 << (slot & 31);
    link(timer, this.#slots[slot]!);
    if (tick < this.#alarmTick && !this.#isAdvancing) this.#setAlarm(tick);
  }

  /** {@link Timer.cancel}. */
  cancel(timer: Timer): void {
    unlink(timer);
    timer.next = timer;
    timer.previous = timer;
    this.armedCount--;
  }

  /** Fires what is due by the clock, in the order of the slots, and plans the next wake-up. */
  advance(): void {
    const nowTick = Math.floor(this.#clock.nowMs / TICK_MS);
    this.#isAdvancing = true;
    this.#alarmTick = Infinity;
    this.#collectDue(nowTick);
    const due = this.#due;
    while (due.next !== due) {
      const timer = due.next;
      this.cancel(timer);
      try {
        timer.fire();
      } catch (error) {
        this.#onBug(error);
      }
    }
    this.#isAdvancing = false;
    if (this.armedCount > 0) this.#setAlarm(this.#nextOccupiedTick());
    else this.#alarm.silence();
  }

  /** Withdraws the wake-up: the worker ends. Armed timers never fire. */
  stop(): void {
    this.#alarmTick = Infinity;
    this.#alarm.silence();
  }

  #collectDue(nowTick: number): void {
    const first = Math.max(this.#tick + 1, nowTick - SLOTS + 1);
    for (let tick = first; tick <= nowTick; tick++) {
      const slot = tick & SLOT_MASK;
      const bit = 1 << (slot & 31);
      if ((this.#occupied[slot >> 5]! & bit) === 0) continue;
      const head = this.#slots[slot]!;
      for (let timer = head.next; timer !== head;) {
        const next = timer.next;
        if (timer.deadlineTick <= nowTick) {
          unlink(timer);
          link(timer, this.#due);
        }
        timer = next;
      }
      if (head.next === head) this.#occupied[slot >> 5]! &= ~bit;
    }
    this.#tick = Math.max(this.#tick, nowTick);
  }

  #nextOccupiedTick(): number {
    const last = this.#tick + MAX_SLEEP_TICKS;
    for (let tick = this.#tick + 1; tick < last; tick++) {
      const slot = tick & SLOT_MASK;
      const bit = 1 << (slot & 31);
      if ((this.#occupied[slot >> 5]! & bit) === 0) continue;
      const head = this.#slots[slot]!;
      if (head.next !== head) return tick;
      this.#occupied[slot >> 5]! &= ~bit;
    }
    return last;
  }

  #setAlarm(tick: number): void {
    this.#alarmTick = Math.min(tick, this.#tick + MAX_SLEEP_TICKS);
    this.#alarm.wakeIn(Math.max(0, this.#alarmTick * TICK_MS - this.#clock.nowMs));
  }
}

/** Puts `timer` at the end of the ring. */
function link(timer: Timer, head: Timer): void {
  const last = head.previous;
  timer.previous = last;
  timer.next = head;
  last.next = timer;
  head.previous = timer;
}

function unlink(timer: Timer): void {
  timer.previous.next = timer.next;
  timer.next.previous = timer.previous;
}
