import assert from "node:assert/strict";
import { namesToAsk, parseResolvConf } from "./resolv_conf.ts";

Deno.test("parseResolvConf reads servers, search list and options", () => {
  assert.deepEqual(
    parseResolvConf(`# made by nobody
domain old.test
nameserver 10.0.0.1 ; first
nameserver 2001:DB8::1
nameserver fe80::1%eth0
nameserver nonsense
search ns.svc.test. svc.test
options ndots:5 timeout:1 rotate
options use-vc`),
    {
      servers: [{ host: "10.0.0.1", port: 53 }, { host: "2001:db8::1", port: 53 }, { host: "fe80::1%eth0", port: 53 }],
      search: ["ns.svc.test", "svc.test"],
      ndots: 5,
      rotatesServers: true,
      usesTcp: true,
    },
  );
});

Deno.test("parseResolvConf of nothing names no server and searches nowhere", () => {
  const empty = { servers: [], search: [], ndots: 1, rotatesServers: false, usesTcp: false };
  assert.deepEqual(parseResolvConf(""), empty);
  assert.deepEqual(parseResolvConf("search\noptions ndots:x\nnameserver\n"), empty);
  assert.equal(parseResolvConf("options ndots:99").ndots, 15);
  assert.deepEqual(parseResolvConf("domain a.test b.test").search, ["a.test"]);
});

Deno.test("namesToAsk puts the search list before names with few dots and after the others", () => {
  const conf = { search: ["a.test", "b.test"], ndots: 2 };
  const cases: [string, string[]][] = [
    ["web", ["web.a.test", "web.b.test", "web"]],
    ["web.x", ["web.x.a.test", "web.x.b.test", "web.x"]],
    ["web.x.y", ["web.x.y", "web.x.y.a.test", "web.x.y.b.test"]],
    ["web.", ["web"]],
  ];
  for (const [name, wanted] of cases) assert.deepEqual(namesToAsk(name, conf), wanted, name);
  assert.deepEqual(namesToAsk("web", { search: [], ndots: 1 }), ["web"]);
});
