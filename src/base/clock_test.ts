import assert from "node:assert/strict";
import { ManualClock, SystemClock } from "./clock.ts";

Deno.test("SystemClock.wallMs() agrees with the machine's wall clock", () => {
  const clock = new SystemClock();
  const before = Date.now();
  clock.refresh();
  const wallMs = clock.wallMs();
  assert.ok(wallMs >= before - 1 && wallMs <= Date.now() + 1, `${wallMs} lies outside`);
  assert.equal(clock.wallMs(), wallMs, "time stands still within an event");
});

Deno.test("ManualClock moves both times by hand", () => {
  const clock = new ManualClock(1000);
  clock.advance(250);
  assert.equal(clock.refresh(), 250);
  assert.equal(clock.wallMs(), 1250);
});
