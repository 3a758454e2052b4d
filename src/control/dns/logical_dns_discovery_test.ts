/** Tests of LOGICAL_DNS: one host whose address follows its name. */

import assert from "node:assert/strict";
import {
  answer,
  DiscoveryStage,
  FAILURE,
  named,
  NO_SUCH_NAME,
  STRICT_DNS,
} from "../../../test/support/dns_discovery.ts";

const LOGICAL_DNS = { ...STRICT_DNS, isLogical: true };

Deno.test("LogicalDnsDiscovery has one host, of the first address, with the others to try after it", () => {
  const web = named("web.test", { priority: 3, weight: 2 });
  const stage = new DiscoveryStage(LOGICAL_DNS, [web]);
  stage.discovery.start();
  stage.resolver.tell("web.test", answer("10.0.0.2", "10.0.0.1", "2001:db8::1", "10.0.0.2"));
  assert.deepEqual(stage.endpoints, [{
    ...web,
    address: { kind: "ip", host: "10.0.0.2", port: 80 },
    additionalAddresses: [{ kind: "ip", host: "10.0.0.1", port: 80 }, { kind: "ip", host: "2001:db8::1", port: 80 }],
    hostname: "web.test",
    priority: 0,
    identity: "web.test",
  }]);
});

Deno.test("LogicalDnsDiscovery keeps the host's identity when its address changes", () => {
  const stage = new DiscoveryStage(LOGICAL_DNS, [named("web.test", { hostname: "shown.test" })]);
  stage.discovery.start();
  stage.resolver.tell("web.test", answer("10.0.0.1"));
  const [before] = stage.endpoints;
  stage.advance(5000);
  stage.resolver.tell("web.test", answer("10.0.0.2"));
  assert.deepEqual(stage.endpoints, [{ ...before, address: { kind: "ip", host: "10.0.0.2", port: 80 } }]);
  assert.equal(before!.hostname, "shown.test");
});

Deno.test("LogicalDnsDiscovery keeps the address when there is no other, and counts that as failure", () => {
  const stage = new DiscoveryStage(LOGICAL_DNS, [named("web.test")]);
  stage.discovery.start();
  stage.resolver.tell("web.test", answer("10.0.0.1"));
  for (const outcome of [NO_SUCH_NAME, FAILURE]) {
    stage.advance(5000);
    stage.resolver.tell("web.test", outcome);
  }
  assert.deepEqual([stage.assignments.length, stage.addresses], [1, ["10.0.0.1:80"]]);
  assert.deepEqual(stage.counts, [3, 1, 2]);
});

Deno.test("LogicalDnsDiscovery has its first result with the first end of any kind", () => {
  for (const outcome of [answer("10.0.0.1"), NO_SUCH_NAME, FAILURE]) {
    const stage = new DiscoveryStage(LOGICAL_DNS, [named("web.test")]);
    stage.discovery.start();
    assert.deepEqual([stage.firstResults, stage.waits.length], [0, 1]);
    stage.resolver.tell("web.test", outcome);
    assert.deepEqual([stage.firstResults, stage.waits[1]], [1, null]);
  }
});

Deno.test("LogicalDnsDiscovery goes by the first address's time to live", () => {
  const stage = new DiscoveryStage({ ...LOGICAL_DNS, respectsTtl: true }, [named("web.test")]);
  stage.discovery.start();
  stage.resolver.tell("web.test", answer("10.0.0.1 30", "10.0.0.2 20"));
  assert.equal(stage.untilAsked(60_000), 30_000);
  // What counts as failure is asked for again as after one.
  stage.resolver.tell("web.test", NO_SUCH_NAME);
  assert.equal(stage.untilAsked(60_000), 5000);
});
