/**
 * The life of a downstream connection, row by row of spec/http.md 1.5: what ends it, when to the tick, what the peer is
 * told before, and what is counted. Whatever happened, no timer runs at the end.
 */
import assert from "node:assert/strict";
import {
  assertCounts,
  assertEndsAfter,
  exchange,
  GET,
  isOver,
  OK,
  pass,
  saysClose,
  send,
  start,
} from "../../test/support/client_script.ts";
import { assertClean, DataPath, type Peer } from "../../test/support/data_path.ts";

const LAST_GET = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
const HALF = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf.";
const REST = "other";
const COMMON = "common_http_protocol_options";

// ---- idle_timeout

Deno.test("idle_timeout closes a connection that never sent a byte at once", () => {
  const [path, client] = start([`${COMMON}: {idle_timeout: 1s}`]);
  assertEndsAfter(path, client, 1000);
  assertCounts(path, { idle_timeout: 1, destroy_local: 1, delayed_close_timeout: 0, http1_total: 0, total: 1 });
  assertClean(path);
});

Deno.test("idle_timeout drains a connection that has served: drain_timeout, then the delayed close", () => {
  const [path, client] = start([`${COMMON}: {idle_timeout: 1s}`, "drain_timeout: 2s", "delayed_close_timeout: 0.5s"]);
  assert.ok(!saysClose(exchange(path, client)));
  pass(path, 1010);
  assertCounts(path, { idle_timeout: 1, http1_total: 1, destroy: 0 });
  assertEndsAfter(path, client, 2490);
  assertCounts(path, { idle_timeout: 1, delayed_close_timeout: 1, destroy_local: 1 });
  assertClean(path);
});

Deno.test("idle_timeout lets the request that raced with it be served, as the last", () => {
  const [path, client] = start([`${COMMON}: {idle_timeout: 1s}`, "drain_timeout: 2s"]);
  exchange(path, client);
  pass(path, 1500);
  assert.ok(saysClose(exchange(path, client)));
  assert.ok(isOver(client), "the client was told and has its answer: nothing to wait for");
  assertCounts(path, { idle_timeout: 1, delayed_close_timeout: 0, destroy_local: 1 });
  assertClean(path);
});

Deno.test("idle_timeout counts from the end of the last exchange and stands still during one", () => {
  const [path, client] = start([`${COMMON}: {idle_timeout: 1s}`, "drain_timeout: 0s", "delayed_close_timeout: 0s"]);
  pass(path, 900);
  send(path, client, GET);
  pass(path, 5000);
  send(path, path.origin, OK);
  pass(path, 900);
  assert.ok(!saysClose(exchange(path, client)));
  assertCounts(path, { idle_timeout: 0 });
  assertEndsAfter(path, client, 1000);
  assertClean(path);
});

Deno.test("idle_timeout 0 is none", () => {
  const [path, client] = start([`${COMMON}: {idle_timeout: 0s}`]);
  exchange(path, client);
  assert.equal(path.managers.size, 1);
  path.advance(86_400_000);
  assert.ok(!isOver(client));
  assertClean(path);
});

// ---- max_connection_duration

Deno.test("max_connection_duration closes a connection that never sent a byte at once", () => {
  for (const more of [[], ["http1_safe_max_connection_duration: true"]]) {
    const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, ...more]);
    assertEndsAfter(path, client, 1000);
    assertCounts(path, { max_duration_reached: 1, destroy_local: 1, delayed_close_timeout: 0 });
    assertClean(path);
  }
});

Deno.test("max_connection_duration drains, whatever was served meanwhile", () => {
  const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, "drain_timeout: 2s"]);
  for (let i = 0; i < 4; i++) {
    assert.ok(!saysClose(exchange(path, client)));
    pass(path, 240);
  }
  pass(path, 60);
  assertCounts(path, { max_duration_reached: 1 });
  assertEndsAfter(path, client, 2980);
  assertCounts(path, { delayed_close_timeout: 1, idle_timeout: 0 });
  assertClean(path);
});

Deno.test("max_connection_duration tells the peer with the response that begins after it", () => {
  for (const waitMs of [1500, 4000]) {
    const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, "drain_timeout: 2s"]);
    send(path, client, GET);
    pass(path, waitMs);
    send(path, path.origin, OK);
    assert.ok(saysClose(client.take()));
    assert.ok(isOver(client));
    assertClean(path);
  }
});

Deno.test("max_connection_duration does not cut a response that began before it", () => {
  const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, "drain_timeout: 2s"]);
  send(path, client, GET);
  send(path, path.origin, HALF);
  pass(path, 1500);
  send(path, path.origin, REST);
  assert.match(client.take(), /half\.other$/);
  assert.ok(!isOver(client), "nobody told it: a request may be on its way");
  assertEndsAfter(path, client, 2500);
  assertClean(path);
});

Deno.test("max_connection_duration closes after a response that outlasts the drain, with the delay", () => {
  const [path, client] = start([`${COMMON}: {max_connection_duration: 1s}`, "drain_timeout: 1s"]);
  send(path, client, GET);
  send(path, path.origin, HALF);
  pass(path, 2500);
  send(path, path.origin, REST);
  assert.match(client.take(), /half\.other$/);
  assertEndsAfter(path, client, 1000);
  assertClean(path);
});

Deno.test("max_connection_duration_jitter adds up to its share, another for each connection", () => {
  const path = new DataPath({
    managerFields: [`${COMMON}: {max_connection_duration: 10s, max_connection_duration_jitter: {value: 50}}`],
  });
  const clients = Array.from({ length: 20 }, () => path.connect());
  pass(path, 9990);
  assert.equal(clients.filter(isOver).length, 0);
  pass(path, 2500);
  const halfWay = clients.filter(isOver).length;
  assert.ok(halfWay > 2 && halfWay < 18, `${halfWay} of 20 over at half of the jitter`);
  pass(path, 2530);
  assert.equal(clients.filter(isOver).length, 20);
  assertClean(path);
});

Deno.test("http1_safe_max_connection_duration waits for the next request and makes it the last", () => {
  const [path, client] = start([
    `${COMMON}: {max_connection_duration: 1s, idle_timeout: 0s}`,
    "http1_safe_max_connection_duration: true",
  ]);
  exchange(path, client);
  pass(path, 60_000);
  assert.ok(!isOver(client));
  assertCounts(path, { max_duration_reached: 1 });
  assert.equal(path.gauge("http.ingress.downstream_cx_http1_soft_drain"), 1);
  assert.ok(saysClose(exchange(path, client)));
  assert.ok(isOver(client));
  assertClean(path);
});

Deno.test("http1_safe_max_connection_duration lets the request under way be another's predecessor", () => {
  const [path, client] = start([
    `${COMMON}: {max_connection_duration: 1s}`,
    "http1_safe_max_connection_duration: true",
  ]);
  send(path, client, GET);
  pass(path, 1500);
  send(path, path.origin, OK);
  assert.ok(!saysClose(client.take()), "as in Envoy");
  assert.ok(saysClose(exchange(path, client)));
  assertClean(path);
});

// ---- requests that end a connection

Deno.test("max_requests_per_connection makes the last response say so", () => {
  const [path, client] = start([`${COMMON}: {max_requests_per_connection: 3}`]);
  for (let i = 1; i <= 3; i++) {
    assert.equal(saysClose(exchange(path, client)), i === 3);
    assertCounts(path, { max_requests_reached: i === 3 ? 1 : 0 });
  }
  assert.ok(isOver(client));
  assertClean(path);
});

Deno.test("a request that asks for the end gets it at once, and what is pipelined behind it is not served", () => {
  const [path, client] = start([]);
  client.send(LAST_GET + GET);
  path.deliver();
  send(path, path.origin, OK);
  const answer = client.take();
  assert.ok(saysClose(answer));
  assert.equal(answer.match(/HTTP\/1\.1 200/g)!.length, 1);
  assert.ok(isOver(client));
  assertCounts(path, { delayed_close_timeout: 0 });
  assertClean(path);
});

Deno.test("HTTP/1.0 without a length ends with the connection, at once", () => {
  for (const fields of ["", "connection: keep-alive\r\n"]) {
    const [path, client] = start(["http_protocol_options: {accept_http_10: true}"]);
    send(path, client, `GET / HTTP/1.0\r\nhost: a\r\n${fields}\r\n`);
    send(path, path.origin, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    assert.match(client.take(), /^HTTP\/1\.0 200 OK\r\n[^]*connection: close\r\n\r\nhi$/);
    assert.ok(isOver(client));
    assertClean(path);
  }
});

// ---- the delayed close

Deno.test("delayed_close_timeout gives a peer that is still sending its time", () => {
  const [path, client] = start(["delayed_close_timeout: 0.7s"]);
  send(path, client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
  send(path, path.origin, OK);
  assert.ok(saysClose(client.take()));
  pass(path, 300);
  send(path, client, "x".repeat(97) + GET);
  assert.equal(client.take(), "", "what still comes is dropped");
  assertEndsAfter(path, client, 400);
  assert.ok(client.hasEnded, "FIN, not a reset: everything it sent was read");
  assertCounts(path, { delayed_close_timeout: 1, destroy_local: 1 });
  assert.equal(path.origins.length, 1);
  assertClean(path);
});

Deno.test("delayed_close_timeout ends early when the peer closes first", () => {
  const [path, client] = start([]);
  send(path, client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
  send(path, path.origin, OK);
  pass(path, 300);
  client.close("half");
  path.deliver();
  assert.ok(isOver(client));
  assert.equal(path.managers.size, 0);
  assertCounts(path, { delayed_close_timeout: 0, destroy_remote: 1, destroy_local: 0 });
  assertClean(path);
});

Deno.test("delayed_close_timeout 0 closes as soon as all is flushed", () => {
  const [path, client] = start(["delayed_close_timeout: 0s"]);
  send(path, client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
  send(path, path.origin, OK);
  assert.match(client.take(), /hi$/);
  assert.ok(isOver(client));
  assertCounts(path, { delayed_close_timeout: 0 });
  assertClean(path);
});

/** A response of 400,000 bytes that ends the connection, to a client that reads 4,096 bytes when it is let. */
function startSlowly(managerFields: readonly string[]): [DataPath, Peer] {
  const [path, client] = start(managerFields, { windowBytes: 4096 });
  client.pause(true);
  send(path, client, LAST_GET);
  send(path, path.origin, `HTTP/1.1 200 OK\r\ncontent-length: 400000\r\n\r\n${"x".repeat(400_000)}`);
  return [path, client];
}

Deno.test("delayed_close_timeout begins anew with each byte that the peer takes", () => {
  const [path, client] = startSlowly([]);
  for (let i = 0; i < 8; i++) {
    pass(path, 900);
    assert.equal(path.managers.size, 1);
    client.pause(false);
    path.network.deliver();
    client.pause(true);
  }
  pass(path, 980);
  assert.equal(path.managers.size, 1);
  pass(path, 40);
  assert.equal(path.managers.size, 0, "the peer has not taken a byte for a second");
  assertCounts(path, { delayed_close_timeout: 1 });
  assertClean(path);
});

Deno.test("delayed_close_timeout does not cut what a slow peer reads to its end", () => {
  const [path, client] = startSlowly([]);
  for (let i = 0; i < 1000 && !isOver(client); i++) {
    client.pause(false);
    path.network.deliver();
    client.pause(true);
    pass(path, 900);
  }
  client.pause(false);
  path.deliver();
  assert.match(client.take(), /x{400000}$/);
  assert.ok(client.hasEnded);
  assertCounts(path, { delayed_close_timeout: 0 });
  assertClean(path);
});

Deno.test("delayed_close_timeout 0 gives a peer that does not read what stream_idle_timeout gives a stream", () => {
  const [path, client] = startSlowly(["delayed_close_timeout: 0s", "stream_idle_timeout: 60s"]);
  pass(path, 59_990);
  assert.equal(path.managers.size, 1);
  pass(path, 30);
  assert.equal(path.managers.size, 0);
  assert.equal(client.hasEnded, false, "what was not read is lost, and the peer must see that");
  assertClean(path);
});

Deno.test("what a peer sends into a closing connection is read up to a bound, and then left to the kernel", () => {
  const path = new DataPath({ windowBytes: 65536 });
  const client = path.connect();
  send(path, client, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n");
  send(path, path.origin, OK);
  const piece = "x".repeat(1 << 20);
  const taken: number[] = [];
  for (let i = 0; i < 80; i++) {
    client.send(piece);
    path.deliver();
    taken.push(client.connection.bytesWritten);
  }
  assert.ok(taken[62]! > taken[61]!, "64 MiB are read");
  assert.equal(taken[70], taken[69], "no more than that");
  pass(path, 1010);
  assert.ok(isOver(client));
  assertClean(path);
});

// ---- draining

Deno.test("a draining listener tells a connection with its next response, and counts it once", () => {
  const [path, client] = start([]);
  exchange(path, client);
  send(path, client, GET);
  path.drain.start("immediate", 0);
  send(path, path.origin, OK);
  assert.ok(saysClose(client.take()));
  assert.ok(isOver(client));
  assertCounts(path, { drain_close: 1, delayed_close_timeout: 0 });
  assertClean(path);
});

Deno.test("a listener that drains gradually tells more and more of its connections", () => {
  const path = new DataPath();
  path.drain.start("gradual", 100_000);
  const told: number[] = [];
  for (let second = 0; second < 100; second += 10) {
    const answers = Array.from({ length: 50 }, () => {
      const client = path.connect();
      const isTold = saysClose(exchange(path, client));
      client.close();
      path.deliver();
      return isTold;
    });
    told.push(answers.filter(Boolean).length);
    pass(path, 10_000);
  }
  assert.equal(told[0], 0);
  assert.ok(told[2]! < told[8]!, `${told}`);
  assert.ok(told[9]! >= 35, `${told}`);
  pass(path, 1000);
  assert.ok(saysClose(exchange(path, path.connect())), "after the window all are told");
  assertClean(path);
});

Deno.test("startDrainSequence closes an idle connection when drain_timeout is over, an untouched one at once", () => {
  const path = new DataPath({ managerFields: ["drain_timeout: 3s", "drain_timeout_jitter: {value: 100}"] });
  const served = path.connect(), untouched = path.connect();
  exchange(path, served);
  for (const manager of [...path.managers]) path.loop.runEvent(() => manager.startDrainSequence());
  path.deliver();
  assert.ok(isOver(untouched));
  pass(path, 2990);
  assert.ok(!isOver(served));
  pass(path, 3020);
  pass(path, 1010);
  assert.ok(isOver(served));
  assertClean(path);
});

Deno.test("a worker that ends gives a connection a moment for the request that is on its way", () => {
  const path = new DataPath();
  const fresh = path.connect(), idle = path.connect(), busy = path.connect();
  exchange(path, idle);
  pass(path, 200);
  send(path, busy, GET);
  send(path, path.origins.at(-1)!, HALF);
  const young = path.connect();
  for (const manager of path.managers) path.loop.runEvent(() => manager.drain());
  path.deliver();
  assert.ok(isOver(fresh) && isOver(idle), "nothing was heard of them for 200 ms");
  assert.ok(!isOver(young));
  pass(path, 50);
  assert.ok(saysClose(exchange(path, young)));
  assert.ok(isOver(young));
  send(path, path.origins.find((origin) => origin.received !== "" && origin.closed === null) ?? path.origins[0]!, REST);
  assert.match(busy.take(), /half\.other$/);
  assert.ok(!isOver(busy), "it was not told");
  pass(path, 110);
  assert.ok(isOver(busy));
  assertClean(path);
});

Deno.test("a worker that stops cuts what is under way, and the log says who did it", () => {
  const [path, client] = start([]);
  send(path, client, GET);
  for (const manager of [...path.managers]) path.loop.runEvent(() => manager.abort());
  path.deliver();
  assert.deepEqual(path.logged, ["0 DC downstream_local_disconnect"]);
  assertCounts(path, { destroy_local: 1, destroy_active_rq: 1, destroy_local_active_rq: 1 });
  assertClean(path);
});

Deno.test("a client that goes is logged as gone, at whatever point of its request", () => {
  for (
    const request of ["G", "GET / HTTP/1.1\r\nhost", GET, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc"]
  ) {
    for (const how of ["flush", "half", "abort"] as const) {
      const [path, client] = start([]);
      send(path, client, request);
      client.close(how);
      path.deliver();
      assert.deepEqual(path.logged, ["0 DC downstream_remote_disconnect"], `${JSON.stringify(request)} ${how}`);
      assertCounts(path, { destroy_remote: 1, destroy_remote_active_rq: 1, destroy_local: 0 });
      assertClean(path);
    }
  }
});
