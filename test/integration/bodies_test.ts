/** Bodies and trailers of every framing, in both directions, of any size (spec/http.md 1.4, 1.10, 1.16). */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { residentMiB } from "../support/process_memory.ts";
import { startProxy } from "../support/proxy.ts";
import {
  answering,
  askRaw,
  connectRaw,
  type RawConnection,
  type RawMessage,
  startRawOrigin,
} from "../support/raw_h1.ts";

const TO_ORIGIN = "{ match: { prefix: / }, route: { cluster: origin } }";
const CHUNKED = "transfer-encoding: chunked\r\n";
const post = (fields: string, body = "") => `POST /x HTTP/1.1\r\nhost: h\r\n${fields}\r\n${body}`;

Deno.test("a request's body arrives as it was sent", async (t) => {
  const requests: RawMessage[] = [];
  await using origin = startRawOrigin(answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", requests));
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  const big = "0123456789abcdef".repeat(20_000);
  const cases: Array<[name: string, request: string, body: string, length: string | null, coding: string | null]> = [
    ["with a length", post("content-length: 5\r\n", "hello"), "hello", "5", null],
    ["with length 0", post("content-length: 0\r\n"), "", "0", null],
    ["without any framing", post(""), "", "0", null],
    ["GET without a body", "GET /x HTTP/1.1\r\nhost: h\r\n\r\n", "", null, null],
    ["GET with length 0", "GET /x HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n", "", "0", null],
    ["DELETE with a body", "DELETE /x HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\nhi", "hi", "2", null],
    ["chunked", post(CHUNKED, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "abcde", null, "chunked"],
    ["chunked and empty", post(CHUNKED, "0\r\n\r\n"), "", null, "chunked"],
    ["chunked with extensions", post(CHUNKED, '3;a="b"\r\nabc\r\n0;c\r\n\r\n'), "abc", null, "chunked"],
    ["chunked with trailers that are dropped", post(CHUNKED, "1\r\na\r\n0\r\nx: y\r\n\r\n"), "a", null, "chunked"],
    ["big", post(`content-length: ${big.length}\r\n`, big), big, String(big.length), null],
    ["big and chunked", post(CHUNKED, `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`), big, null, "chunked"],
  ];
  for (const [name, request, body, length, coding] of cases) {
    await t.step(name, async () => {
      assert.equal((await askRaw(proxy.listenerUrl("web"), request)).status, 200);
      const seen = requests.at(-1)!;
      assert.equal(seen.body, body);
      assert.equal(seen.header("content-length"), length);
      assert.equal(seen.header("transfer-encoding"), coding);
      assert.deepEqual(seen.trailers, []);
    });
  }
  await t.step("chunked, byte by byte", async () => {
    await using connection = await connectRaw(proxy.listenerUrl("web"));
    for (const unit of post(CHUNKED, "3\r\nabc\r\n2;e\r\nde\r\n0\r\n\r\n")) await connection.send(unit);
    assert.equal((await connection.readMessage()).status, 200);
    assert.equal(requests.at(-1)!.body, "abcde");
  });
});

Deno.test("a response's body arrives as it was sent", async (t) => {
  let answer = "";
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send(answer);
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  const ask = (method = "GET") =>
    askRaw(proxy.listenerUrl("web"), `${method} /x HTTP/1.1\r\nhost: h\r\n\r\n`, { isHead: method === "HEAD" });
  const ok = (fields: string, body = "") => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`;
  const big = "0123456789abcdef".repeat(20_000);

  const cases: Array<[name: string, answer: string, body: string, length: string | null, coding: string | null]> = [
    ["with a length", ok("content-length: 5\r\n", "hello"), "hello", "5", null],
    ["with length 0", ok("content-length: 0\r\n"), "", "0", null],
    ["chunked", ok(CHUNKED, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "abcde", null, "chunked"],
    ["chunked and empty", ok(CHUNKED, "0\r\n\r\n"), "", null, "chunked"],
    ["chunked with trailers that are dropped", ok(CHUNKED, "1\r\na\r\n0\r\nx: y\r\n\r\n"), "a", null, "chunked"],
    ["up to the end of the connection", ok("", "until the end"), "until the end", null, "chunked"],
    ["nothing up to the end of the connection", ok(""), "", null, "chunked"],
    ["from an HTTP/1.0 origin", "HTTP/1.0 200 OK\r\n\r\nold", "old", null, "chunked"],
    ["big", ok(`content-length: ${big.length}\r\n`, big), big, String(big.length), null],
    ["big and chunked", ok(CHUNKED, `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`), big, null, "chunked"],
  ];
  for (const [name, text, body, length, coding] of cases) {
    await t.step(name, async () => {
      answer = text;
      const response = await ask();
      assert.equal(response.status, 200);
      assert.equal(response.body, body);
      assert.equal(response.header("content-length"), length);
      assert.equal(response.header("transfer-encoding"), coding);
      assert.deepEqual(response.trailers, []);
    });
  }

  const bodiless: Array<[name: string, method: string, answer: string, length: string | null]> = [
    ["HEAD keeps the length", "HEAD", ok("content-length: 5\r\n"), "5"],
    ["HEAD without a length", "HEAD", ok(""), null],
    ["204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", null],
    ["304 without a length", "GET", "HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n", null],
    ["304 keeps the length", "GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", "5"],
  ];
  for (const [name, method, text, length] of bodiless) {
    await t.step(name, async () => {
      answer = text;
      await using connection = await connectRaw(proxy.listenerUrl("web"));
      for (let i = 0; i < 2; i++) {
        await connection.send(`${method} /x HTTP/1.1\r\nhost: h\r\n\r\n`);
        const response = await connection.readMessage({ isHead: true });
        assert.equal(response.status, Number(text.slice(9, 12)));
        assert.equal(response.header("content-length"), length);
      }
    });
  }

  for (const [name, text] of [["chunked", CHUNKED], ["with a length", "content-length: 2\r\n"]]) {
    await t.step(`204 ${name} is refused`, async () => {
      answer = `HTTP/1.1 204 No Content\r\n${text}\r\n`;
      const response = await ask();
      assert.equal(response.status, 502);
      assert.match(response.body, /reset reason: protocol error$/);
    });
  }
});

Deno.test("trailers pass where both sides have them enabled", async () => {
  const requests: RawMessage[] = [];
  const answer = `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n1\r\na\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n`;
  await using origin = startRawOrigin(answering(answer, requests));
  const config = bootstrap({
    managerFields: ["http_protocol_options: { enable_trailers: true }"],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
    clusterFields: ["http_protocol_options: { enable_trailers: true }"],
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  for (let i = 0; i < 2; i++) {
    await connection.send(post(CHUNKED, "2\r\nhi\r\n0\r\nX-Check: 3\r\n\r\n"));
    const response = await connection.readMessage();
    assert.equal(response.body, "a");
    assert.deepEqual(response.trailers, [["x-sum", "1"], ["x-sum", "2"]]);
    assert.equal(requests[i]!.body, "hi");
    assert.deepEqual(requests[i]!.trailers, [["x-check", "3"]]);
  }
});

Deno.test("an answer that comes before the request's end is delivered, and the connection closed", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.read(10);
    await connection.send("HTTP/1.1 413 Payload Too Large\r\ncontent-length: 3\r\n\r\nbig");
    await connection.readToEnd();
  });
  const config = bootstrap({
    managerFields: ["delayed_close_timeout: 0.2s"],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send(post("content-length: 1000000\r\n", "some of it"));
  const response = await connection.readMessage();
  assert.equal(response.status, 413);
  assert.equal(response.body, "big");
  assert.ok(await connection.isEnded());
  assert.equal(await proxy.stat("http.web.downstream_rq_response_before_rq_complete"), 1);
});

Deno.test("a response that is cut at the origin is cut at the client", async (t) => {
  let answer = "";
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send(answer);
  });
  const config = bootstrap({
    managerFields: ["delayed_close_timeout: 0.1s"],
    routes: [TO_ORIGIN],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const cut: Array<[name: string, answer: string, wanted: RegExp]> = [
    ["within its length", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", /\r\n\r\nhalf$/],
    ["within a chunk", `HTTP/1.1 200 OK\r\n${CHUNKED}\r\na\r\nhalf`, /\r\n\r\n4\r\nhalf\r\n$/],
    ["between chunks", `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n4\r\nhalf\r\n`, /\r\n\r\n4\r\nhalf\r\n$/],
    ["by a bad chunk", `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n4\r\nhalf\r\nzz\r\n`, /\r\n\r\n(4\r\nhalf\r\n)?$/],
  ];
  for (const [name, text, wanted] of cut) {
    await t.step(name, async () => {
      answer = text;
      await using connection = await connectRaw(proxy.listenerUrl("web"));
      await connection.send("GET /x HTTP/1.1\r\nhost: h\r\n\r\n");
      const received = await connection.readToEnd();
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(received, wanted);
    });
  }
});

const MIB = 1024 * 1024;
const BIG_BYTES = 64 * MIB;
/** What the proxy may grow by while it carries a body: several times its buffer limits, a fraction of the body. */
const MAX_GROWTH_MIB = 40;

Deno.test("a big upload is held back by a slow origin, not kept", async () => {
  const gate = Promise.withResolvers<void>();
  let received = 0;
  await using origin = startRawOrigin(async (connection) => {
    const head = await connection.read(4);
    assert.equal(head, "POST");
    await gate.promise;
    while (received < BIG_BYTES) received += await skipSome(connection);
    await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    await connection.readToEnd();
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  const before = await residentMiB(proxy.pid);
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send(post(`content-length: ${BIG_BYTES}\r\n`));
  const sending = sendZeros(connection, BIG_BYTES);
  await proxy.until(
    "the client was paused",
    async () => await proxy.stat("http.web.downstream_flow_control_paused_reading_total") > 0,
  );
  const growth = await residentMiB(proxy.pid) - before;
  gate.resolve();
  await sending;
  assert.equal((await connection.readMessage()).status, 200);
  assert.ok(received >= BIG_BYTES);
  assert.ok(growth < MAX_GROWTH_MIB, `grew by ${growth} MiB`);
  assert.equal(
    await proxy.stat("http.web.downstream_flow_control_paused_reading_total"),
    await proxy.stat("http.web.downstream_flow_control_resumed_reading_total"),
  );
});

Deno.test("a big download is held back by a slow client, not kept", async () => {
  await using origin = startRawOrigin(async (connection) => {
    await connection.readMessage();
    await connection.send(`HTTP/1.1 200 OK\r\ncontent-length: ${BIG_BYTES}\r\n\r\n`);
    await sendZeros(connection, BIG_BYTES);
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  const before = await residentMiB(proxy.pid);
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send("GET /x HTTP/1.1\r\nhost: h\r\n\r\n");
  await proxy.until(
    "the origin was paused",
    async () => await proxy.stat("cluster.origin.upstream_flow_control_paused_reading_total") > 0,
  );
  const growth = await residentMiB(proxy.pid) - before;
  let received = 0;
  while (received < BIG_BYTES) received += await skipSome(connection);
  assert.ok(growth < MAX_GROWTH_MIB, `grew by ${growth} MiB`);
  assert.equal(
    await proxy.stat("cluster.origin.upstream_flow_control_paused_reading_total"),
    await proxy.stat("cluster.origin.upstream_flow_control_resumed_reading_total"),
  );
});

Deno.test("big responses to pipelined requests wait for their client, one after the other", async () => {
  const size = 4 * MIB;
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      await connection.readMessage();
      await connection.send(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
      await sendZeros(connection, size);
    }
  });
  const config = bootstrap({ routes: [TO_ORIGIN], clusters: { origin: [origin.port] } });
  await using proxy = await startProxy({ config });
  await using connection = await connectRaw(proxy.listenerUrl("web"));
  await connection.send("GET /x HTTP/1.1\r\nhost: h\r\n\r\n".repeat(4));
  await proxy.until(
    "the origin was paused",
    async () => await proxy.stat("cluster.origin.upstream_flow_control_paused_reading_total") > 0,
  );
  for (let i = 0; i < 4; i++) assert.equal((await connection.readMessage()).body.length, size);
  assert.doesNotMatch(proxy.logs(), /\]\[(error|critical)\]/);
});

/** Reads some bytes and says how many: a body that ends early is an error, not an endless loop. */
async function skipSome(connection: RawConnection): Promise<number> {
  const { length } = await connection.readSome();
  assert.ok(length > 0, "the body ended early");
  return length;
}

async function sendZeros(connection: RawConnection, count: number): Promise<void> {
  const piece = new Uint8Array(MIB);
  for (let sent = 0; sent < count; sent += piece.length) await connection.sendBytes(piece);
}
