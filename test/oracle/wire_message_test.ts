import assert from "node:assert/strict";
import { readMessage } from "./wire_message.ts";

const read = (text: string, isBodiless = false, hasEnded = false) => readMessage(text, 0, { isBodiless, hasEnded });
const OK = "HTTP/1.1 200 OK\r\n";

Deno.test("readMessage waits for the whole head", () => {
  const text = "GET / HTTP/1.1\r\na: b\r\n\r\n";
  for (let length = 0; length < text.length; length++) assert.equal(read(text.slice(0, length)), null);
  assert.deepEqual(read(text)?.fields, [["a", "b"]]);
});

Deno.test("readMessage follows the framing", () => {
  const cases: [text: string, body: string, isWhole: boolean, rest: string][] = [
    [`${OK}content-length: 2\r\n\r\nokmore`, "ok", true, "more"],
    [`${OK}content-length: 3\r\n\r\nok`, "ok", false, ""],
    [`${OK}\r\nok`, "ok", false, ""],
    [`${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore`, "ok", true, "more"],
    [`${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nt: r\r\n\r\nmore`, "ok", true, "more"],
    [`${OK}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n`, "ok", false, ""],
    [`${OK}transfer-encoding: chunked\r\n\r\n5\r\nok`, "ok", false, ""],
    ["HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok", "", true, "ok"],
    ["HTTP/1.1 103 Early Hints\r\n\r\nHTTP", "", true, "HTTP"],
    ["POST / HTTP/1.1\r\n\r\nGET", "", true, "GET"],
  ];
  for (const [text, body, isWhole, rest] of cases) {
    const message = read(text)!;
    assert.deepEqual([message.body, message.isWhole, text.slice(message.end)], [body, isWhole, rest], text);
  }
});

Deno.test("readMessage knows what the bytes do not tell", () => {
  assert.equal(read(`${OK}content-length: 2\r\n\r\nHTTP`, true)?.body, "");
  assert.equal(read(`${OK}\r\nok`, false, true)?.isWhole, true);
});

Deno.test("readMessage keeps white space but the usual space", () => {
  const fields = read("GET / HTTP/1.1\r\na:b\r\nc:  d \r\ne:\r\nf\r\n\r\n")?.fields;
  assert.deepEqual(fields?.map(([, value]) => value), ["b", " d ", "", "f"]);
});
