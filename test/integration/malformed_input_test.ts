/**
 * Input that must be refused, over a real socket: the exact status and reason, a closed connection, and a proxy that
 * serves the next client (spec/http.md 1.6, 1.7).
 */
import assert from "node:assert/strict";
import { bootstrap } from "../support/bootstrap.ts";
import { startOrigin } from "../support/origin.ts";
import { startProxy } from "../support/proxy.ts";
import { connectRaw, RawConnection } from "../support/raw_h1.ts";

const HOST = "host: h\r\n";
const CHUNKED = "transfer-encoding: chunked\r\n";

/** A request line and fields, with the empty line after them. */
const get = (fields: string) => `GET /x HTTP/1.1\r\n${fields}\r\n`;
const post = (fields: string, body: string) => `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;

/** The head is refused before anything of it is forwarded; the body of the answer is the status's phrase. */
const refused: Array<[name: string, request: string, status: number, phrase: string]> = [
  ["a head over 60 KiB", get(HOST + `a: ${"x".repeat(61 * 1024)}\r\n`), 431, "Request Header Fields Too Large"],
  [
    "a target over 60 KiB",
    `GET /${"x".repeat(61 * 1024)} HTTP/1.1\r\n${HOST}\r\n`,
    431,
    "Request Header Fields Too Large",
  ],
  ["an endless request line", "GET /" + "x".repeat(70 * 1024), 431, "Request Header Fields Too Large"],
  ["101 fields", get(HOST + "a: b\r\n".repeat(100)), 431, "Request Header Fields Too Large"],
  ["NUL in a value", get(HOST + "a: b\0c\r\n"), 400, "Bad Request"],
  ["a control byte in a value", get(HOST + "a: b\x01c\r\n"), 400, "Bad Request"],
  ["DEL in a value", get(HOST + "a: b\x7fc\r\n"), 400, "Bad Request"],
  ["a space in a name", get(HOST + "a b: c\r\n"), 400, "Bad Request"],
  ["a name that is empty", get(HOST + ": c\r\n"), 400, "Bad Request"],
  ["a field without a colon", get(HOST + "abc\r\n"), 400, "Bad Request"],
  ["a byte from 0x80 up in a name", get(HOST + "\xe4: c\r\n"), 400, "Bad Request"],
  ["white space before the colon", get(HOST + "a : b\r\n"), 400, "Bad Request"],
  ["a fold before the first field", `GET /x HTTP/1.1\r\n a: b\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a fold", get(HOST + "a: b\r\n c\r\n"), 400, "Bad Request"],
  ["a bare LF after a field", `GET /x HTTP/1.1\r\nhost: h\n\r\n`, 400, "Bad Request"],
  ["a bare LF after the request line", `GET /x HTTP/1.1\n${HOST}\r\n`, 400, "Bad Request"],
  ["a bare CR in a value", get(HOST + "a: b\rc\r\n"), 400, "Bad Request"],
  ["a version that is none", `GET /x FOO\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "Bad Request"],
  ["a lower-case method", `get /x HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["an unknown method", `BREW /x HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a method that is no token", `G(T /x HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a space in the target", `GET /x y HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a byte from 0x80 up in the target", `GET /\xe4 HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["length and chunked", post(`content-length: 3\r\n${CHUNKED}`, "abc"), 400, "Bad Request"],
  ["chunked and length", post(`${CHUNKED}content-length: 3\r\n`, "abc"), 400, "Bad Request"],
  ["an empty length", post("content-length: \r\n", ""), 400, "Bad Request"],
  ["a signed length", post("content-length: +3\r\n", "abc"), 400, "Bad Request"],
  ["a hexadecimal length", post("content-length: 0x3\r\n", "abc"), 400, "Bad Request"],
  ["a length over 64 bit", post("content-length: 18446744073709551616\r\n", ""), 400, "Bad Request"],
  ["a list of lengths", post("content-length: 3, 3\r\n", "abc"), 400, "Bad Request"],
  ["two equal lengths", post("content-length: 3\r\ncontent-length: 3\r\n", "abc"), 400, "Bad Request"],
  ["two lengths", post("content-length: 3\r\ncontent-length: 4\r\n", "abc"), 400, "Bad Request"],
  ["an unknown transfer coding", post("transfer-encoding: gzip\r\n", ""), 501, "Not Implemented"],
  ["a list of transfer codings", post("transfer-encoding: gzip, chunked\r\n", ""), 501, "Not Implemented"],
  ["identity", post("transfer-encoding: identity\r\n", ""), 501, "Not Implemented"],
  ["an empty transfer coding", post("transfer-encoding:\r\n", ""), 501, "Not Implemented"],
  ["chunked twice", post(CHUNKED + CHUNKED, "0\r\n\r\n"), 501, "Not Implemented"],
  ["CONNECT with a length", `CONNECT h:1 HTTP/1.1\r\n${HOST}content-length: 1\r\n\r\n`, 400, "Bad Request"],
  ["an invalid absolute URL", `GET http:// HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["another scheme", `GET ftp://h/x HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a star for GET", `GET * HTTP/1.1\r\n${HOST}\r\n`, 400, "Bad Request"],
  ["a quote in Host", get('host: a"b\r\n'), 400, "Bad Request"],
  ["a slash in Host", get("host: a/b\r\n"), 400, "Bad Request"],
  ["a space in Host", get("host: a b\r\n"), 400, "Bad Request"],
  ["a name before @ in Host", get("host: user@h\r\n"), 400, "Bad Request"],
  ["two hosts", get("host: a\r\nhost: b\r\n"), 400, "Bad Request"],
  ["connection naming a protected field", get(HOST + "connection: x-forwarded-for\r\n"), 400, "Bad Request"],
  ["connection naming ten fields", get(HOST + "connection: a,b,c,d,e,f,g,h,i,j\r\n"), 400, "Bad Request"],
  ["no version", "GET /x\r\n\r\n", 400, "Bad Request"],
  ["HTTP/1.0", `GET /x HTTP/1.0\r\n${HOST}\r\n`, 426, "Upgrade Required"],
  ["HTTP/1.2", `GET /x HTTP/1.2\r\n${HOST}\r\n`, 426, "Upgrade Required"],
  ["HTTP/2.0", `GET /x HTTP/2.0\r\n${HOST}\r\n`, 426, "Upgrade Required"],
];

/** The head is fine; routing refuses it before it knows the rest. The body of the answer is empty. */
const misdirected: Array<[name: string, request: string, status: number]> = [
  ["no Host", "GET /x HTTP/1.1\r\n\r\n", 400],
  ["connection naming Host", get(HOST + "connection: host\r\n"), 400],
  ["an absolute URL with nothing but a query", `GET http://h?q HTTP/1.1\r\n${HOST}\r\n`, 404],
  ["OPTIONS *", `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 404],
  ["QUERY without a content type", `QUERY /x HTTP/1.1\r\n${HOST}\r\n`, 400],
  ["a fragment in the target", `GET /x#y HTTP/1.1\r\n${HOST}\r\n`, 400],
];

/** The head was forwarded before the body went wrong. */
const brokenBodies: Array<[name: string, body: string]> = [
  ["a chunk size that is no number", "zz\r\n"],
  ["an empty chunk size", "\r\n"],
  ["a signed chunk size", "-5\r\nhello\r\n"],
  ["a chunk size over 64 bit", "10000000000000000\r\n"],
  ["bytes past the chunk's size", "5\r\nhelloX\r\n0\r\n\r\n"],
  ["a bare LF after the chunk's size", "5\nhello\r\n0\r\n\r\n"],
  ["an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"],
  ["a control byte in an extension", "5;a=\x01\r\nhello\r\n0\r\n\r\n"],
];

Deno.test("malformed input is refused and the proxy goes on", async (t) => {
  await using origin = startOrigin(async (request) => new Response(await request.text().catch(() => "")));
  const config = bootstrap({
    managerFields: ["delayed_close_timeout: 0.1s"],
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const address = proxy.listenerUrl("web");

  /** Another client is served, and nothing of the bad request reached the origin. */
  async function checkServing(): Promise<void> {
    const before = origin.requests.length;
    await using connection = await connectRaw(address);
    await connection.send(`GET /fine HTTP/1.1\r\n${HOST}\r\n`);
    assert.equal((await connection.readMessage()).status, 200);
    assert.equal(origin.requests.length, before + 1);
  }

  for (const [name, request, status, phrase] of refused) {
    await t.step(`${name}: ${status}`, async () => {
      const before = origin.requests.length;
      await using connection = await connectRaw(address);
      await sendAll(connection, request);
      const response = await connection.readMessage();
      assert.equal(response.startLine, `HTTP/1.1 ${status} ${phrase}`);
      assert.equal(response.body, phrase);
      assert.equal(response.header("content-type"), "text/plain");
      assert.equal(response.header("connection"), "close");
      assert.ok(await connection.isEnded());
      assert.equal(origin.requests.length, before);
      await checkServing();
    });
  }

  for (const [name, request, status] of misdirected) {
    await t.step(`${name}: ${status} without a body`, async () => {
      const before = origin.requests.length;
      await using connection = await connectRaw(address);
      await connection.send(request);
      const response = await connection.readMessage();
      assert.equal(response.status, status);
      assert.equal(response.body, "");
      if (status === 400) assert.ok(await connection.isEnded());
      assert.equal(origin.requests.length, before);
      await checkServing();
    });
  }

  for (const [name, body] of brokenBodies) {
    await t.step(`${name}: 400 and the end of the connection`, async () => {
      await using connection = await connectRaw(address);
      await connection.send(post(CHUNKED, body));
      const response = await connection.readMessage();
      assert.equal(response.startLine, "HTTP/1.1 400 Bad Request");
      assert.equal(response.body, "Bad Request");
      assert.equal(response.header("connection"), "close");
      assert.ok(await connection.isEnded());
      await checkServing();
    });
  }

  await t.step("a request after a refused one is never served", async () => {
    const before = origin.requests.length;
    await using connection = await connectRaw(address);
    await connection.send(`${post(`content-length: 3\r\n${CHUNKED}`, "abc")}${get(HOST)}`);
    assert.equal((await connection.readMessage()).status, 400);
    assert.equal(await connection.readToEnd(), "");
    assert.equal(origin.requests.length, before);
  });

  await t.step("every refusal by the codec was counted", async () => {
    const errors = await proxy.stat("http.web.downstream_cx_protocol_error");
    assert.ok(errors >= refused.length - 8, `${errors} counted`);
  });
});

Deno.test("what looks odd and is allowed passes", async (t) => {
  await using origin = startOrigin(async (request) => new Response(await request.text().catch(() => "")));
  const config = bootstrap({
    managerFields: ["delayed_close_timeout: 0.1s"],
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const allowed: Array<[name: string, request: string, body: string]> = [
    ["empty lines before the request", `\r\n\r\n${get(HOST)}`, ""],
    ["a tab in a value", get(HOST + "a: b\tc\r\n"), ""],
    ["bytes from 0x80 up in a value", get(HOST + "a: \xe4\xff\r\n"), ""],
    ["white space around a value", get(HOST + "a: \t b \t\r\n"), ""],
    ["no white space before a value", get("host:h\r\n"), ""],
    ["an empty value", get(HOST + "a:\r\n"), ""],
    ["100 fields", get(HOST + "a: b\r\n".repeat(99)), ""],
    ["leading zeros in a length", post("content-length: 003\r\n", "abc"), "abc"],
    ["leading zeros in a chunk size", post(CHUNKED, "0000000000000003\r\nabc\r\n0\r\n\r\n"), "abc"],
    ["a chunk extension", post(CHUNKED, '3;a="b";c\r\nabc\r\n0;d\r\n\r\n'), "abc"],
    ["Chunked in capitals", post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"), "abc"],
    ["an absolute URL", `GET http://h/x HTTP/1.1\r\nhost: other\r\n\r\n`, ""],
    ["an upper-case scheme", `GET HTTP://h/x HTTP/1.1\r\nhost: other\r\n\r\n`, ""],
    ["nine options in connection", get(HOST + "connection: a,b,c,d,e,f,g,h,i\r\n"), ""],
  ];
  for (const [name, request, body] of allowed) {
    await t.step(name, async () => {
      await using connection = await connectRaw(proxy.listenerUrl("web"));
      await connection.send(request);
      const response = await connection.readMessage();
      assert.equal(response.status, 200);
      assert.equal(response.body, body);
      assert.equal(origin.requests.at(-1)!.headers.get("host")!.split(":")[0], "h");
    });
  }
});

/** The proxy may answer and close while the rest is still being sent. */
async function sendAll(connection: RawConnection, text: string): Promise<void> {
  await connection.send(text).catch(() => {});
}
