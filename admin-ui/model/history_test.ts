import { deepEqual, equal } from "node:assert/strict";
import type { Traffic } from "../../src/admin/contract/overview.ts";
import { HISTORY_SECONDS, HistoryRing } from "./history.ts";

function traffic(rps: number): Traffic {
  return {
    rps,
    by_class: { c1: 0, c2: rps, c3: 0, c4: 0, c5: 0 },
    error_ratio: 0,
    p50: 1,
    p90: 2,
    p99: 3,
    active_rq: 0,
    active_cx: 0,
    bytes_in: 0,
    bytes_out: 0,
  };
}

const tail = (ring: HistoryRing, count: number) => ring.view().rps.slice(-count);

Deno.test("push() puts ticks a second apart side by side, however far off the second they are", () => {
  const ring = new HistoryRing();
  ring.push(10_499, traffic(1));
  ring.push(11_501, traffic(2));
  ring.push(12_498, traffic(3));
  deepEqual(tail(ring, 4), [null, 1, 2, 3]);
});

Deno.test("push() leaves a hole for each tick that did not come", () => {
  const ring = new HistoryRing();
  ring.push(10_000, traffic(1));
  ring.push(13_020, traffic(2));
  deepEqual(tail(ring, 4), [1, null, null, 2]);
});

Deno.test("push() replaces the value of the second that is already there", () => {
  const ring = new HistoryRing();
  ring.push(10_000, traffic(1));
  ring.push(10_100, traffic(5));
  deepEqual(tail(ring, 2), [null, 5]);
});

Deno.test("push() forgets everything after a gap longer than the history, and when the clock goes back", () => {
  const ring = new HistoryRing();
  ring.push(10_000, traffic(1));
  ring.push(10_000 + (HISTORY_SECONDS + 5) * 1000, traffic(2));
  deepEqual(ring.view().rps.filter((value) => value !== null), [2]);
  ring.push(5_000, traffic(3));
  deepEqual(ring.view().rps.filter((value) => value !== null), [3]);
});

Deno.test("load() takes the end of the server's record and ticks go on from there", () => {
  const ring = new HistoryRing();
  const rps = Array.from({ length: HISTORY_SECONDS + 10 }, (_, index) => index);
  ring.load({ step_s: 1, start_ms: 0, series: { rps } });
  equal(ring.view().rps[0], 10);
  ring.push(rps.length * 1000, traffic(999));
  deepEqual(tail(ring, 2), [HISTORY_SECONDS + 9, 999]);
});

Deno.test("load() fills a short record up with unknown seconds and spreads a coarse one", () => {
  const ring = new HistoryRing();
  ring.load({ step_s: 2, start_ms: 0, series: { rps: [4, null, 6] } });
  deepEqual(tail(ring, 7), [null, 4, 4, null, null, 6, 6]);
  equal(ring.view().p99.length, HISTORY_SECONDS);
});

Deno.test("view() is not changed by later ticks", () => {
  const ring = new HistoryRing();
  const before = ring.view();
  ring.push(1000, traffic(1));
  equal(before.rps[HISTORY_SECONDS - 1], null);
});
