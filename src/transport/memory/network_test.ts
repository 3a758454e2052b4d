import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Recorder, writeText } from "../contract_cases.ts";
import { EventLoop } from "../event_loop.ts";
import type { ConnectFailure, Connection, TransportAddress } from "../transport.ts";
import { MemoryNetwork } from "./network.ts";
import { MemoryPair } from "./pair.ts";

const ADDRESS: TransportAddress = { kind: "ip", host: "10.0.0.1", port: 80 };
const OPTIONS = { bufferLimitBytes: 1000, idleReadBytes: 1024, tcpKeepalive: false };

function makeLoop(): EventLoop {
  return new EventLoop({ clock: new ManualClock(), alarm: { wakeIn() {}, silence() {} } });
}

Deno.test("MemoryNetwork joins who dials with who listens", () => {
  const loop = makeLoop();
  const network = new MemoryNetwork(loop);
  const server = new Recorder();
  const client = new Recorder();
  let accepted: Connection | null = null;
  network.listen(ADDRESS, (connection) => {
    accepted = connection;
    connection.open(server);
  });
  network.connect(ADDRESS, OPTIONS, (connection) => {
    connection.open(client);
    assert.deepEqual(connection.remoteAddress, ADDRESS);
    writeText(connection, "hello");
    connection.close("half");
  }, () => assert.fail("refused"));
  assert.equal(accepted, null);
  network.deliverAll();
  assert.equal(server.text, "hello");
  assert.equal(server.endCount, 1);
  accepted!["close"]("abort");
});

Deno.test("MemoryNetwork refuses where nobody listens, and no longer", () => {
  const network = new MemoryNetwork(makeLoop());
  const failures: ConnectFailure[] = [];
  const dial = () => network.connect(ADDRESS, OPTIONS, () => assert.fail("connected"), (f) => failures.push(f));
  dial();
  network.deliverAll();
  network.listen(ADDRESS, () => {}).close();
  dial();
  network.deliverAll();
  assert.deepEqual(failures.map((failure) => failure.kind), ["refused", "refused"]);
});

Deno.test("MemoryNetwork leaves who dials a silenced address waiting until it speaks again or gives up", () => {
  const network = new MemoryNetwork(makeLoop());
  const accepted: Connection[] = [];
  network.listen(ADDRESS, (connection) => void accepted.push(connection));
  network.silence(ADDRESS, true);
  const dial = () => network.connect(ADDRESS, OPTIONS, () => {}, () => assert.fail("failed"));
  dial();
  dial().cancel();
  network.deliverAll();
  assert.equal(accepted.length, 0);
  network.silence(ADDRESS, false);
  network.deliverAll();
  assert.equal(accepted.length, 1);
});

Deno.test("MemoryNetwork forgets pairs that are over", () => {
  const loop = makeLoop();
  const network = new MemoryNetwork(loop);
  network.listen(ADDRESS, (connection) => connection.open(new Recorder()));
  for (let i = 0; i < 3; i++) {
    network.connect(ADDRESS, OPTIONS, (connection) => connection.open(new Recorder()), () => assert.fail("refused"));
  }
  network.deliverAll();
  const pairs = network.pairs;
  assert.equal(pairs.length, 3);
  loop.runEvent(() => pairs[0]!.near.close("flush"));
  loop.runEvent(() => pairs[1]!.near.close("abort"));
  loop.runEvent(() => pairs[1]!.far.close("abort"));
  network.deliverAll();
  assert.deepEqual(network.pairs, [pairs[0], pairs[2]], "half of the first lives on");
  loop.runEvent(() => pairs[0]!.far.close("flush"));
  network.deliverAll();
  assert.deepEqual(network.pairs, [pairs[2]]);
  assert.equal(loop.blocks.onLoan, 2, "each end of the last waits for bytes");
});

Deno.test("MemoryNetwork calls nobody back for a cancelled attempt", () => {
  const network = new MemoryNetwork(makeLoop());
  network.listen(ADDRESS, () => assert.fail("accepted"));
  network.connect(ADDRESS, OPTIONS, () => assert.fail("connected"), () => assert.fail("failed")).cancel();
  network.deliverAll();
});

Deno.test("MemoryPair moves nothing before it is told to", async () => {
  const loop = makeLoop();
  const pair = new MemoryPair(loop);
  const far = new Recorder();
  pair.far.open(far);
  loop.runEvent(() => writeText(pair.near, "hello"));
  await Promise.resolve();
  assert.equal(far.text, "");
  assert.equal(pair.deliver(), true);
  assert.equal(far.text, "hello");
  assert.equal(pair.deliver(), false);
});

Deno.test("MemoryPair with pieces of one byte reads byte by byte", () => {
  const loop = makeLoop();
  const pair = new MemoryPair(loop, { pieceBytes: 1 });
  const far = new Recorder();
  loop.runEvent(() => {
    pair.far.open(far);
    writeText(pair.near, "hello");
  });
  pair.deliverAll();
  assert.deepEqual(far.pieces.map((piece) => piece.length), [1, 1, 1, 1, 1]);
});

Deno.test("MemoryPair holds a write past the window until the peer reads", () => {
  const loop = makeLoop();
  const pair = new MemoryPair(loop, { windowBytes: 100, near: { bufferLimitBytes: 50 } });
  const near = new Recorder();
  const far = new Recorder();
  loop.runEvent(() => {
    pair.near.open(near);
    writeText(pair.near, "x".repeat(250));
  });
  pair.deliverAll();
  assert.equal(pair.near.pendingBytes, 150);
  assert.equal(near.isWriteBlocked, true);
  loop.runEvent(() => pair.far.open(far));
  pair.deliverAll();
  assert.equal(far.byteCount, 250);
  assert.equal(near.isWriteBlocked, false);
});

Deno.test("MemoryPair cut resets both ends", () => {
  const loop = makeLoop();
  const pair = new MemoryPair(loop);
  const near = new Recorder();
  const far = new Recorder();
  loop.runEvent(() => {
    pair.near.open(near);
    pair.far.open(far);
    writeText(pair.near, "lost");
  });
  pair.cut();
  pair.deliverAll();
  assert.deepEqual([near.closes, far.closes, far.text], [["remote_reset"], ["remote_reset"], ""]);
  assert.equal(loop.blocks.onLoan, 0);
});
