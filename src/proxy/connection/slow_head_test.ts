/** Heads that come slowly, on the whole data path in memory: when they are read, and what ends the pauses. */
import assert from "node:assert/strict";
import {
  assertCounts,
  assertEndsAfter,
  exchange,
  GET,
  isOver,
  OK,
  pass,
  send,
  start,
} from "../../../test/support/client_script.ts";
import { assertClean, type DataPath, type Peer } from "../../../test/support/data_path.ts";

/** A head that goes on for longer than anybody drips. */
const ENDLESS = `GET / HTTP/1.1\r\nhost: a\r\nx-patience: ${"x".repeat(300)}`;
/** When a byte a second from 0 on is read. */
const READ_AT_MS = [0, 1000, 2000, 3000, 4500, 6750, 10130, 15200, 22800];
const TICK_MS = 10;

/** What the proxy has read of this client. */
function readBytes(path: DataPath, client: Peer): number {
  return path.network.pairs.find(({ near }) => near === client.connection)!.far.bytesRead;
}

/** Sends a byte of an endless head each second, the first at once, for so long; returns the times of the reads. */
function drip(path: DataPath, client: Peer, forMs: number): number[] {
  const readAtMs: number[] = [], startMs = path.clock.nowMs;
  let seenBytes = readBytes(path, client);
  for (let ms = 0; ms < forMs; ms += TICK_MS) {
    if (ms % 1000 === 0) send(path, client, ENDLESS[ms / 1000]!);
    if (readBytes(path, client) > seenBytes) readAtMs.push(path.clock.nowMs - startMs);
    seenBytes = readBytes(path, client);
    pass(path, TICK_MS);
  }
  return readAtMs;
}

Deno.test("a head that comes a byte a second is read at times that lie ever further apart", () => {
  const [path, client] = start([]);
  assert.deepEqual(drip(path, client, 30_000), READ_AT_MS);
  assertClean(path);
});

Deno.test("a slow head is read every 15 s at least", () => {
  const [path, client] = start([]);
  assert.deepEqual(drip(path, client, 80_000).slice(READ_AT_MS.length), [34_200, 49_200, 64_200, 79_200]);
  assertClean(path);
});

Deno.test("the times of a stream answer on time while its head is paused", () => {
  // The read at 3 s is followed by a pause until 4.5 s.
  for (
    const [field, line] of [
      ["request_headers_timeout: 4s", "408 - request_header_timeout"],
      ["request_timeout: 4s", "408 - request_overall_timeout"],
      ["stream_idle_timeout: 4s", "408 SI stream_idle_timeout"],
    ] as const
  ) {
    const [path, client] = start([field]);
    drip(path, client, 3990);
    assert.deepEqual([client.take(), readBytes(path, client)], ["", 4], field);
    pass(path, 20);
    assert.match(client.take(), /^HTTP\/1\.1 408 /, field);
    assert.deepEqual(path.logged, [line]);
    send(path, client, "yz");
    assert.equal(readBytes(path, client), 6, "what comes after the answer is read, and dropped");
    assertEndsAfter(path, client, 990);
    assertClean(path);
  }
});

Deno.test("a client that goes after its 408 is seen to go, though its head was paused", () => {
  const [path, client] = start(["request_headers_timeout: 4s"]);
  drip(path, client, 4010);
  assert.match(client.take(), /^HTTP\/1\.1 408 /);
  client.close();
  path.deliver();
  assert.equal(path.managers.size, 0);
  assertCounts(path, { delayed_close_timeout: 0, destroy_remote: 1 });
  assertClean(path);
});

Deno.test("a head that is completed while it is paused is answered after the pause, and what follows it too", () => {
  const [path, client] = start([]);
  send(path, client, GET.slice(0, 5));
  pass(path, 2000);
  send(path, client, GET.slice(5, 9));
  send(path, client, GET.slice(9) + GET);
  pass(path, 990);
  assert.equal(path.origins.length, 0);
  pass(path, 10);
  for (let i = 0; i < 2; i++) {
    send(path, path.origin, OK);
    assert.match(client.take(), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhi$/);
  }
  assert.match(exchange(path, client), /200 OK/);
  assert.deepEqual(drip(path, client, 30_000), READ_AT_MS, "the next slow head on the connection is a new one");
  assertClean(path);
});

Deno.test("a head of many blocks that lies there when a pause ends is read in one go", () => {
  for (const kiB of [2, 9, 50]) {
    const [path, client] = start([]);
    send(path, client, "GET / HTTP/1.1\r\nhost: a\r\n");
    pass(path, 2000);
    send(path, client, "x: ");
    send(path, client, `${"y".repeat(kiB * 1024)}\r\n\r\n`);
    pass(path, 990);
    assert.equal(path.origins.length, 0);
    pass(path, 10);
    assert.equal(path.origins.length, 1, `${kiB} KiB`);
    assertClean(path);
  }
});

Deno.test("the end of a paused connection is seen when the pause is over, and nothing is left", () => {
  const ends: Record<string, (path: DataPath, client: Peer) => void> = {
    "FIN": (_, client) => client.close("half"),
    "both ways": (_, client) => client.close(),
    "reset": (path) => path.network.pairs.at(-1)!.cut(),
  };
  for (const [how, end] of Object.entries(ends)) {
    const [path, client] = start([]);
    const armedAtRest = path.loop.timers.armedCount;
    drip(path, client, 3500);
    end(path, client);
    pass(path, 980);
    assert.equal(path.managers.size, 1, how);
    pass(path, 30);
    assert.equal(path.managers.size, 0, how);
    assert.deepEqual(path.logged, ["0 DC downstream_remote_disconnect"]);
    assertCounts(path, { destroy_remote: 1, destroy_remote_active_rq: 1 });
    assert.equal(path.loop.timers.armedCount, armedAtRest - 1, "its idle timer went with it");
    assertClean(path);
  }
});

Deno.test("a paused connection that is closed here is gone at once", () => {
  const [path, client] = start([]);
  drip(path, client, 3500);
  for (const manager of path.managers) path.loop.runEvent(() => manager.abort());
  path.deliver();
  assert.ok(isOver(client));
  assert.equal(path.managers.size, 0);
  assert.equal(path.loop.timers.armedCount, 0);
  assertClean(path);
});

Deno.test("nothing but a head of more than a second is paused, and no timer is armed for it", () => {
  const [path, client] = start([]);
  const armed = () => path.loop.timers.armedCount;
  const paced = (text: string, everyMs: number) => {
    for (const byte of text) {
      const before = armed(), bytesBefore = readBytes(path, client);
      send(path, client, byte);
      assert.deepEqual([readBytes(path, client), armed()], [bytesBefore + 1, before]);
      pass(path, everyMs);
    }
  };
  // Pieces of a head within a second; a minute between requests; a slow body; a head that waits behind a slow answer.
  const post = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n";
  send(path, client, post[0]!);
  paced(post.slice(1, -1), 10);
  pass(path, 300);
  send(path, client, post.at(-1)!);
  paced("wxyz", 2000);
  send(path, client, `v${GET.slice(0, 9)}`);
  pass(path, 5000);
  send(path, path.origin, OK);
  assert.match(client.take(), /200 OK/);
  pass(path, 900);
  send(path, client, GET.slice(9));
  send(path, path.origin, OK);
  assert.match(client.take(), /200 OK/);
  pass(path, 60_000);
  send(path, client, GET.slice(0, 9));
  pass(path, 900);
  send(path, client, GET.slice(9));
  send(path, path.origin, OK);
  assert.match(client.take(), /200 OK/);
  assertClean(path);
});
