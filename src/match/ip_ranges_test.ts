import assert from "node:assert/strict";
import { Random } from "../base/random.ts";
import { IpRanges } from "./ip_ranges.ts";

function ranges(...texts: string[]): IpRanges {
  return new IpRanges(texts.map((text) => {
    const [address, prefix] = text.split("/");
    return { address: address!, prefixLength: Number(prefix) };
  }));
}

const rows: Array<[ranges: string[], inside: string[], outside: string[]]> = [
  [[], [], ["0.0.0.0", "::", ""]],
  [["10.0.0.0/8"], ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["9.255.255.255", "11.0.0.0", "::10.0.0.1", "x"]],
  [["10.1.2.3/8"], ["10.0.0.0", "10.9.9.9"], ["11.0.0.0"]],
  [["0.0.0.0/0"], ["0.0.0.0", "255.255.255.255"], ["::", "::1"]],
  [["::/0"], ["::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], ["1.2.3.4"]],
  [["192.0.2.1/32"], ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"]],
  [["255.255.255.255/32", "0.0.0.0/32"], ["255.255.255.255", "0.0.0.0"], ["1.1.1.1"]],
  [["2001:db8::/32"], ["2001:db8::1", "2001:db8:ffff::"], ["2001:db7:ffff::", "2001:db9::"]],
  [["::1/128", "fe80::/10"], ["::1", "fe80::1%eth0", "febf::"], ["::", "::2", "fec0::"]],
  [["::ffff:10.0.0.0/104"], ["10.1.1.1", "::ffff:10.1.1.1"], ["11.1.1.1"]],
  [["::ffff:0.0.0.0/80"], ["::1:2:3"], ["10.0.0.1"]],
  [["10.0.0.0/9", "10.128.0.0/9", "10.0.0.0/24", "12.0.0.0/8"], ["10.200.0.0", "12.1.1.1"], ["11.1.1.1"]],
].map((row) => row as [string[], string[], string[]]);

for (const [written, inside, outside] of rows) {
  Deno.test(`IpRanges of ${written.join(", ") || "nothing"}`, () => {
    const set = ranges(...written);
    for (const text of inside) assert.equal(set.contains(text), true, text);
    for (const text of outside) assert.equal(set.contains(text), false, text);
  });
}

Deno.test("IpRanges agrees with a walk over the ranges", () => {
  const random = new Random(3);
  const address = () => Array.from({ length: 4 }, () => random.below(4)).join(".");
  const valueOf = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  let inside = 0;
  for (let round = 0; round < 200; round++) {
    const written = Array.from({ length: 1 + random.below(12) }, () => `${address()}/${6 + random.below(27)}`);
    const set = ranges(...written);
    for (let i = 0; i < 50; i++) {
      const text = address();
      const expected = written.some((range) => {
        const [base, prefix] = range.split("/");
        const size = 2 ** (32 - Number(prefix));
        return Math.floor(valueOf(base!) / size) === Math.floor(valueOf(text) / size);
      });
      assert.equal(set.contains(text), expected, `${text} in ${written}`);
      if (expected) inside++;
    }
  }
  assert.ok(inside > 500 && inside < 9_500, String(inside));
});
