import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { contractCases, type TransportRig } from "./contract_cases.ts";
import { SocketAcceptor } from "./deno_net/acceptor.ts";
import { SocketDialer } from "./deno_net/dialer.ts";
import { EventLoop } from "./event_loop.ts";
import { MemoryPair } from "./memory/pair.ts";
import type { Connection, ConnectionOptions, TransportAddress } from "./transport.ts";

const OPTIONS: ConnectionOptions = { bufferLimitBytes: 1048576, idleReadBytes: 1024, tcpKeepalive: true };
/** Each a visit of the platform's loop to its sockets: far more than any case needs. */
const MOST_TURNS = 2000;

/** Joins its ends through a real listening socket. */
class SocketRig implements TransportRig {
  readonly loop = new EventLoop();
  readonly bulkBytes = 4 * 1024 * 1024;
  readonly #address: TransportAddress;

  constructor(address: TransportAddress) {
    this.#address = address;
  }

  async connect(near: Partial<ConnectionOptions>, far: Partial<ConnectionOptions>): Promise<[Connection, Connection]> {
    const accepted = Promise.withResolvers<Connection>();
    const acceptor = new SocketAcceptor(this.loop, this.#address, { ...OPTIONS, ...far }, accepted.resolve);
    const connected = new Promise<Connection>((resolve, reject) => {
      new SocketDialer(this.loop).connect(acceptor.localAddress, { ...OPTIONS, ...near }, resolve, reject);
    });
    const ends: [Connection, Connection] = [await connected, await accepted.promise];
    acceptor.close();
    return ends;
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    for (let turn = 0; !condition(); turn++) {
      assert.ok(turn < MOST_TURNS, `waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  close(): void {
    if (this.#address.kind === "pipe") Deno.removeSync(dirname(this.#address.path));
  }
}

/** Joins its ends in memory. */
class MemoryRig implements TransportRig {
  readonly loop = new EventLoop({ clock: new ManualClock(), alarm: { wakeIn() {}, silence() {} } });
  readonly bulkBytes: number;
  readonly #pieceBytes: number;
  readonly #windowBytes: number;
  #pair: MemoryPair | null = null;

  constructor(pieceBytes: number, windowBytes: number, bulkBytes: number) {
    this.#pieceBytes = pieceBytes;
    this.#windowBytes = windowBytes;
    this.bulkBytes = bulkBytes;
  }

  connect(near: Partial<ConnectionOptions>, far: Partial<ConnectionOptions>): Promise<[Connection, Connection]> {
    const pair = new MemoryPair(this.loop, {
      near,
      far,
      pieceBytes: this.#pieceBytes,
      windowBytes: this.#windowBytes,
    });
    this.#pair = pair;
    return Promise.resolve([pair.near, pair.far]);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    while (!condition()) {
      // What the case itself touched, outside of any event, settles in a microtask.
      await Promise.resolve();
      if (condition()) return;
      const hasMoved = this.#pair!.deliver();
      assert.ok(hasMoved || condition(), `nothing moves any more, waiting for ${what}`);
    }
  }

  close(): void {}
}

const rigs: Array<[name: string, make: () => TransportRig]> = [
  ["tcp", () => new SocketRig({ kind: "ip", host: "127.0.0.1", port: 0 })],
  ["unix", () => new SocketRig({ kind: "pipe", path: `${Deno.makeTempDirSync()}/socket` })],
  ["memory", () => new MemoryRig(Infinity, 65536, 4 * 1024 * 1024)],
  ["memory, byte by byte", () => new MemoryRig(1, 512, 200000)],
];

for (const [rigName, makeRig] of rigs) {
  for (const contractCase of contractCases) {
    Deno.test(`transport ${rigName}: ${contractCase.name}`, async () => {
      const rig = makeRig();
      const bugs: unknown[] = [];
      rig.loop.onBug = (error) => void bugs.push(error);
      const ends: Connection[] = [];
      const connect = rig.connect.bind(rig);
      rig.connect = async (near, far) => {
        const pair = await connect(near, far);
        ends.push(...pair);
        return pair;
      };
      try {
        await contractCase.run(rig);
      } finally {
        for (const end of ends) end.close("abort");
      }
      await rig.until(() => rig.loop.blocks.onLoan === 0, "all blocks to come back");
      rig.close();
      rig.loop.stop();
      assert.deepEqual(bugs, []);
      assert.equal(rig.loop.timers.armedCount, 0);
    });
  }
}
