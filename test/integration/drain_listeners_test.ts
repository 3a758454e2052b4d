/** `/drain_listeners`, and Drain & stop, of a process with connections (spec/operations.md 16). */

import assert from "node:assert/strict";
import type { ActionItem } from "../../src/admin/contract/actions.ts";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";

const LISTENERS = `node: { id: node-1, cluster: edge }\n${
  bootstrap({
    routes: [directRoute("/", "hello")],
    moreListeners: {
      inward: [
        "address: { socket_address: { address: 127.0.0.1, port_value: 0 } }",
        "traffic_direction: INBOUND",
        "drain_type: MODIFY_ONLY",
      ],
    },
  })
}`;

/** One connection that asks and asks. */
class Client implements Disposable {
  readonly #connection: Deno.Conn;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  static async open(proxy: RunningProxy, listener: string): Promise<Client> {
    const { hostname, port } = new URL(proxy.listenerUrl(listener));
    return new Client(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** Whether the response says that it is the last. */
  async ask(): Promise<"stays" | "goes"> {
    await this.#connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
    const buffer = new Uint8Array(4096), count = await this.#connection.read(buffer);
    return /^connection: close\r$/im.test(new TextDecoder().decode(buffer.subarray(0, count ?? 0))) ? "goes" : "stays";
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

async function isRefused(proxy: RunningProxy, listener: string): Promise<boolean> {
  try {
    using _client = await Client.open(proxy, listener);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

interface Call {
  readonly query: string;
  /** What the next response of each listener says. */
  readonly web: "stays" | "goes";
  readonly inward: "stays" | "goes";
  /** Whose sockets are closed at once. */
  readonly closed: readonly string[];
}

// With the strategy `immediate`, so that the first response tells; as real Envoy does.
const CALLS: readonly Call[] = [
  { query: "", web: "goes", inward: "goes", closed: ["web", "inward"] },
  { query: "?inboundonly", web: "stays", inward: "goes", closed: ["inward"] },
  { query: "?graceful", web: "goes", inward: "goes", closed: [] },
  { query: "?graceful&inboundonly", web: "stays", inward: "goes", closed: [] },
  { query: "?graceful&skip_exit", web: "goes", inward: "goes", closed: [] },
  { query: "?skip_exit", web: "goes", inward: "goes", closed: [] },
];

for (const { query, web, inward, closed } of CALLS) {
  Deno.test(`/drain_listeners${query} tells connections, and closes ${closed.join(" and ") || "no socket"}`, async () => {
    await using proxy = await startProxy({
      config: LISTENERS,
      args: ["--drain-strategy", "immediate"],
      concurrency: 2,
    });
    using first = await Client.open(proxy, "web");
    using second = await Client.open(proxy, "inward");
    assert.deepEqual([await first.ask(), await second.ask()], ["stays", "stays"]);
    assert.equal(await proxy.admin(`/drain_listeners${query}`, { method: "POST" }), "OK\n");
    for (const listener of closed) await proxy.until(`${listener} is closed`, () => isRefused(proxy, listener));
    assert.deepEqual([await first.ask(), await second.ask()], [web, inward]);
    for (const listener of ["web", "inward"]) {
      if (!closed.includes(listener)) assert.equal(await isRefused(proxy, listener), false, listener);
    }
    assert.equal(await proxy.stat("listener_manager.listener_stopped"), closed.length);
    assert.equal(await proxy.stat("listener_manager.total_listeners_active"), 2);
    assert.match(await proxy.admin("/listeners"), /^web::127\.0\.0\.1:\d+\ninward::127\.0\.0\.1:\d+\n$/);
    assert.equal(await proxy.admin("/ready"), "LIVE\n");
  });
}

Deno.test("a graceful drain closes sockets when the drain time is over, unless it keeps them", async () => {
  await using proxy = await startProxy({ config: LISTENERS, args: ["--drain-time-s", "1"] });
  await proxy.admin("/drain_listeners?graceful&inboundonly", { method: "POST" });
  await proxy.until("inward is closed", () => isRefused(proxy, "inward"));
  assert.equal(await isRefused(proxy, "web"), false);
  // The other direction too, from now on.
  await proxy.admin("/drain_listeners?graceful", { method: "POST" });
  await proxy.until("web is closed", () => isRefused(proxy, "web"));
  assert.equal(await proxy.admin("/ready"), "LIVE\n");
});

/** Answers wait until they are let go. */
class HeldOrigin implements AsyncDisposable {
  readonly release = Promise.withResolvers<void>();
  readonly arrived = Promise.withResolvers<void>();
  readonly origin = startOrigin(async () => {
    this.arrived.resolve();
    await this.release.promise;
    return new Response("late but whole");
  });

  start(): Promise<RunningProxy> {
    const config = bootstrap({
      routes: ["{ match: { prefix: / }, route: { cluster: slow } }"],
      clusters: { slow: [this.origin.port] },
    });
    return startProxy({ config: `node: { id: node-1 }\n${config}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release.resolve();
    await this.origin.stop();
  }
}

async function act(proxy: RunningProxy, method: string, path: string, body: unknown): Promise<Response> {
  return await fetch(`${proxy.adminUrl}/api/v1/actions/${path}`, {
    method,
    headers: { "x-console": "1" },
    body: JSON.stringify(body),
  });
}

async function latest(proxy: RunningProxy): Promise<ActionItem> {
  return JSON.parse(await proxy.admin("/api/v1/actions")).items[0];
}

Deno.test("Drain & stop waits for a request that is under way, then ends the process", async () => {
  await using held = new HeldOrigin();
  await using proxy = await held.start();
  const response = fetch(proxy.listenerUrl("web"));
  await held.arrived.promise;
  const refused = await act(proxy, "POST", "shutdown", { confirm: "node-2" });
  assert.deepEqual([refused.status, (await refused.json()).errors[0].field], [400, "confirm"]);
  const taken = await act(proxy, "POST", "shutdown", { confirm: "node-1", reason: "INC-1", notice_s: 0, wait_s: 60 });
  assert.deepEqual([taken.status, await taken.json()], [202, { action_id: "a1" }]);
  const ready = await fetch(`${proxy.adminUrl}/ready`);
  assert.deepEqual([ready.status, await ready.text()], [503, "DRAINING\n"]);
  await proxy.until("the request is told", async () => (await latest(proxy)).active_rq === 1);
  assert.deepEqual((await latest(proxy)).listeners, [{ name: "web", active_cx: 1 }]);
  held.release.resolve();
  const answer = await response;
  assert.deepEqual([await answer.text(), answer.headers.get("connection")], ["late but whole", "close"]);
  assert.equal(await proxy.untilEnded(), 0);
});

Deno.test("Drain & stop that is broken off leaves the process serving", async () => {
  await using held = new HeldOrigin();
  await using proxy = await held.start();
  const response = fetch(proxy.listenerUrl("web"));
  await held.arrived.promise;
  const { action_id: id } = await (await act(proxy, "POST", "shutdown", { confirm: "node-1", notice_s: 60 })).json();
  const aborted = await act(proxy, "DELETE", id, { reason: "not this one" });
  assert.equal((await aborted.json()).state, "aborted");
  assert.equal(await proxy.admin("/ready"), "LIVE\n");
  held.release.resolve();
  assert.equal((await response).headers.get("connection"), null);
  await (await response).text();
  const audit = JSON.parse(await proxy.admin("/api/v1/audit")).items as { action: string; reason: string }[];
  assert.deepEqual(audit.map(({ action, reason }) => `${action} ${reason}`), [
    "action.abort not this one",
    "action.shutdown ",
  ]);
});

Deno.test("a drain that keeps its sockets is undone, and connections stay again", async () => {
  await using proxy = await startProxy({ config: LISTENERS, args: ["--drain-strategy", "immediate"] });
  const { action_id: id } = await (await act(proxy, "POST", "drain", { graceful: true, skip_exit: true })).json();
  using told = await Client.open(proxy, "web");
  assert.equal(await told.ask(), "goes");
  assert.equal((await (await act(proxy, "DELETE", id, {})).json()).state, "aborted");
  await proxy.until("connections stay", async () => {
    using later = await Client.open(proxy, "web");
    return await later.ask() === "stays";
  });
});
