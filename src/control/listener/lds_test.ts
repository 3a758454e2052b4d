/** LDS responses against what there is: spec/xds.md 7.3 and 9.3. */
import assert from "node:assert/strict";
import { ControlListeners, listenerResource } from "../../../test/support/control_listeners.ts";
import { ConfigError } from "../../base/errors.ts";
import { LOGGER_NAMES, Loggers, LogLevel } from "../../base/log.ts";
import type { ReceivedResource } from "../../config/discovery_response.ts";
import { SourceMap } from "../../config/source_map.ts";
import type { ResourceUpdate } from "../xds/subscription.ts";
import { refusedOnly } from "../xds/refusal_text.ts";
import { Lds } from "./lds.ts";

/** A manager that is fed by LDS. Resources are `{ name, port }`. */
async function discovering() {
  const control = new ControlListeners(), logged: string[] = [];
  await control.listeners.start();
  const log = new Loggers((record) => logged.push(record.text), 0, LOGGER_NAMES.map(() => LogLevel.INFO), false);
  let results = 0;
  const discovery = new Lds({
    manager: control.listeners,
    clusters: { isKnown: () => true },
    loader: {
      listener: ({ name, message }) => {
        if (message["port"] === "bad") throw new ConfigError([{ path: "address", reason: "is bad" }]);
        const { config } = listenerResource({ name, port: Number(message["port"]) });
        return { config: { ...config, isNamed: true }, warnings: [] };
      },
    },
    nowMs: () => control.clock.wallMs(),
    log: log.logger("upstream"),
    onFirstResult: () => results++,
  });
  return { control, discovery, logged, results: () => results };
}

function update(version: string, ports: Readonly<Record<string, number | string>>, more: Partial<ResourceUpdate> = {}) {
  const resources = Object.entries(ports).map(([name, port]): ReceivedResource => ({
    name,
    version,
    message: { "@type": "Listener", name, port },
    sourceMap: new SourceMap(),
    problems: [],
  }));
  return { version, resources, removed: [], isFullSet: true, ...more };
}

Deno.test("Lds takes out what a full set leaves out, and nothing else", async () => {
  const { control, discovery, logged } = await discovering();
  await control.listeners.addStatic([listenerResource({ name: "static", port: 9 })]);
  assert.equal(await discovery.onUpdate(update("1", { a: 1, b: 2 })), null);
  assert.equal(await discovery.onUpdate(update("2", { b: 2, c: 3 })), null);
  assert.deepEqual(control.states, ["static=active", "b=active", "c=active"]);
  assert.deepEqual(logged, ["lds: remove listener 'a'"]);
  assert.equal(discovery.version, "2");
  const rest = update("3", { d: 4 }, { isFullSet: false, removed: ["b", "static", "unknown"] });
  assert.equal(await discovery.onUpdate(rest), null);
  assert.deepEqual(control.states, ["static=active", "c=active", "d=active"]);
  control.close();
});

Deno.test("Lds applies what is good in an update and says what is not, as Envoy does", async () => {
  const { control, discovery, logged } = await discovering();
  await discovery.onUpdate(update("1", { a: 1, b: 2 }));
  control.workers.taken.add("127.0.0.1:7");
  const problems = await discovery.onUpdate(update("2", { a: "bad", taken: 7, c: 3 }));
  assert.deepEqual(problems!.map(({ reason }) => reason), [
    "Error adding/updating listener(s) a: address: is bad\n" +
    "taken: cannot bind '127.0.0.1:7': Address already in use\n",
  ]);
  assert.deepEqual(refusedOnly(problems!)!.map(({ name }) => name), ["a", "taken"]);
  assert.deepEqual(control.states, ["a=active", "c=active"], "a bad listener is not gone");
  assert.equal(discovery.version, "1");
  assert.deepEqual(discovery.errors.map(({ name, details, version }) => [name, details, version]), [
    ["a", "address: is bad", "2"],
    ["taken", "cannot bind '127.0.0.1:7': Address already in use", "2"],
  ]);
  assert.ok(logged.includes("lds: listener 'a' config rejected: address: is bad"));
  assert.equal(await discovery.onUpdate(update("3", { a: 1, c: 3 })), null);
  assert.deepEqual(discovery.errors, []);
  control.close();
});

Deno.test("the first result is any answer, and none but the first", async () => {
  const { control, discovery, results } = await discovering();
  discovery.onFailure("connection");
  assert.equal(results(), 0);
  discovery.onFailure("timeout");
  assert.equal(results(), 1);
  await discovery.onUpdate(update("1", {}));
  assert.equal(results(), 1);
  control.close();
});
