import assert from "node:assert/strict";
import type { SseFrame } from "../contract/frames.ts";
import { MAX_CLIENTS } from "../event_hub.ts";
import { sampleAdmin, sampleCluster, sampleEndpoint } from "../sample_source.ts";

/** The frames of a stream, one at a time. */
async function* framesOf(answer: Response): AsyncGenerator<SseFrame> {
  let rest = "";
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
    rest += piece;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const fields = new Map(
        rest.slice(0, end).split("\n").map((line) => {
          const colon = line.indexOf(": ");
          return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
      );
      rest = rest.slice(end + 2);
      if (!fields.has("data")) continue;
      const frame = { id: Number(fields.get("id")), event: fields.get("event"), data: JSON.parse(fields.get("data")!) };
      yield frame as SseFrame;
    }
  }
}

async function next<Event extends SseFrame["event"]>(frames: AsyncGenerator<SseFrame>, event: Event) {
  const { value } = await frames.next();
  assert.equal(value?.event, event);
  return value.data as Extract<SseFrame, { event: Event }>["data"];
}

Deno.test("/api/v1/events greets, shows what is, then what changes", async () => {
  const { ask, admin, source, clock } = sampleAdmin();
  const answer = await ask("/api/v1/events?topics=overview,clusters,events");
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  assert.match(answer.headers.get("cache-control")!, /no-transform/);
  const frames = framesOf(answer);
  const hello = await next(frames, "hello");
  assert.deepEqual([hello.boot_id, hello.topics], ["b7f3", ["overview", "clusters", "events"]]);
  const overview = await next(frames, "overview");
  assert.ok(overview.op === "snapshot");
  assert.equal(overview.history.series.rps!.length, 1);
  const clusters = await next(frames, "clusters");
  assert.ok(clusters.op === "snapshot");
  assert.deepEqual(clusters.data.items.map(({ name }) => name), ["web", "api"]);
  const events = await next(frames, "events");
  assert.ok(events.op === "snapshot");
  assert.deepEqual(events.data.map(({ text }) => text), ["Cluster web has 1 of 2 healthy hosts"]);

  source.recordEvent = () => {};
  source.clusterList = [sampleCluster("web", [sampleEndpoint(8081)]), sampleCluster("new", [])];
  const event = { id: 2, at_ms: 5, level: "info", subject: "config", name: "", text: "loaded", link: "/" } as const;
  source.eventList = [event];
  clock.advance(1000);
  admin.tick();
  assert.equal((await next(frames, "overview")).op, "tick");
  assert.deepEqual(await next(frames, "events"), { op: "upsert", key: "event/2", data: event });
  clock.advance(1000);
  admin.tick();
  assert.equal((await next(frames, "overview")).op, "tick");
  const changes = [await next(frames, "clusters"), await next(frames, "clusters"), await next(frames, "clusters")];
  assert.deepEqual(changes.map((frame) => frame.op === "snapshot" ? "" : `${frame.op} ${frame.key}`), [
    "upsert cluster/web",
    "upsert cluster/new",
    "remove cluster/api",
  ]);
  admin.close();
  assert.equal((await frames.next()).done, true);
});

Deno.test("/api/v1/events goes on after Last-Event-ID", async () => {
  const { ask, admin, clock } = sampleAdmin();
  const other = await ask("/api/v1/events");
  const first = framesOf(await ask("/api/v1/events"));
  await next(first, "hello");
  const { value } = await first.next();
  clock.advance(1000);
  admin.tick();
  const again = framesOf(await ask("/api/v1/events", { headers: { "last-event-id": String(value!.id) } }));
  await next(again, "hello");
  assert.equal((await next(again, "overview")).op, "tick");
  admin.close();
  await other.body?.cancel();
});

Deno.test("/api/v1/events refuses one stream too many, and takes it when another ends", async () => {
  const { ask, admin } = sampleAdmin();
  const open: Response[] = [];
  for (let at = 0; at < MAX_CLIENTS; at++) open.push(await ask("/api/v1/events"));
  const refused = await ask("/api/v1/events");
  assert.deepEqual([refused.status, (await refused.json()).title], [429, "Too many requests"]);
  await open[0]!.body!.cancel();
  const taken = await ask("/api/v1/events");
  assert.equal(taken.status, 200);
  admin.close();
});

Deno.test("HEAD of /api/v1/events takes no place", async () => {
  const { ask, admin } = sampleAdmin();
  for (let at = 0; at < MAX_CLIENTS + 1; at++) {
    assert.equal((await ask("/api/v1/events", { method: "HEAD" })).status, 200);
  }
  admin.close();
});
