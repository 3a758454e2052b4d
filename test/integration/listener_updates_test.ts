/** Listeners that change while they serve, with real workers and sockets: spec/xds.md 10, 16.3 and 16.6. */
import assert from "node:assert/strict";
import { listenerResource, routesResource } from "../support/control_listeners.ts";
import { ListenerProcess } from "../support/listener_process.ts";
import { askRaw, connectRaw } from "../support/raw_h1.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
const CLOSING_GET = "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";

function bodyRoutes(body: string) {
  const direct_response = { status: 200, body: { inline_string: body } };
  const routes = [{ match: { prefix: "/" }, direct_response }];
  return routesResource("r", { virtual_hosts: [{ name: "all", domains: ["*"], routes }] });
}

/** That nobody has now: what a configuration would say. */
function freePort(): number {
  const socket = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = socket.addr;
  socket.close();
  return port;
}

/** Asks on new connections, one after the other in each of `clients`, until it is stopped. Returns the bodies' counts. */
class Load {
  readonly bodies = new Map<string, number>();
  readonly failures: string[] = [];
  #isStopped = false;
  readonly #clients: Promise<void>[];
  #asked = 0;
  #waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(address: string, clients: number) {
    this.#clients = Array.from({ length: clients }, () => this.#run(address));
  }

  /** Resolves when so many more answers have come. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ count: this.#asked + count, resolve }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #run(address: string): Promise<void> {
    while (!this.#isStopped) {
      try {
        const { body } = await askRaw(address, CLOSING_GET);
        this.bodies.set(body, (this.bodies.get(body) ?? 0) + 1);
      } catch (error) {
        this.failures.push(String(error));
      }
      this.#asked++;
      for (const { count, resolve } of this.#waiters) if (this.#asked >= count) resolve();
      this.#waiters = this.#waiters.filter(({ count }) => this.#asked < count);
    }
  }
}

Deno.test("a listener is removed and another takes its port under load: nobody is refused", async () => {
  await using process = await ListenerProcess.start();
  const port = freePort();
  await process.update([listenerResource({ name: "a1", port, body: "1" })]);
  const load = new Load(process.address("a1"), 8);
  for (let round = 2; round <= 6; round++) {
    await load.more(40);
    await process.update([listenerResource({ name: `a${round}`, port, body: `${round}` })], [`a${round - 1}`]);
  }
  await load.more(40);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.deepEqual([...load.bodies.keys()].sort(), ["1", "2", "3", "4", "5", "6"]);
});

Deno.test("a listener that is replaced under load refuses nobody, and its connections are told to go", async () => {
  await using process = await ListenerProcess.start();
  await process.update([listenerResource({ name: "a", port: 0, body: "1" })]);
  const address = process.address("a");
  await using kept = await connectRaw(address);
  await kept.send(GET);
  assert.equal((await kept.readMessage()).header("connection"), null);
  const load = new Load(address, 8);
  for (let round = 2; round <= 6; round++) {
    await load.more(40);
    await process.update([listenerResource({ name: "a", port: 0, body: `${round}` }, { round })]);
    assert.equal(process.address("a"), address);
  }
  await load.more(40);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(load.bodies.has("6"), true);
  await kept.send(GET);
  const last = await kept.readMessage();
  assert.deepEqual([last.body, last.header("connection")], ["1", "close"]);
});

Deno.test("while a new listener on the port of a removed one waits for its routes, clients wait and are not refused", async () => {
  await using process = await ListenerProcess.start();
  const port = freePort();
  await process.update([listenerResource({ name: "a", port })]);
  await process.update([listenerResource({ name: "b", port, rds: "r" })], ["a"]);
  const answers = Array.from({ length: 4 }, () => askRaw(`127.0.0.1:${port}`, CLOSING_GET));
  await Promise.all(Array.from({ length: 4 }, async () => {
    await using client = await connectRaw(`127.0.0.1:${port}`);
    await client.send(GET);
  }));
  process.subscriptions.get("r")!.bring(bodyRoutes("routed"));
  await process.listeners.idle();
  for (const answer of answers) assert.equal((await answer).body, "routed");
});

Deno.test("a new listener refuses until its routes are there", async () => {
  await using process = await ListenerProcess.start();
  const port = freePort();
  await process.update([listenerResource({ name: "a", port, rds: "r" })]);
  await assert.rejects(askRaw(`127.0.0.1:${port}`, GET), Deno.errors.ConnectionRefused);
  process.subscriptions.get("r")!.bring(bodyRoutes("routed"));
  await process.listeners.idle();
  await process.pool.untilApplied();
  assert.equal((await askRaw(`127.0.0.1:${port}`, GET)).body, "routed");
});

Deno.test("an update in place keeps connections on unchanged filter chains and tells those on changed ones", async () => {
  await using process = await ListenerProcess.start();
  await process.update([listenerResource({ name: "a", port: 0, body: "1" })]);
  await using client = await connectRaw(process.address("a"));
  const ask = async () => {
    await client.send(GET);
    const { body, header } = await client.readMessage();
    return [body, header.call(null, "connection")];
  };
  assert.deepEqual(await ask(), ["1", null]);
  // The message differs, the chain that is made of it does not.
  const same = listenerResource({ name: "a", port: 0, body: "1" });
  const content = { ...same.content, whole: "other" };
  await process.update([{ ...same, content }]);
  assert.equal(process.book.valueOf("listener_manager.listener_in_place_updated"), 1);
  assert.deepEqual(await ask(), ["1", null]);
  await process.update([listenerResource({ name: "a", port: 0, body: "2" })]);
  assert.equal((await askRaw(process.address("a"), GET)).body, "2");
  assert.deepEqual(await ask(), ["1", "close"]);
});

Deno.test("routes that come by RDS are swapped without a new connection, and reach replaced workers", async () => {
  await using process = await ListenerProcess.start({ concurrency: 1 });
  await process.update([listenerResource({ name: "a", port: 0, rds: "r" })]);
  process.subscriptions.get("r")!.bring(bodyRoutes("one"));
  await process.listeners.idle();
  await process.pool.untilApplied();
  await using client = await connectRaw(process.address("a"));
  await client.send(GET);
  assert.equal((await client.readMessage()).body, "one");
  process.subscriptions.get("r")!.bring(bodyRoutes("two"));
  await Promise.resolve();
  await process.pool.untilApplied();
  await client.send(GET);
  assert.equal((await client.readMessage()).body, "two");
  await process.replaceWorker(0);
  assert.equal((await askRaw(process.address("a"), GET)).body, "two");
});

Deno.test("a drain that is over closes what is left", async () => {
  await using process = await ListenerProcess.start({ drainTimeMs: 300 });
  await process.update([listenerResource({ name: "a", port: 0 })]);
  await using client = await connectRaw(process.address("a"));
  await client.send("POST / HTTP/1.1\r\nhost: h\r\n");
  await process.update([], ["a"]);
  assert.ok(await client.isEnded());
});

Deno.test("an address that another process has is refused, and everything else goes on", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    await using process = await ListenerProcess.start();
    const { port } = taken.addr;
    const refused = await process.listeners.update([], [
      listenerResource({ name: "bad", port }),
      listenerResource({ name: "good", port: 0 }),
    ]);
    assert.deepEqual(refused.map(({ reason }) => reason), [`cannot bind '127.0.0.1:${port}': Address already in use`]);
    await process.pool.untilApplied();
    assert.equal((await askRaw(process.address("good"), GET)).body, "hi");
    assert.deepEqual([...process.pool.bound.keys()], ["good"]);
  } finally {
    taken.close();
  }
});
