/** Routes by RDS: shared subscriptions, what is taken and what is refused (spec/xds.md 9.4). */
import assert from "node:assert/strict";
import { ControlListeners, rdsConfig, routesResource } from "../../../test/support/control_listeners.ts";

/** One that refers to routes, and how often it was told that they are there. */
function holding(control: ControlListeners, name = "r") {
  const heard = { times: 0 };
  const hold = control.routes.hold(rdsConfig(name), "p", () => heard.times++);
  return { heard, hold, subscription: control.subscriptions.get(name)! };
}

function stat(control: ControlListeners, name: string): number {
  control.book.own.flushDefinitions();
  return control.book.valueOf(`http.p.rds.r.${name}`);
}

Deno.test("FetchedRoutes has one subscription for all that refer to the same routes", () => {
  const control = new ControlListeners();
  const first = holding(control), second = holding(control);
  assert.equal(first.subscription, second.subscription);
  assert.deepEqual(first.subscription.names, ["r"]);
  first.subscription.bring(routesResource("r"));
  assert.deepEqual([first.heard.times, second.heard.times], [1, 1]);
  assert.deepEqual(control.workers.routes.map(({ key, routes }) => [key, routes?.name]), [["key of r", "r"]]);
  first.hold.release();
  first.hold.release();
  assert.equal(first.subscription.isClosed, false);
  second.hold.release();
  assert.equal(first.subscription.isClosed, true);
  assert.deepEqual(control.workers.routes.at(-1), { key: "key of r", routes: null });
  assert.deepEqual(control.routes.states, []);
  control.close();
});

Deno.test("who comes after the first answer need not wait", () => {
  const control = new ControlListeners();
  holding(control).subscription.bring(routesResource("r"));
  const late = holding(control);
  assert.deepEqual([late.hold.wait, late.heard.times], [null, 0]);
  control.close();
});

Deno.test("the same content again is no new table, another one is", () => {
  const control = new ControlListeners(), { subscription } = holding(control);
  subscription.bring(routesResource("r", { a: 1, b: 2 }));
  subscription.bring(routesResource("r", { b: 2, a: 1 }, "2"));
  assert.deepEqual([control.workers.routes.length, stat(control, "config_reload")], [1, 1]);
  control.clock.advance(1000);
  subscription.bring(routesResource("r", { a: 2 }, "3"));
  assert.deepEqual([control.workers.routes.length, stat(control, "config_reload")], [2, 2]);
  assert.equal(stat(control, "config_reload_time_ms"), control.clock.wallMs());
  const [state] = control.routes.states;
  assert.deepEqual([state!.active!.version, state!.active!.updatedMs], ["3", control.clock.wallMs()]);
  control.close();
});

Deno.test("an update that is not taken ends the wait and leaves the table", () => {
  const cases = [
    [[routesResource("other")], "Unexpected RDS configuration (expecting r): other"],
    [[routesResource("r"), routesResource("s")], "Unexpected RDS resource length: 2"],
    [[routesResource("r", { bad: true })], "virtual_hosts: is bad"],
  ] as const;
  for (const [resources, text] of cases) {
    const control = new ControlListeners(), { heard, subscription } = holding(control);
    const problems = subscription.bring(...resources);
    assert.ok(Array.isArray(problems) && problems.length === 1);
    assert.deepEqual([heard.times, control.routes.states[0]!.error], [1, text]);
    assert.deepEqual(control.workers.routes, []);
    subscription.bring(routesResource("r"));
    subscription.bring(...resources);
    assert.equal(control.workers.routes.length, 1);
    assert.deepEqual([control.routes.states[0]!.error, control.routes.states[0]!.active!.version], [text, "1"]);
    assert.equal(heard.times, 1);
    control.close();
  }
});

Deno.test("an update without resources counts as an answer", () => {
  const control = new ControlListeners(), { heard, subscription } = holding(control);
  assert.equal(subscription.bring(), null);
  assert.deepEqual([heard.times, stat(control, "update_empty")], [1, 1]);
  assert.equal(control.routes.states[0]!.active, null);
  control.close();
});

Deno.test("a lost connection ends no wait, a late first answer does, and routes that are gone leave the table", () => {
  const control = new ControlListeners(), { heard, subscription: { watcher } } = holding(control);
  watcher.onFailure("connection", "no route");
  assert.equal(heard.times, 0);
  watcher.onFailure("timeout", "too late");
  assert.equal(heard.times, 1);
  const come = { version: "1", resources: [routesResource("r")], removed: [], isFullSet: true };
  assert.equal(watcher.onUpdate(come), null);
  assert.equal(watcher.onUpdate({ version: "2", resources: [], removed: ["r"], isFullSet: false }), null);
  assert.deepEqual([heard.times, control.workers.routes.length, stat(control, "update_empty")], [1, 1, 1]);
  assert.equal(control.routes.states[0]!.active!.version, "1");
  control.close();
});

Deno.test("a refused table that comes again is refused again", () => {
  const control = new ControlListeners(), { subscription } = holding(control);
  const bad = routesResource("r", { bad: true });
  for (let round = 0; round < 2; round++) assert.ok(Array.isArray(subscription.bring(bad)));
  control.close();
});
