/** Tests of STRICT_DNS: what becomes of hosts by every outcome, and when names are asked for again. */

import assert from "node:assert/strict";
import {
  answer,
  DiscoveryStage,
  FAILURE,
  named,
  NO_SUCH_NAME,
  STRICT_DNS,
} from "../../../test/support/dns_discovery.ts";

Deno.test("StrictDnsDiscovery makes a host of every address, with what the endpoint says", () => {
  const locality = { region: "eu", zone: "a", subZone: "", weight: 3, metadata: {} };
  const web = named("web.test", {
    weight: 7,
    priority: 1,
    locality,
    healthStatus: "DEGRADED",
    metadata: { m: { k: 1 } },
  });
  const stage = new DiscoveryStage(STRICT_DNS, [web]);
  stage.discovery.start();
  assert.deepEqual(stage.resolver.asked, [{ name: "web.test", family: "AUTO" }]);
  stage.resolver.tell("web.test", answer("10.0.0.1", "2001:db8::1"));
  assert.deepEqual(stage.endpoints, [
    { ...web, address: { kind: "ip", host: "10.0.0.1", port: 80 }, hostname: "web.test", identity: "0 10.0.0.1" },
    { ...web, address: { kind: "ip", host: "2001:db8::1", port: 80 }, hostname: "web.test", identity: "0 2001:db8::1" },
  ]);
});

Deno.test("StrictDnsDiscovery names hosts after the endpoint's hostname when it has one", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("web.test", { hostname: "shown.test" })]);
  stage.discovery.start();
  stage.resolver.tell("web.test", answer("10.0.0.1"));
  assert.equal(stage.endpoints[0]!.hostname, "shown.test");
});

Deno.test("StrictDnsDiscovery collapses an address that one answer has twice, and keeps one that two names have", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test"), named("b.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", answer("10.0.0.1", "10.0.0.2", "10.0.0.1"));
  stage.resolver.tell("b.test", answer("10.0.0.1"));
  assert.deepEqual(stage.addresses, ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80"]);
  assert.equal(new Set(stage.endpoints.map(({ identity }) => identity)).size, 3);
});

Deno.test("StrictDnsDiscovery keeps a host's identity when its name's answer has another order", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", answer("10.0.0.1", "10.0.0.2"));
  const before = stage.endpoints;
  stage.advance(5000);
  stage.resolver.tell("a.test", answer("10.0.0.2", "10.0.0.1"));
  assert.deepEqual(stage.endpoints, [before[1], before[0]]);
});

Deno.test("StrictDnsDiscovery empties a name by an answer that there is none, and only that name", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test"), named("b.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", answer("10.0.0.1"));
  stage.resolver.tell("b.test", answer("10.0.0.2"));
  stage.advance(5000);
  stage.resolver.tell("a.test", NO_SUCH_NAME);
  assert.deepEqual(stage.addresses, ["10.0.0.2:80"]);
  assert.deepEqual(stage.counts, [4, 3, 0]);
});

Deno.test("StrictDnsDiscovery keeps the hosts of a name that fails", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", answer("10.0.0.1"));
  stage.advance(5000);
  stage.resolver.tell("a.test", FAILURE);
  assert.equal(stage.assignments.length, 1);
  assert.deepEqual(stage.addresses, ["10.0.0.1:80"]);
  assert.deepEqual(stage.counts, [2, 1, 1]);
});

Deno.test("StrictDnsDiscovery tells of the first result once, after any name's end of any kind", () => {
  for (const outcome of [answer("10.0.0.1"), NO_SUCH_NAME, FAILURE]) {
    const stage = new DiscoveryStage(STRICT_DNS, [named("a.test"), named("b.test")]);
    stage.discovery.start();
    assert.equal(stage.firstResults, 0);
    assert.deepEqual(stage.waits.map((wait) => [wait?.kind, wait?.subject, wait?.untilMs]), [["dns", "a.test", null]]);
    stage.resolver.tell("b.test", outcome);
    stage.resolver.tell("a.test", outcome);
    assert.equal(stage.firstResults, 1);
    assert.deepEqual(stage.waits.slice(1), [null]);
  }
});

Deno.test("StrictDnsDiscovery has its first result at once without names, and where nobody waits for it", () => {
  const empty = new DiscoveryStage(STRICT_DNS, []);
  empty.discovery.start();
  assert.deepEqual([empty.firstResults, empty.assignments.length], [1, 0]);
  const impatient = new DiscoveryStage({ ...STRICT_DNS, waitsForFirstResult: false }, [named("a.test")]);
  impatient.discovery.start();
  assert.equal(impatient.firstResults, 1);
  impatient.resolver.tell("a.test", answer("10.0.0.1"));
  assert.deepEqual([impatient.firstResults, impatient.addresses.length], [1, 1]);
});

Deno.test("StrictDnsDiscovery has the hosts of names that are at hand before it goes on without waiting", () => {
  const stage = new DiscoveryStage({ ...STRICT_DNS, waitsForFirstResult: false }, [named("localhost")]);
  stage.resolver.know("localhost", answer("127.0.0.1 0"));
  stage.discovery.start();
  assert.deepEqual([stage.addresses, stage.firstResults], [["127.0.0.1:80"], 1]);
});

Deno.test("StrictDnsDiscovery asks again after the refresh rate, after failures too", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test")]);
  stage.discovery.start();
  for (const outcome of [answer("10.0.0.1 30"), NO_SUCH_NAME, FAILURE, FAILURE]) {
    stage.resolver.tell("a.test", outcome);
    assert.equal(stage.untilAsked(10_000), 5000);
  }
  assert.deepEqual(stage.counts, [5, 2, 2]);
});

Deno.test("StrictDnsDiscovery goes by the least time to live when it shall, unless that is 0", () => {
  const stage = new DiscoveryStage({ ...STRICT_DNS, respectsTtl: true }, [named("a.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", answer("10.0.0.1 30", "10.0.0.2 20"));
  assert.equal(stage.untilAsked(60_000), 20_000);
  stage.resolver.tell("a.test", answer("10.0.0.1 30", "10.0.0.2 0"));
  assert.equal(stage.untilAsked(60_000), 5000);
  stage.resolver.tell("a.test", NO_SUCH_NAME);
  assert.equal(stage.untilAsked(60_000), 5000);
});

Deno.test("StrictDnsDiscovery shows what it found no more and asks nothing once it is closed", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("a.test"), named("b.test")]);
  stage.discovery.start();
  stage.resolver.tell("a.test", FAILURE);
  stage.discovery.close();
  assert.equal(stage.resolver.cancelled, 1);
  assert.equal(stage.loop.timers.armedCount, 0);
  stage.advance(60_000);
  assert.deepEqual([stage.counts, stage.resolver.asked], [[2, 0, 1], []]);
});

Deno.test("StrictDnsDiscovery may be closed by who hears of its endpoints", () => {
  const stage = new DiscoveryStage(STRICT_DNS, [named("localhost"), named("b.test")]);
  stage.resolver.know("localhost", answer("127.0.0.1"));
  stage.onEndpoints = () => stage.discovery.close();
  stage.discovery.start();
  assert.deepEqual([stage.resolver.asked, stage.loop.timers.armedCount, stage.firstResults], [[], 0, 0]);
});
