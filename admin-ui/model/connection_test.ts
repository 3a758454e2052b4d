import { equal, ok } from "node:assert/strict";
import { Connection, reconnectDelayMs, STALE_AFTER_MS } from "./connection.ts";

Deno.test("reconnectDelayMs() doubles from one second to fifteen and takes off up to a quarter", () => {
  const full = [1, 2, 3, 4, 5, 6, 40].map((failures) => reconnectDelayMs(failures, 0));
  equal(full.join(), "1000,2000,4000,8000,15000,15000,15000");
  ok(reconnectDelayMs(1, 0.999) >= 750);
});

Deno.test("isStale says so when ticks stay away, and not before the first", () => {
  const connection = new Connection(0);
  connection.nowMs.value = 100_000;
  equal(connection.isStale.value, false);
  connection.lastTickMs.value = 100_000;
  connection.nowMs.value = 100_000 + STALE_AFTER_MS;
  equal(connection.isStale.value, false);
  connection.nowMs.value++;
  equal(connection.isStale.value, true);
});

Deno.test("acceptId() wants ids to rise within one stream and begins anew with the next", () => {
  const connection = new Connection(0);
  equal(connection.acceptId("7"), true);
  equal(connection.acceptId(""), true);
  equal(connection.acceptId("8"), true);
  equal(connection.acceptId("8"), false);
  equal(connection.acceptId("x"), false);
  connection.begin();
  equal(connection.acceptId("1"), true);
});

Deno.test("greet() notices another process and keeps the server's clock", () => {
  const connection = new Connection(1000);
  equal(connection.greet("a", 301_000, 1000), false);
  equal(connection.serverNowMs(), 301_000);
  equal(connection.greet("a", 302_000, 2000), false);
  equal(connection.restartedMs.value, null);
  equal(connection.greet("b", 303_000, 3000), true);
  equal(connection.restartedMs.value, 3000);
});

Deno.test("passTime() moves the page's clock only when no tick did", () => {
  const connection = new Connection(0);
  connection.tick(10_000);
  connection.passTime(10_900);
  equal(connection.nowMs.value, 10_000);
  connection.passTime(11_200);
  equal(connection.nowMs.value, 11_200);
});

Deno.test("Connection refuses writes when nothing came for ten seconds, and takes them again with the next tick", () => {
  const connection = new Connection(0);
  equal(connection.writeRefusal.value, null);
  connection.tick(1000);
  connection.passTime(10_900);
  equal(connection.isStale.value, true);
  equal(connection.writeRefusal.value, null);
  connection.passTime(12_100);
  equal(connection.writeRefusal.value, "what you see is old: waiting for the proxy");
  connection.tick(12_200);
  equal(connection.writeRefusal.value, null);
});
