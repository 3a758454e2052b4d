import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import { type ProxyEndpoint, proxyHeader } from "./encoder.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";

/** `host port`, or null. */
function endpoint(text: string | null): ProxyEndpoint | null {
  if (text === null) return null;
  const [host, port] = text.split(" ");
  return { host: host!, port: Number(port) };
}

const cases: [name: string, source: string | null, destination: string | null, line: string, block: string][] = [
  [
    "IPv4",
    "192.0.2.1 56324",
    "198.51.100.2 443",
    "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n",
    "2111000cc0000201c6336402dc0401bb",
  ],
  [
    "IPv6",
    "2001:db8::a:1 1",
    "::1 65535",
    "PROXY TCP6 2001:db8::a:1 ::1 1 65535\r\n",
    "2121002420010db800000000000000000" + "00a000100000000000000000000000000000001" + "0001ffff",
  ],
  [
    "IPv6 written out",
    "1:2:3:4:5:6:7:8 1",
    ":: 2",
    "PROXY TCP6 1:2:3:4:5:6:7:8 :: 1 2\r\n",
    "2121002400010002000300040005000600070008" + "0".repeat(32) + "00010002",
  ],
  [
    "IPv6 with a zone and with IPv4 inside",
    "fe80::1%eth0 1",
    "64:ff9b::192.0.2.33 2",
    "PROXY TCP6 fe80::1 64:ff9b::192.0.2.33 1 2\r\n",
    "21210024fe8000000000000000000000000000010064ff9b0000000000000000c000022100010002",
  ],
  [
    "IPv4 on a socket for both families",
    "::ffff:127.0.0.1 5",
    "::FFFF:127.0.0.1 6",
    "PROXY TCP4 127.0.0.1 127.0.0.1 5 6\r\n",
    "2111000c7f0000017f00000100050006",
  ],
  ["a unix socket", null, null, "PROXY UNKNOWN\r\n", "20000000"],
  ["two families", "127.0.0.1 1", "::1 2", "PROXY UNKNOWN\r\n", "20000000"],
];

for (const [name, source, destination, line, block] of cases) {
  Deno.test(`proxyHeader() tells of ${name}`, () => {
    const text = proxyHeader(1, endpoint(source), endpoint(destination));
    assert.equal(latin1Text(text, 0, text.length), line);
    assert.equal(proxyHeader(2, endpoint(source), endpoint(destination)).toHex(), SIGNATURE + block);
  });
}
