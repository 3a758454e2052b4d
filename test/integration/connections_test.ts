/** The life of connections on either side: reuse, pipelining, versions, limits and ends (spec/http.md 1.4, 1.5, 1.16). */
import assert from "node:assert/strict";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";
import { answering, askRaw, connectRaw, type RawMessage, startRawOrigin } from "../support/raw_h1.ts";

const TO_ORIGIN = "{ match: { prefix: / }, route: { cluster: origin } }";
const get = (path: string, fields = "") => `GET ${path} HTTP/1.1\r\nhost: h\r\n${fields}\r\n`;

Deno.test("connections are kept and used again, on both sides", async (t) => {
  await using origin = startRawOrigin(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });

  await t.step("one after the other", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    for (let i = 0; i < 20; i++) {
      await connection.send(get(`/${i}`));
      assert.equal((await connection.readMessage()).body, "ok");
    }
    assert.equal(origin.accepted, 1);
  });
  await t.step("by another client too", async () => {
    assert.equal((await askRaw(proxy.listenerUrl("web"), get("/"))).body, "ok");
    assert.equal(origin.accepted, 1);
  });
  await t.step("until the client asks for the end", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send(get("/", "connection: close\r\n"));
    const response = await connection.readMessage();
    assert.equal(response.header("connection"), "close");
    assert.ok(await connection.isEnded());
    assert.equal(origin.accepted, 1);
  });
});

Deno.test("pipelined requests are answered in their order", async (t) => {
  await using origin = startOrigin(async (request) => {
    const path = new URL(request.url).pathname;
    return new Response(`${path} ${await request.text()}`);
  });
  const config = bootstrap({
    routes: [directRoute("/direct", "direct"), TO_ORIGIN],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });

  await t.step("in one piece", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    const post = "POST /b HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc";
    const chunked = "POST /c HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n";
    await connection.send(get("/a") + post + get("/direct") + chunked + get("/d"));
    const bodies = [];
    for (let i = 0; i < 5; i++) bodies.push((await connection.readMessage()).body);
    assert.deepEqual(bodies, ["/a ", "/b abc", "direct", "/c xy", "/d "]);
  });
  await t.step("byte by byte", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    for (const unit of get("/a") + get("/direct") + get("/b")) await connection.send(unit);
    const bodies = [];
    for (let i = 0; i < 3; i++) bodies.push((await connection.readMessage()).body);
    assert.deepEqual(bodies, ["/a ", "direct", "/b "]);
  });
  await t.step("by the hundred", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    const count = 200;
    await connection.send(Array.from({ length: count }, (_, i) => get(`/${i}`)).join(""));
    for (let i = 0; i < count; i++) assert.equal((await connection.readMessage()).body, `/${i} `);
  });
  await t.step("up to one that ends the connection", async () => {
    const before = origin.requests.length;
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send(get("/a") + get("/b", "connection: close\r\n") + get("/c"));
    assert.equal((await connection.readMessage()).body, "/a ");
    assert.equal((await connection.readMessage()).body, "/b ");
    assert.equal(await connection.readToEnd(), "");
    assert.equal(origin.requests.length, before + 2);
  });
});

Deno.test("a client that piles up responses loses its connection", async () => {
  const config = bootstrap({ routes: [directRoute("/", "hi")] });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send(get("/").repeat(10));
  const answers = await connection.readToEnd();
  assert.equal(answers.match(/HTTP\/1\.1 200 OK/g)!.length, 2);
  assert.equal(await proxy.stat("http1.response_flood"), 1);
});

Deno.test("HTTP/1.0 is refused unless allowed", async (t) => {
  await using origin = startOrigin(() => new Response(new Blob(["hello"]).stream()));
  const start = (http10: string) =>
    startProxy({
      config: bootstrap({ managerFields: [http10], routes: [TO_ORIGIN], clusters: { origin: [origin.port] } }),
    });
  await t.step("426", async () => {
    await using proxy = await start("http_protocol_options: {}");
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send("GET / HTTP/1.0\r\nhost: h\r\n\r\n");
    const response = await connection.readMessage();
    assert.equal(response.startLine, "HTTP/1.1 426 Upgrade Required");
    assert.equal(response.body, "Upgrade Required");
    assert.ok(await connection.isEnded());
  });
  await using proxy = await start("http_protocol_options: { accept_http_10: true, default_host_for_http_10: default }");
  await t.step("a body without a length ends with the connection", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send("GET / HTTP/1.0\r\nhost: h\r\n\r\n");
    const response = await connection.readMessage();
    assert.equal(response.startLine, "HTTP/1.0 200 OK");
    assert.equal(response.header("transfer-encoding"), null);
    assert.equal(response.body, "hello");
  });
  await t.step("a request without a host gets the default one", async () => {
    await askRaw(proxy.listenerUrl("web"), "GET / HTTP/1.0\r\n\r\n");
    assert.equal(origin.requests.at(-1)!.headers.get("host"), "default");
  });
});

Deno.test("HTTP/1.0 keeps a connection that it asked to keep", async () => {
  const config = bootstrap({
    managerFields: ["http_protocol_options: { accept_http_10: true }"],
    routes: [directRoute("/", "hi")],
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  for (let i = 0; i < 3; i++) {
    await connection.send("GET / HTTP/1.0\r\nhost: h\r\nconnection: keep-alive\r\n\r\n");
    const response = await connection.readMessage();
    assert.equal(response.header("connection"), "keep-alive");
    assert.equal(response.body, "hi");
  }
  await connection.send("GET / HTTP/1.0\r\nhost: h\r\n\r\n");
  assert.equal((await connection.readMessage()).body, "hi");
  assert.ok(await connection.isEnded());
});

Deno.test("a connection takes no more requests than configured", async () => {
  const config = bootstrap({
    managerFields: ["common_http_protocol_options: { max_requests_per_connection: 3 }"],
    routes: [directRoute("/", "hi")],
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  const seen = [];
  for (let i = 0; i < 3; i++) {
    await connection.send(get("/").repeat(i < 2 ? 1 : 2));
    seen.push((await connection.readMessage()).header("connection"));
  }
  assert.deepEqual(seen, [null, null, "close"]);
  assert.ok(await connection.isEnded());
  assert.equal(await proxy.stat("http.web.downstream_cx_max_requests_reached"), 1);
});

Deno.test("an upstream connection takes no more requests than configured", async () => {
  await using origin = startRawOrigin(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  const config = bootstrap({
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
    clusterFields: ["max_requests_per_connection: 2"],
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  for (let i = 0; i < 5; i++) {
    await connection.send(get("/"));
    assert.equal((await connection.readMessage()).body, "ok");
  }
  assert.equal(origin.accepted, 3);
});

Deno.test("idle connections are closed when their time is up", async (t) => {
  await using origin = startRawOrigin(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  const config = bootstrap({
    managerFields: [
      "common_http_protocol_options: { idle_timeout: 0.2s }",
      "drain_timeout: 0.1s",
      "delayed_close_timeout: 0.1s",
    ],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
    clusterFields: ["common_http_protocol_options: { idle_timeout: 0.2s }"],
  });
  await using proxy = await startProxy({ config });
  await t.step("the client's", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send(get("/"));
    assert.equal((await connection.readMessage()).header("connection"), null);
    assert.ok(await connection.isEnded());
    assert.equal(await proxy.stat("http.web.downstream_cx_idle_timeout"), 1);
  });
  await t.step("the client's that never asked for anything", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    assert.ok(await connection.isEnded());
  });
  await t.step("the origin's", async () => {
    await proxy.until(
      "the upstream connection was closed",
      async () => await proxy.stat("cluster.origin.upstream_cx_idle_timeout") === 1,
    );
    assert.equal(await proxy.stat("cluster.origin.upstream_cx_active"), 0);
    assert.equal((await askRaw(proxy.listenerUrl("web"), get("/"))).body, "ok");
    assert.equal(origin.accepted, 2);
  });
});

Deno.test("a head that does not come in time is answered 408", async () => {
  const config = bootstrap({
    managerFields: ["request_headers_timeout: 0.2s", "delayed_close_timeout: 0.1s"],
    routes: [directRoute("/", "hi")],
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send("GET / HTTP/1.1\r\nhost: h\r\n");
  const response = await connection.readMessage();
  assert.equal(response.status, 408);
  assert.equal(response.body, "request header timeout");
  assert.ok(await connection.isEnded());
});

Deno.test("a request that is not sent to its end in time is answered 408", async () => {
  await using origin = startOrigin(async (request) => new Response(await request.text().catch(() => "")));
  const config = bootstrap({
    managerFields: ["request_timeout: 0.2s", "delayed_close_timeout: 0.1s"],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nabc");
  const response = await connection.readMessage();
  assert.equal(response.status, 408);
  assert.equal(response.body, "request timeout");
  assert.equal(response.header("connection"), "close");
  assert.ok(await connection.isEnded());
});

Deno.test("a stream on which nothing happens is ended", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    await connection.readToEnd();
  });
  const config = bootstrap({
    managerFields: ["stream_idle_timeout: 0.2s", "delayed_close_timeout: 0.1s"],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send(get("/"));
  assert.match(await connection.readToEnd(), /\r\n\r\nabc$/);
  assert.equal(await proxy.stat("http.web.downstream_rq_idle_timeout"), 1);
});

Deno.test("a client that leaves cancels its request", async (t) => {
  const ends: string[] = [];
  await using origin = startRawOrigin(async (connection) => {
    const request = await connection.readMessage();
    ends.push(`${request.startLine} ended: ${await connection.readToEnd()}`);
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  const untilEnds = (count: number) => proxy.until("the origin saw the end", () => ends.length === count);

  await t.step("by closing", async () => {
    const connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send(get("/closed"));
    await proxy.until("the origin has the request", () => origin.accepted === 1);
    connection.close();
    await untilEnds(1);
  });
  await t.step("by sending FIN", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    await connection.send(get("/half"));
    await proxy.until("the origin has the request", () => origin.accepted === 2);
    await connection.closeWrite();
    await untilEnds(2);
    assert.equal(await connection.readToEnd(), "");
  });
  assert.deepEqual(ends, ["GET /closed HTTP/1.1 ended: ", "GET /half HTTP/1.1 ended: "]);
  assert.equal(await proxy.stat("http.web.downstream_rq_rx_reset"), 2);
  assert.equal(await proxy.stat("cluster.origin.upstream_cx_destroy_local_with_active_rq"), 2);
});

Deno.test("an origin may close its idle connection at any time", async () => {
  const requests: RawMessage[] = [];
  await using origin = startRawOrigin(async (connection) => {
    requests.push(await connection.readMessage());
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  for (let i = 1; i <= 5; i++) {
    assert.equal((await askRaw(proxy.listenerUrl("web"), get("/"))).body, "ok");
    await proxy.until(
      "the proxy saw the end",
      async () => await proxy.stat("cluster.origin.upstream_cx_destroy_remote") === i,
    );
  }
  assert.equal(requests.length, 5);
});

Deno.test("an origin that asks for the end of its connection gets it", async () => {
  await using origin = startRawOrigin(answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"));
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  for (let i = 0; i < 3; i++) {
    await connection.send(get("/"));
    const response = await connection.readMessage();
    assert.equal(response.body, "ok");
    assert.equal(response.header("connection"), null);
  }
  assert.equal(origin.accepted, 3);
});

Deno.test("bytes that nobody asked for cost the origin its connection", async () => {
  await using origin = startRawOrigin(
    answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n"),
  );
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  for (let i = 0; i < 3; i++) {
    await connection.send(get("/"));
    assert.equal((await connection.readMessage()).body, "ok");
    await proxy.until(
      "the connection is gone",
      async () => await proxy.stat("cluster.origin.upstream_cx_active") === 0,
    );
  }
  assert.equal(origin.accepted, 3);
});
