/**
 * The resolver against a real DNS server, over UDP and TCP on loopback. Time is the test's: what waits for a server waits
 * until the clock is moved.
 */
import assert from "node:assert/strict";
import { ManualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import { DEFAULT_DNS_RESOLVER, type DnsLookupFamily, type DnsResolverConfig } from "../../src/config/dns_config.ts";
import type { DnsOutcome, DnsQuery } from "../../src/control/dns/dns_resolver.ts";
import { DnsResolvers } from "../../src/control/dns/dns_resolvers.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";
import { type DnsServer, startDnsServer } from "../support/dns_server.ts";

/** Resolvers of a process whose hosts file and resolv.conf are the test's. */
class Stage implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly loop = new EventLoop({ clock: this.clock, alarm: { wakeIn() {}, silence() {} } });
  readonly #stats = new StatStore(() => {});
  readonly #directory = Deno.makeTempDirSync({ prefix: "denvoy-test-dns-" });
  readonly resolvers: DnsResolvers;

  constructor(files: { readonly hosts?: string; readonly resolvConf?: string } = {}) {
    const paths = { hosts: `${this.#directory}/hosts`, resolvConf: `${this.#directory}/resolv.conf` };
    if (files.hosts !== undefined) Deno.writeTextFileSync(paths.hosts, files.hosts);
    if (files.resolvConf !== undefined) Deno.writeTextFileSync(paths.resolvConf, files.resolvConf);
    this.resolvers = new DnsResolvers(DEFAULT_DNS_RESOLVER, this.loop, new Random(1), this.#stats, paths);
  }

  /** Asks, and says what became of it: the addresses with their times to live, or the kind of outcome. */
  async ask(config: DnsResolverConfig, name: string, family: DnsLookupFamily = "V4_ONLY"): Promise<string> {
    return shown(await this.askFor(config, name, family).outcome);
  }

  askFor(config: DnsResolverConfig, name: string, family: DnsLookupFamily = "V4_ONLY") {
    const { promise, resolve } = Promise.withResolvers<DnsOutcome>();
    const query: DnsQuery = this.resolvers.resolverFor(config).resolve(name, family, resolve);
    return { outcome: promise, query };
  }

  rewriteHosts(text: string): void {
    Deno.writeTextFileSync(`${this.#directory}/hosts`, text);
  }

  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.loop.tick();
  }

  /** Of `dns.cares.`: lookups, failures, names not found, timeouts, under way. */
  get counts(): number[] {
    const scope = this.#stats.scope("dns.cares");
    const counters = ["resolve_total", "get_addr_failure", "not_found", "timeouts"].map((name) =>
      scope.counter(name).value
    );
    return [...counters, scope.gauge("pending_resolutions").value];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resolvers.close();
    await Deno.remove(this.#directory, { recursive: true });
    assert.equal(this.loop.timers.armedCount, 0, "timers are left");
  }
}

function shown(outcome: DnsOutcome): string {
  if (outcome.kind !== "answer") return outcome.kind;
  return outcome.addresses.map(({ host, ttlSeconds }) => `${host} ${ttlSeconds}`).join(", ");
}

/** A resolver that asks these servers alone. */
function asking(servers: readonly DnsServer[], changes: Partial<DnsResolverConfig> = {}): DnsResolverConfig {
  return { ...DEFAULT_DNS_RESOLVER, servers: servers.map(({ port }) => ({ host: "127.0.0.1", port })), ...changes };
}

Deno.test("the resolver tells answers, certain absence and failure apart", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("web.test", { a: ["10.0.0.1", "10.0.0.2"], aaaa: ["2001:db8::1"], ttl: 30 });
  dns.set("nodata.test", {});
  for (const code of ["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"]) dns.set(`${code}.test`.toLowerCase(), { code });
  dns.set("referral.test", { isReferral: true });
  const cases: [string, DnsLookupFamily, string][] = [
    ["web.test", "V4_ONLY", "10.0.0.1 30, 10.0.0.2 30"],
    ["WEB.test.", "V4_ONLY", "10.0.0.1 30, 10.0.0.2 30"],
    ["web.test", "V6_ONLY", "2001:db8::1 30"],
    ["nosuch.test", "V4_ONLY", "none"],
    ["nodata.test", "V4_ONLY", "none"],
    ["servfail.test", "V4_ONLY", "failure"],
    ["refused.test", "V4_ONLY", "failure"],
    ["notimp.test", "V4_ONLY", "failure"],
    ["formerr.test", "V4_ONLY", "failure"],
    ["referral.test", "V4_ONLY", "failure"],
  ];
  for (const [name, family, wanted] of cases) {
    assert.equal(await stage.ask(asking([dns]), name, family), wanted, `${name} ${family}`);
  }
  assert.equal(dns.asked("servfail.test"), 4, "each of the four tries");
  assert.deepEqual(stage.counts, [10, 5, 2, 0, 0]);
});

Deno.test("a lookup family asks for one kind, for both, or for the second where the first brings nothing", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("both.test", { a: ["10.0.0.1"], aaaa: ["2001:db8::1"], ttl: 9 });
  dns.set("four.test", { a: ["10.0.0.1"], ttl: 9 });
  dns.set("six.test", { aaaa: ["2001:db8::1"], ttl: 9 });
  dns.set("sixfails.test", { a: ["10.0.0.1"], ttl: 9, code: "SERVFAIL", only: "AAAA" });
  dns.set("fourfails.test", { code: "SERVFAIL", only: "A" });
  dns.set("sixonlyfails.test", { code: "SERVFAIL", only: "AAAA" });
  const V4 = "10.0.0.1 9", V6 = "2001:db8::1 9";
  const cases: [string, Partial<Record<DnsLookupFamily, string>>][] = [
    ["both.test", { AUTO: V6, V4_PREFERRED: V4, ALL: `${V4}, ${V6}` }],
    ["four.test", { AUTO: V4, V4_PREFERRED: V4, ALL: V4, V6_ONLY: "none" }],
    ["six.test", { AUTO: V6, V4_PREFERRED: V6, ALL: V6, V4_ONLY: "none" }],
    ["sixfails.test", { AUTO: V4, V4_PREFERRED: V4, ALL: V4, V6_ONLY: "failure" }],
    // Nothing for certain only where both are certain.
    ["fourfails.test", { AUTO: "failure", V4_PREFERRED: "failure", ALL: "failure" }],
    ["sixonlyfails.test", { AUTO: "failure", V4_PREFERRED: "failure", ALL: "failure" }],
    ["nosuch.test", { AUTO: "none", V4_PREFERRED: "none", ALL: "none" }],
  ];
  for (const [name, byFamily] of cases) {
    for (const [family, wanted] of Object.entries(byFamily)) {
      assert.equal(await stage.ask(asking([dns]), name, family as DnsLookupFamily), wanted, `${name} ${family}`);
    }
  }
});

Deno.test("an alias's time to live counts with that of its address", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("short.test", { alias: "real.test", aliasTtl: 5, a: ["10.0.0.1"], ttl: 30 });
  dns.set("long.test", { alias: "real.test", aliasTtl: 300, a: ["10.0.0.1"], ttl: 30 });
  dns.set("dangling.test", { alias: "gone.test" });
  assert.equal(await stage.ask(asking([dns]), "short.test"), "10.0.0.1 5");
  assert.equal(await stage.ask(asking([dns]), "long.test"), "10.0.0.1 30");
  assert.equal(await stage.ask(asking([dns]), "dangling.test"), "none");
});

Deno.test("an answer that does not fit is fetched by TCP, and TCP alone is used where it is wanted", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  const many = Array.from({ length: 200 }, (_, index) => `10.0.1.${index}`);
  dns.set("many.test", { a: many, ttl: 1, isTruncated: true });
  dns.set("web.test", { a: ["10.0.0.1"], ttl: 1 });
  assert.equal(await stage.ask(asking([dns]), "many.test"), many.map((host) => `${host} 1`).join(", "));
  assert.deepEqual(dns.questions.map(({ transport }) => transport), ["udp", "tcp"]);
  assert.equal(await stage.ask(asking([dns], { usesTcp: true }), "web.test"), "10.0.0.1 1");
  assert.equal(dns.questions.at(-1)!.transport, "tcp");
});

Deno.test("a silent server fails by TCP as by UDP, and what answers another question does at once", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  const config = asking([dns], { usesTcp: true, queryTries: 1 });
  dns.set("silent.test", { isSilent: true });
  dns.set("forged.test", { a: ["10.0.0.1"], forgeries: [{ idOffset: 1, address: "10.6.6.1" }] });
  const { outcome } = stage.askFor(config, "silent.test");
  await dns.untilAsked("silent.test");
  stage.advance(5000);
  assert.equal(shown(await outcome), "failure");
  assert.equal(await stage.ask(config, "forged.test"), "failure");
  assert.deepEqual(stage.counts, [2, 1, 0, 1, 0]);
});

Deno.test("EDNS is offered, and left out for a server that knows none", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("web.test", { a: ["10.0.0.1"], ttl: 1, knowsNoEdns: true });
  assert.equal(await stage.ask(asking([dns], { payloadSize: 4096 }), "web.test"), "10.0.0.1 1");
  assert.deepEqual(dns.questions.map(({ payloadSize }) => payloadSize), [4096, 0]);
});

Deno.test("a server that says nothing is asked again, twice as long each time, and then the question fails", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("web.test", { isSilent: true });
  const { outcome } = stage.askFor(asking([dns], { queryTimeoutMs: 1000, queryTries: 3 }), "web.test");
  for (const [index, timeoutMs] of [1000, 2000, 4000].entries()) {
    await dns.untilAsked("web.test", "A", index + 1);
    stage.advance(timeoutMs - 20);
    assert.equal(dns.asked("web.test"), index + 1, "not before its time");
    stage.advance(20);
  }
  assert.equal(shown(await outcome), "failure");
  assert.equal(dns.asked("web.test"), 3);
  assert.deepEqual(stage.counts, [1, 0, 0, 3, 0]);
});

Deno.test("the next server is asked when one is silent or fails, and is asked first from then on for a while", async () => {
  await using first = startDnsServer();
  await using second = startDnsServer();
  await using stage = new Stage();
  const config = asking([first, second]);
  first.set("web.test", { isSilent: true });
  second.set("web.test", { a: ["10.0.0.2"], ttl: 1 });
  const { outcome } = stage.askFor(config, "web.test");
  await first.untilAsked("web.test");
  stage.advance(5000);
  assert.equal(shown(await outcome), "10.0.0.2 1");
  assert.equal(await stage.ask(config, "web.test"), "10.0.0.2 1");
  assert.equal(first.asked("web.test"), 1, "it rests");
  stage.advance(30_000);
  first.set("web.test", { code: "REFUSED" });
  assert.equal(await stage.ask(config, "web.test"), "10.0.0.2 1");
  assert.equal(first.asked("web.test"), 2, "it has rested");
});

Deno.test("a server's word that there is no such name is final", async () => {
  await using first = startDnsServer();
  await using second = startDnsServer();
  await using stage = new Stage();
  second.set("web.test", { a: ["10.0.0.2"] });
  assert.equal(await stage.ask(asking([first, second]), "web.test"), "none");
  assert.equal(second.questions.length, 0);
});

Deno.test("responses that answer another question, or have another id, or come from elsewhere, are passed over", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("web.test", {
    a: ["10.0.0.1"],
    ttl: 1,
    forgeries: [{ idOffset: 1, address: "10.6.6.1" }, { name: "other.test", address: "10.6.6.2" }],
  });
  assert.equal(await stage.ask(asking([dns]), "web.test"), "10.0.0.1 1");
  // From another port than the server's, with everything else as it should be.
  dns.set("held.test", { a: ["10.0.0.1"], ttl: 1, isHeld: true });
  const { outcome } = stage.askFor(asking([dns]), "held.test");
  await dns.untilAsked("held.test");
  await dns.forgeFromElsewhere("held.test", "10.6.6.3");
  await dns.release("held.test");
  assert.equal(shown(await outcome), "10.0.0.1 1");
});

Deno.test("questions have ids and ports that differ", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  const asked = Array.from({ length: 201 }, (_, index) => stage.ask(asking([dns]), `n${index}.test`));
  for (const outcome of await Promise.all(asked)) assert.equal(outcome, "none");
  const perPort = Map.groupBy(dns.questions, ({ port }) => port);
  assert.equal(perPort.size, 3, "a hundred questions a port");
  for (const questions of perPort.values()) assert.equal(new Set(questions.map(({ id }) => id)).size, questions.length);
});

Deno.test("names of the hosts file and localhost need no server", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage({ hosts: "10.0.0.7 db Db2\n2001:db8::7 db\n10.0.0.8 four.test\n" });
  dns.set("four.test", { aaaa: ["2001:db8::8"], ttl: 1 });
  const cases: [string, DnsLookupFamily, string][] = [
    ["db", "AUTO", "2001:db8::7 0"],
    ["DB.", "V4_ONLY", "10.0.0.7 0"],
    ["db2", "ALL", "10.0.0.7 0"],
    ["localhost", "AUTO", "::1 0"],
    ["localhost", "ALL", "127.0.0.1 0, ::1 0"],
    ["a.localhost", "V4_ONLY", "127.0.0.1 0"],
    ["192.0.2.1", "V6_ONLY", "192.0.2.1 0"],
    ["2001:DB8::1", "AUTO", "2001:db8::1 0"],
    ["2001:db8::1", "V4_ONLY", "failure"],
    ["a..b", "AUTO", "failure"],
    ["x.onion", "AUTO", "none"],
    ["", "AUTO", "none"],
  ];
  for (const [name, family, wanted] of cases) {
    let outcome = "";
    stage.resolvers.resolverFor(asking([dns])).resolve(name, family, (told) => outcome = shown(told));
    assert.equal(outcome, wanted, `${name} ${family}, at once`);
  }
  assert.equal(dns.questions.length, 0);
  // Of a name that is there with one family only the other is asked for, and the file has the rest.
  assert.equal(await stage.ask(asking([dns]), "four.test", "AUTO"), "2001:db8::8 1");
  dns.set("four.test", null);
  assert.equal(await stage.ask(asking([dns]), "four.test", "AUTO"), "10.0.0.8 0");
  // Lookups at hand count too; those that bring nothing count for both families.
  assert.deepEqual(stage.counts, [18, 3, 5, 0, 0]);
});

Deno.test("the hosts file is read again when it changed", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage({ hosts: "10.0.0.7 db\n" });
  assert.equal(await stage.ask(asking([dns]), "db"), "10.0.0.7 0");
  stage.rewriteHosts("10.0.0.77 db\n");
  stage.advance(1000);
  assert.equal(await stage.ask(asking([dns]), "db"), "10.0.0.77 0");
});

Deno.test("names are looked for in the search list of the system, unless it shall not count", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage({ resolvConf: "search one.test two.test\noptions ndots:2\n" });
  dns.set("web.two.test", { a: ["10.0.0.2"], ttl: 1 });
  dns.set("web.x.test", { a: ["10.0.0.3"], ttl: 1 });
  dns.set("plain", { a: ["10.0.0.4"], ttl: 1 });
  dns.set("single", { code: "SERVFAIL" });
  assert.equal(await stage.ask(asking([dns]), "web"), "10.0.0.2 1");
  assert.deepEqual(dns.questions.map(({ name }) => name), ["web.one.test", "web.two.test"]);
  assert.equal(await stage.ask(asking([dns]), "web.x.test"), "10.0.0.3 1");
  assert.equal(await stage.ask(asking([dns]), "plain"), "10.0.0.4 1");
  assert.equal(await stage.ask(asking([dns]), "web."), "none");
  assert.equal(await stage.ask(asking([dns]), "single"), "failure");
  assert.equal(await stage.ask(asking([dns], { ignoresSearchDomains: true }), "web"), "none");
  dns.set("web.one.test", { code: "SERVFAIL" });
  assert.equal(await stage.ask(asking([dns]), "web"), "failure", "who failed might have known");
});

Deno.test("a question that is given up tells nobody, and the last leaves nothing behind", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  dns.set("udp.test", { isSilent: true });
  let told = 0;
  const tcp = asking([dns], { usesTcp: true });
  const queries = [asking([dns]), tcp].map((config) =>
    stage.resolvers.resolverFor(config).resolve("udp.test", "V4_ONLY", () => told++)
  );
  stage.resolvers.resolverFor(tcp).resolve("udp.test", "ALL", () => told++);
  await dns.untilAsked("udp.test", "A", 3);
  await dns.untilAsked("udp.test", "AAAA", 1);
  for (const query of queries) query.cancel();
  stage.resolvers.close();
  assert.equal(stage.loop.timers.armedCount, 0);
  stage.advance(60_000);
  assert.deepEqual([told, dns.asked("udp.test")], [0, 3]);
});

Deno.test("a server whose port is closed is a failure by TCP at once", async () => {
  await using stage = new Stage();
  const gone = startDnsServer();
  await gone[Symbol.asyncDispose]();
  assert.equal(await stage.ask(asking([gone], { usesTcp: true }), "web.test"), "failure");
});

Deno.test("clusters that ask alike share a resolver", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage();
  assert.equal(stage.resolvers.resolverFor(asking([dns])), stage.resolvers.resolverFor(asking([dns])));
  assert.notEqual(stage.resolvers.resolverFor(asking([dns])), stage.resolvers.resolverFor(null));
  assert.equal(stage.resolvers.resolverFor(null), stage.resolvers.resolverFor(DEFAULT_DNS_RESOLVER));
});

Deno.test("servers of the configuration are the fallback where it says so", async () => {
  await using dns = startDnsServer();
  await using stage = new Stage({ resolvConf: "" });
  dns.set("web.test", { a: ["10.0.0.1"], ttl: 1 });
  assert.equal(await stage.ask(asking([dns], { isFallback: true }), "web.test"), "10.0.0.1 1");
});

Deno.test("a server may have an IPv6 address", async () => {
  await using dns = startDnsServer("::1");
  await using stage = new Stage();
  dns.set("web.test", { a: ["10.0.0.1"], ttl: 1 });
  const config = { ...DEFAULT_DNS_RESOLVER, servers: [{ host: "::1", port: dns.port }] };
  assert.equal(await stage.ask(config, "web.test"), "10.0.0.1 1");
  assert.equal(await stage.ask({ ...config, usesTcp: true }, "web.test"), "10.0.0.1 1");
});
