import assert from "node:assert/strict";
import { latin1Bytes } from "../../base/ascii.ts";
import { HTTP2_PREFACE, protocolOf } from "./codec_choice.ts";

const PREFACE = new TextDecoder().decode(HTTP2_PREFACE);

Deno.test("protocolOf tells the preface from a request, whatever lies around it", () => {
  const cases: [text: string, expected: string][] = [
    ["G", "http1"],
    ["GET / HTTP/1.1\r\n", "http1"],
    ["PUT / HTTP/1.1\r\n", "http1"],
    ["PR0", "http1"],
    ["PRI * HTTP/1.1\r\n", "http1"],
    ["\r\n", "http1"],
    [PREFACE, "http2"],
    [`${PREFACE}\0\0\0\x04\0\0\0\0\0`, "http2"],
  ];
  for (const [text, expected] of cases) {
    const bytes = latin1Bytes(`xx${text}yy`);
    assert.equal(protocolOf(bytes, 2, 2 + text.length), expected, JSON.stringify(text));
  }
});

Deno.test("protocolOf waits for each proper prefix of the preface", () => {
  assert.equal(PREFACE.length, 24);
  for (let count = 1; count < PREFACE.length; count++) {
    assert.equal(protocolOf(HTTP2_PREFACE, 0, count), "unclear");
    assert.equal(protocolOf(latin1Bytes(`${PREFACE.slice(0, count)}\x80`), 0, count + 1), "http1");
  }
});
