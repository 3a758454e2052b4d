import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import type { Topic } from "./contract/frames.ts";
import { EventClient, MAX_BEHIND_MS, MAX_WAITING_BYTES } from "./event_client.ts";
import { EventHub, HEARTBEAT_S, MAX_CLIENTS } from "./event_hub.ts";

interface SeenFrame {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

/** Reads what waits for a client, without waiting for more. */
class TestReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";
  #isReading = false;
  isDone = false;

  constructor(client: EventClient) {
    this.#reader = client.stream.getReader();
  }

  async take(): Promise<{ frames: SeenFrame[]; text: string }> {
    for (let turn = 0; turn < 20; turn++) {
      if (!this.#isReading && !this.isDone) {
        this.#isReading = true;
        this.#reader.read().then(({ value, done }) => {
          this.#isReading = false;
          this.isDone = done;
          this.#text += new TextDecoder().decode(value);
        });
      }
      await Promise.resolve();
    }
    const text = this.#text;
    this.#text = "";
    const frames = text.split("\n\n").filter((block) => block.includes("data: ")).map((block) => {
      const [, id, event, data] = block.match(/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/)!;
      return { id: Number(id), event: event!, data: JSON.parse(data!) };
    });
    return { frames, text };
  }
}

function setUp() {
  const clock = new ManualClock();
  const hub = new EventHub("boot", clock, (topic) => ({ op: "snapshot", data: { topic } }) as never);
  const open = (topics: readonly Topic[] = ["workers"], lastEventId = NaN, reason: string | null = null) => {
    const client = hub.open(topics, lastEventId, reason);
    assert.ok(client !== null);
    return { client, reader: new TestReader(client) };
  };
  const remove = (key: string) => hub.publish("workers", () => ({ op: "remove", key }));
  return { clock, hub, open, remove };
}

const kinds = (frames: readonly SeenFrame[]) =>
  frames.map(({ event, data }) => `${event} ${data.op ?? data.reason ?? ""}`.trim());

Deno.test("EventHub greets a client and gives a snapshot of each topic", async () => {
  const { hub, open } = setUp();
  const { frames, text } = await open(["overview", "workers"]).reader.take();
  assert.match(text, /^retry: 1000\n\nid: \d+\nevent: hello\n/);
  assert.deepEqual(kinds(frames), ["hello", "overview snapshot", "workers snapshot"]);
  assert.equal(frames[0]!.data.boot_id, "boot");
  assert.ok(frames.every(({ id }, at) => at === 0 || id > frames[at - 1]!.id));
  hub.close();
});

Deno.test("EventHub sends a topic to those who asked for it", async () => {
  const { hub, open, remove } = setUp();
  const workers = open(["workers"]);
  const overview = open(["overview"]);
  await workers.reader.take();
  await overview.reader.take();
  remove("worker/1");
  assert.deepEqual((await workers.reader.take()).frames.map(({ data }) => data.key), ["worker/1"]);
  assert.deepEqual((await overview.reader.take()).frames, []);
  assert.deepEqual([hub.watcherCount("workers"), hub.watcherCount("clusters")], [1, 0]);
  hub.close();
});

Deno.test("EventHub goes on where a client left", async () => {
  const { hub, open, remove } = setUp();
  open();
  const first = open();
  remove("worker/1");
  const seen = (await first.reader.take()).frames.at(-1)!.id;
  first.client.close();
  remove("worker/2");
  const { frames } = await open(["workers"], seen).reader.take();
  assert.deepEqual(frames.map(({ event, data }) => data.key ?? event), ["hello", "worker/2"]);
  assert.equal(frames[0]!.id, seen);
  hub.close();
});

Deno.test("EventHub says gap to a client it cannot resume", async () => {
  const { clock, hub, open, remove } = setUp();
  open();
  const { reader, client } = open();
  const seen = (await reader.take()).frames.at(-1)!.id;
  client.close();
  remove("worker/1");
  clock.advance(61_000);
  remove("worker/2");
  const old = (await open(["workers"], seen).reader.take()).frames;
  assert.deepEqual(kinds(old), ["hello", "gap ring_overflow", "workers snapshot"]);
  const foreign = (await open(["workers"], 999_999_999_999_999).reader.take()).frames;
  assert.deepEqual(kinds(foreign), ["hello", "gap unknown_id", "workers snapshot"]);
  hub.close();
});

Deno.test("EventHub says gap where frames were not even made because nobody was there", async () => {
  const { hub, open, remove } = setUp();
  const { reader, client } = open();
  const seen = (await reader.take()).frames.at(-1)!.id;
  client.close();
  remove("worker/1");
  const { frames } = await open(["workers"], seen).reader.take();
  assert.deepEqual(kinds(frames), ["hello", "gap unknown_id", "workers snapshot"]);
  hub.close();
});

Deno.test("EventHub makes a frame once for each kind of client", async () => {
  const { hub, open } = setUp();
  const here = open(["workers"]);
  const there = open(["workers"], NaN, "reading only");
  open(["workers"], NaN, "reading only");
  await here.reader.take();
  await there.reader.take();
  const asked: (string | null)[] = [];
  hub.publish("workers", (reason) => {
    asked.push(reason);
    return { op: "remove", key: reason ?? "all" };
  });
  assert.deepEqual(asked, [null, "reading only"]);
  assert.equal((await there.reader.take()).frames[0]!.data.key, "reading only");
  hub.close();
});

Deno.test("EventHub takes no more than its number of clients", () => {
  const { hub } = setUp();
  for (let at = 0; at < MAX_CLIENTS; at++) assert.ok(hub.open(["workers"], NaN, null) !== null);
  assert.equal(hub.open(["workers"], NaN, null), null);
  hub.close();
  assert.equal(hub.clientCount, 0);
});

Deno.test("EventHub beats its heart", async () => {
  const { clock, hub, open } = setUp();
  const { reader } = open();
  await reader.take();
  clock.advance(HEARTBEAT_S * 1000 - 1);
  hub.tick();
  assert.equal((await reader.take()).text, "");
  clock.advance(1);
  hub.tick();
  assert.equal((await reader.take()).text, ": heartbeat\n\n");
  hub.close();
});

Deno.test("a client that falls behind is caught up with snapshots", async () => {
  const { hub, open, remove } = setUp();
  const { reader } = open();
  await reader.take();
  for (let at = 0; at < 4; at++) remove("x".repeat(MAX_WAITING_BYTES / 2));
  const { frames } = await reader.take();
  assert.deepEqual(kinds(frames).slice(-2), ["gap client_behind", "workers snapshot"]);
  remove("worker/1");
  assert.equal((await reader.take()).frames[0]!.data.key, "worker/1");
  hub.close();
});

Deno.test("a client that stays behind is let go", () => {
  const { clock, hub, open, remove } = setUp();
  open();
  for (let at = 0; at < 3; at++) remove("x".repeat(MAX_WAITING_BYTES / 2));
  clock.advance(MAX_BEHIND_MS);
  hub.tick();
  assert.equal(hub.clientCount, 1);
  clock.advance(1);
  hub.tick();
  assert.equal(hub.clientCount, 0);
});

Deno.test("a client that goes away is forgotten", async () => {
  const { hub } = setUp();
  const client = hub.open(["workers"], NaN, null)!;
  await client.stream.cancel();
  assert.equal(hub.clientCount, 0);
});
