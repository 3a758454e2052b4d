/** Tests of what is known without a server; test/integration/dns_resolver_test.ts has the rest. */

import assert from "node:assert/strict";
import { ManualClock } from "../../base/clock.ts";
import { Random } from "../../base/random.ts";
import { DEFAULT_DNS_RESOLVER, type DnsLookupFamily } from "../../config/dns_config.ts";
import { StatStore } from "../../observe/stats/store.ts";
import { EventLoop } from "../../transport/event_loop.ts";
import type { DnsExchange } from "./dns_exchange.ts";
import type { AddressType } from "./dns_message.ts";
import type { DnsOutcome } from "./dns_resolver.ts";
import { parseHosts } from "./hosts_file.ts";
import { parseResolvConf } from "./resolv_conf.ts";
import { ResolverStats } from "./resolver_stats.ts";
import { ServerOrder } from "./server_order.ts";
import { StubResolver } from "./stub_resolver.ts";

const NOBODY: DnsExchange = {
  ask: () => {
    throw new Error("a server was asked");
  },
};

/** Asks where interfaces have addresses of these families alone. */
function resolve(routable: readonly AddressType[], name: string, family: DnsLookupFamily): DnsOutcome | null {
  const clock = new ManualClock();
  const resolver = new StubResolver({ ...DEFAULT_DNS_RESOLVER, skipsUnroutableFamilies: true }, {
    loop: new EventLoop({ clock, alarm: { wakeIn() {}, silence() {} } }),
    stats: new ResolverStats(new StatStore(() => {})),
    udp: NOBODY,
    tcp: NOBODY,
    order: new ServerOrder(clock, new Random(1), false),
    system: () => parseResolvConf(""),
    hosts: () => parseHosts("10.0.0.1 db\n2001:db8::1 db"),
    routableTypes: () => new Set(routable),
  });
  let told: DnsOutcome | null = null;
  resolver.resolve(name, family, (outcome) => told = outcome);
  return told;
}

Deno.test("StubResolver leaves out families that go nowhere", () => {
  const cases: [readonly AddressType[], DnsLookupFamily, readonly string[]][] = [
    [["A", "AAAA"], "AUTO", ["2001:db8::1"]],
    [["A"], "AUTO", ["10.0.0.1"]],
    [["AAAA"], "V4_PREFERRED", ["2001:db8::1"]],
    [["A", "AAAA"], "ALL", ["10.0.0.1", "2001:db8::1"]],
    [["AAAA"], "ALL", ["2001:db8::1"]],
  ];
  for (const [routable, family, wanted] of cases) {
    const outcome = resolve(routable, "db", family);
    assert.ok(outcome?.kind === "answer");
    assert.deepEqual(outcome.addresses.map(({ host }) => host), wanted, `${family} over ${routable}`);
  }
});

Deno.test("StubResolver fails where no family is left", () => {
  assert.equal(resolve(["A"], "db", "V6_ONLY")?.kind, "failure");
  assert.equal(resolve([], "db", "ALL")?.kind, "failure");
  assert.equal(resolve([], "192.0.2.1", "AUTO")?.kind, "answer", "an address needs no asking");
});
