/**
 * Traffic of every kind at once on a {@link DataPath}: clients that follow plans drawn by lot, and an origin that does with
 * each request what the client wrote into it. The same seed gives the same run; time is the path's.
 */
import type { Random } from "../../src/base/random.ts";
import type { DataPath, Peer } from "./data_path.ts";

/** What a client or an origin does next. */
type Step =
  | { readonly send: string }
  | { readonly waitMs: number }
  | { readonly close: "flush" | "half" | "abort" }
  | { readonly read: boolean }
  /** Until so many responses have begun, or the connection is over, or it has waited long enough. */
  | { readonly answers: number };

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
const UPGRADE = "connection: upgrade\r\nupgrade: websocket\r\n";
const CONNECT = "CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n";
const LONGEST_WAIT_MS = 4000;

/** What an origin does with a request that asks for it by this name, as soon as its head is there or when it is whole. */
const ORIGIN_SCRIPTS: Readonly<Record<string, { readonly at: "head" | "end"; readonly steps: readonly Step[] }>> = {
  ok: { at: "end", steps: [{ send: OK }] },
  late: { at: "end", steps: [{ waitMs: 200 }, { send: OK }] },
  chunked: {
    at: "end",
    steps: [{ send: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: r\r\n\r\n" }],
  },
  trickle: {
    at: "end",
    steps: [
      { send: "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nab" },
      { waitMs: 150 },
      { send: "cd" },
      { waitMs: 150 },
      { send: "ef" },
    ],
  },
  big: { at: "end", steps: [{ send: `HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n${"x".repeat(200_000)}` }] },
  no_content: { at: "end", steps: [{ send: "HTTP/1.1 204 No Content\r\n\r\n" }] },
  not_modified: { at: "end", steps: [{ send: "HTTP/1.1 304 Not Modified\r\n\r\n" }] },
  interim: {
    at: "end",
    steps: [{ send: "HTTP/1.1 103 Early Hints\r\n\r\n" }, { waitMs: 50 }, {
      send: `HTTP/1.1 100 Continue\r\n\r\n${OK}`,
    }],
  },
  last: {
    at: "end",
    steps: [{ send: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok" }, { close: "flush" }],
  },
  until_close: { at: "end", steps: [{ send: "HTTP/1.1 200 OK\r\n\r\nuntil close" }, { close: "flush" }] },
  early: { at: "head", steps: [{ send: OK }] },
  early_and_gone: { at: "head", steps: [{ send: OK }, { close: "abort" }] },
  early_close: { at: "head", steps: [{ close: "flush" }] },
  close: { at: "end", steps: [{ close: "flush" }] },
  reset: { at: "end", steps: [{ close: "abort" }] },
  nonsense: { at: "end", steps: [{ send: "SSH-2.0-x\r\n\r\n" }] },
  half_a_head: { at: "end", steps: [{ send: "HTTP/1.1 200 OK\r\ncontent-le" }, { close: "flush" }] },
  huge_head: { at: "end", steps: [{ send: `HTTP/1.1 200 OK\r\nx: ${"x".repeat(90_000)}\r\n\r\n` }] },
  cut: { at: "end", steps: [{ send: "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf" }, { close: "flush" }] },
  torn: {
    at: "end",
    steps: [{ send: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe" }, { waitMs: 20 }, {
      close: "abort",
    }],
  },
  extra: { at: "end", steps: [{ send: `${OK}${OK}` }] },
  tunnel: { at: "head", steps: [{ send: `${SWITCHED}frame` }] },
  tunnel_that_ends: { at: "head", steps: [{ waitMs: 50 }, { send: `${SWITCHED}frame` }, { close: "half" }] },
  tunnel_that_breaks: { at: "head", steps: [{ send: SWITCHED }, { waitMs: 50 }, { close: "abort" }] },
  no_tunnel: { at: "head", steps: [{ send: "HTTP/1.1 503 Unavailable\r\ncontent-length: 2\r\n\r\nno" }] },
  stall: { at: "end", steps: [{ send: "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf" }] },
  silent: { at: "end", steps: [] },
};
const ORIGIN_NAMES = Object.keys(ORIGIN_SCRIPTS);
const TUNNEL_NAMES = ORIGIN_NAMES.filter((name) => name.includes("tunnel"));

/** Heads and bodies that are refused. */
const MALFORMED: readonly string[] = [
  "GARBAGE\r\n\r\n",
  "GET / HTTP/1.1\r\nhost: a\r\na b: c\r\n\r\n",
  "GET / HTTP/1.0\r\nhost: a\r\n\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "POST /o HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
  "POST /o HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
  "POST /o HTTP/1.1\r\nhost: a\r\nx-origin: early\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  `GET /${"x".repeat(70_000)} HTTP/1.1\r\n`,
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  `GET /o HTTP/1.1\r\nhost: a\r\n${UPGRADE}\r\n`,
];

/**
 * Draws plans. Paths: `/o` has a route timeout, `/slow` none, `/direct` is answered by the proxy, `/ws` may be an upgrade,
 * all else has no route. A CONNECT ends at the proxy, and what is said in it is a request again.
 */
class Lot {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return this.#random.below(limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.below(items.length)]!;
  }

  head(method: string, fields = "", origin = this.pick(ORIGIN_NAMES)): string {
    const path = this.pick(["/o", "/o", "/o", "/o", "/slow", "/direct", "/nowhere"]);
    const last = this.below(12) === 0 ? "connection: close\r\n" : "";
    return `${method} ${path} HTTP/1.1\r\nhost: a\r\nx-origin: ${origin}\r\n${last}${fields}\r\n`;
  }

  /** A whole request, in a few pieces. */
  request(): Step[] {
    switch (this.below(4)) {
      case 0: {
        const size = this.below(6000);
        const sent = this.below(size + 1);
        return [
          { send: this.head("POST", `content-length: ${size}\r\n`) + "x".repeat(sent) },
          { waitMs: this.below(100) },
          { send: "x".repeat(size - sent) },
        ];
      }
      case 1:
        return [
          { send: this.head("POST", "transfer-encoding: chunked\r\n") + "3\r\nabc\r\n" },
          { waitMs: this.below(100) },
          { send: "5;a=b\r\nhello\r\n0\r\n\r\n" },
        ];
      case 2:
        return [{ send: this.head("PUT", "expect: 100-continue\r\ncontent-length: 3\r\n") }, { waitMs: 20 }, {
          send: "abc",
        }];
      default:
        return [{ send: this.head(this.pick(["GET", "GET", "GET", "HEAD"])) }];
    }
  }

  plan(): Step[] {
    const leave = { close: this.pick(["flush", "half", "abort"] as const) };
    switch (this.below(18)) {
      case 0:
        return [{ send: this.pick(MALFORMED) }, { answers: 1 }];
      case 1: {
        const text = this.head("GET");
        return [
          { send: text.slice(0, 1 + this.below(text.length - 1)) },
          this.below(2) === 0 ? { waitMs: 900 } : leave,
        ];
      }
      case 2:
        return [{ send: `${this.head("POST", "content-length: 100\r\n")}some of it` }, { waitMs: 2500 }];
      case 3:
        return [
          { send: `${this.head("POST", "content-length: 100\r\n")}some of it` },
          { waitMs: this.below(300) },
          leave,
        ];
      case 4:
        return [{ send: this.head("GET", "", this.pick(["silent", "late"])) }, { waitMs: this.below(150) }, leave];
      case 5:
        return [
          { send: this.head("GET", "", this.pick(["big", "stall", "trickle"])) },
          { waitMs: this.below(150) },
          leave,
        ];
      case 6:
        return [{ read: false }, { send: this.head("GET", "", "big") }, { waitMs: this.below(3000) }, { read: true }];
      case 7:
        return [{ send: Array.from({ length: 3 }, () => this.head("GET")).join("") }, { answers: 3 }];
      case 8:
        return [{ send: "PRI * HT" }, this.below(2) === 0 ? { waitMs: 700 } : leave];
      case 9:
        return [{ waitMs: this.below(6000) }];
      case 10:
        return [leave];
      case 11: {
        const asks = `GET /ws HTTP/1.1\r\nhost: a\r\nx-origin: ${this.pick(TUNNEL_NAMES)}\r\n${UPGRADE}\r\n`;
        return [
          { send: `${asks}early` },
          { waitMs: this.below(200) },
          { send: "late" },
          this.below(2) === 0 ? leave : {
            waitMs: 2500,
          },
        ];
      }
      case 12:
        return [{ send: CONNECT }, { waitMs: this.below(50) }, ...this.request(), { answers: 2 }, leave];
      default:
        return [...this.request(), { answers: 1 }, { waitMs: this.below(30) }];
    }
  }
}

/** Follows steps on one connection. */
class Actor {
  readonly peer: Peer;
  readonly #path: DataPath;
  #steps: readonly Step[] = [];
  #next = 0;
  #dueMs = 0;
  #answersFrom = 0;
  #isPaused = false;

  constructor(path: DataPath, peer: Peer) {
    this.#path = path;
    this.peer = peer;
  }

  get isOver(): boolean {
    return this.peer.hasEnded || this.peer.closed !== null;
  }

  get isFree(): boolean {
    return this.#next === this.#steps.length && this.#dueMs <= this.#path.clock.nowMs;
  }

  follow(steps: readonly Step[]): void {
    this.#steps = steps;
    this.#next = 0;
    this.#answersFrom = 0;
    this.peer.take();
  }

  /** Does what is due. */
  act(): void {
    while (this.#next < this.#steps.length && this.#dueMs <= this.#path.clock.nowMs && !this.isOver) {
      const step = this.#steps[this.#next]!;
      if ("answers" in step && !this.#hasAnswers(step.answers)) return;
      this.#next++;
      if ("send" in step) this.peer.send(step.send);
      else if ("waitMs" in step) this.#dueMs = this.#path.clock.nowMs + step.waitMs;
      else if ("close" in step) this.peer.close(step.close);
      else if ("read" in step) this.read(step.read);
    }
  }

  read(isReading: boolean): void {
    if (this.#isPaused !== isReading) return;
    this.#isPaused = !isReading;
    this.peer.pause(this.#isPaused);
  }

  #hasAnswers(count: number): boolean {
    if (this.#answersFrom === 0) this.#answersFrom = this.#path.clock.nowMs;
    const begun = this.peer.received.match(/HTTP\/1\.[01] [2-5]\d\d/g)?.length ?? 0;
    return begun >= count || this.#path.clock.nowMs - this.#answersFrom > LONGEST_WAIT_MS;
  }
}

/** An origin's end of a connection. */
class OriginActor {
  readonly #actor: Actor;
  #received = "";

  constructor(path: DataPath, peer: Peer) {
    this.#actor = new Actor(path, peer);
  }

  /** Returns false when the connection is over. */
  act(): boolean {
    const { peer } = this.#actor;
    if (this.#actor.isOver) {
      if (peer.closed === null) peer.close("flush");
      return false;
    }
    this.#received += peer.take();
    if (this.#actor.isFree) this.#takeRequest();
    this.#actor.act();
    return true;
  }

  #takeRequest(): void {
    const headEnd = this.#received.indexOf("\r\n\r\n") + 4;
    if (headEnd < 4) return;
    const head = this.#received.slice(0, headEnd);
    const script = ORIGIN_SCRIPTS[/\r\nx-origin: (\w+)\r\n/.exec(head)?.[1] ?? "ok"]!;
    const length = /\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1];
    const isChunked = head.includes("\r\ntransfer-encoding: chunked\r\n");
    const end = isChunked ? this.#received.indexOf("0\r\n\r\n", headEnd) + 5 : headEnd + Number(length ?? 0);
    const isWhole = end >= headEnd && this.#received.length >= end;
    if (!isWhole && script.at === "end") return;
    this.#received = isWhole ? this.#received.slice(end) : "";
    this.#actor.follow(script.steps);
  }
}

/** All of it. */
export class MixedTraffic {
  readonly #path: DataPath;
  readonly #lot: Lot;
  #clients: Actor[] = [];
  #origins: OriginActor[] = [];
  #originsSeen = 0;

  constructor(path: DataPath, random: Random) {
    this.#path = path;
    this.#lot = new Lot(random);
  }

  /** Runs until so many streams have ended, `clientCount` clients at a time; now and then the origin is not to be had. */
  run(streamCount: number, clientCount: number): void {
    const path = this.#path, lot = this.#lot;
    for (let turn = 0; path.logged.length < streamCount; turn++) {
      if (turn > streamCount * 20) throw new Error(`Only ${path.logged.length} streams ended in ${turn} turns`);
      if (turn % 400 === 350) path.stopOrigin();
      if (turn % 400 === 380) path.listenOrigin();
      if (turn % 700 === 600) path.silenceOrigin(true);
      if (turn % 700 === 640) path.silenceOrigin(false);
      for (let i = 0; i < clientCount; i++) this.#driveClient(i);
      path.deliver();
      this.#driveOrigins();
      path.advance(lot.below(40));
    }
    path.listenOrigin();
    path.silenceOrigin(false);
  }

  /** Every client goes; nobody else is made to. Ends with the last connection: what it leaves behind still stands. */
  leave(): void {
    for (const client of this.#clients) {
      client.read(true);
      if (client.peer.closed === null) client.peer.close(this.#lot.pick(["flush", "half", "abort"]));
    }
    for (let step = 0; step < 10_000 && this.#path.network.pairs.length > 0; step++) {
      for (const { peer } of this.#clients) if (peer.hasEnded && peer.closed === null) peer.close("flush");
      this.#path.deliver();
      this.#driveOrigins();
      this.#path.advance(10);
    }
  }

  #driveClient(index: number): void {
    let client = this.#clients[index];
    if (client === undefined || client.isOver) {
      if (client !== undefined && client.peer.closed === null) client.peer.close("flush");
      client = new Actor(this.#path, this.#path.connect());
      this.#clients[index] = client;
    }
    if (client.isFree) client.follow(this.#lot.plan());
    client.act();
  }

  #driveOrigins(): void {
    for (; this.#originsSeen < this.#path.origins.length; this.#originsSeen++) {
      this.#origins.push(new OriginActor(this.#path, this.#path.origins[this.#originsSeen]!));
    }
    this.#origins = this.#origins.filter((origin) => origin.act());
  }
}
