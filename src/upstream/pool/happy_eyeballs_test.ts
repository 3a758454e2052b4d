import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import { MemoryNetwork } from "../../transport/memory/network.ts";
import type { ConnectFailure, Connection, TransportAddress } from "../../transport/transport.ts";
import { HappyEyeballs, inOrderOfTrying } from "./happy_eyeballs.ts";

const OPTIONS = { bufferLimitBytes: 1024, idleReadBytes: 256, tcpKeepalive: false };

/** `a`, `b`, …: v4; `A`, `B`, …: v6; `/a`: a pipe. */
function addressOf(name: string): TransportAddress {
  if (name.startsWith("/")) return { kind: "pipe", path: name };
  return { kind: "ip", host: name === name.toUpperCase() ? `::${name.charCodeAt(0)}` : name, port: 80 };
}

function nameOf(address: TransportAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.startsWith("::") ? String.fromCharCode(Number(address.host.slice(2))) : address.host;
}

/** Addresses that answer, refuse or say nothing, and an attempt at all of them. */
class Stage {
  readonly clock = new ManualClock();
  readonly bugs: unknown[] = [];
  readonly loop = new EventLoop({
    clock: this.clock,
    alarm: { wakeIn() {}, silence() {} },
    onBug: (error) => this.bugs.push(error),
  });
  readonly network = new MemoryNetwork(this.loop);
  readonly accepted: string[] = [];
  readonly attempt: HappyEyeballs;
  connection: Connection | null = null;
  failure: ConnectFailure | null = null;
  further = 0;

  constructor(names: string, { silent = "", listening = "" }: { silent?: string; listening?: string }) {
    for (const name of silent) this.network.silence(addressOf(name), true);
    for (const name of listening) this.network.listen(addressOf(name), () => this.accepted.push(name));
    this.attempt = new HappyEyeballs([...names].map(addressOf), OPTIONS, {
      dialer: this.network,
      loop: this.loop,
      onFurtherAttempt: () => this.further++,
      onConnect: (connection) => this.connection = connection,
      onFailure: (failure) => this.failure = failure,
    });
    this.network.deliverAll();
  }

  /** Where the connection leads. */
  get reached(): TransportAddress | null {
    return this.connection?.remoteAddress ?? null;
  }

  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.loop.tick();
    this.network.deliverAll();
  }

  /** Nothing runs any more, and nobody is called for what comes late. */
  assertOver(silent: string): void {
    const { connection, failure } = this;
    assert.equal(this.loop.timers.armedCount, 0);
    for (const name of silent) this.network.silence(addressOf(name), false);
    this.advance(10_000);
    assert.deepEqual([this.connection, this.failure], [connection, failure]);
    assert.deepEqual(this.bugs, []);
  }
}

Deno.test("HappyEyeballs takes the first address when it answers, and tries no other", () => {
  const stage = new Stage("abc", { listening: "abc" });
  assert.deepEqual([stage.reached, stage.further], [addressOf("a"), 0]);
  stage.assertOver("");
  assert.deepEqual(stage.accepted, ["a"]);
});

Deno.test("HappyEyeballs tries the next address as soon as one fails", () => {
  const stage = new Stage("abc", { listening: "c" });
  assert.deepEqual([stage.reached, stage.further], [addressOf("c"), 2]);
  stage.assertOver("");
});

Deno.test("HappyEyeballs tries the next address beside one that says nothing for 300 ms", () => {
  const stage = new Stage("abc", { silent: "ab", listening: "abc" });
  stage.advance(299);
  assert.equal(stage.further, 0);
  stage.advance(11);
  assert.equal(stage.further, 1);
  stage.advance(299);
  assert.equal(stage.reached, null);
  stage.advance(11);
  assert.deepEqual([stage.reached, stage.further], [addressOf("c"), 2]);
  stage.assertOver("ab");
  assert.deepEqual(stage.accepted, ["c"]);
});

Deno.test("HappyEyeballs takes an address that answers late, if no other has", () => {
  const stage = new Stage("ab", { silent: "ab", listening: "a" });
  stage.advance(310);
  assert.equal(stage.further, 1);
  stage.network.silence(addressOf("a"), false);
  stage.advance(10);
  assert.deepEqual(stage.reached, addressOf("a"));
  stage.assertOver("b");
});

Deno.test("HappyEyeballs fails when the last of all addresses has", () => {
  const stage = new Stage("abc", { silent: "a" });
  stage.advance(310);
  assert.deepEqual([stage.failure, stage.further], [null, 2]);
  stage.network.silence(addressOf("a"), false);
  stage.advance(10);
  assert.equal(stage.failure?.kind, "refused");
  stage.assertOver("");
});

Deno.test("HappyEyeballs that is cancelled is heard of no more", () => {
  const stage = new Stage("abc", { silent: "ab", listening: "abc" });
  stage.advance(310);
  stage.attempt.cancel();
  stage.assertOver("ab");
  assert.deepEqual([stage.connection, stage.failure, stage.accepted], [null, null, []]);
});

Deno.test("inOrderOfTrying() takes families in turn", () => {
  const cases: readonly [
    names: string[],
    firstFamily: "v4" | "v6" | "pipe" | "internal" | null,
    count: number,
    string,
  ][] = [
    [["a"], null, 1, "a"],
    [["a", "b", "A", "B"], null, 1, "a A b B"],
    [["A", "a", "b", "B"], null, 1, "A a B b"],
    [["a", "b", "A", "B"], "v6", 1, "A a B b"],
    [["a", "A", "B", "b", "C"], "v6", 2, "A B a C b"],
    [["a", "b", "c", "A"], "v4", 9, "a b c A"],
    [["a", "b", "c", "A"], "v6", 1, "A a b c"],
    [["a", "b"], "v6", 1, "a b"],
    [["a", "/p", "b"], "pipe", 1, "/p a b"],
    [["/p", "A", "a", "/q"], null, 1, "/p A a /q"],
    [["a", "A"], "internal", 1, "a A"],
  ];
  for (const [names, firstFamily, firstFamilyCount, wanted] of cases) {
    const ordered = inOrderOfTrying(names.map(addressOf), { firstFamily, firstFamilyCount });
    assert.equal(ordered.map(nameOf).join(" "), wanted);
  }
});
