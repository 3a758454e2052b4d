/** The table of spec/operations.md 16.3, as main does it; what connections see is tried with a real process. */
import assert from "node:assert/strict";
import { ControlListeners, listenerResource } from "../../../test/support/control_listeners.ts";
import { ManualClock } from "../../base/clock.ts";
import type { DrainDirection, ListenerDrains } from "../../config/listener_drains.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { DirectionDrain } from "./direction_drain.ts";

const TIME_MS = 600_000;

function drainOfTest() {
  const clock = new ManualClock(), loop = new EventLoop({ clock, alarm: { wakeIn: () => {}, silence: () => {} } });
  const told: ListenerDrains[] = [], stopped: DrainDirection[] = [];
  const drain = new DirectionDrain({
    loop,
    timeMs: TIME_MS,
    tellWorkers: (drains) => told.push(drains),
    stop: (direction) => stopped.push(direction),
  });
  const call = (query: string) =>
    drain.start({
      direction: query.includes("inboundonly") ? "inbound" : "all",
      isGraceful: query.includes("graceful"),
      keepsSockets: query.includes("skip_exit"),
    });
  const pass = (ms: number) => {
    clock.advance(ms);
    loop.tick();
  };
  return { drain, call, pass, told, stopped };
}

interface Row {
  readonly calls: readonly string[];
  /** Directions that were stopped at once, and when the drain time is over. */
  readonly atOnce: readonly DrainDirection[];
  readonly later: readonly DrainDirection[];
  /** How often workers were told. */
  readonly told: number;
}

const TABLE: readonly Row[] = [
  { calls: [""], atOnce: ["all"], later: [], told: 1 },
  { calls: ["inboundonly"], atOnce: ["inbound"], later: [], told: 1 },
  { calls: ["graceful"], atOnce: [], later: ["all"], told: 1 },
  { calls: ["graceful skip_exit"], atOnce: [], later: [], told: 1 },
  { calls: ["skip_exit"], atOnce: [], later: [], told: 1 },
  { calls: ["graceful", "graceful"], atOnce: [], later: ["all"], told: 1 },
  { calls: ["graceful", "graceful inboundonly"], atOnce: [], later: ["all"], told: 1 },
  { calls: ["graceful inboundonly", "graceful"], atOnce: [], later: ["all"], told: 2 },
  { calls: ["graceful", ""], atOnce: ["all"], later: [], told: 1 },
  { calls: ["graceful", "inboundonly"], atOnce: ["inbound"], later: ["all"], told: 1 },
  { calls: ["inboundonly", ""], atOnce: ["inbound", "all"], later: [], told: 2 },
  { calls: ["", "inboundonly"], atOnce: ["all"], later: [], told: 1 },
  { calls: ["", ""], atOnce: ["all"], later: [], told: 1 },
];

for (const { calls, atOnce, later, told: times } of TABLE) {
  Deno.test(`DirectionDrain does ${JSON.stringify(calls)}`, () => {
    const { call, pass, told, stopped, drain } = drainOfTest();
    for (const query of calls) call(query);
    assert.deepEqual([stopped, told.length], [atOnce, times]);
    pass(TIME_MS - 1);
    assert.deepEqual(stopped, atOnce);
    pass(1);
    assert.deepEqual(stopped, [...atOnce, ...later]);
    drain.close();
  });
}

Deno.test("DirectionDrain is undone until a socket is closed", () => {
  const { drain, call, pass, told, stopped } = drainOfTest();
  assert.equal(drain.undo(), false);
  call("graceful");
  pass(1000);
  assert.deepEqual(drain.status, {
    drains: { inboundMs: null, allMs: 1000 },
    closesInMs: TIME_MS - 1000,
    stopped: null,
  });
  assert.equal(drain.undo(), true);
  assert.deepEqual(told.at(-1), { inboundMs: null, allMs: null });
  pass(TIME_MS);
  assert.deepEqual(stopped, []);
  call("graceful");
  pass(TIME_MS);
  assert.deepEqual([drain.undo(), stopped], [false, ["all"]]);
});

Deno.test("listeners of a stopped direction stay, and what an update says of them is taken for nothing", async () => {
  const control = new ControlListeners(), inbound = { fields: ["traffic_direction: INBOUND"] };
  await control.listeners.start();
  await control.update([listenerResource({ name: "in", ...inbound }), listenerResource({ name: "out", port: 81 })]);
  await control.update([listenerResource({ name: "new", port: 82, rds: "r", ...inbound })]);
  await control.listeners.stop("inbound");
  assert.deepEqual([control.states, control.workers.keys], [["in=active", "out=active"], ["127.0.0.1:81"]]);
  assert.deepEqual(control.workers.names, ["in#1", "out#2"]);
  const stats = () => ["listener_stopped", "total_listeners_active"].map((name) => control.stat(name));
  assert.deepEqual(stats(), [1, 2]);

  assert.deepEqual(await control.update([listenerResource({ name: "in", port: 83, ...inbound })]), []);
  assert.deepEqual(await control.update([listenerResource({ name: "next", port: 84, ...inbound })]), []);
  await control.update([listenerResource({ name: "other", port: 85 })]);
  assert.deepEqual(control.states, ["in=active", "out=active", "other=active"]);
  assert.deepEqual(control.workers.keys, ["127.0.0.1:81", "127.0.0.1:85"]);

  await control.listeners.stop("all");
  assert.deepEqual([control.workers.keys, stats()], [[], [3, 3]]);
  await control.update([listenerResource({ name: "last", port: 86 })]);
  assert.equal(control.states.includes("last=active"), false);
  await control.listeners.update(["in"], []);
  assert.deepEqual(control.states, ["out=active", "other=active"]);
  control.close();
});
