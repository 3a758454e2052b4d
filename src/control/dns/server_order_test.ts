import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { ServerOrder } from "./server_order.ts";

const SERVERS = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((host) => ({ host, port: 53 }));

Deno.test("ServerOrder puts a server that failed last, until it answers or has rested", () => {
  const clock = new ManualClock();
  const order = new ServerOrder(clock, new Random(1), false);
  const hosts = () => order.arrange(SERVERS).map(({ host }) => host.at(-1)).join("");
  assert.equal(hosts(), "123");
  order.onTried(SERVERS[0]!, false);
  assert.equal(hosts(), "231");
  order.onTried(SERVERS[1]!, false);
  assert.equal(hosts(), "312");
  order.onTried(SERVERS[1]!, true);
  assert.equal(hosts(), "231");
  clock.advance(30_000);
  assert.equal(hosts(), "123");
});

Deno.test("ServerOrder begins with every server when it rotates", () => {
  const order = new ServerOrder(new ManualClock(), new Random(1), true);
  const seen = new Set(
    Array.from({ length: 100 }, () => order.arrange(SERVERS).map(({ host }) => host.at(-1)).join("")),
  );
  assert.deepEqual([...seen].sort(), ["123", "231", "312"]);
});
