import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import { EventLoop } from "../transport/event_loop.ts";
import { RecentRequests } from "./recent_requests.ts";
import { LimitKind, LimitPriority, SharedLimits } from "./shared_limits.ts";

const INTERVAL_MS = 1_000;

/** Workers that count into the same memory, each with a clock of its own. */
function workers(count: number) {
  const memory = SharedLimits.newPage(count);
  return Array.from({ length: count }, (_, worker) => {
    const limits = new SharedLimits(count), clock = new ManualClock();
    limits.usePages([memory]);
    const loop = new EventLoop({
      clock,
      alarm: { wakeIn() {}, silence() {} },
      onBug: (error) => assert.fail(String(error)),
    });
    const counts = limits.cluster(0, worker);
    const recent = new RecentRequests(counts, LimitPriority.DEFAULT, loop, INTERVAL_MS);
    const pass = (ms: number) => {
      clock.advance(ms);
      loop.runEvent(() => loop.timers.advance());
    };
    return { recent, counts, loop, pass };
  });
}

Deno.test("RecentRequests remember a request for the interval, and at most a tenth more", () => {
  for (const offset of [0, 1, 50, 99]) {
    const [{ recent, pass }] = workers(1) as [ReturnType<typeof workers>[number]];
    pass(offset);
    recent.add();
    pass(INTERVAL_MS);
    assert.equal(recent.total, 1, `${offset} ms into a tenth`);
    pass(INTERVAL_MS / 10);
    assert.equal(recent.total, 0, `${offset} ms into a tenth`);
  }
});

Deno.test("RecentRequests forget tenth by tenth what was begun one after the other", () => {
  const [{ recent, pass }] = workers(1) as [ReturnType<typeof workers>[number]];
  const totals: number[] = [];
  for (let tenth = 0; tenth < 26; tenth++) {
    if (tenth < 13) recent.add();
    totals.push(recent.total);
    pass(INTERVAL_MS / 10);
  }
  assert.deepEqual(totals, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
});

Deno.test("RecentRequests add up over workers, and a timer forgets what an idle one had", () => {
  const [one, two] = workers(2) as [ReturnType<typeof workers>[number], ReturnType<typeof workers>[number]];
  one.recent.add();
  one.recent.add();
  two.recent.add();
  assert.equal(two.recent.total, 3);
  assert.equal(two.counts.active(LimitPriority.HIGH, LimitKind.RECENT), 0);
  // Nobody asks the first, and nobody sends it anything.
  for (let tenth = 0; tenth < 12; tenth++) one.pass(INTERVAL_MS / 10 + 10);
  assert.equal(two.recent.total, 1);
  assert.equal(one.loop.timers.armedCount, 0);
});

Deno.test("RecentRequests.clear takes back its own alone", () => {
  const [one, two] = workers(2) as [ReturnType<typeof workers>[number], ReturnType<typeof workers>[number]];
  one.recent.add();
  two.recent.add();
  one.recent.clear();
  assert.equal(one.recent.total, 1);
  assert.equal(one.loop.timers.armedCount, 0);
});
