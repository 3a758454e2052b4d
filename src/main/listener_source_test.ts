import assert from "node:assert/strict";
import { ControlListeners, listenerResource, routesResource } from "../../test/support/control_listeners.ts";
import type { ListenerGlance } from "../admin/listener_source.ts";
import type { SocketAddress } from "../config/socket_address.ts";
import { ConfigState } from "../control/config_state.ts";
import { DirectionDrain } from "../control/listener/direction_drain.ts";
import type { ListenerError } from "../control/listener/lds.ts";
import { ProcessListeners } from "./listener_source.ts";

/** The console's view of a manager whose workers serve, with time by hand. */
class Glances {
  readonly control = new ControlListeners();
  readonly drain = new DirectionDrain({
    loop: this.control.loop,
    timeMs: 600_000,
    tellWorkers: () => {},
    stop: (direction) => void this.control.listeners.stop(direction),
  });
  errors: ListenerError[] = [];
  isEnding = false;
  readonly source = new ProcessListeners({
    control: () => ({
      listening: { manager: this.control.listeners, drain: this.drain, lds: this },
      publisher: { state: new ConfigState() },
      clusters: { find: (name) => name === "web" ? { active: {} } : name === "cold" ? { active: null } : null },
    }),
    bound: () => this.#bound(),
    isEnding: () => this.isEnding,
  });

  static async started(...texts: readonly Parameters<typeof listenerResource>[0][]): Promise<Glances> {
    const glances = new Glances();
    await glances.control.listeners.start();
    await glances.control.update(texts.map((text) => listenerResource(text)));
    return glances;
  }

  /** `a active 1`, and why it drains and for how long. */
  get told(): string[] {
    return this.source.glances().map(({ config, state, versionInfo, drain }) => {
      const why = drain === null ? "" : ` ${drain.reason} ${drain.endsInMs}`;
      return `${config.name} ${state} ${versionInfo}${why}`;
    });
  }

  glance(name: string): ListenerGlance {
    return this.source.glances().find(({ config }) => config.name === name)!;
  }

  close(): void {
    this.drain.close();
    this.control.close();
  }

  #bound(): Map<string, SocketAddress[]> {
    const bound = new Map<string, SocketAddress[]>();
    for (const { listenerName, address } of this.control.workers.sockets) bound.set(listenerName, [address]);
    return bound;
  }
}

Deno.test("glances() tell of what warms beside what serves, and of what drains after it", async () => {
  const glances = await Glances.started({ name: "a" });
  assert.deepEqual(glances.told, ["a active 1"]);
  await glances.control.update([listenerResource({ name: "a", rds: "r", version: "2" }, { stat_prefix: "other" })]);
  assert.deepEqual(glances.told, ["a active 1"]);
  const { warming } = glances.glance("a");
  assert.deepEqual([warming!.version, warming!.waits.map(({ kind, subject }) => `${kind} ${subject}`)], ["2", [
    "rds r",
  ]]);
  glances.control.subscriptions.get("r")!.bring(routesResource("r"));
  await glances.control.listeners.idle();
  assert.deepEqual([glances.told, glances.glance("a").warming], [["a active 2"], null]);
  glances.control.advance(100_000);
  assert.deepEqual(glances.glance("a").older, [{ versionInfo: "1", endsInMs: 500_000 }]);
  glances.close();
});

Deno.test("glances() say that a listener that waits is not bound, and that one that was removed drains", async () => {
  const glances = await Glances.started({ name: "a", rds: "r" }, { name: "b", port: 81 });
  assert.deepEqual(glances.told, ["a warming 1", "b active 1"]);
  assert.deepEqual(glances.glance("a").boundAddresses, []);
  await glances.control.update([], ["a", "b"]);
  glances.control.advance(1000);
  assert.deepEqual(glances.told, ["b draining 1 removed 599000"]);
  assert.deepEqual(glances.glance("b").boundAddresses, [{ kind: "ip", host: "127.0.0.1", port: 81 }]);
  glances.control.advance(599_010);
  assert.deepEqual(glances.told, []);
  glances.close();
});

Deno.test("glances() follow /drain_listeners by direction, to its end", async () => {
  const inbound = ["traffic_direction: INBOUND"];
  const glances = await Glances.started({ name: "in", fields: inbound }, { name: "out", port: 81 });
  glances.drain.start({ direction: "inbound", isGraceful: true, keepsSockets: false });
  glances.control.advance(60_000);
  assert.deepEqual(glances.told, ["in draining 1 operator 540000", "out active 1"]);
  glances.control.advance(540_010);
  await glances.control.listeners.idle();
  assert.deepEqual(glances.told, ["in draining 1 stopped null", "out active 1"]);
  glances.isEnding = true;
  assert.deepEqual(glances.told, ["in draining 1 stopped null", "out draining 1 shutdown null"]);
  glances.close();
});

Deno.test("glances() keep a listener whose update was refused, with why", async () => {
  const glances = await Glances.started({ name: "a" });
  glances.errors = ["a", "b"].map((name) => ({ name, message: {}, details: "is bad", version: "2", attemptMs: 0 }));
  assert.equal(glances.glance("a").error, "the last update was refused: is bad");
  assert.deepEqual(glances.source.refused().map(({ name }) => name), ["a", "b"]);
  assert.deepEqual(["web", "cold", "x"].map((name) => glances.source.clusterState(name)), [
    "active",
    "warming",
    "missing",
  ]);
  glances.close();
});
