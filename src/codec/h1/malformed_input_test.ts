/**
 * The HTTP/1 column of spec/http.md 1.7, row by row: what is refused, with which status and detail, and beside each row
 * its neighbour that passes. Every input comes whole, byte by byte, and cut in two at every place.
 */
import assert from "node:assert/strict";
import { respond, SERVER_OPTIONS, ServerEvents, TextSink, Wire } from "./codec_fixture.ts";
import type { H1ServerOptions } from "./options.ts";
import { H1ServerCodec } from "./server_codec.ts";

type Options = Partial<H1ServerOptions>;

/** Every way to feed `length` bytes that is tried. */
function* feedings(length: number): Generator<[feeding: "stay" | "move", sizes: number[]]> {
  yield ["stay", []];
  yield ["stay", [1]];
  yield ["move", [1]];
  if (length > 200) return;
  for (let cut = 1; cut < length; cut++) yield [cut % 2 === 0 ? "stay" : "move", [cut, length]];
}

/** The verdict on `input`: `STATUS DETAIL`, or `pass`. */
function verdictOf(input: string, options: Options, feeding: "stay" | "move", sizes: number[]): string {
  const events = new ServerEvents(), sink = new TextSink();
  const codec = new H1ServerCodec(events, sink, { ...SERVER_OPTIONS, ...options });
  const wire = new Wire(codec, feeding);
  events.wire = wire;
  wire.send(input, ...sizes);
  const message = events.messages[0];
  if (message === undefined || message.end === "") return "incomplete";
  if (message.end === "end") return "pass";

  // Whatever follows a refusal is dropped, and the answer closes.
  const { length } = events.requests;
  wire.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  assert.equal(events.requests.length, length);
  assert.equal(wire.left, "");
  respond(events.requests[0]!.encoder, message.status, "");
  assert.match(sink.take(), /^HTTP\/1.1 \d+ [A-Z][\s\S]*\r\nconnection: close\r\n\r\n$/);
  assert.deepEqual(events.ends, ["close later"]);
  return `${message.status} ${message.end}`;
}

function check(name: string, input: string, wanted: string, options: Options = {}): void {
  Deno.test(`server codec, ${name}: ${wanted}`, () => {
    for (const [feeding, sizes] of feedings(input.length)) {
      assert.equal(verdictOf(input, options, feeding, sizes), wanted, `${feeding} ${sizes}`);
    }
  });
}

/** A GET with these lines behind its host. */
const get = (...lines: string[]) => ["GET / HTTP/1.1", "Host: x", ...lines, "", ""].join("\r\n");
const post = (...lines: string[]) => ["POST / HTTP/1.1", "Host: x", ...lines, "", ""].join("\r\n");
const start = (line: string) => `${line}\r\nHost: x\r\n\r\n`;
const chunks = (body: string) => `${post("Transfer-Encoding: chunked")}${body}`;
const host = (value: string) => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`;

const CODEC_ERROR = "400 http1.codec_error";
const INVALID_URL = "400 http1.invalid_url";
const INVALID_AUTHORITY = "400 http.invalid_authority";

// ---- limits

const KB = { maxHeadersKb: 1 };
check("a head at the size limit", get(`a: ${"x".repeat(1024 - get("a: ").length)}`), "pass", KB);
check(
  "a head past the size limit",
  get(`a: ${"x".repeat(1025 - get("a: ").length)}`),
  "431 http1.headers_too_large",
  KB,
);
check("an endless target", `GET /${"x".repeat(2000)}`, "431 http1.headers_too_large", KB);
check("an endless name", `GET / HTTP/1.1\r\n${"x".repeat(2000)}`, "431 http1.headers_too_large", KB);
check("as many fields as allowed", get("a: 1", "b: 1"), "pass", { maxHeadersCount: 3 });
check("a field too many", get("a: 1", "b: 1", "c: 1"), "431 http1.too_many_headers", { maxHeadersCount: 3 });
check("trailers past the size limit", chunks(`0\r\na: ${"x".repeat(1025)}`), "431 http1.headers_too_large", KB);
check("a trailer too many", chunks("0\r\na: 1\r\nb: 1\r\nc: 1\r\n\r\n"), "431 http1.too_many_headers", {
  maxHeadersCount: 2,
});

// ---- start line

check("no version", "GET /\r\nHost: x\r\n\r\n", CODEC_ERROR);
check("a version with two digits", start("GET / HTTP/1.10"), CODEC_ERROR);
check("a version in lower case", start("GET / http/1.1"), CODEC_ERROR);
check("a version with a comma", start("GET / HTTP/1,1"), CODEC_ERROR);
check("another protocol", start("GET / RTSP/1.0"), CODEC_ERROR);
check("HTTP/1.0", start("GET / HTTP/1.0"), "426 low_version");
check("HTTP/0.9", start("GET / HTTP/0.9"), "426 low_version");
check("HTTP/1.2", start("GET / HTTP/1.2"), "426 low_version");
check("HTTP/2.0", start("GET / HTTP/2.0"), "426 low_version");
check("HTTP/1.0 where it is accepted", start("GET / HTTP/1.0"), "pass", { acceptHttp10: true });
check("an unknown method", start("BREW / HTTP/1.1"), CODEC_ERROR);
check("a method in lower case", start("get / HTTP/1.1"), CODEC_ERROR);
check("an unknown method where custom ones are allowed", start("BREW / HTTP/1.1"), "pass", {
  allowCustomMethods: true,
});
check("a method that is no token", start("GE(T / HTTP/1.1"), CODEC_ERROR, { allowCustomMethods: true });
check("no method", start(" / HTTP/1.1"), CODEC_ERROR);
check("no target", start("GET HTTP/1.1"), CODEC_ERROR);
check("a space in the target", start("GET /a b HTTP/1.1"), CODEC_ERROR);
check("two spaces before the target", start("GET  / HTTP/1.1"), CODEC_ERROR);
check("a tab in the target", start("GET /a\tb HTTP/1.1"), CODEC_ERROR);
check("a byte past ASCII in the target", start("GET /\xe9 HTTP/1.1"), CODEC_ERROR);
check("garbage", "\x16\x03\x01\x02\x00\x01\x00\x01", CODEC_ERROR);
check("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", CODEC_ERROR);
check("empty lines before the request", `\r\n\r\n${get()}`, "pass");
check("bare line feeds before the request", `\n${get()}`, CODEC_ERROR);
check("a bare CR before the request", `\r${get()}`, CODEC_ERROR);
check("a bare LF behind the start line", "GET / HTTP/1.1\nHost: x\r\n\r\n", CODEC_ERROR);

// ---- field lines

check("NUL in a value", get("a: x\0y"), "400 http1.invalid_characters");
check("a control byte in a value", get("a: x\x01y"), "400 http1.invalid_characters");
check("DEL in a value", get("a: x\x7fy"), "400 http1.invalid_characters");
check("a tab in a value", get("a: x\ty"), "pass");
check("bytes past ASCII in a value", get("a: \x80\xff"), "pass");
check("an empty value", get("a:", "b: "), "pass");
check("a bare CR in a value", get("a: x\ry"), CODEC_ERROR);
check("a bare LF line end", "GET / HTTP/1.1\r\nHost: x\na: b\r\n\r\n", CODEC_ERROR);
check("a bare LF at the end", "GET / HTTP/1.1\r\nHost: x\r\n\n", CODEC_ERROR);
check("an empty name", get(": x"), CODEC_ERROR);
check("no colon", get("abc"), CODEC_ERROR);
check("a space in a name", get("a b: x"), CODEC_ERROR);
check("a space before the colon", get("a : x"), CODEC_ERROR);
check("a byte past ASCII in a name", get("\xe9: x"), CODEC_ERROR);
check("a folded line", get("a: x", " y"), CODEC_ERROR);
check("a folded line before the first field", "GET / HTTP/1.1\r\n a: x\r\nHost: x\r\n\r\n", CODEC_ERROR);

// ---- framing

const BOTH = "400 http1.content_length_and_chunked_not_allowed";
const BAD_CODING = "501 http1.invalid_transfer_encoding";
check("content-length and chunked", post("Content-Length: 1", "Transfer-Encoding: chunked"), BOTH);
check("chunked and content-length", post("Transfer-Encoding: chunked", "Content-Length: 1"), BOTH);
check(
  "content-length and chunked where that is allowed",
  `${post("Content-Length: 9", "Transfer-Encoding: chunked")}0\r\n\r\n`,
  "pass",
  { allowChunkedLength: true },
);
check(
  "content-length and another coding where chunked is allowed",
  post("Content-Length: 1", "Transfer-Encoding: a"),
  BOTH,
  {
    allowChunkedLength: true,
  },
);
for (const coding of ["", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked"]) {
  check(`transfer-encoding "${coding}"`, post(`Transfer-Encoding: ${coding}`), BAD_CODING);
}
check("two lines of chunked", post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), BAD_CODING);
check("chunked in mixed case", `${post("Transfer-Encoding: ChunKed")}0\r\n\r\n`, "pass");
check("CONNECT with a coding", "CONNECT x:1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", BAD_CODING);
check("CONNECT with a body", "CONNECT x:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\n", "400 http1.body_disallowed");
check("CONNECT with an empty body", "CONNECT x:1 HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "incomplete");
for (const length of ["", "x", "1x", "+1", "-1", "0x1", "1 1", "1,1", "1, 1", "18446744073709551616", "9".repeat(30)]) {
  check(`content-length "${length}"`, post(`Content-Length: ${length}`), CODEC_ERROR);
}
check("content-length twice", post("Content-Length: 1", "Content-Length: 1"), CODEC_ERROR);
check("content-length with leading zeros", `${post(`Content-Length: ${"0".repeat(30)}1`)}x`, "pass");
check("content-length of 64 bits", post("Content-Length: 18446744073709551615"), "incomplete");

// ---- chunks

check("chunks", chunks("5\r\nhello\r\n0A;a=b\r\n0123456789\r\n0\r\n\r\n"), "pass");
check("trailers", chunks("0\r\na: b\r\n\r\n"), "pass");
check("no chunk size", chunks("\r\n"), CODEC_ERROR);
check("a signed chunk size", chunks("+1\r\nx\r\n"), CODEC_ERROR);
check("a prefixed chunk size", chunks("0x1\r\nx\r\n"), CODEC_ERROR);
check("a chunk size past 52 bits", chunks("10000000000000\r\n"), CODEC_ERROR);
check("a space behind a chunk size", chunks("1 \r\nx\r\n0\r\n\r\n"), CODEC_ERROR);
check("a semicolon and no extension", chunks("1;\r\nx\r\n0\r\n\r\n"), CODEC_ERROR);
check("a control byte in an extension", chunks("1;\x01\r\nx\r\n0\r\n\r\n"), CODEC_ERROR);
check("an endless extension", chunks(`1;${"x".repeat(1025)}`), "400 http1.chunk_extension_too_large");
check("a bare LF behind a chunk size", chunks("1\nx\r\n0\r\n\r\n"), CODEC_ERROR);
check("a chunk longer than its size", chunks("1\r\nxy\r\n0\r\n\r\n"), CODEC_ERROR);
check("a bare LF behind a chunk", chunks("1\r\nx\n0\r\n\r\n"), CODEC_ERROR);
check("a malformed trailer", chunks("0\r\na b: c\r\n\r\n"), CODEC_ERROR);
check("a control byte in a trailer", chunks("0\r\na: \x01\r\n\r\n"), "400 http1.invalid_characters");

// ---- target and host

check("an absolute target", start("GET http://h/p HTTP/1.1"), "pass");
check("an absolute target without a path", start("GET http://h HTTP/1.1"), "pass");
check("an absolute target with userinfo", start("GET http://u:p@h/ HTTP/1.1"), "pass");
check("an absolute target with an IPv6 host", start("GET http://[::1]:80/ HTTP/1.1"), "pass");
check("a target that is no URL", start("GET abc HTTP/1.1"), CODEC_ERROR);
check("a target without slashes", start("GET http:h HTTP/1.1"), CODEC_ERROR);
check("a scheme that begins with a digit", start("GET 1http://h/ HTTP/1.1"), CODEC_ERROR);
check("an illegal byte in an absolute target's host", start("GET http://h^/ HTTP/1.1"), CODEC_ERROR);
check("an absolute target without a host", start("GET http:///p HTTP/1.1"), INVALID_URL);
check("an absolute target with a port only", start("GET http://:80/ HTTP/1.1"), INVALID_URL);
check("an absolute target with an empty port", start("GET http://h:/ HTTP/1.1"), INVALID_URL);
check("an absolute target with a bad port", start("GET http://h:x/ HTTP/1.1"), INVALID_URL);
check("an absolute target with port 65536", start("GET http://h:65536/ HTTP/1.1"), INVALID_URL);
check("an absolute target with two @", start("GET http://a@b@c/ HTTP/1.1"), INVALID_URL);
check("an absolute target with an open bracket", start("GET http://[::1/ HTTP/1.1"), INVALID_URL);
check("an asterisk", start("GET * HTTP/1.1"), INVALID_URL);
check("an asterisk with OPTIONS", start("OPTIONS * HTTP/1.1"), "pass");
check("another scheme", start("GET ftp://h/ HTTP/1.1"), "400 http1.invalid_scheme");
check("https on plaintext", start("GET https://h/ HTTP/1.1"), "403 http1.https_url_on_plaintext_connection", {
  refuseHttpsTarget: true,
});
check("https where someone in front is trusted", start("GET https://h/ HTTP/1.1"), "pass");
check("an absolute target where none is looked at", start("GET ftp://h/ HTTP/1.1"), "pass", {
  allowAbsoluteUrl: false,
});
check("CONNECT without a port", start("CONNECT h HTTP/1.1"), INVALID_URL);
check("CONNECT with a path", start("CONNECT /p HTTP/1.1"), INVALID_URL);
check("CONNECT with a URL", start("CONNECT http://h:80/ HTTP/1.1"), INVALID_URL);
check("CONNECT with an illegal byte", start("CONNECT h^:80 HTTP/1.1"), CODEC_ERROR);
check("CONNECT with userinfo", start("CONNECT u@h:80 HTTP/1.1"), INVALID_URL);
check("CONNECT", start("CONNECT h:80 HTTP/1.1"), "incomplete");
for (const value of ["a b", "a/b", "a?b", "a#b", 'a"b', "a\\b", "a^b", "a`b", "a{b", "a|b", "a<b", "\xe9", "u@h"]) {
  check(`host "${value}"`, host(value), INVALID_AUTHORITY);
}
for (const value of ["", "a:80", "[::1]:80", "a_b", "a,b", "a%20b", "-._~!$&'()*+,;=:"]) {
  check(`host "${value}"`, host(value), "pass");
}
check("two hosts", get("Host: x"), INVALID_AUTHORITY);
check("two hosts beside an absolute target", "GET http://h/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", INVALID_AUTHORITY);
check("a bad host beside an absolute target", "GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n", "pass");
check("no host", "GET / HTTP/1.1\r\n\r\n", "pass");
