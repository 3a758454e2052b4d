import assert from "node:assert/strict";
import { latin1Text } from "../../base/ascii.ts";
import { ByteWriter } from "../../base/byte_writer.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import { blockOf } from "./codec_fixture.ts";
import { ParseOutcome } from "./field_parser.ts";
import { writeRequestHead, writeStatusLine } from "./head_encoder.ts";
import { RequestHeadParser } from "./request_head_parser.ts";

function received(text: string): RequestHead {
  const head = new RequestHead(), parser = new RequestHeadParser(65536, 100, true);
  const block = blockOf(`..${text}`);
  parser.begin(head, block, 2);
  assert.equal(parser.parse(block, 2, block.bytes.length), ParseOutcome.complete);
  return head;
}

/** Counts the copies too: runs are the point. */
class CountingWriter extends ByteWriter {
  ranges = 0;

  override writeRange(source: Uint8Array, start: number, end: number): void {
    this.ranges++;
    super.writeRange(source, start, end);
  }
}

function write(head: RequestHead, isProperCase = false, isFullyQualified = false): [text: string, ranges: number] {
  const writer = new CountingWriter();
  writeRequestHead(writer, head, isProperCase, isFullyQualified);
  return [latin1Text(writer.bytes, 0, writer.length), writer.ranges];
}

const HEAD = "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: y\r\nConnection: close\r\nX-A: z\r\n\r\n";
const LINE = "GET /a?b HTTP/1.1\r\n";

Deno.test("writeRequestHead() copies an untouched head in one run", () => {
  assert.deepEqual(write(received(HEAD)), [`${LINE}host: x\r\naccept: y\r\nconnection: close\r\nx-a: z\r\n`, 1]);
});

Deno.test("writeRequestHead() copies around what was removed and behind it what was added", () => {
  const head = received(HEAD);
  head.headers.removeAny(headerMask(HeaderId.connection));
  head.headers.add(HeaderId.xForwardedFor, "1.2.3.4");
  head.headers.addName("x-b", "c");
  assert.deepEqual(write(head), [`${LINE}host: x\r\naccept: y\r\nx-a: z\r\nx-forwarded-for: 1.2.3.4\r\nx-b: c\r\n`, 3]);
});

Deno.test("writeRequestHead() writes anew the lines that are not canonical", () => {
  const [text] = write(received("GET / HTTP/1.1\r\nA:b\r\nC: d\r\nE:\t f \r\nG: h\r\n\r\n"));
  assert.equal(text, "GET / HTTP/1.1\r\na: b\r\nc: d\r\ne: f\r\ng: h\r\n");
});

Deno.test("writeRequestHead() writes the request line anew when a part of it has changed", () => {
  const changes: [name: string, change: (head: RequestHead) => void, line: string][] = [
    ["another path", (head) => head.path = "/new", "GET /new HTTP/1.1"],
    ["a shorter path", (head) => head.pathEnd -= 2, "GET /a HTTP/1.1"],
    ["a path that begins later", (head) => head.pathStart += 1, "GET a?b HTTP/1.1"],
    ["bytes elsewhere", (head) => head.pathBytes = head.pathBytes.slice(), "GET /a?b HTTP/1.1"],
  ];
  for (const [name, change, line] of changes) {
    const head = received(HEAD);
    change(head);
    assert.equal(write(head)[0].split("\r\n")[0], line, name);
  }
});

Deno.test("writeRequestHead() upgrades an HTTP/1.0 request line", () => {
  assert.equal(write(received("BREW / HTTP/1.0\r\nA: b\r\n\r\n"))[0], "BREW / HTTP/1.1\r\na: b\r\n");
});

Deno.test("writeRequestHead() formats names and targets as told", () => {
  const head = received("GET /p HTTP/1.1\r\nhost: h\r\nx-a--b_c1d: v\r\n\r\n");
  assert.equal(write(head, true)[0], "GET /p HTTP/1.1\r\nHost: h\r\nX-A--B_C1d: v\r\n");
  assert.equal(write(head, false, true)[0], "GET http://h/p HTTP/1.1\r\nhost: h\r\nx-a--b_c1d: v\r\n");
  head.scheme = "https";
  assert.equal(write(head, false, true)[0].split("\r\n")[0], "GET https://h/p HTTP/1.1");
});

Deno.test("writeRequestHead() writes a head that was made here", () => {
  const head = new RequestHead();
  head.begin(blockOf(""));
  head.methodId = 1;
  head.path = "/x";
  head.headers.add(HeaderId.host, "h");
  assert.equal(write(head)[0], "GET /x HTTP/1.1\r\nhost: h\r\n");
});

Deno.test("writeStatusLine() writes version, status and standard phrase", () => {
  const writer = new ByteWriter();
  for (const [status, isHttp10] of [[200, false], [404, true], [200, false], [599, false]] as const) {
    const head = new ResponseHead();
    head.beginLocal(status);
    writeStatusLine(writer, head, isHttp10);
  }
  assert.equal(
    latin1Text(writer.bytes, 0, writer.length),
    "HTTP/1.1 200 OK\r\nHTTP/1.0 404 Not Found\r\nHTTP/1.1 200 OK\r\nHTTP/1.1 599 Last Unassigned Server Error Code\r\n",
  );
});
