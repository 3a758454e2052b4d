import { deepEqual, equal, rejects } from "node:assert/strict";
import { Api, type ApiError, EventsClient, type StreamPlatform } from "./api.ts";
import { Feed } from "./model/feed.ts";

/** One request that the client made: the test answers it. */
interface Asked {
  readonly url: string;
  readonly lastId: string | null;
  readonly signal: AbortSignal;
  answer(response: Response): void;
}

/** A server and a clock, both moved by hand. */
class Stage implements StreamPlatform {
  readonly asked: Asked[] = [];
  readonly feed = new Feed(0, null);
  readonly client = new EventsClient(this.feed, this);
  #timers: { at: number; then: () => void }[] = [];
  #nowMs = 0;

  fetch(url: string, init: RequestInit): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const signal = init.signal as AbortSignal;
    signal.addEventListener("abort", () => reject(signal.reason));
    this.asked.push({ url, lastId: new Headers(init.headers).get("last-event-id"), signal, answer: resolve });
    return promise;
  }

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return 0;
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.#nowMs + ms, then };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Moves the clock and fires what falls due. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#nowMs);
    for (const timer of due) timer.then();
    await settled();
  }

  get waiting(): number {
    return this.#timers.length;
  }

  last(): Asked {
    const asked = this.asked.at(-1);
    if (asked === undefined) throw new Error("Cannot answer: nothing was asked");
    return asked;
  }
}

/** Lets every promise that can settle do so: a macrotask comes after all microtasks. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port1.postMessage(null);
  });
}

/** An event stream whose text the test writes. */
function stream(): { response: Response; write(text: string): void; end(): void } {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (made) => void (controller = made) });
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
  };
}

const HELLO = 'id: 4\nevent: hello\ndata: {"server_time_ms":0,"boot_id":"a","heartbeat_s":15,"topics":[]}\n\n';

Deno.test("show() asks for the page's topics and turns the link live with the first frame", async () => {
  const stage = new Stage();
  stage.client.show(["clusters", "listeners"]);
  equal(stage.last().url, "/api/v1/events?topics=overview,clusters,listeners");
  equal(stage.last().lastId, null);
  const events = stream();
  stage.last().answer(events.response);
  events.write(HELLO);
  await settled();
  equal(stage.feed.connection.link.value.kind, "live");
  stage.client.stop();
  equal(stage.waiting, 0);
});

Deno.test("show() keeps the stream for a page of the same topics, and has another for one of others", () => {
  const stage = new Stage();
  stage.client.show(["clusters"]);
  stage.client.show(["clusters"]);
  equal(stage.asked.length, 1);
  const first = stage.last();
  stage.client.show(["workers"]);
  equal(stage.asked.length, 2);
  equal(first.signal.aborted, true);
  equal(stage.last().url, "/api/v1/events?topics=overview,workers");
  stage.client.stop();
});

Deno.test("a stream that ends is asked for again after a second, from the last id", async () => {
  const stage = new Stage();
  stage.client.start();
  const events = stream();
  stage.last().answer(events.response);
  events.write(HELLO);
  await settled();
  events.end();
  await settled();
  deepEqual(stage.feed.connection.link.value, {
    kind: "waiting",
    retryAtMs: 1000,
    reason: "it closed the stream",
  });
  await stage.pass(999);
  equal(stage.asked.length, 1);
  await stage.pass(1);
  equal(stage.asked.length, 2);
  equal(stage.last().lastId, "4");
  stage.client.stop();
});

Deno.test("a refusal is told in the server's words and the wait doubles with each", async () => {
  const stage = new Stage();
  stage.client.start();
  stage.last().answer(Response.json({ detail: "32 consoles are open" }, { status: 429 }));
  await settled();
  deepEqual(stage.feed.connection.link.value, { kind: "waiting", retryAtMs: 1000, reason: "32 consoles are open" });
  await stage.pass(1000);
  stage.last().answer(new Response("no", { status: 500 }));
  await settled();
  deepEqual(stage.feed.connection.link.value, {
    kind: "waiting",
    retryAtMs: 3000,
    reason: "it answered 500",
  });
  stage.client.stop();
});

Deno.test("a stream without even a heartbeat for twenty seconds is given up", async () => {
  const stage = new Stage();
  stage.client.start();
  const events = stream();
  stage.last().answer(events.response);
  await settled();
  await stage.pass(15_000);
  events.write(": heartbeat\n\n");
  await settled();
  await stage.pass(15_000);
  equal(stage.last().signal.aborted, false);
  await stage.pass(5000);
  equal(stage.last().signal.aborted, true);
  stage.client.stop();
});

Deno.test("a stream out of order is asked for anew without an id", async () => {
  const stage = new Stage();
  stage.client.start();
  const events = stream();
  stage.last().answer(events.response);
  events.write(HELLO + HELLO);
  await settled();
  equal(stage.feed.connection.link.value.kind, "waiting");
  await stage.pass(1000);
  equal(stage.last().lastId, null);
  stage.client.stop();
});

Deno.test("another process is asked anew at once, because an old id means nothing to it", async () => {
  const stage = new Stage();
  stage.client.start();
  const events = stream();
  stage.last().answer(events.response);
  events.write(HELLO);
  await settled();
  events.end();
  await settled();
  await stage.pass(1000);
  equal(stage.last().lastId, "4");
  const resumed = stream();
  stage.last().answer(resumed.response);
  resumed.write(HELLO.replace('"a"', '"b"'));
  await settled();
  equal(stage.asked.length, 3);
  equal(stage.last().lastId, null);
  const fresh = stream();
  stage.last().answer(fresh.response);
  fresh.write(HELLO.replace('"a"', '"b"'));
  await settled();
  equal(stage.asked.length, 3);
  equal(stage.feed.connection.link.value.kind, "live");
  stage.client.stop();
});

Deno.test("a hidden tab asks for the overview alone and lets go after five minutes", async () => {
  const stage = new Stage();
  stage.client.show(["clusters"]);
  stage.client.setHidden(true);
  equal(stage.last().url, "/api/v1/events?topics=overview");
  const events = stream();
  stage.last().answer(events.response);
  for (let second = 0; second < 300; second += 15) {
    events.write(": heartbeat\n\n");
    await settled();
    await stage.pass(15_000);
  }
  equal(stage.feed.connection.link.value.kind, "asleep");
  equal(stage.waiting, 0);
  stage.client.setHidden(false);
  equal(stage.last().url, "/api/v1/events?topics=overview,clusters");
  stage.client.stop();
});

/** An API whose one answer is `response`; what was asked of it is kept. */
function apiThatAnswers(response: () => Promise<Response>): { api: Api; asked: { url: string; init: RequestInit }[] } {
  const asked: { url: string; init: RequestInit }[] = [];
  const api = new Api({
    fetch(url, init) {
      asked.push({ url, init });
      return response();
    },
  });
  return { api, asked };
}

Deno.test("Api sends changes as JSON with the header that no form can send", async () => {
  const { api, asked } = apiThatAnswers(() => Promise.resolve(Response.json({ revision: 2 })));
  deepEqual(await api.send("PATCH", "/runtime", { ops: [] }), { revision: 2 });
  equal(asked[0]!.url, "/api/v1/runtime");
  deepEqual(asked[0]!.init.headers, { "x-console": "1", "content-type": "application/json" });
  equal(asked[0]!.init.body, '{"ops":[]}');
});

Deno.test("Api tells a refusal in the server's words, with all it said", async () => {
  const refusal = { detail: "No admin layer specified", conflicts: [{ key: "a" }] };
  const { api } = apiThatAnswers(() => Promise.resolve(Response.json(refusal, { status: 409 })));
  await rejects(api.get("/runtime"), (error: ApiError) => {
    equal(error.message, "No admin layer specified");
    equal(error.status, 409);
    deepEqual(error.body["conflicts"], [{ key: "a" }]);
    return true;
  });
});

Deno.test("Api says that nobody answers, and what a refusal without words was", async () => {
  const { api: gone } = apiThatAnswers(() => Promise.reject(new TypeError("fetch failed")));
  await rejects(gone.get("/runtime"), { message: "The proxy does not answer", status: 0 });
  const { api: wordless } = apiThatAnswers(() => Promise.resolve(new Response("no", { status: 500 })));
  await rejects(wordless.get("/runtime"), { message: "The proxy answered 500", status: 500 });
});
