import { deepEqual, equal } from "node:assert/strict";
import { Feed, type TopicModel } from "./feed.ts";
import { overviewOf } from "./overview_cases.ts";

/** Feeds frames one by one with rising ids. */
class Wire {
  readonly feed = new Feed(0, null);
  #id = 0;

  send(event: string, data: unknown, nowMs = 0): string {
    return this.feed.apply({ event, id: String(++this.#id), data: JSON.stringify(data) }, nowMs);
  }

  hello(bootId: string): string {
    return this.send("hello", { server_time_ms: 0, boot_id: bootId, heartbeat_s: 15, topics: [] });
  }

  overview(asOfMs: number): string {
    const history = { step_s: 1, start_ms: asOfMs, series: {} };
    return this.send("overview", { op: "snapshot", data: overviewOf({ as_of_ms: asOfMs }), history }, asOfMs);
  }

  listeners(...names: string[]): string {
    return this.send("listeners", { op: "snapshot", data: { items: names.map((name) => ({ name })) } });
  }
}

const listenerNames = (wire: Wire) => wire.feed.listeners.items.value?.map((item) => item.name);

Deno.test("apply() shows what came in and turns the link live", () => {
  const wire = new Wire();
  equal(wire.hello("a"), "go on");
  equal(wire.overview(5000), "go on");
  equal(wire.feed.connection.link.value.kind, "live");
  equal(wire.feed.connection.lastTickMs.value, 5000);
  equal(wire.feed.overview.latest.value?.as_of_ms, 5000);
});

Deno.test("apply() ignores events it does not know", () => {
  const wire = new Wire();
  equal(wire.send("weather", { op: "rain" }), "go on");
  equal(wire.send("gap", { reason: "ring_overflow", resume: "snapshot" }), "go on");
});

Deno.test("apply() wants a new stream when ids do not rise or data is no JSON", () => {
  const wire = new Wire();
  wire.hello("a");
  equal(wire.feed.apply({ event: "hello", id: "1", data: "{}" }, 0), "reconnect");
  equal(wire.feed.apply({ event: "overview", id: "9", data: "{" }, 0), "reconnect");
});

Deno.test("apply() forgets everything when another process answers", () => {
  const wire = new Wire();
  wire.hello("a");
  wire.overview(1000);
  wire.listeners("ingress");
  equal(wire.hello("b"), "start over");
  equal(wire.feed.overview.latest.peek(), null);
  equal(wire.feed.listeners.items.value, null);
});

Deno.test("apply() keeps what it has when the same process answers again", () => {
  const wire = new Wire();
  wire.hello("a");
  wire.listeners("ingress");
  wire.feed.connection.begin();
  wire.hello("a");
  deepEqual(listenerNames(wire), ["ingress"]);
});

Deno.test("setPaused() holds what is shown, and shows all at once when it goes on", () => {
  const wire = new Wire();
  wire.hello("a");
  wire.listeners("ingress");
  wire.feed.setPaused(true);
  wire.listeners("ingress", "egress");
  wire.overview(9000);
  deepEqual(listenerNames(wire), ["ingress"]);
  equal(wire.feed.overview.latest.peek(), null);
  equal(wire.feed.connection.lastTickMs.value, 9000);
  wire.feed.setPaused(false);
  deepEqual(listenerNames(wire), ["ingress", "egress"]);
  equal(wire.feed.overview.latest.value?.as_of_ms, 9000);
});

Deno.test("Feed keeps what comes before a page's model is there", () => {
  const feed = new Feed(0, null), seen: string[] = [];
  const frame = (id: number, op: string) => ({
    id: String(id),
    event: "workers2",
    data: JSON.stringify({ op, key: String(id) }),
  });
  for (const [id, op] of [[1, "upsert"], [2, "snapshot"], [3, "snapshot"], [4, "upsert"]] as const) {
    feed.apply(frame(id, op), 0);
  }
  const model = {
    apply: ({ key }: { key: string }) => void seen.push(key),
    publish: () => void seen.push("published"),
    clear: () => {},
  };
  feed.model("workers2" as "audit", () => model as unknown as TopicModel<"audit">);
  feed.apply(frame(5, "upsert"), 0);
  deepEqual(seen, ["3", "4", "published", "5", "published"]);
});
