import assert from "node:assert/strict";
import { parseHosts } from "./hosts_file.ts";

Deno.test("parseHosts reads addresses of both families, in order, and names in any case", () => {
  const hosts = parseHosts(`# the machine
127.0.0.1\tlocalhost  Loopback # and more
::1 localhost ip6-localhost

10.0.0.1 db
10.0.0.2 db
10.0.0.1 db
  2001:0DB8::0001 DB`);
  assert.deepEqual(hosts.get("localhost"), { A: ["127.0.0.1"], AAAA: ["::1"] });
  assert.deepEqual(hosts.get("loopback"), { A: ["127.0.0.1"], AAAA: [] });
  assert.deepEqual(hosts.get("db"), { A: ["10.0.0.1", "10.0.0.2"], AAAA: ["2001:db8::1"] });
  assert.equal(hosts.size, 4);
});

Deno.test("parseHosts passes over what is no line of a hosts file", () => {
  assert.equal(parseHosts("nonsense\n1.2.3 short\n10.0.0.1\n300.1.1.1 big\nfe80::1%lo zone\n\r\n").size, 0);
  assert.deepEqual([...parseHosts("10.0.0.1 dos\r\n").keys()], ["dos"]);
});
