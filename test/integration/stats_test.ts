/** The figures after traffic that is known to the request: as `/stats` shows them (spec/operations.md 12). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, startRawOrigin } from "../support/raw_h1.ts";

/** All counters and gauges that are not 0. */
async function usedStats(proxy: RunningProxy): Promise<Map<string, number>> {
  const stats = new Map<string, number>();
  for (const line of (await proxy.admin("/stats")).split("\n")) {
    const match = /^(\S+): (\d+)$/.exec(line);
    if (match !== null && match[2] !== "0") stats.set(match[1]!, Number(match[2]));
  }
  return stats;
}

function assertStats(stats: Map<string, number>, expected: Record<string, number>): void {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, stats.get(name) ?? 0]));
  assert.deepEqual(found, expected);
}

Deno.test("the figures after known traffic are what the traffic was", async () => {
  let status = 200;
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      await connection.readMessage();
      await connection.send(`HTTP/1.1 ${status} X\r\ncontent-length: 2\r\n\r\nok`);
    }
  });
  await using closing = startRawOrigin(async (connection) => void await connection.readMessage());
  const config = bootstrap({
    routes: [
      directRoute("/direct", "hi"),
      "{ match: { prefix: /closing }, route: { cluster: closing } }",
      "{ match: { prefix: /none }, route: { cluster: none } }",
      "{ match: { prefix: /origin }, route: { cluster: origin } }",
    ],
    clusters: { origin: [origin.port], closing: [closing.port], none: [] },
  });
  await using proxy = await startProxy({ config });
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`;
  {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    for (const next of [200, 200, 200, 301, 404, 503]) {
      status = next;
      await connection.send(get("/origin"));
      assert.equal((await connection.readMessage()).status, status);
    }
  }
  for (const path of ["/direct", "/nowhere", "/none", "/closing"]) await askRaw(proxy.listenerUrl("web"), get(path));
  await askRaw(proxy.listenerUrl("web"), "GARBAGE\r\n\r\n");
  await proxy.until("all connections are gone", async () => await proxy.stat("http.web.downstream_cx_active") === 0);

  const stats = await usedStats(proxy);
  assertStats(stats, {
    "http.web.downstream_cx_total": 6,
    "http.web.downstream_cx_http1_total": 6,
    "http.web.downstream_cx_active": 0,
    "http.web.downstream_cx_destroy": 6,
    "http.web.downstream_cx_protocol_error": 1,
    "http.web.downstream_rq_total": 11,
    "http.web.downstream_rq_http1_total": 11,
    "http.web.downstream_rq_active": 0,
    "http.web.downstream_rq_completed": 11,
    "http.web.downstream_rq_2xx": 4,
    "http.web.downstream_rq_3xx": 1,
    "http.web.downstream_rq_4xx": 3,
    "http.web.downstream_rq_5xx": 3,
    "http.web.no_route": 1,
    "http.web.no_cluster": 0,
    "http.web.rq_direct_response": 1,
    "http.web.rq_total": 10,
    "cluster.origin.upstream_cx_total": 1,
    "cluster.origin.upstream_cx_http1_total": 1,
    "cluster.origin.upstream_cx_active": 1,
    "cluster.origin.upstream_rq_total": 6,
    "cluster.origin.upstream_rq_active": 0,
    "cluster.origin.upstream_rq_completed": 6,
    "cluster.origin.upstream_rq_2xx": 3,
    "cluster.origin.upstream_rq_3xx": 1,
    "cluster.origin.upstream_rq_4xx": 1,
    "cluster.origin.upstream_rq_5xx": 1,
    "cluster.origin.upstream_rq_200": 3,
    "cluster.origin.upstream_rq_301": 1,
    "cluster.origin.upstream_rq_404": 1,
    "cluster.origin.upstream_rq_503": 1,
    "cluster.origin.external.upstream_rq_completed": 6,
    "cluster.origin.external.upstream_rq_200": 3,
    "cluster.origin.membership_total": 1,
    "cluster.origin.membership_healthy": 1,
    "cluster.closing.upstream_cx_total": 1,
    "cluster.closing.upstream_cx_active": 0,
    "cluster.closing.upstream_cx_destroy": 1,
    "cluster.closing.upstream_cx_destroy_remote": 1,
    "cluster.closing.upstream_cx_destroy_remote_with_active_rq": 1,
    "cluster.closing.upstream_rq_total": 1,
    "cluster.closing.upstream_rq_503": 1,
    "cluster.closing.upstream_rq_5xx": 1,
    "cluster.none.upstream_cx_none_healthy": 1,
    "cluster.none.upstream_rq_503": 1,
    "cluster.none.membership_total": 0,
  });
});

Deno.test("bytes are counted on both sides", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + "x".repeat(1000));
    await connection.readToEnd();
  });
  const config = bootstrap({
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const request = `POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 500\r\n\r\n${"y".repeat(500)}`;
  await askRaw(proxy.listenerUrl("web"), request);
  await proxy.until("the connection is gone", async () => await proxy.stat("http.web.downstream_cx_active") === 0);
  const stats = await usedStats(proxy);
  assert.equal(stats.get("http.web.downstream_cx_rx_bytes_total"), request.length);
  assert.ok(stats.get("http.web.downstream_cx_tx_bytes_total")! > 1000);
  assert.ok(stats.get("cluster.origin.upstream_cx_tx_bytes_total")! > 500);
  assert.equal(stats.get("cluster.origin.upstream_cx_rx_bytes_total"), 1041);
});

Deno.test("the figures of two workers are one", async () => {
  const config = bootstrap({ routes: [directRoute("/", "hi")] });
  await using proxy = await startProxy({ config, concurrency: 2 });
  const count = 40;
  for (let i = 0; i < count; i++) await askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await proxy.until("all connections are gone", async () => await proxy.stat("http.web.downstream_cx_active") === 0);
  assertStats(await usedStats(proxy), {
    "http.web.downstream_cx_total": count,
    "http.web.downstream_rq_total": count,
    "http.web.downstream_rq_2xx": count,
  });
});
