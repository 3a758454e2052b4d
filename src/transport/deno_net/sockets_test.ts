import assert from "node:assert/strict";
import { createServer } from "node:net";
import { Recorder, writeText } from "../contract_cases.ts";
import { EventLoop } from "../event_loop.ts";
import type { ConnectFailure, Connection, TransportAddress } from "../transport.ts";
import { SocketAcceptor } from "./acceptor.ts";
import { connectFailure, SocketDialer } from "./dialer.ts";

const ANY_PORT: TransportAddress = { kind: "ip", host: "127.0.0.1", port: 0 };
const OPTIONS = { bufferLimitBytes: 1048576, idleReadBytes: 1024, tcpKeepalive: true };

/** The port of a listening address. */
function portOf(address: TransportAddress): number {
  assert.ok(address.kind === "ip");
  return address.port;
}

/** What became of dialling `address`. */
function dial(loop: EventLoop, address: TransportAddress): Promise<Connection | ConnectFailure> {
  return new Promise((resolve) => new SocketDialer(loop).connect(address, OPTIONS, resolve, resolve));
}

/** Lets the platform's loop look at its sockets until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    assert.ok(turn < 2000, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

Deno.test("SocketAcceptor resolves port 0, shares its port with another worker's and frees it", () => {
  const loop = new EventLoop();
  const first = new SocketAcceptor(loop, ANY_PORT, OPTIONS, () => {});
  assert.ok(portOf(first.localAddress) > 0);
  const second = new SocketAcceptor(loop, first.localAddress, { ...OPTIONS, backlog: 16 }, () => {});
  assert.deepEqual(second.localAddress, first.localAddress);
  first.close();
  first.close();
  second.close();
});

Deno.test("SocketAcceptor throws when the address cannot be had", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address: TransportAddress = { kind: "ip", host: "127.0.0.1", port: taken.addr.port };
  assert.throws(() => new SocketAcceptor(new EventLoop(), address, OPTIONS, () => {}), Deno.errors.AddrInUse);
  taken.close();
});

Deno.test("SocketAcceptor closes the connection whose owner throws and goes on accepting", async () => {
  const bugs: unknown[] = [];
  const loop = new EventLoop({ onBug: (error) => void bugs.push(error) });
  const accepted: Connection[] = [];
  const acceptor = new SocketAcceptor(loop, ANY_PORT, OPTIONS, (connection) => {
    accepted.push(connection);
    if (accepted.length === 1) throw new Error("broken");
  });
  const first = await Deno.connect({ port: portOf(acceptor.localAddress) });
  const second = await Deno.connect({ port: portOf(acceptor.localAddress) });
  await until(() => accepted.length === 2);
  assert.deepEqual(bugs.map(String), ["Error: broken"]);
  assert.equal(accepted[0]!.isClosed, true);
  assert.equal(await first.read(new Uint8Array(1)), null);
  accepted[1]!.close("abort");
  acceptor.close();
  first.close();
  second.close();
});

Deno.test("SocketAcceptor leaves connections in the kernel's queue while it is paused", async () => {
  const accepted: Connection[] = [];
  const acceptor = new SocketAcceptor(new EventLoop(), ANY_PORT, OPTIONS, (connection) => accepted.push(connection));
  const port = portOf(acceptor.localAddress);
  acceptor.pause(true);
  const clients = await Promise.all(Array.from({ length: 10 }, () => Deno.connect({ port })));
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(accepted.length, 1, "the one whose accept was under way");
  acceptor.pause(false);
  await until(() => accepted.length === 10);
  for (const client of clients) client.close();
  for (const connection of accepted) connection.close("abort");
  acceptor.close();
});

Deno.test("SocketAcceptor closeAfterQueue takes who waits in the queue, then refuses", async () => {
  const loop = new EventLoop();
  const accepted: Connection[] = [];
  const acceptor = new SocketAcceptor(loop, ANY_PORT, OPTIONS, (connection) => accepted.push(connection));
  const port = portOf(acceptor.localAddress);
  const clients = await Promise.all(Array.from({ length: 20 }, () => Deno.connect({ port })));
  await acceptor.closeAfterQueue();
  assert.equal(accepted.length, 20);
  await assert.rejects(Deno.connect({ port }), Deno.errors.ConnectionRefused);
  for (const client of clients) client.close();
  for (const connection of accepted) connection.close("abort");
});

Deno.test("SocketDialer tells a refusal from other failures, without the platform's numbers", async () => {
  const loop = new EventLoop();
  const acceptor = new SocketAcceptor(loop, ANY_PORT, OPTIONS, () => {});
  await acceptor.closeAfterQueue();
  assert.deepEqual(await dial(loop, acceptor.localAddress), { kind: "refused", text: "Connection refused" });
  const noSocket = await dial(loop, { kind: "pipe", path: `${Deno.makeTempDirSync()}/none` });
  assert.deepEqual(noSocket, { kind: "refused", text: "No such file or directory" });
  assert.equal(connectFailure(new Deno.errors.NetworkUnreachable("x")).kind, "unreachable");
  assert.equal(connectFailure(new Error("No route to host (os error 113)")).kind, "unreachable");
  assert.deepEqual(connectFailure(new Error("else")), { kind: "other", text: "else" });
});

Deno.test("SocketDialer cancel: nobody is called and a late socket is closed", async () => {
  const loop = new EventLoop();
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address: TransportAddress = { kind: "ip", host: "127.0.0.1", port: server.addr.port };
  const dialer = new SocketDialer(loop);
  for (let attempt = 0; attempt < 5; attempt++) {
    const cancelled = dialer.connect(address, OPTIONS, () => assert.fail("connected"), () => assert.fail("failed"));
    cancelled.cancel();
    cancelled.cancel();
  }
  const connection = await dial(loop, address);
  assert.ok("id" in connection);
  connection.close("abort");
  server.close();
});

Deno.test("SocketDialer cancel on a unix socket that connects late closes it", async () => {
  const loop = new EventLoop();
  const directory = Deno.makeTempDirSync();
  const address: TransportAddress = { kind: "pipe", path: `${directory}/socket` };
  const handler = new Recorder();
  const acceptor = new SocketAcceptor(loop, address, OPTIONS, (connection) => {
    connection.open(handler);
    connection.close("half");
  });
  new SocketDialer(loop).connect(address, OPTIONS, () => assert.fail("connected"), () => assert.fail("failed"))
    .cancel();
  await until(() => handler.closes.length > 0);
  await acceptor.closeAfterQueue();
  Deno.removeSync(directory);
});

Deno.test("SocketConnection that the peer resets closes with remote_reset", async () => {
  const loop = new EventLoop();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as { port: number };
  const connection = await dial(loop, { kind: "ip", host: "127.0.0.1", port });
  assert.ok("id" in connection);
  const handler = new Recorder();
  connection.open(handler);
  writeText(connection, "reset me");
  await until(() => handler.closes.length === 1);
  assert.deepEqual(handler.closes, ["remote_reset"]);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(loop.blocks.onLoan, 0);
});
