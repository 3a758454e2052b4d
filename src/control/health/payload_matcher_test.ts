import assert from "node:assert/strict";
import { latin1Bytes } from "../../base/ascii.ts";
import { PayloadMatcher } from "./payload_matcher.ts";

const CASES: readonly (readonly [blocks: string[], stream: string, isFound: boolean])[] = [
  [[], "", true],
  [["a"], "", false],
  [["PONG"], "PONG", true],
  [["PONG"], "xxPONGyy", true],
  [["PONG"], "PPONG", true],
  [["PONG"], "PON", false],
  [["PO", "NG"], "PONG", true],
  [["PO", "NG"], "xPOxxNGx", true],
  [["PO", "NG"], "NGPO", false],
  [["aa", "aa"], "aaa", false],
  [["aa", "aa"], "aaaa", true],
  [["aab"], "aaab", true],
  [["\0\xff"], "\0\0\xff", true],
];

Deno.test("PayloadMatcher finds blocks in their order, however the stream is cut", () => {
  for (const [blocks, stream, isFound] of CASES) {
    const matcher = new PayloadMatcher(blocks.map(latin1Bytes)), bytes = latin1Bytes(stream);
    for (const step of [stream.length + 1, 1, 2, 3]) {
      matcher.reset();
      for (let at = 0; at < bytes.length; at += step) matcher.take(bytes, at, Math.min(at + step, bytes.length));
      assert.equal(matcher.isComplete, isFound, `${blocks} in ${stream} by ${step}`);
    }
  }
});

Deno.test("PayloadMatcher keeps nothing of the bytes it was shown", () => {
  const matcher = new PayloadMatcher([latin1Bytes("abc")]);
  const shown = latin1Bytes("xxab");
  matcher.take(shown, 0, 4);
  shown.fill(0);
  matcher.take(latin1Bytes("c"), 0, 1);
  assert.equal(matcher.isComplete, true);
});
