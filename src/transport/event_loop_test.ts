import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import { Timer } from "../base/timer_wheel.ts";
import { EventLoop, type LoopMember } from "./event_loop.ts";

const SILENT_ALARM = { wakeIn() {}, silence() {} };

/** A member that logs and then does what the test wants. */
function member(log: string[], name: string, onSettle: () => void = () => {}): LoopMember {
  return {
    isTouched: false,
    settle() {
      log.push(name);
      onSettle();
    },
    fail: () => void log.push(`${name} failed`),
  };
}

Deno.test("EventLoop settles each touched member once, at the end of the event, and those touched meanwhile", () => {
  const loop = new EventLoop({ alarm: SILENT_ALARM });
  const log: string[] = [];
  const first = member(log, "first", () => loop.touch(second));
  const second = member(log, "second");
  loop.runEvent(() => {
    loop.touch(first);
    loop.touch(first);
    log.push("event");
  });
  assert.deepEqual(log, ["event", "first", "second"]);
});

Deno.test("EventLoop numbers connections as it is told, so that several loops give no number twice", () => {
  const ids = (loop: EventLoop) => [loop.nextConnectionId(), loop.nextConnectionId(), loop.nextConnectionId()];
  const [first, second] = [1, 2].map((first) =>
    ids(new EventLoop({ alarm: SILENT_ALARM, connectionIds: { first, step: 2 } }))
  );
  assert.deepEqual([first, second], [[1, 3, 5], [2, 4, 6]]);
});

Deno.test("EventLoop settles a member again that was touched after its turn", () => {
  const loop = new EventLoop({ alarm: SILENT_ALARM });
  const log: string[] = [];
  let again = true;
  const first = member(log, "first");
  const second = member(log, "second", () => {
    if (again) loop.touch(first);
    again = false;
  });
  loop.runEvent(() => {
    loop.touch(first);
    loop.touch(second);
  });
  assert.deepEqual(log, ["first", "second", "first"]);
});

Deno.test("EventLoop settles what was touched outside of any event when the task ends", async () => {
  const loop = new EventLoop({ alarm: SILENT_ALARM });
  const log: string[] = [];
  loop.touch(member(log, "first"));
  loop.touch(member(log, "second"));
  assert.deepEqual(log, []);
  await Promise.resolve();
  assert.deepEqual(log, ["first", "second"]);
});

Deno.test("EventLoop inside an event waits for the outer one", () => {
  const loop = new EventLoop({ alarm: SILENT_ALARM });
  const log: string[] = [];
  loop.runEvent(() => {
    loop.runEvent(() => loop.touch(member(log, "settled")));
    log.push("outer");
  });
  assert.deepEqual(log, ["outer", "settled"]);
});

Deno.test("EventLoop tells of bugs, fails the member and settles the others", () => {
  const bugs: Array<[string, LoopMember | null]> = [];
  const loop = new EventLoop({
    alarm: SILENT_ALARM,
    onBug: (error, member) => void bugs.push([String(error), member]),
  });
  const log: string[] = [];
  const broken = member(log, "broken", () => {
    throw new Error("in settle");
  });
  loop.runEvent(() => {
    loop.touch(broken);
    loop.touch(member(log, "sound"));
    throw new Error("in event");
  });
  assert.deepEqual(log, ["broken", "broken failed", "sound"]);
  assert.deepEqual(bugs, [["Error: in event", null], ["Error: in settle", broken]]);
});

Deno.test("EventLoop refreshes the clock once per event", () => {
  let reads = 0;
  class CountingClock extends ManualClock {
    override refresh(): number {
      reads++;
      return super.refresh();
    }
  }
  const loop = new EventLoop({ alarm: SILENT_ALARM, clock: new CountingClock() });
  loop.runEvent(() => {});
  loop.tick();
  assert.equal(reads, 2);
});

Deno.test("EventLoop tick fires timers as an event", () => {
  const clock = new ManualClock();
  const loop = new EventLoop({ alarm: SILENT_ALARM, clock });
  const log: string[] = [];
  new Timer(loop.timers, () => loop.touch(member(log, "settled"))).arm(50);
  clock.advance(40);
  loop.tick();
  assert.deepEqual(log, []);
  clock.advance(20);
  loop.tick();
  assert.deepEqual(log, ["settled"]);
});

Deno.test("EventLoop wakes its timers by the platform's clock and sleeps after the last", async () => {
  const loop = new EventLoop();
  const start = performance.now();
  await new Promise<void>((resolve) => new Timer(loop.timers, resolve).arm(15));
  assert.ok(performance.now() - start >= 14.9);
  new Timer(loop.timers, () => {}).arm(60000);
  loop.stop();
});

Deno.test("EventLoop numbers connections from 1", () => {
  const loop = new EventLoop({ alarm: SILENT_ALARM });
  assert.deepEqual([loop.nextConnectionId(), loop.nextConnectionId()], [1, 2]);
});
