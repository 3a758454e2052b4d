/** What the proxy says when it cannot forward: statuses and bodies, to the byte (spec/http.md 6.1). */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { startProxy } from "../support/proxy.ts";
import { answering, askRaw, startRawOrigin } from "../support/raw_h1.ts";

const RESET = "upstream connect error or disconnect/reset before headers. reset reason: ";

/** A port of loopback on which nothing listens. */
function deadPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

Deno.test("a request that cannot be forwarded is answered by the proxy", async (t) => {
  await using silent = startRawOrigin(async (connection) => void await connection.readToEnd());
  await using closing = startRawOrigin(async (connection) => void await connection.readMessage());
  await using nonsense = startRawOrigin(answering("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  await using partial = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send("HTTP/1.1 200 OK\r\ncontent-le");
  });
  await using bulky = startRawOrigin(answering(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`));
  const route = (cluster: string, more = "") =>
    `{ match: { prefix: /${cluster} }, route: { cluster: ${cluster}${more} } }`;
  const config = bootstrap({
    routes: [
      ...["dead", "none", "closing", "nonsense", "partial", "bulky", "absent"].map((cluster) => route(cluster)),
      route("silent", ", timeout: 0.2s"),
      `{ match: { prefix: /lost }, route: { cluster: lost, cluster_not_found_response_code: NOT_FOUND } }`,
    ],
    clusters: {
      dead: [deadPort()],
      none: [],
      silent: [silent.port],
      closing: [closing.port],
      nonsense: [nonsense.port],
      partial: [partial.port],
      bulky: [bulky.port],
    },
  }).replace("name: routes", "name: routes\n            validate_clusters: false");
  await using proxy = await startProxy({ config });

  const cases: Array<[name: string, path: string, status: number, body: string]> = [
    ["no route", "/", 404, ""],
    ["no such cluster", "/absent", 503, ""],
    ["no such cluster, and a status for that", "/lost", 404, ""],
    ["no host", "/none", 503, "no healthy upstream"],
    ["a refused connection", "/dead", 503, `${RESET}remote connection failure`],
    ["an upstream that closes before it answers", "/closing", 503, `${RESET}connection termination`],
    ["an upstream that closes within its head", "/partial", 502, `${RESET}protocol error`],
    ["an upstream that does not speak HTTP", "/nonsense", 502, `${RESET}protocol error`],
    ["an upstream whose head is too big", "/bulky", 502, `${RESET}protocol error`],
    ["an upstream that says nothing", "/silent", 504, "upstream request timeout"],
  ];
  for (const [name, path, status, body] of cases) {
    await t.step(`${name}: ${status} "${body}"`, async () => {
      const response = await askRaw(proxy.listenerUrl("web"), `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
      assert.equal(response.status, status);
      assert.equal(response.body, body);
      assert.equal(response.header("content-type"), body === "" ? null : "text/plain");
      assert.equal(response.header("content-length"), String(body.length));
      assert.equal(response.header("server"), "envoy");
      assert.equal(response.header("connection"), null);
    });
    await t.step(`${name}: HEAD gets no body`, async () => {
      const request = `HEAD ${path} HTTP/1.1\r\nhost: h\r\n\r\n`;
      const response = await askRaw(proxy.listenerUrl("web"), request, { isHead: true });
      assert.equal(response.status, status);
      assert.equal(response.header("content-length"), body === "" ? null : String(body.length));
    });
    await t.step(`${name}: a gRPC request gets its status in a header`, async () => {
      const request = `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\ncontent-length: 0\r\n\r\n`;
      const response = await askRaw(proxy.listenerUrl("web"), request);
      assert.equal(response.status, 200);
      assert.equal(response.header("content-type"), "application/grpc");
      assert.equal(response.header("grpc-status"), status === 404 ? "12" : "14");
      assert.equal(response.header("grpc-message"), body === "" ? null : body);
      assert.equal(response.body, "");
    });
  }
});

Deno.test("a connect that takes too long is a 503", async () => {
  // A listener whose backlog is full takes no more handshakes: the kernel leaves them unanswered.
  const full = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const fill = await Promise.all([0, 1].map(() => Deno.connect({ hostname: "127.0.0.1", port: full.addr.port })));
  try {
    const config = bootstrap({
      routes: ["{ match: { prefix: / }, route: { cluster: slow } }"],
      clusters: { slow: [full.addr.port] },
    }).replace("connect_timeout: 1s", "connect_timeout: 0.2s");
    await using proxy = await startProxy({ config });
    const response = await askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.1\r\nhost: h\r\n\r\n");
    assert.equal(response.status, 503);
    assert.equal(response.body, `${RESET}connection timeout`);
    assert.equal(await proxy.stat("cluster.slow.upstream_cx_connect_timeout"), 1);
  } finally {
    for (const connection of fill) connection.close();
    full.close();
  }
});
