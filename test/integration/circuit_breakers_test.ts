/** Limits of a cluster: what is let through, what is refused, and how it is counted (spec/upstream.md 11, 18.8). */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { connectRaw, type RawConnection, type RawOrigin, startRawOrigin } from "../support/raw_h1.ts";

const OVERFLOW = "upstream connect error or disconnect/reset before headers. reset reason: overflow";

/** An origin that answers when it is told to, and a proxy that may use it only so much. */
async function startStage(thresholds: string): Promise<{ origin: RawOrigin; proxy: RunningProxy; answer: () => void }> {
  const gate = Promise.withResolvers<void>();
  const origin = startRawOrigin(async (connection) => {
    for (;;) {
      await connection.readMessage();
      await gate.promise;
      await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    }
  });
  const config = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
    clusterFields: [`circuit_breakers: { thresholds: [${thresholds}] }`],
  });
  return { origin, proxy: await startProxy({ config }), answer: gate.resolve };
}

async function send(proxy: RunningProxy): Promise<RawConnection> {
  const connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  return connection;
}

async function assertOverflow(connection: RawConnection): Promise<void> {
  const response = await connection.readMessage();
  assert.equal(response.status, 503);
  assert.equal(response.body, OVERFLOW);
  assert.equal(response.header("x-envoy-overloaded"), "true");
}

Deno.test("one connection and one place to wait: of three requests one is active, one waits, one is refused", async () => {
  const { origin, proxy, answer } = await startStage("{ max_connections: 1, max_pending_requests: 1 }");
  await using _origin = origin;
  await using _proxy = proxy;
  await using first = await send(proxy);
  await proxy.until("the first is active", async () => await proxy.stat("cluster.origin.upstream_rq_active") === 1);
  await using second = await send(proxy);
  await proxy.until(
    "the second waits",
    async () => await proxy.stat("cluster.origin.upstream_rq_pending_active") === 1,
  );
  assert.equal(await proxy.stat("cluster.origin.circuit_breakers.default.cx_open"), 1);
  assert.equal(await proxy.stat("cluster.origin.circuit_breakers.default.rq_pending_open"), 1);
  await using third = await send(proxy);
  await assertOverflow(third);
  assert.equal(await proxy.stat("cluster.origin.upstream_rq_pending_overflow"), 1);
  answer();
  assert.equal((await first.readMessage()).body, "ok");
  assert.equal((await second.readMessage()).body, "ok");
  assert.equal(origin.accepted, 1);
  assert.equal(await proxy.stat("cluster.origin.circuit_breakers.default.rq_pending_open"), 0);
  assert.equal(await proxy.stat("cluster.origin.upstream_rq_pending_active"), 0);
});

Deno.test("one request at a time: the second is refused, and a later one is not", async () => {
  const { origin, proxy, answer } = await startStage("{ max_requests: 1 }");
  await using _origin = origin;
  await using _proxy = proxy;
  await using first = await send(proxy);
  await proxy.until("the first is active", async () => await proxy.stat("cluster.origin.upstream_rq_active") === 1);
  assert.equal(await proxy.stat("cluster.origin.circuit_breakers.default.rq_open"), 1);
  await using second = await send(proxy);
  await assertOverflow(second);
  answer();
  assert.equal((await first.readMessage()).body, "ok");
  await using third = await send(proxy);
  assert.equal((await third.readMessage()).body, "ok");
});

Deno.test("no place to wait: a request that needs a new connection is refused", async () => {
  const { origin, proxy, answer } = await startStage("{ max_pending_requests: 0 }");
  await using _origin = origin;
  await using _proxy = proxy;
  answer();
  await using first = await send(proxy);
  await assertOverflow(first);
  assert.equal(await proxy.stat("cluster.origin.upstream_rq_pending_overflow"), 1);
  assert.equal(origin.accepted, 0);
});

Deno.test("a request that waits is served in its turn, or leaves its place when its client goes", async () => {
  const { origin, proxy, answer } = await startStage("{ max_connections: 1, max_pending_requests: 2 }");
  await using _origin = origin;
  await using _proxy = proxy;
  await using first = await send(proxy);
  await proxy.until("the first is active", async () => await proxy.stat("cluster.origin.upstream_rq_active") === 1);
  const leaving = await send(proxy);
  await proxy.until("one waits", async () => await proxy.stat("cluster.origin.upstream_rq_pending_active") === 1);
  await using third = await send(proxy);
  await proxy.until("two wait", async () => await proxy.stat("cluster.origin.upstream_rq_pending_active") === 2);
  leaving.close();
  await proxy.until("one waits", async () => await proxy.stat("cluster.origin.upstream_rq_pending_active") === 1);
  assert.equal(await proxy.stat("cluster.origin.upstream_rq_cancelled"), 1);
  answer();
  assert.equal((await first.readMessage()).body, "ok");
  assert.equal((await third.readMessage()).body, "ok");
  assert.equal(origin.accepted, 1);
});

Deno.test("limits are the process's, not each worker's", async () => {
  const gate = Promise.withResolvers<void>();
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      await connection.readMessage();
      await gate.promise;
      await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    }
  });
  const config = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
    clusterFields: ["circuit_breakers: { thresholds: [{ max_requests: 3 }] }"],
  });
  await using proxy = await startProxy({ config, concurrency: 2 });
  const connections: RawConnection[] = [];
  try {
    for (let i = 0; i < 3; i++) connections.push(await send(proxy));
    await proxy.until("three are active", async () => await proxy.stat("cluster.origin.upstream_rq_active") === 3);
    for (let i = 0; i < 5; i++) {
      await using refused = await send(proxy);
      await assertOverflow(refused);
    }
    gate.resolve();
    for (const connection of connections) assert.equal((await connection.readMessage()).body, "ok");
  } finally {
    for (const connection of connections) connection.close();
  }
});

Deno.test("what runtime says of a limit holds, and /clusters shows it", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
  });
  const values = [
    "circuit_breakers.origin.default.max_requests: 0",
    "circuit_breakers.origin.high.max_connections: nothing",
    "circuit_breakers.origin.high.retry_budget.min_retry_concurrency: 9",
  ];
  const config = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
    clusterFields: ["circuit_breakers: { thresholds: [{ max_requests: 3, max_retries: 6, retry_budget: {} }] }"],
  });
  const layers = `layered_runtime: { layers: [{ name: a, static_layer: { ${values.join(", ")} } }] }`;
  await using proxy = await startProxy({ config: `${config}\n${layers}\n` });
  const limits = (await proxy.admin("/clusters")).split("\n").filter((line) => line.includes("_priority::max_"));
  assert.deepEqual(limits, [
    ...["connections::1024", "pending_requests::1024", "requests::0", "retries::3"].map((limit) =>
      `origin::default_priority::max_${limit}`
    ),
    ...["connections::1024", "pending_requests::1024", "requests::1024", "retries::9"].map((limit) =>
      `origin::high_priority::max_${limit}`
    ),
  ]);
  await using refused = await send(proxy);
  await assertOverflow(refused);
  assert.equal(await proxy.stat("cluster.origin.upstream_rq_active_overflow"), 1);
});
