import assert from "node:assert/strict";
import { ManualClock } from "./clock.ts";
import { Random } from "./random.ts";
import { Timer, TimerWheel } from "./timer_wheel.ts";

/** A wheel, its clock, and an alarm that remembers what it was asked. */
function makeWheel() {
  const clock = new ManualClock();
  const alarm = {
    wakeAtMs: Infinity,
    plans: 0,
    wakeIn(delayMs: number) {
      alarm.plans++;
      alarm.wakeAtMs = clock.nowMs + delayMs;
    },
    silence() {
      alarm.wakeAtMs = Infinity;
    },
  };
  const bugs: unknown[] = [];
  const wheel = new TimerWheel(clock, alarm, (error) => void bugs.push(error));
  /** Turns the clock, waking the wheel when its alarm rings. */
  const advance = (byMs: number) => {
    const untilMs = clock.nowMs + byMs;
    while (alarm.wakeAtMs <= untilMs) {
      clock.nowMs = alarm.wakeAtMs;
      alarm.wakeAtMs = Infinity;
      wheel.advance();
    }
    clock.nowMs = untilMs;
  };
  return { clock, alarm, wheel, bugs, advance };
}

Deno.test("Timer fires once, not before its deadline and at most a tick after", () => {
  const { clock, wheel, advance } = makeWheel();
  for (const delay of [0, 1, 9, 10, 11, 999, 1000, 1001, 10239, 10240, 10241, 3600000]) {
    const firedAt: number[] = [];
    advance(7);
    const timer = new Timer(wheel, () => firedAt.push(clock.nowMs));
    timer.arm(delay);
    assert.equal(timer.isArmed, true);
    const deadline = clock.nowMs + delay;
    advance(delay + 20);
    assert.equal(firedAt.length, 1, `${delay} ms`);
    assert.ok(firedAt[0]! >= deadline && firedAt[0]! <= deadline + 10, `${delay} ms: ${firedAt[0]! - deadline} late`);
    assert.equal(timer.isArmed, false);
    assert.equal(wheel.armedCount, 0);
  }
});

Deno.test("Timer cancel keeps it from firing; cancelling twice does nothing", () => {
  const { wheel, advance } = makeWheel();
  let fired = 0;
  const timer = new Timer(wheel, () => fired++);
  timer.cancel();
  timer.arm(50);
  timer.cancel();
  timer.cancel();
  assert.equal(wheel.armedCount, 0);
  advance(2000);
  assert.equal(fired, 0);
});

Deno.test("Timer arm replaces the deadline set before", () => {
  const { clock, wheel, advance } = makeWheel();
  const firedAt: number[] = [];
  const timer = new Timer(wheel, () => firedAt.push(clock.nowMs));
  timer.arm(50);
  timer.arm(500);
  assert.equal(wheel.armedCount, 1);
  advance(400);
  assert.deepEqual(firedAt, []);
  timer.arm(30);
  advance(40);
  assert.deepEqual(firedAt, [430]);
});

Deno.test("Timer may arm itself and cancel or arm others from its callback", () => {
  const { wheel, advance } = makeWheel();
  const log: string[] = [];
  const victim = new Timer(wheel, () => log.push("victim"));
  const later = new Timer(wheel, () => log.push("later"));
  const again = new Timer(wheel, () => {
    log.push("again");
    victim.cancel();
    later.arm(0);
    if (log.length < 3) again.arm(10);
  });
  again.arm(10);
  victim.arm(10);
  advance(1000);
  assert.deepEqual(log, ["again", "later", "again", "later"]);
  assert.equal(wheel.armedCount, 0);
});

Deno.test("Timer takes odd delays: negative and NaN fire at once, the longest is 2^31 - 1 ms", () => {
  const { wheel, advance } = makeWheel();
  const log: string[] = [];
  new Timer(wheel, () => log.push("negative")).arm(-5);
  new Timer(wheel, () => log.push("nan")).arm(NaN);
  const forever = new Timer(wheel, () => log.push("forever"));
  forever.arm(Infinity);
  assert.equal(forever.deadlineTick, Math.ceil((2 ** 31 - 1) / 10));
  advance(20);
  assert.deepEqual(log, ["negative", "nan"]);
  forever.cancel();
});

Deno.test("TimerWheel sleeps when nothing is armed and plans one wake-up for the earliest", () => {
  const { alarm, wheel, advance } = makeWheel();
  assert.equal(alarm.plans, 0);
  const late = new Timer(wheel, () => {});
  const early = new Timer(wheel, () => {});
  late.arm(500);
  assert.equal(alarm.wakeAtMs, 500);
  early.arm(200);
  assert.equal(alarm.wakeAtMs, 200);
  late.arm(600);
  assert.equal(alarm.plans, 2);
  advance(200);
  assert.equal(alarm.wakeAtMs, 600);
  advance(400);
  assert.equal(alarm.wakeAtMs, Infinity);
});

Deno.test("TimerWheel plans no wake-up more than a second ahead and none per request", () => {
  const { alarm, wheel, advance } = makeWheel();
  const timer = new Timer(wheel, () => {});
  for (let request = 0; request < 100; request++) {
    timer.arm(15000);
    timer.cancel();
    advance(5);
  }
  assert.ok(alarm.wakeAtMs <= 1000);
  assert.equal(alarm.plans, 1);
  advance(1000);
  assert.equal(alarm.wakeAtMs, Infinity);
});

Deno.test("TimerWheel stop silences the alarm", () => {
  const { alarm, wheel } = makeWheel();
  new Timer(wheel, () => {}).arm(100);
  wheel.stop();
  assert.equal(alarm.wakeAtMs, Infinity);
});

Deno.test("TimerWheel tells of a callback that throws and fires the others", () => {
  const { wheel, bugs, advance } = makeWheel();
  let fired = 0;
  new Timer(wheel, () => {
    throw new Error("broken");
  }).arm(10);
  new Timer(wheel, () => fired++).arm(10);
  advance(10);
  assert.deepEqual(bugs.map(String), ["Error: broken"]);
  assert.equal(fired, 1);
});

Deno.test("TimerWheel that wakes very late fires everything due, once", () => {
  const { clock, wheel } = makeWheel();
  let fired = 0;
  for (let i = 0; i < 3000; i++) new Timer(wheel, () => fired++).arm(i * 10);
  const far = new Timer(wheel, () => fired++);
  far.arm(60000);
  clock.advance(40000);
  wheel.advance();
  assert.equal(fired, 3000);
  assert.equal(wheel.armedCount, 1);
  clock.advance(40000);
  wheel.advance();
  assert.equal(fired, 3001);
});

Deno.test("TimerWheel agrees with a sorted list over a random script", () => {
  const { clock, wheel, advance } = makeWheel();
  const random = new Random(7);
  const deadlines = new Map<number, number>();
  const timers = Array.from({ length: 200 }, (_, index) =>
    new Timer(wheel, () => {
      const late = clock.nowMs - deadlines.get(index)!;
      assert.ok(late >= 0 && late <= 10, `timer ${index} is ${late} ms late`);
      deadlines.delete(index);
    }));
  for (let step = 0; step < 20000; step++) {
    const index = random.below(timers.length);
    if (random.below(3) === 0) {
      timers[index]!.cancel();
      deadlines.delete(index);
    } else {
      const delay = random.below(random.below(10) === 0 ? 40000 : 300);
      timers[index]!.arm(delay);
      deadlines.set(index, clock.nowMs + delay);
    }
    if (random.below(4) === 0) advance(random.below(50));
    assert.equal(wheel.armedCount, deadlines.size);
  }
  advance(60000);
  assert.equal(deadlines.size, 0);
});
