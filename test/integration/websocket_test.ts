/**
 * A WebSocket through the proxy is what it is without: every case of a protocol test suite, written to the byte, has the
 * same outcome for the client and for the origin; and both are what the protocol says.
 */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { type RunningProxy, startProxy } from "../support/proxy.ts";
import { askRaw } from "../support/raw_h1.ts";
import { WEBSOCKET_CASES, type WebSocketCase } from "../support/websocket_cases.ts";
import { type EchoRecord, WebSocketEcho } from "../support/websocket_echo.ts";
import { type ClientRecord, playWebSocket } from "../support/websocket_talk.ts";

/** Cases that run side by side. */
const AT_ONCE = 60;

interface CaseOutcome {
  readonly client: ClientRecord;
  readonly origin: EchoRecord;
}

function startInFront(echo: WebSocketEcho, managerFields: readonly string[] = []): Promise<RunningProxy> {
  return startProxy({
    config: bootstrap({
      managerFields: [
        "delayed_close_timeout: 0.5s",
        "upgrade_configs: [{ upgrade_type: websocket }]",
        ...managerFields,
      ],
      routes: ["{ match: { prefix: / }, route: { cluster: echo } }"],
      clusters: { echo: [echo.port] },
    }),
  });
}

/** Every case once, at a path of its own. */
async function playAll(echo: WebSocketEcho, port: number, prefix: string): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  const waiting = [...WEBSOCKET_CASES.entries()];
  const playNext = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next, path = `/${prefix}/${index}`;
      outcomes[index] = { client: await playWebSocket(port, path, one), origin: await echo.seen(path) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, playNext));
  return outcomes;
}

/** What the client must have seen. */
function wantedOf({ wants, ends }: WebSocketCase): ClientRecord {
  const endedBy = ends === "refused" || ends === "dropping" ? "client" : "server";
  return { status: "HTTP/1.1 101 Switching Protocols", frames: wants, endedBy };
}

Deno.test(`${WEBSOCKET_CASES.length} WebSocket cases have the same outcome with and without the proxy`, async () => {
  await using echo = await WebSocketEcho.start();
  await using proxy = await startInFront(echo);
  const direct = await playAll(echo, echo.port, "direct");
  const proxied = await playAll(echo, Number(new URL(proxy.listenerUrl("web")).port), "proxied");
  for (const [index, one] of WEBSOCKET_CASES.entries()) {
    assert.deepEqual(direct[index]!.client, wantedOf(one), `${one.name}, without the proxy`);
    assert.deepEqual(proxied[index], direct[index], one.name);
  }
  assert.equal(await proxy.stat("http.web.downstream_cx_upgrades_total"), WEBSOCKET_CASES.length);
  await proxy.until("no tunnel is open", async () => await proxy.stat("http.web.downstream_cx_upgrades_active") === 0);
  await proxy.until("no upstream connection is", async () => await proxy.stat("cluster.echo.upstream_cx_active") === 0);
  assert.equal(await proxy.stat("cluster.echo.upstream_rq_101"), WEBSOCKET_CASES.length);
});

Deno.test("a WebSocket client that shares no code with us talks through the proxy", async () => {
  await using echo = await WebSocketEcho.start();
  await using proxy = await startInFront(echo);
  const socket = new WebSocket(`${proxy.listenerUrl("web").replace("http:", "ws:")}/client`);
  socket.binaryType = "arraybuffer";
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onopen = resolve);
  const received: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    socket.onmessage = ({ data }) => {
      received.push(typeof data === "string" ? data : new Uint8Array(data).length);
      if (received.length === 100) resolve();
    };
  });
  for (let i = 0; i < 50; i++) {
    socket.send(`message ${i} \u{1f600}`);
    socket.send(new Uint8Array(i * 1000));
  }
  await all;
  assert.deepEqual(received, Array.from({ length: 50 }, (_, i) => [`message ${i} \u{1f600}`, i * 1000]).flat());
  socket.close(4321, "enough");
  const { code, wasClean } = await closed;
  assert.deepEqual([code, wasClean], [4321, true]);
  assert.equal((await echo.seen("/client")).close, "4321 enough");
});

Deno.test("a WebSocket origin's refusal is handed on, and a plain request is answered as without the proxy", async () => {
  await using echo = await WebSocketEcho.start();
  await using proxy = await startInFront(echo);
  const version = "GET / HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
    "sec-websocket-version: 12\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const direct = await askRaw(`127.0.0.1:${echo.port}`, version);
  const proxied = await askRaw(proxy.listenerUrl("web"), version);
  assert.deepEqual([proxied.status, proxied.body], [direct.status, direct.body]);
  assert.ok(proxied.status >= 400);
  assert.equal(proxied.header("sec-websocket-version"), direct.header("sec-websocket-version"));
  assert.equal(proxied.header("connection"), "close");
});
