import assert from "node:assert/strict";
import { Random } from "./random.ts";
import { parseIp, parseWritten } from "./ip_address.ts";

function words(text: string, parse = parseIp): number[] | null {
  const into = new Uint32Array(4);
  const family = parse(text, into);
  return family === 0 ? null : [...into.subarray(0, family === 4 ? 1 : 4)];
}

const cases: Array<[text: string, words: number[] | null]> = [
  ["0.0.0.0", [0]],
  ["192.0.2.1", [0xc0000201]],
  ["255.255.255.255", [0xffffffff]],
  ["::", [0, 0, 0, 0]],
  ["::1", [0, 0, 0, 1]],
  ["1::", [0x10000, 0, 0, 0]],
  ["2001:db8::ff00:42:8329", [0x20010db8, 0, 0xff00, 0x428329]],
  ["1:2:3:4:5:6:7:8", [0x10002, 0x30004, 0x50006, 0x70008]],
  ["1:2:3:4:5:6:7::", [0x10002, 0x30004, 0x50006, 0x70000]],
  ["::2:3:4:5:6:7:8", [2, 0x30004, 0x50006, 0x70008]],
  ["FE80::A", [0xfe800000, 0, 0, 10]],
  ["fe80::1%eth0", [0xfe800000, 0, 0, 1]],
  ["64:ff9b::192.0.2.1", [0x64ff9b, 0, 0, 0xc0000201]],
  ["::ffff:192.0.2.1", [0xc0000201]],
  ["::FFFF:c000:201", [0xc0000201]],
  ["1:2:3:4:5:6:1.2.3.4", [0x10002, 0x30004, 0x50006, 0x01020304]],
  ...[
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1..2.3",
    "1.2.3.",
    ".1.2.3",
    " 1.2.3.4",
    "1.2.3.4 ",
    "a",
  ],
  ...[":", ":::", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8"],
  ...[
    "12345::",
    "g::",
    "1:",
    ":1",
    "::1:",
    "1::2:",
    "[::1]",
    "::1/64",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3",
    "::1.2.3.4:5",
  ],
  ...["::1%", "1.2.3.4%eth0", "::ffff:1.2.3.4.5", ":::1"],
].map((one) => typeof one === "string" ? [one, null] : one as [string, number[]]);

for (const [text, expected] of cases) {
  Deno.test(`parseIp() reads ${JSON.stringify(text)} as ${expected === null ? "no address" : expected.map((word) => word.toString(16))}`, () => {
    assert.deepEqual(words(text), expected);
  });
}

Deno.test("parseWritten() keeps a mapped address as it is written", () => {
  assert.deepEqual(words("::ffff:192.0.2.1", parseWritten), [0, 0, 0xffff, 0xc0000201]);
  assert.deepEqual(words("192.0.2.1", parseWritten), [0xc0000201]);
});

Deno.test("parseIp() agrees with the platform's URL parser on random spellings", () => {
  const random = new Random(11);
  const pieces = ["0", "1", "ab", "FFFF", "12345", ":", ":", ":", "::", ".", "1.2.3.4", "g"];
  let accepted = 0;
  for (let round = 0; round < 20_000; round++) {
    let text = ":";
    for (let left = 1 + random.below(14); left > 0; left--) text += pieces[random.below(pieces.length)];
    if (random.below(2) === 0) text = text.slice(1);
    if (!text.includes(":")) continue;
    const found = words(text, parseWritten);
    assert.equal(found !== null, URL.canParse(`http://[${text}]/`), text);
    if (found !== null) accepted++;
  }
  assert.ok(accepted > 300, `only ${accepted} addresses`);
});
