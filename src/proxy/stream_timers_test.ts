/** What keeps the timers of a stream and of a try waiting, what replaces them, and that none is left behind. */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertClean, DataPath, type Peer } from "../../test/support/data_path.ts";
import type { HttpFilterDefinition } from "../filter/define.ts";
import { type FilterHandle, HeadStatus, PassThroughFilter } from "../filter/http_filter.ts";

const GET = "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 100\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
const HEAD = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";

const ALL_ON = [
  "request_headers_timeout: 1s",
  "request_timeout: 1s",
  "stream_idle_timeout: 1s",
  "common_http_protocol_options: { idle_timeout: 0s, max_stream_duration: 5s }",
];
const ALL_OFF = ["stream_idle_timeout: 0s", "common_http_protocol_options: { idle_timeout: 0s }"];

function routes(fields: string, path = "/"): string {
  const others = path === "/" ? "" : `, { match: { prefix: / }, route: { cluster: web } }`;
  return `{ virtual_hosts: [{ name: all, domains: ["*"], ` +
    `routes: [{ match: { prefix: ${path} }, route: { cluster: web, ${fields} } }${others}] }] }`;
}

/** Says it in ten pieces, and lets so much time pass before each. */
function sayInPieces(path: DataPath, peer: Peer, pauseMs: number): void {
  for (let piece = 0; piece < 10; piece++) {
    path.advance(pauseMs);
    assert.deepEqual(path.logged, []);
    peer.send("0123456789");
    path.deliver();
  }
}

Deno.test("an exchange that is through leaves no timer, whatever is configured", () => {
  const path = new DataPath({
    managerFields: ALL_ON,
    clusterFields: ["common_http_protocol_options: { idle_timeout: 0s, max_stream_duration: 5s }"],
    routes: routes(
      "timeout: 5s, idle_timeout: 2s, retry_policy: { per_try_timeout: 2s, per_try_idle_timeout: 1s }",
    ),
  });
  const client = path.connect();
  for (let exchange = 0; exchange < 3; exchange++) {
    client.send(GET);
    path.deliver();
    assert.equal(path.loop.timers.armedCount, 6, "idle, duration, global; per try, per try idle, try duration");
    path.origin.send(OK);
    path.deliver();
    assert.match(client.take(), /200 OK/);
    assert.equal(path.loop.timers.armedCount, 0);
  }
  assert.deepEqual(path.logged, Array(3).fill("200 - via_upstream"));
  assertClean(path);
});

Deno.test("an exchange whose timeouts are all off arms no timer", () => {
  const path = new DataPath({
    managerFields: ALL_OFF,
    clusterFields: ["common_http_protocol_options: { idle_timeout: 0s }"],
    routes: routes("timeout: 0s"),
  });
  const client = path.connect();
  for (let exchange = 0; exchange < 2; exchange++) {
    client.send("GET / HTTP/1.1\r\n");
    path.deliver();
    assert.equal(path.loop.timers.armedCount, 0);
    client.send("host: a.test\r\n\r\n");
    path.deliver();
    // Of the connection attempt, which the delivery ended.
    assert.equal(path.loop.timers.armedCount, 0);
    path.advance(3_600_000);
    path.origin.send(OK);
    path.deliver();
    assert.match(client.take(), /200 OK/);
  }
  assertClean(path);
});

Deno.test("a client that goes away takes the timers of its stream and of its try along", () => {
  const path = new DataPath({
    managerFields: ALL_ON,
    clusterFields: ["common_http_protocol_options: { max_stream_duration: 5s }"],
    routes: routes("timeout: 5s, retry_policy: { per_try_timeout: 2s, per_try_idle_timeout: 1s }"),
  });
  for (const text of ["GET / HT", `${POST}abc`, GET]) {
    const client = path.connect();
    client.send(text);
    path.deliver();
    assert.notEqual(path.loop.timers.armedCount, 0);
    client.close("abort");
    path.deliver();
    assert.equal(path.loop.timers.armedCount, 0, text);
  }
  assertClean(path);
});

Deno.test("a request that goes on is not idle", () => {
  const path = new DataPath({ managerFields: ["stream_idle_timeout: 1s"] });
  const client = path.connect();
  client.send(POST);
  path.deliver();
  sayInPieces(path, client, 900);
  path.advance(990);
  assert.deepEqual(path.logged, []);
  path.advance(10);
  assert.deepEqual(path.logged, ["504 SI stream_idle_timeout"]);
  assertClean(path);
});

Deno.test("a response that goes on is not idle, neither as a stream nor as a try", () => {
  const path = new DataPath({
    managerFields: ["stream_idle_timeout: 1s"],
    routes: routes("timeout: 0s, retry_policy: { per_try_idle_timeout: 1s }"),
  });
  const client = path.connect();
  client.send(GET);
  path.deliver();
  path.advance(900);
  path.origin.send(HEAD);
  path.deliver();
  sayInPieces(path, path.origin, 900);
  assert.deepEqual(path.logged, ["200 - via_upstream"]);
  assertClean(path);
});

Deno.test("an interim response is a sign of life for a try, and for its stream where it is forwarded", () => {
  for (
    const [forwards, log] of [[true, "504 UT upstream_per_try_idle_timeout"], [false, "504 SI stream_idle_timeout"]]
  ) {
    const path = new DataPath({
      managerFields: ["stream_idle_timeout: 1s", `proxy_100_continue: ${forwards}`],
      routes: routes("timeout: 0s, retry_policy: { per_try_idle_timeout: 0.9s }"),
    });
    const client = path.connect();
    client.send(GET);
    path.deliver();
    path.advance(800);
    path.origin.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    path.deliver();
    path.advance(forwards ? 890 : 190);
    assert.deepEqual(path.logged, []);
    path.advance(10);
    assert.deepEqual(path.logged, [log]);
    assertClean(path);
  }
});

Deno.test("a response does not stop the time of its route, its stream or its try", () => {
  const limits: ReadonlyArray<[manager: string[], cluster: string[], route: string, log: string]> = [
    [[], [], "timeout: 5s", "200 UT response_timeout"],
    [
      ["common_http_protocol_options: { max_stream_duration: 5s }"],
      [],
      "timeout: 0s",
      "200 - max_duration_timeout",
    ],
    [
      [],
      ["common_http_protocol_options: { max_stream_duration: 5s }"],
      "timeout: 0s",
      "200 UMSDR upstream_max_stream_duration_reached",
    ],
  ];
  for (const [managerFields, clusterFields, route, log] of limits) {
    const path = new DataPath({ managerFields, clusterFields, routes: routes(route) });
    const client = path.connect();
    client.send(GET);
    path.deliver();
    path.origin.send(HEAD);
    path.deliver();
    for (let piece = 0; piece < 4; piece++) {
      path.advance(1000);
      path.origin.send("0123456789");
      path.deliver();
    }
    path.advance(990);
    assert.deepEqual(path.logged, []);
    path.advance(10);
    assert.deepEqual(path.logged, [log]);
    assert.equal(client.received.split("\r\n\r\n")[1], "0123456789".repeat(4));
    path.advance(1100);
    assert.ok(client.hasEnded || client.closed !== null);
    assertClean(path);
  }
});

Deno.test("max_stream_duration of a route counts from the stream's first byte", () => {
  const path = new DataPath({ routes: routes("max_stream_duration: { max_stream_duration: 2s }") });
  const client = path.connect();
  client.send("GET / HTTP/1.1\r\n");
  path.deliver();
  path.advance(1500);
  client.send("host: a.test\r\n\r\n");
  path.deliver();
  path.advance(490);
  assert.deepEqual(path.logged, []);
  path.advance(10);
  assert.deepEqual(path.logged, ["504 - max_duration_timeout"]);
  assertClean(path);
});

Deno.test("max_stream_duration of a route that a slow head has used up ends the stream at once", () => {
  const path = new DataPath({ routes: routes("max_stream_duration: { max_stream_duration: 2s }") });
  const client = path.connect();
  client.send("GET / HTTP/1.1\r\n");
  path.deliver();
  path.advance(3000);
  client.send("host: a.test\r\n\r\n");
  path.deliver();
  path.advance(10);
  assert.deepEqual(path.logged, ["504 - max_duration_timeout"]);
  assertClean(path);
});

// ---- another route

const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** A filter that holds a request for 500 ms and then sends it to another path. */
function reroutingTo(target: string): HttpFilterDefinition {
  class Rerouting extends PassThroughFilter {
    readonly #handle: FilterHandle;

    constructor(handle: FilterHandle) {
      super();
      this.#handle = handle;
    }

    override decodeHead() {
      held = this.#handle;
      return HeadStatus.stop;
    }
  }
  let held: FilterHandle | null = null;
  releaseHeld = () => {
    held!.request.path = target;
    held!.clearRouteCache();
    held!.continueDecoding();
  };
  return {
    typeUrl: TYPE,
    schema: z.strictObject({ stat_prefix: z.string() }),
    isTerminal: false,
    createFactory: () => ({ create: (handle) => new Rerouting(handle) }),
  };
}
let releaseHeld: () => void = () => {};

const REROUTED: ReadonlyArray<[what: string, from: string, to: string, manager: string[], atMs: number, log: string]> =
  [
    ["idle_timeout of the new one", "", "idle_timeout: 1s", [], 1000, "504 SI stream_idle_timeout"],
    ["idle_timeout of the old one, the new says none", "idle_timeout: 1s", "", [], 1000, "504 SI stream_idle_timeout"],
    ["no idle_timeout", "idle_timeout: 1s", "idle_timeout: 0s, timeout: 2s", [], 2500, "504 UT response_timeout"],
    [
      "the new one's duration, from the stream's first byte",
      "max_stream_duration: { max_stream_duration: 1s }",
      "max_stream_duration: { max_stream_duration: 2s }",
      [],
      2000,
      "504 - max_duration_timeout",
    ],
    [
      "the connection manager's duration again",
      "max_stream_duration: { max_stream_duration: 1s }",
      "timeout: 0s",
      ["common_http_protocol_options: { max_stream_duration: 3s }"],
      3000,
      "504 - max_duration_timeout",
    ],
    [
      "no duration",
      "max_stream_duration: { max_stream_duration: 1s }",
      "timeout: 2s",
      [],
      2500,
      "504 UT response_timeout",
    ],
  ];

for (const [what, from, to, managerFields, atMs, log] of REROUTED) {
  Deno.test(`a stream whose route is chosen anew has ${what}`, () => {
    const path = new DataPath({
      managerFields,
      routes: `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [` +
        `{ match: { prefix: /new }, route: { cluster: web, ${to} } }, ` +
        `{ match: { prefix: / }, route: { cluster: web, ${from} } }] }] }`,
      filters: [`{ name: reroute, typed_config: { "@type": ${TYPE}, stat_prefix: x } }`],
      definitions: [reroutingTo("/new")],
    });
    const client = path.connect();
    client.send(GET);
    path.deliver();
    path.advance(500);
    path.loop.runEvent(releaseHeld);
    path.deliver();
    path.advance(atMs - 510);
    assert.deepEqual(path.logged, []);
    path.advance(10);
    assert.deepEqual(path.logged, [log]);
    assertClean(path);
  });
}
