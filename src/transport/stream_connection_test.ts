import assert from "node:assert/strict";
import { ManualClock } from "../base/clock.ts";
import { Recorder, writeText } from "./contract_cases.ts";
import { EventLoop } from "./event_loop.ts";
import { StreamConnection, type Wire } from "./stream_connection.ts";
import type { TransportAddress } from "./transport.ts";

const ADDRESS: TransportAddress = { kind: "ip", host: "127.0.0.1", port: 1 };

/** A wire that does nothing by itself: the test answers what the connection started. */
class HandDrivenWire implements Wire {
  readonly localAddress = ADDRESS;
  readonly remoteAddress = ADDRESS;
  readonly log: string[] = [];
  room: Uint8Array<ArrayBuffer> | null = null;

  startRead(room: Uint8Array<ArrayBuffer>): void {
    this.room = room;
    this.log.push("read");
  }

  startWrite(bytes: Uint8Array): void {
    this.log.push(`write ${new TextDecoder().decode(bytes)}`);
  }

  shutdown(): void {
    this.log.push("shutdown");
  }

  close(): void {
    this.log.push("close");
  }
}

function open() {
  const loop = new EventLoop({ clock: new ManualClock(), alarm: { wakeIn() {}, silence() {} } });
  const bugs: unknown[] = [];
  loop.onBug = (error) => void bugs.push(error);
  const wire = new HandDrivenWire();
  const options = { bufferLimitBytes: 100, idleReadBytes: 1024, tcpKeepalive: false };
  const connection = new StreamConnection(loop, options, () => wire);
  const handler = new Recorder();
  loop.runEvent(() => connection.open(handler));
  const receive = (text: string) => {
    wire.room!.set(new TextEncoder().encode(text));
    connection.readDone(text.length);
  };
  return { loop, bugs, wire, connection, handler, receive };
}

Deno.test("StreamConnection writes what an event produced before it reads again, in one piece", () => {
  const { wire, connection, handler, receive } = open();
  handler.take = (_block, _start, end) => {
    writeText(connection, "head ");
    writeText(connection, "body");
    return end;
  };
  receive("x");
  assert.deepEqual(wire.log, ["read", "write head body", "read"]);
  connection.close("abort");
});

Deno.test("StreamConnection has one write under way and joins what comes meanwhile", () => {
  const { loop, wire, connection } = open();
  loop.runEvent(() => writeText(connection, "a"));
  loop.runEvent(() => writeText(connection, "b"));
  loop.runEvent(() => writeText(connection, "c"));
  connection.writeDone(1);
  assert.deepEqual(wire.log, ["read", "write a", "write bc"]);
});

Deno.test("StreamConnection whose write failed still hands up the answer and the end before it closes", () => {
  const { loop, wire, connection, handler, receive } = open();
  loop.runEvent(() => writeText(connection, "request"));
  connection.writeFailed();
  assert.deepEqual(handler.closes, []);
  receive("early answer");
  loop.runEvent(() => writeText(connection, "more of the request"));
  assert.equal(connection.pendingBytes, 0);
  connection.readEnded();
  assert.equal(handler.text, "early answer");
  assert.equal(handler.endCount, 1);
  assert.deepEqual(handler.closes, ["remote_reset"]);
  assert.deepEqual(wire.log, ["read", "write request", "read", "close"]);
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection whose write failed while reading is disabled closes at once", () => {
  const { loop, connection, handler } = open();
  connection.readDisable(true);
  loop.runEvent(() => writeText(connection, "answer"));
  connection.writeFailed();
  assert.deepEqual(handler.closes, ["remote_reset"]);
  connection.readFailed();
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection close flush after a failed write closes without it", () => {
  const { loop, connection, handler } = open();
  loop.runEvent(() => writeText(connection, "answer"));
  connection.writeFailed();
  loop.runEvent(() => connection.close("flush"));
  assert.deepEqual(handler.closes, ["local"]);
});

Deno.test("StreamConnection close half then flush closes when the output is drained", () => {
  const { loop, wire, connection, handler } = open();
  loop.runEvent(() => {
    writeText(connection, "bye");
    connection.close("half");
  });
  connection.writeDone(2);
  connection.writeDone(1);
  assert.deepEqual(wire.log, ["read", "write bye", "write e", "shutdown"]);
  loop.runEvent(() => connection.close("flush"));
  assert.deepEqual(handler.closes, ["local"]);
});

Deno.test("StreamConnection hands up nothing while it flushes", () => {
  const { loop, connection, handler, receive } = open();
  loop.runEvent(() => {
    writeText(connection, "bye");
    connection.close("flush");
  });
  receive("too late");
  assert.equal(handler.text, "");
  connection.writeDone(3);
  assert.deepEqual(handler.closes, ["local"]);
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection keeps memory that the wire still uses until the wire has answered", () => {
  const { loop, connection } = open();
  loop.runEvent(() => writeText(connection, "x"));
  loop.runEvent(() => connection.close("abort"));
  assert.equal(loop.blocks.onLoan, 2);
  connection.readFailed();
  connection.writeFailed();
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection closed from inside onBytes keeps the block for the rest of that call", () => {
  const { loop, connection, handler, receive } = open();
  handler.take = (block, start, end) => {
    connection.close("abort");
    assert.equal(loop.blocks.onLoan, 1);
    assert.equal(block.holders, 1);
    return end - start;
  };
  receive("x");
  assert.deepEqual(handler.closes, ["local"]);
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection that fails with reason bug tells onClose once even if onClose throws too", () => {
  const { loop, bugs, connection, handler, receive } = open();
  handler.take = () => {
    throw new Error("first");
  };
  handler.onClose = (reason) => {
    handler.closes.push(reason);
    throw new Error("second");
  };
  receive("x");
  assert.deepEqual(bugs.map(String), ["Error: first", "Error: second"]);
  assert.deepEqual(handler.closes, ["bug"]);
  assert.equal(connection.isClosed, true);
  assert.equal(loop.blocks.onLoan, 0);
});

Deno.test("StreamConnection refuses to be opened twice and to be enabled too often", () => {
  const { connection, handler } = open();
  assert.throws(() => connection.open(handler), { name: "InvariantError" });
  assert.throws(() => connection.readDisable(false), { name: "InvariantError" });
});

Deno.test("StreamConnection without a limit is never blocked", () => {
  const loop = new EventLoop({ clock: new ManualClock(), alarm: { wakeIn() {}, silence() {} } });
  const options = { bufferLimitBytes: 0, idleReadBytes: 1024, tcpKeepalive: false };
  const connection = new StreamConnection(loop, options, () => new HandDrivenWire());
  const handler = new Recorder();
  connection.open(handler);
  loop.runEvent(() => writeText(connection, "x".repeat(10_000_000)));
  assert.equal(handler.blockedCount, 0);
});
