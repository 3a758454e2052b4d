import assert from "node:assert/strict";
import { latin1Bytes } from "../../base/ascii.ts";
import { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { Method } from "../../http/method.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { parseContentLength } from "./content_length.ts";
import { asksForClose, BodyEnd, hasToken, responseBodyEnd } from "./framing.ts";

Deno.test("parseContentLength() takes digits within 64 bits and nothing else", () => {
  const parse = (text: string) => parseContentLength(latin1Bytes(`..${text}..`), 2, 2 + text.length);
  for (
    const [text, length] of [["0", 0], ["007", 7], ["9007199254740991", 2 ** 53 - 1], ["0".repeat(40), 0]] as const
  ) {
    assert.equal(parse(text), length);
  }
  assert.ok(parse("18446744073709551615") > 2 ** 63);
  assert.ok(parse("18446744073709551599") > 2 ** 63, "smaller early, larger late");
  for (
    const text of ["", " 1", "1 ", "a", "-1", "1,1", "18446744073709551616", "18446744073709551620", "1".repeat(21)]
  ) {
    assert.equal(parse(text), -1, text);
  }
});

Deno.test("hasToken() finds a member of any line, letter case aside", () => {
  const cases: [value: string, found: boolean][] = [
    ["close", true],
    ["CLOSE", true],
    ["a, Close", true],
    [" a ,\tclose\t, b", true],
    [",,close", true],
    ["", false],
    ["closed", false],
    ["not close", false],
    ["close;q=1", false],
  ];
  for (const [value, found] of cases) {
    const list = new HeaderList();
    list.addName("connection", "x");
    list.addName("connection", value);
    assert.equal(hasToken(list, HeaderId.connection, latin1Bytes("close")), found, value);
    assert.equal(asksForClose(list), found, value);
  }
});

Deno.test("responseBodyEnd() follows RFC 9112 section 6.3", () => {
  const cases: [status: number, method: number, contentLength: number, isChunked: boolean, end: number][] = [
    [200, Method.get, -1, false, BodyEnd.close],
    [200, Method.get, 0, false, BodyEnd.none],
    [200, Method.get, 5, false, BodyEnd.length],
    [200, Method.get, -1, true, BodyEnd.chunked],
    [200, Method.head, 5, false, BodyEnd.none],
    [200, Method.head, -1, true, BodyEnd.none],
    [404, Method.connect, 5, false, BodyEnd.length],
    [101, Method.get, 0, false, BodyEnd.none],
    [100, Method.get, -1, false, BodyEnd.none],
    [204, Method.get, -1, false, BodyEnd.none],
    [304, Method.get, 5, false, BodyEnd.none],
  ];
  for (const [status, method, contentLength, isChunked, end] of cases) {
    const head = new ResponseHead();
    head.beginLocal(status);
    Object.assign(head, { contentLength, isChunked });
    assert.equal(responseBodyEnd(head, method), end, `${status} to ${method}, ${contentLength}, ${isChunked}`);
  }
});
