/** Names and objects of listeners: spec/xds.md 9.3 and 10.2 to 10.5, without workers. */
import assert from "node:assert/strict";
import { ControlListeners, listenerResource, routesResource } from "../../../test/support/control_listeners.ts";

/** A manager whose workers serve already. */
async function started(): Promise<ControlListeners> {
  const control = new ControlListeners();
  await control.listeners.start();
  return control;
}

Deno.test("ListenerManager serves a new listener that waits for nothing at once", async () => {
  const control = await started();
  assert.deepEqual(await control.update([listenerResource({ name: "a" })]), []);
  assert.deepEqual(control.workers.names, ["a#1"]);
  assert.deepEqual(control.workers.keys, ["127.0.0.1:80"]);
  assert.deepEqual(control.workers.orders, ["127.0.0.1:80"]);
  const stats = ["listener_added", "listener_create_success", "total_listeners_active", "total_listeners_warming"];
  assert.deepEqual(stats.map((name) => control.stat(name)), [1, 2, 1, 0]);
  control.close();
});

Deno.test("ListenerManager tells workers nothing when nothing is new", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  const { served } = control.workers;
  await control.update([listenerResource({ name: "a", version: "2" })]);
  assert.equal(control.workers.served, served);
  assert.equal(control.stat("listener_modified"), 0);
  control.close();
});

Deno.test("a listener that waits for routes has its address tried, and listens when they are there", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a", rds: "r" })]);
  assert.deepEqual(control.workers.orders, ["(127.0.0.1:80)"]);
  assert.deepEqual([control.states, control.workers.names, control.workers.keys], [["a=warming"], [], []]);
  assert.equal(control.stat("total_listeners_warming"), 1);
  const [unready] = control.listeners.unready, { wallMs } = control.clock;
  const sinceMs = wallMs.call(control.clock);
  assert.deepEqual(unready, {
    kind: "listener",
    name: "a",
    phase: "routes",
    version: "1",
    activeVersion: null,
    sinceMs,
    phases: [{ id: "routes", sinceMs, tookMs: null }],
    waits: [{ kind: "rds", subject: "r", source: "file r", sinceMs, untilMs: sinceMs + 15_000, lastError: "" }],
    blocks: ["listener a of version 1"],
    superseded: 0,
  });
  control.subscriptions.get("r")!.bring(routesResource("r"));
  await control.listeners.idle();
  assert.deepEqual(control.workers.orders.at(-1), "127.0.0.1:80");
  assert.deepEqual([control.states, control.workers.names], [["a=active"], ["a#1"]]);
  assert.deepEqual(control.listeners.unready, []);
  control.close();
});

Deno.test("timeout and refusal end the wait for routes, a lost connection does not", async () => {
  const endings = [
    ["timeout", true],
    ["rejected", true],
    ["connection", false],
  ] as const;
  for (const [failure, ends] of endings) {
    const control = await started();
    await control.update([listenerResource({ name: "a", rds: "r" })]);
    control.subscriptions.get("r")!.watcher.onFailure(failure, "no luck");
    await control.listeners.idle();
    assert.deepEqual(control.states, [ends ? "a=active" : "a=warming"], failure);
    if (!ends) assert.equal(control.listeners.unready[0]!.waits[0]!.lastError, "no luck");
    control.close();
  }
});

Deno.test("the old object serves until the new one is ready, and then drains for the drain time", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([listenerResource({ name: "a", rds: "r" }, { stat_prefix: "other" })]);
  assert.deepEqual([control.states, control.workers.names], [["a=active+warming"], ["a#1"]]);
  control.subscriptions.get("r")!.bring(routesResource("r"));
  await control.listeners.idle();
  assert.deepEqual(control.workers.names, ["a#2"]);
  assert.equal(control.workers.orders.length, 1, "the socket is there already");
  assert.deepEqual([...control.listeners.draining].map(({ version }) => version), ["1"]);
  assert.deepEqual([control.stat("listener_modified"), control.stat("total_listeners_draining")], [1, 1]);
  control.advance(599_990);
  assert.equal(control.stat("total_listeners_draining"), 1);
  control.advance(20);
  assert.equal(control.stat("total_listeners_draining"), 0);
  assert.deepEqual([...control.listeners.draining], []);
  control.close();
});

Deno.test("other filter chains alone are changed in place, under the old version", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a", version: "1" })]);
  await control.update([listenerResource({ name: "a", body: "other", version: "2" })]);
  assert.deepEqual(control.workers.names, ["a#1"]);
  const [entry] = control.listeners.entries;
  assert.equal(entry!.active!.version, "1");
  assert.deepEqual(
    ["listener_in_place_updated", "listener_modified", "total_filter_chains_draining", "total_listeners_draining"]
      .map((name) => control.stat(name)),
    [1, 1, 1, 0],
  );
  control.advance(600_010);
  assert.equal(control.stat("total_filter_chains_draining"), 0);
  control.close();
});

Deno.test("an update in place counts at once, before it is ready", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([listenerResource({ name: "a", rds: "r" })]);
  assert.deepEqual([control.states, control.stat("listener_in_place_updated")], [["a=active+warming"], 1]);
  assert.equal(control.stat("total_filter_chains_draining"), 0);
  control.close();
});

Deno.test("the active one again gives up the one that warms", async () => {
  const control = await started();
  const first = listenerResource({ name: "a" });
  await control.update([first]);
  await control.update([listenerResource({ name: "a", rds: "r" }, { stat_prefix: "other" })]);
  const subscription = control.subscriptions.get("r")!;
  await control.update([first]);
  assert.deepEqual([control.states, control.workers.names], [["a=active"], ["a#1"]]);
  assert.equal(subscription.isClosed, true);
  assert.equal(control.stat("listener_modified"), 2);
  control.close();
});

Deno.test("another one while one warms starts the wait anew", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a", rds: "r1" })]);
  await control.update([listenerResource({ name: "a", rds: "r2", version: "2" })]);
  assert.equal(control.subscriptions.get("r1")!.isClosed, true);
  assert.deepEqual(control.listeners.unready.map(({ version, superseded }) => [version, superseded]), [["2", 1]]);
  control.subscriptions.get("r2")!.bring(routesResource("r2"));
  await control.listeners.idle();
  assert.deepEqual(control.workers.names, ["a#2"]);
  assert.equal(control.listeners.unready.length, 0);
  control.close();
});

Deno.test("a removed listener drains, a warming one is gone at once, both of a name count once", async () => {
  const control = await started();
  await control.update([
    listenerResource({ name: "both", port: 1 }),
    listenerResource({ name: "plain", port: 2 }),
    listenerResource({ name: "warming", port: 3, rds: "r" }),
  ]);
  await control.update([listenerResource({ name: "both", port: 1, rds: "r" }, { x: 1 })]);
  await control.update([], ["both", "plain", "warming"]);
  assert.deepEqual([control.states, control.workers.names, control.workers.keys], [[], [], []]);
  assert.deepEqual([control.stat("listener_removed"), control.stat("total_listeners_draining")], [3, 2]);
  assert.equal(control.subscriptions.get("r")!.isClosed, true);
  control.close();
});

Deno.test("an address that is freed can be had again in the same update, with its socket", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  const { served } = control.workers;
  assert.deepEqual(await control.update([listenerResource({ name: "b", rds: "r" })], ["a"]), []);
  assert.equal(control.workers.served, served + 1, "workers see one change");
  assert.deepEqual([control.workers.names, control.workers.keys], [[], ["127.0.0.1:80"]]);
  control.subscriptions.get("r")!.bring(routesResource("r"));
  await control.listeners.idle();
  assert.deepEqual([control.workers.names, control.workers.keys], [["b#2"], ["127.0.0.1:80"]]);
  assert.deepEqual(control.workers.sockets.map(({ listenerName }) => listenerName), ["b"]);
  assert.equal(control.workers.orders.length, 1);
  control.close();
});

Deno.test("what a waiting listener held is closed when it is removed", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([listenerResource({ name: "b", rds: "r" })], ["a"]);
  await control.update([], ["b"]);
  assert.deepEqual(control.workers.keys, []);
  control.close();
});

Deno.test("another address is bound before it is taken, and the old one left when it is", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a", port: 80 })]);
  await control.update([listenerResource({ name: "a", port: 81 })]);
  assert.deepEqual(control.workers.orders, ["127.0.0.1:80", "127.0.0.1:80 127.0.0.1:81"]);
  assert.deepEqual([control.workers.names, control.workers.keys], [["a#2"], ["127.0.0.1:81"]]);
  control.close();
});

Deno.test("a listener keeps the port that the kernel picked, over trials and updates", async () => {
  const control = await started();
  const ports = () => control.workers.sockets.map(({ address }) => address.kind === "ip" ? address.port : 0);
  await control.update([listenerResource({ name: "a", port: 0, rds: "r" })]);
  control.subscriptions.get("r")!.bring(routesResource("r"));
  await control.listeners.idle();
  assert.deepEqual(ports(), [50_000]);
  await control.update([listenerResource({ name: "a", port: 0 }, { x: 1 })]);
  assert.deepEqual([ports(), control.workers.names], [[50_000], ["a#2"]]);
  control.close();
});

Deno.test("an address that cannot be had refuses that listener alone; what served before it goes on", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  control.workers.taken.add("127.0.0.1:81");
  const refused = await control.update([
    listenerResource({ name: "a", port: 81 }),
    listenerResource({ name: "b", port: 82 }),
  ]);
  assert.deepEqual(refused, ["a: cannot bind '127.0.0.1:81': Address already in use"]);
  assert.deepEqual([control.workers.names, control.workers.keys], [["a#1", "b#3"], ["127.0.0.1:80", "127.0.0.1:82"]]);
  assert.equal(control.stat("listener_create_failure"), 1);
  assert.deepEqual(control.logged, [
    "listener 'a' failed to bind or apply socket options: cannot bind '127.0.0.1:81': Address already in use",
  ]);
  control.close();
});

Deno.test("an address that is lost while a listener waits costs the new object, not the old one", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([listenerResource({ name: "a", port: 81, rds: "r" })]);
  control.workers.taken.add("127.0.0.1:81");
  control.subscriptions.get("r")!.bring(routesResource("r"));
  await control.listeners.idle();
  assert.deepEqual([control.states, control.workers.names], [["a=active"], ["a#1"]]);
  assert.equal(control.stat("listener_create_failure"), 1);
  control.close();
});

Deno.test("ListenerManager refuses in Envoy's words", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" }), listenerResource({ name: "free", port: 0 })]);
  assert.deepEqual(
    await control.update([
      listenerResource({ name: "dup" }),
      listenerResource({ name: "twice", port: 1 }),
      listenerResource({ name: "twice", port: 2 }),
      listenerResource({ name: "same", port: 1 }),
      listenerResource({ name: "any", port: 0 }),
      listenerResource({ name: "a", fields: ["enable_reuse_port: false"] }),
    ]),
    [
      "dup: error adding listener: 'dup' has duplicate address '127.0.0.1:80' as existing listener, to check if the " +
      "listener has duplicated addresses with other listeners or 'enable_reuse_port' is set to 'false' for the listener",
      "twice: duplicate listener twice found",
      "same: error adding listener: 'same' has duplicate address '127.0.0.1:1' as existing listener, to check if the " +
      "listener has duplicated addresses with other listeners or 'enable_reuse_port' is set to 'false' for the listener",
      "a: Listener a: reuse port cannot be changed during an update",
    ],
  );
  assert.deepEqual(control.states, ["a=active", "free=active", "twice=active", "any=active"]);
  control.close();
});

Deno.test("a draining listener's address is nobody's", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([], ["a"]);
  assert.deepEqual(await control.update([listenerResource({ name: "b" })]), []);
  assert.deepEqual(control.workers.names, ["b#2"]);
  control.close();
});

Deno.test("listeners of the bootstrap are fixed", async () => {
  const control = await started();
  await control.listeners.addStatic([listenerResource({ name: "a" })]);
  assert.deepEqual(await control.update([listenerResource({ name: "a", port: 81 })], ["a"]), []);
  assert.deepEqual(control.workers.names, ["a#1"]);
  assert.deepEqual(control.listeners.dynamicNames, []);
  assert.equal(control.stat("listener_modified"), 0);
  control.close();
});

Deno.test("before workers serve, addresses are tried, objects replaced at once, and the start waits for all", async () => {
  const control = new ControlListeners();
  await control.listeners.addStatic([listenerResource({ name: "s", port: 1 })]);
  await control.update([listenerResource({ name: "a", port: 0, rds: "r" })]);
  assert.deepEqual(control.workers.orders, ["(127.0.0.1:1)", "(127.0.0.1:0 of a #0)"]);
  assert.deepEqual([control.states, control.workers.served], [["s=active", "a=active"], 0]);
  assert.equal(control.listeners.isSettled, false);
  assert.deepEqual(control.listeners.unready.map(({ blocks }) => blocks), [["the start of the server"]]);
  const { settled } = control;
  await control.update([listenerResource({ name: "a", port: 0, rds: "r2" })]);
  assert.equal(control.stat("listener_modified"), 1);
  assert.equal(control.settled, settled);
  control.subscriptions.get("r2")!.bring(routesResource("r2"));
  assert.equal(control.settled, settled + 1);
  assert.equal(control.stat("listener_create_success"), 0);
  assert.deepEqual(await control.listeners.start(), []);
  assert.deepEqual(control.workers.names, ["s#1", "a#3"]);
  assert.deepEqual(control.workers.sockets.map(({ address }) => address.kind === "ip" && address.port), [1, 50_001]);
  assert.equal(control.stat("listener_create_success"), 4);
  control.close();
});

Deno.test("what is in the way of the bootstrap's listeners is told", async () => {
  const control = new ControlListeners();
  control.workers.taken.add("127.0.0.1:80");
  const refused = await control.listeners.addStatic([listenerResource({ name: "a" })]);
  assert.deepEqual(refused.map(({ reason }) => reason), ["cannot bind '127.0.0.1:80': Address already in use"]);
  control.close();
});

Deno.test("the timeline has every change of state", async () => {
  const control = await started();
  await control.update([listenerResource({ name: "a" })]);
  await control.update([listenerResource({ name: "a", rds: "r", version: "2" }, { x: 1 })]);
  control.subscriptions.get("r")!.watcher.onFailure("timeout", "none came");
  await control.listeners.idle();
  await control.update([], ["a"]);
  const told = control.timeline.items.filter(({ kind }) => kind === "listener");
  assert.deepEqual(told.map(({ from, to, reason, version }) => [from, to, reason, version]), [
    ["", "warming", "added", "1"],
    ["warming", "active", "ready", "1"],
    ["active", "active+warming", "modified", "2"],
    ["active+warming", "active", "ready", "2"],
    ["active", "", "removed", "2"],
  ]);
  control.close();
});
