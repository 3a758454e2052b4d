/** Open tunnels on the memory data path (spec/http.md 7): bytes, ends, slow peers. */
import assert from "node:assert/strict";
import { assertClean, type Peer } from "../../test/support/data_path.ts";
import {
  ACCEPTED,
  begin,
  CONNECT,
  ENDING,
  FORWARDED,
  isGone,
  OK,
  POST,
  POSTING,
  route,
  routes,
  TunnelPath,
  UPGRADE,
} from "../../test/support/tunnel_path.ts";

for (const pieceBytes of [Infinity, 1]) {
  const feeding = pieceBytes === 1 ? ", byte by byte" : "";

  Deno.test(`an upgrade is forwarded as it is and its bytes are held until it is accepted${feeding}`, () => {
    const path = new TunnelPath(FORWARDED, { pieceBytes });
    const client = path.connect();
    client.send(`${UPGRADE}early`);
    path.deliver();
    assert.equal(
      path.origin.take(),
      "GET /ws HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\nx-forwarded-proto: http\r\n" +
        "x-envoy-expected-rq-timeout-ms: 15000\r\n\r\n",
    );
    client.send(" bytes");
    path.deliver();
    assert.equal(path.origin.take(), "");
    path.origin.send(`${ACCEPTED}greeting`);
    path.deliver();
    assert.equal(path.origin.take(), "early bytes");
    assert.match(
      client.take(),
      /^HTTP\/1\.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n(?!.*(content-length|transfer-encoding|connection: close)).*\r\n\r\ngreeting$/s,
    );
    client.send("GET / HTTP/1.1\r\n\r\n");
    path.origin.send("HTTP/1.1 200 OK\r\n\r\n");
    path.deliver();
    assert.equal(path.origin.take(), "GET / HTTP/1.1\r\n\r\n");
    assert.equal(client.take(), "HTTP/1.1 200 OK\r\n\r\n");
    assert.deepEqual(path.upgrades(), [1, 1, 0]);
    assertClean(path);
  });

  Deno.test(`a CONNECT that ends here sends its bytes alone${feeding}`, () => {
    const path = new TunnelPath(ENDING, { pieceBytes });
    const client = path.connect();
    client.send(`${CONNECT}early`);
    path.deliver();
    assert.equal(path.origin.take(), "early");
    assert.match(client.take(), /^HTTP\/1\.1 200 OK\r\n(date|server)[^]*\r\n\r\n$/);
    path.origin.send("back");
    client.send("on");
    path.deliver();
    assert.equal(client.take(), "back");
    assert.equal(path.origin.take(), "on");
    assert.equal(path.counter("cluster.web.upstream_cx_http1_total"), 0);
    assert.equal(path.counter("cluster.web.upstream_rq_200"), 1);
    assertClean(path);
  });

  Deno.test(`a POST that is a tunnel ends with FIN, its answer with the peer's${feeding}`, () => {
    const path = new TunnelPath(POSTING, { pieceBytes });
    const client = path.connect();
    client.send(`${POST}5\r\nhello\r\n0\r\n\r\n`);
    path.deliver();
    assert.equal(path.origin.take(), "hello");
    assert.equal(path.origin.hasEnded, true);
    path.origin.send("reply");
    path.deliver();
    path.origin.close("half");
    path.deliver();
    assert.match(client.take(), /^HTTP\/1\.1 200 OK[^]*transfer-encoding: chunked\r\n\r\n[^]*0\r\n\r\n$/);
    // Byte by byte the answer comes before the request is all there: that costs the connection.
    assert.equal(isGone(client), pieceBytes === 1);
    assert.deepEqual(path.lines, ["200 - via_upstream 5 5"]);
    assert.deepEqual(path.upgrades(), [0, 0, 0]);
    assertClean(path);
  });

  Deno.test(`bytes behind a refused upgrade go with the connection${feeding}`, () => {
    for (const [request, table] of [[UPGRADE, ENDING], [CONNECT, routes(route("connect_matcher: {}", "other"))]]) {
      const path = new TunnelPath(table === ENDING ? routes(route("prefix: /", "other")) : table!, { pieceBytes });
      const client = path.connect();
      client.send(`${request}GET /second HTTP/1.1\r\nhost: a.test\r\n\r\n`);
      path.deliver();
      client.send("GET /third HTTP/1.1\r\nhost: a.test\r\n\r\n");
      path.deliver();
      assert.match(client.take(), /^HTTP\/1\.1 403 Forbidden\r\n[^]*connection: close\r\ncontent-length: 0\r\n\r\n$/);
      assert.equal(path.origins.length, 0);
      assert.equal(path.counter("http.ingress.downstream_rq_total"), 1);
      assert.deepEqual(path.upgrades(), [0, 0, 1]);
      path.advance(1100);
      assert.ok(isGone(client));
      assert.match(path.lines[0]!, /^403 - upgrade_failed /);
      assertClean(path);
    }
  });
}

// ---- ends

interface End {
  readonly name: string;
  readonly table: string;
  readonly request: string;
  readonly answer: string;
  readonly act: (path: TunnelPath, client: Peer) => void;
  readonly line: string;
  /** How many milliseconds later the client's connection ends: at once, or when the client had time to. */
  readonly clientEndsAfterMs: 0 | 1000;
  readonly clientGot: string;
  readonly originGot: string;
  /** `upstream_cx_destroy_…_with_active_rq`. */
  readonly isRemote: boolean;
  /** `downstream_rq_rx_reset`, `downstream_rq_tx_reset`. */
  readonly resets: readonly [rx: number, tx: number];
}

const TERMINATION = "upstream_reset_after_response_started{connection_termination}";
const clientSaysBye = (path: TunnelPath, client: Peer) => {
  client.send("bye");
  client.close("half");
  path.deliver();
};
const originSaysBye = (path: TunnelPath) => {
  path.origin.send("bye");
  path.origin.close("half");
  path.deliver();
};
const originBreaks = (path: TunnelPath) => path.network.pairs.at(-1)!.cut();
const FROM_CLIENT = {
  line: "DC downstream_remote_disconnect 3 0",
  clientEndsAfterMs: 0,
  clientGot: "",
  originGot: "bye",
  isRemote: false,
  resets: [1, 0],
} as const;
const FROM_ORIGIN = { act: originSaysBye, clientEndsAfterMs: 1000, clientGot: "bye", originGot: "" } as const;

const ENDS: readonly End[] = [
  {
    name: "an upgrade, by the client",
    table: FORWARDED,
    request: UPGRADE,
    answer: ACCEPTED,
    act: clientSaysBye,
    ...FROM_CLIENT,
    line: `101 ${FROM_CLIENT.line}`,
  },
  {
    name: "a forwarded CONNECT, by the client",
    table: FORWARDED,
    request: CONNECT,
    answer: OK,
    act: clientSaysBye,
    ...FROM_CLIENT,
    line: `200 ${FROM_CLIENT.line}`,
  },
  {
    name: "a CONNECT that ends here, by the client",
    table: ENDING,
    request: CONNECT,
    answer: "",
    act: clientSaysBye,
    ...FROM_CLIENT,
    line: `200 ${FROM_CLIENT.line}`,
  },
  {
    name: "an upgrade, by the origin",
    table: FORWARDED,
    request: UPGRADE,
    answer: ACCEPTED,
    ...FROM_ORIGIN,
    line: `101 UC ${TERMINATION} 0 3`,
    isRemote: true,
    resets: [1, 1],
  },
  {
    name: "a forwarded CONNECT, by the origin",
    table: FORWARDED,
    request: CONNECT,
    answer: OK,
    ...FROM_ORIGIN,
    line: `200 UC ${TERMINATION} 0 3`,
    isRemote: false,
    resets: [1, 1],
  },
  {
    name: "a CONNECT that ends here, by the origin",
    table: ENDING,
    request: CONNECT,
    answer: "",
    ...FROM_ORIGIN,
    line: "200 - via_upstream 0 3",
    isRemote: false,
    resets: [1, 0],
  },
  {
    name: "a POST that is a tunnel, by the origin",
    table: POSTING,
    request: POST,
    answer: "",
    ...FROM_ORIGIN,
    clientGot: "3\r\nbye\r\n0\r\n\r\n",
    line: "200 - via_upstream 0 3",
    isRemote: false,
    resets: [1, 0],
  },
  {
    name: "an upgrade, by a reset of the origin",
    table: FORWARDED,
    request: UPGRADE,
    answer: ACCEPTED,
    act: originBreaks,
    line: `101 UC ${TERMINATION} 0 0`,
    clientEndsAfterMs: 1000,
    clientGot: "",
    originGot: "",
    isRemote: true,
    resets: [1, 1],
  },
  {
    name: "a CONNECT that ends here, by a reset of the origin",
    table: ENDING,
    request: CONNECT,
    answer: "",
    act: originBreaks,
    line: `200 UC ${TERMINATION} 0 0`,
    clientEndsAfterMs: 1000,
    clientGot: "",
    originGot: "",
    isRemote: true,
    resets: [1, 1],
  },
  {
    name: "a POST that is a tunnel, by a reset of the origin, without a last chunk",
    table: POSTING,
    request: POST,
    answer: "",
    act: originBreaks,
    line: `200 UC ${TERMINATION} 0 0`,
    clientEndsAfterMs: 1000,
    clientGot: "",
    originGot: "",
    isRemote: true,
    resets: [1, 1],
  },
];

for (
  const { name, table, request, answer, act, line, clientEndsAfterMs, clientGot, originGot, isRemote, resets } of ENDS
) {
  Deno.test(`a tunnel ends: ${name}`, () => {
    const path = new TunnelPath(table);
    const client = begin(path, request, answer);
    act(path, client);
    path.deliver();
    assert.equal(client.take(), clientGot);
    assert.equal(path.origin.take(), originGot);
    assert.ok(isGone(path.origin));
    if (clientEndsAfterMs > 0) {
      assert.equal(isGone(client), false);
      path.advance(clientEndsAfterMs + 100);
    }
    assert.ok(isGone(client));
    assert.deepEqual(path.lines, [line]);
    const ending = isRemote ? "remote" : "local";
    assert.equal(path.counter(`cluster.web.upstream_cx_destroy_${ending}_with_active_rq`), 1);
    assert.equal(path.counter("cluster.web.upstream_cx_destroy_with_active_rq"), 1);
    assert.deepEqual(
      [path.counter("http.ingress.downstream_rq_rx_reset"), path.counter("http.ingress.downstream_rq_tx_reset")],
      resets,
    );
    assert.equal(path.upgrades()[1], 0);
    assertClean(path);
  });
}

Deno.test("the connection of a tunnel is never used again", () => {
  for (const [table, request, answer] of [[FORWARDED, UPGRADE, ACCEPTED], [ENDING, CONNECT, ""]] as const) {
    const path = new TunnelPath(table);
    for (let turn = 1; turn <= 3; turn++) {
      const client = begin(path, request, answer);
      client.close("abort");
      path.deliver();
      assert.equal(path.origins.length, turn);
      assert.ok(isGone(path.origin));
    }
    assertClean(path);
  }
});

// ---- slow peers

for (
  const [name, table, request, answer] of [["an upgrade", FORWARDED, UPGRADE, ACCEPTED], [
    "a CONNECT that ends here",
    ENDING,
    CONNECT,
    "",
  ]] as const
) {
  const body = "0123456789abcdef".repeat(300_000);

  Deno.test(`${name} stops reading either side while the other is slow, and loses nothing`, () => {
    const path = new TunnelPath(table, { windowBytes: 4096 });
    const client = begin(path, request, answer);
    for (
      const [from, to, paused] of [[client, path.origin, "http.ingress.downstream"], [
        path.origin,
        client,
        "cluster.web.upstream",
      ]] as const
    ) {
      to.pause(true);
      from.send(body);
      path.deliver();
      assert.ok(path.counter(`${paused}_flow_control_paused_reading_total`) > 0, "reading was paused");
      assert.ok(from.connection.pendingBytes > body.length - 4_000_000, "most of it waits at its sender");
      to.pause(false);
      path.deliver();
      assert.ok(to.take() === body, "every byte has come, in order");
    }
    assertClean(path);
  });
}

Deno.test("an upgrade's early bytes are held up to the cluster's limit; then the client waits", () => {
  const path = new TunnelPath(FORWARDED, { cluster: { perConnectionBufferLimitBytes: 100_000 } });
  const client = path.connect();
  const early = "0123456789abcdef".repeat(60_000);
  client.send(`${UPGRADE}${early}`);
  path.deliver();
  assert.equal(path.counter("http.ingress.downstream_flow_control_paused_reading_total"), 1);
  assert.ok(client.connection.pendingBytes > 0);
  path.origin.take();
  path.origin.send(ACCEPTED);
  path.deliver();
  assert.ok(path.origin.take() === early);
  assertClean(path);
});
