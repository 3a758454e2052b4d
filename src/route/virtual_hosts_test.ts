import assert from "node:assert/strict";
import { VirtualHosts } from "./virtual_hosts.ts";

function hosts(...domains: string[]): VirtualHosts<string> {
  const hosts = new VirtualHosts<string>();
  for (const domain of domains) hosts.add(domain, domain);
  return hosts;
}

/** Every kind of domain, in an order that is not the order of search. */
const ALL = hosts(
  "*",
  "foo.*",
  "foo-*",
  "foo.bar.*",
  "*.com",
  "*.foo.com",
  "*-bar.foo.com",
  "foo.com",
  "foo.com:8080",
  "[::1]:80",
  "Mixed.Case",
  "*.UPPER.test",
  "PRE.*",
);

const cases: Array<[name: string, host: string, found: string]> = [
  ["an exact domain before a suffix that fits too", "foo.com", "foo.com"],
  ["a port as plain text", "foo.com:8080", "foo.com:8080"],
  ["another port by the prefix", "foo.com:8081", "foo.*"],
  ["an IPv6 literal with its port", "[::1]:80", "[::1]:80"],
  ["a suffix", "a.foo.com", "*.foo.com"],
  ["a suffix over several labels", "a.b.foo.com", "*.foo.com"],
  ["the longest suffix", "x-bar.foo.com", "*-bar.foo.com"],
  ["a shorter suffix where the longer has nothing to stand for", "-bar.foo.com", "*.foo.com"],
  ["a suffix before a prefix", "foo.com.com", "*.com"],
  ["a prefix", "foo.org", "foo.*"],
  ["a prefix that ends in a dash", "foo-1.org", "foo-*"],
  ["the longest prefix", "foo.bar.org", "foo.bar.*"],
  ["a shorter prefix where the longer has nothing to stand for", "foo.bar.", "foo.*"],
  ["star for a host that is its wildcard's fixed text", ".com", "*"],
  ["star for anything else", "elsewhere.test", "*"],
  ["star for nothing", "", "*"],
  ["an exact domain in any letter case", "mIXED.cASE", "Mixed.Case"],
  ["a suffix in any letter case", "A.upper.TEST", "*.UPPER.test"],
  ["a prefix in any letter case", "pre.x", "PRE.*"],
];

for (const [name, host, found] of cases) {
  Deno.test(`VirtualHosts.find finds ${name}`, () => assert.equal(ALL.find(host), found));
}

Deno.test("VirtualHosts.find takes a wildcard for at least one character", () => {
  const suffix = hosts("*.foo.com");
  assert.equal(suffix.find("foo.com"), null);
  assert.equal(suffix.find(".foo.com"), null);
  assert.equal(suffix.find("a.foo.com"), "*.foo.com");
  const prefix = hosts("foo.*");
  assert.equal(prefix.find("foo."), null);
  assert.equal(prefix.find("foo.a"), "foo.*");
});

Deno.test("VirtualHosts.find takes a star in the middle, or a second one, as text", () => {
  assert.equal(hosts("a*b").find("axb"), null);
  assert.equal(hosts("a*b").find("a*b"), "a*b");
  assert.equal(hosts("*.foo.*").find("x.foo.com"), null);
  assert.equal(hosts("*.foo.*").find("x.foo.*"), "*.foo.*");
});

Deno.test("VirtualHosts.find does not take a port for nothing", () => {
  assert.equal(hosts("foo.com").find("foo.com:80"), null);
  assert.equal(hosts("foo.com:80").find("foo.com"), null);
  assert.equal(hosts("*.com").find("foo.com:80"), null);
});

Deno.test("VirtualHosts.only is the star when it stands alone", () => {
  assert.equal(hosts("*").only, "*");
  assert.equal(hosts("*", "a").only, null);
  assert.equal(hosts("*", "*.a").only, null);
  assert.equal(hosts("*", "a.*").only, null);
  assert.equal(hosts("a").only, null);
  assert.equal(hosts().only, null);
});
