/**
 * The same configuration and the same bytes through real Envoy and through denvoy: status, fields, body and what reached
 * the origin must agree, for good requests and bad ones. Where we differ on purpose the case says why, and a case that
 * says so and agrees after all fails too: then the remark is out of date.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { bootstrap, directRoute } from "../support/bootstrap.ts";
import { startEnvoy } from "../support/envoy.ts";
import { testNeeding } from "../support/needs.ts";
import { startProxy } from "../support/proxy.ts";
import { connectRaw, type RawMessage, startRawOrigin } from "../support/raw_h1.ts";

interface Case {
  readonly name: string;
  readonly request: string;
  readonly isHead?: boolean;
  /** Responses that come on the connection, interim ones included; 1 unless given. */
  readonly responses?: number;
  /** Why Envoy answers otherwise. */
  readonly differs?: string;
}

const HOST = "host: a.test\r\n";
const get = (path: string, fields = HOST) => `GET ${path} HTTP/1.1\r\n${fields}\r\n`;
const post = (fields: string, body = "", path = "/echo") => `POST ${path} HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
const STRICTER = "spec/http.md 1.7: refused here, a way to smuggle requests past someone else";

const CASES: readonly Case[] = [
  // ---- routes and answers of the proxy's own
  { name: "a forwarded request", request: get("/echo?a=b") },
  { name: "HEAD", request: `HEAD /echo HTTP/1.1\r\n${HOST}\r\n`, isHead: true },
  { name: "a direct response", request: get("/direct") },
  { name: "a direct response to HEAD", request: `HEAD /direct HTTP/1.1\r\n${HOST}\r\n`, isHead: true },
  { name: "a direct redirect", request: get("/moved?x=y") },
  { name: "a direct response without a body", request: get("/empty") },
  { name: "a direct 400", request: get("/bad") },
  { name: "no route", request: get("/nowhere") },
  { name: "no route, HEAD", request: `HEAD /nowhere HTTP/1.1\r\n${HOST}\r\n`, isHead: true },
  { name: "a rewritten path", request: get("/old/x?y=z") },
  { name: "no host in the cluster", request: get("/none") },
  { name: "an upstream that closes", request: get("/close") },
  { name: "an upstream that is silent", request: get("/silent") },
  { name: "an upstream that talks nonsense", request: get("/nonsense") },
  { name: "a gRPC request without a route", request: post("content-type: application/grpc\r\n", "", "/nowhere") },
  { name: "a gRPC request without a host", request: post("content-type: application/grpc+proto\r\n", "", "/none") },
  { name: "a gRPC request with a direct response", request: post("content-type: application/grpc\r\n", "", "/direct") },
  // ---- what the origin answers
  { name: "204", request: get("/204") },
  { name: "304", request: get("/304") },
  { name: "a chunked response", request: get("/chunked") },
  { name: "a response without a length", request: get("/until-close") },
  { name: "a response with hop-by-hop fields", request: get("/hops") },
  { name: "a response that is cut", request: get("/cut") },
  { name: "a response with its own server and date", request: get("/own") },
  { name: "a response with an unknown status", request: get("/799") },
  // ---- fields of the request
  { name: "odd letter case, order and repeats", request: get("/echo", `${HOST}X-B: 1\r\nx-a: 2\r\nX-B: 3\r\n`) },
  { name: "white space round a value", request: get("/echo", `${HOST}x: \t a  b \t\r\n`) },
  { name: "bytes from 0x80 up in a value", request: get("/echo", `${HOST}x: \xe4\xff\r\n`) },
  { name: "cookies on two lines", request: get("/echo", `${HOST}cookie: a=b\r\ncookie: c=d\r\n`) },
  { name: "hop-by-hop fields", request: get("/echo", `${HOST}connection: keep-alive, x\r\nx: 1\r\nkeep-alive: 5\r\n`) },
  { name: "proxy-connection", request: get("/echo", `${HOST}proxy-connection: keep-alive\r\n`) },
  { name: "te: trailers among others", request: get("/echo", `${HOST}te: gzip, trailers\r\n`) },
  { name: "te: gzip", request: get("/echo", `${HOST}te: gzip\r\n`) },
  { name: "te: trailers with a parameter", request: get("/echo", `${HOST}te: trailers;q=1\r\n`) },
  { name: "referer with a user", request: get("/echo", `${HOST}referer: http://u@a/\r\n`) },
  { name: "referer that is no URL", request: get("/echo", `${HOST}referer: about:blank\r\n`) },
  { name: "relative referer", request: get("/echo", `${HOST}referer: /x?y\r\n`) },
  {
    name: "x-envoy fields from outside",
    request: get("/echo", `${HOST}x-envoy-retry-on: 5xx\r\nx-envoy-internal: true\r\n`),
  },
  { name: "x-envoy-original-path from outside", request: get("/echo", `${HOST}x-envoy-original-path: /forged\r\n`) },
  { name: "x-forwarded-for", request: get("/echo", `${HOST}x-forwarded-for: 192.0.2.1, 192.0.2.2\r\n`) },
  {
    name: "two x-forwarded-for lines",
    request: get("/echo", `${HOST}x-forwarded-for: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n`),
  },
  { name: "x-forwarded-proto", request: get("/echo", `${HOST}x-forwarded-proto: https\r\n`) },
  { name: "x-request-id", request: get("/echo", `${HOST}x-request-id: mine\r\n`) },
  {
    name: "an upgrade that is not offered",
    request: get("/echo", `${HOST}connection: upgrade\r\nupgrade: websocket\r\n`),
  },
  { name: "an absolute target", request: "GET http://other.test/echo HTTP/1.1\r\nhost: a.test\r\n\r\n" },
  { name: "an absolute target with a user", request: `GET http://u@other.test:81/echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "an absolute target without a path", request: `GET http://other.test HTTP/1.1\r\n${HOST}\r\n` },
  { name: "an absolute https target", request: `GET https://other.test/echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "an escaped path", request: get("/echo/%41%2f..%2f?%20") },
  { name: "dots in a path", request: get("/echo/./a/../b//c") },
  { name: "an empty host", request: get("/echo", "host:\r\n") },
  { name: "connection: close", request: get("/echo", `${HOST}connection: close\r\n`) },
  // ---- bodies
  { name: "a body", request: post("content-length: 5\r\n", "hello") },
  { name: "an empty body", request: post("content-length: 0\r\n") },
  { name: "POST without framing", request: post("") },
  { name: "PUT without framing", request: `PUT /echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "DELETE without framing", request: `DELETE /echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "OPTIONS without framing", request: `OPTIONS /echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "a chunked body", request: post("transfer-encoding: chunked\r\n", "5;x=y\r\nhello\r\n0\r\nt: r\r\n\r\n") },
  { name: "GET with a body", request: `GET /echo HTTP/1.1\r\n${HOST}content-length: 2\r\n\r\nhi` },
  {
    name: "GET with an empty chunked body",
    request: get("/echo", `${HOST}transfer-encoding: chunked\r\n`) + "0\r\n\r\n",
  },
  { name: "Expect", request: post("expect: 100-continue\r\ncontent-length: 2\r\n", "hi"), responses: 2 },
  { name: "Expect something else", request: post("expect: more\r\ncontent-length: 2\r\n", "hi") },
  { name: "pipelined requests", request: get("/echo/1") + get("/echo/2") + get("/echo/3"), responses: 3 },
  { name: "two pipelined answers of the proxy's own", request: get("/direct").repeat(2), responses: 2 },
  { name: "three of them, which are a flood", request: get("/direct").repeat(3), responses: 3 },
  // ---- refused
  {
    name: "HTTP/0.9",
    request: "GET /echo\r\n\r\n",
    differs: "spec/http.md 1.7: a request line without a version is answered 400; Envoy says 426",
  },
  { name: "HTTP/1.0", request: `GET /echo HTTP/1.0\r\n${HOST}\r\n` },
  { name: "HTTP/1.2", request: `GET /echo HTTP/1.2\r\n${HOST}\r\n` },
  { name: "no version", request: `GET /echo FOO\r\n${HOST}\r\n` },
  { name: "no host", request: "GET /echo HTTP/1.1\r\n\r\n" },
  { name: "garbage", request: "\x16\x03\x01\x00\r\n\r\n" },
  { name: "an unknown method", request: `BREW /echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "CONNECT", request: "CONNECT a.test:443 HTTP/1.1\r\nhost: a.test:443\r\n\r\n" },
  { name: "OPTIONS *", request: `OPTIONS * HTTP/1.1\r\n${HOST}\r\n` },
  { name: "TRACE", request: `TRACE /echo HTTP/1.1\r\n${HOST}\r\n` },
  { name: "a fragment", request: get("/echo#x") },
  { name: "a target with no slash", request: get("echo") },
  { name: "a control byte in a value", request: get("/echo", `${HOST}x: a\x01\r\n`) },
  { name: "a space before the colon", request: get("/echo", `${HOST}x : a\r\n`) },
  { name: "length and chunked", request: post("content-length: 2\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n") },
  { name: "transfer-encoding: gzip", request: post("transfer-encoding: gzip\r\n") },
  { name: "a list of lengths", request: post("content-length: 2, 2\r\n", "hi") },
  { name: "two lengths", request: post("content-length: 2\r\ncontent-length: 2\r\n", "hi") },
  { name: "a signed length", request: post("content-length: +2\r\n", "hi") },
  { name: "a bad chunk", request: post("transfer-encoding: chunked\r\n", "x\r\n") },
  { name: "too many fields", request: get("/echo", HOST + "x: y\r\n".repeat(100)) },
  { name: "a head that is too big", request: get("/echo", `${HOST}x: ${"y".repeat(62_000)}\r\n`) },
  { name: "a quote in the host", request: get("/echo", 'host: a"b\r\n') },
  { name: "connection naming host", request: get("/echo", `${HOST}connection: host\r\n`) },
  { name: "connection naming x-forwarded-for", request: get("/echo", `${HOST}connection: x-forwarded-for\r\n`) },
  { name: "two hosts", request: get("/echo", `${HOST}host: b.test\r\n`), differs: STRICTER },
  { name: "a user in the host", request: get("/echo", "host: u@a.test\r\n"), differs: STRICTER },
  { name: "bare line feeds", request: `GET /echo HTTP/1.1\nhost: a.test\n\n`, differs: STRICTER },
  { name: "a folded value", request: get("/echo", `${HOST}x: a\r\n b\r\n`), differs: STRICTER },
  { name: "a bare CR in a value", request: get("/echo", `${HOST}x: a\rb\r\n`), differs: STRICTER },
];

const MANAGERS: Readonly<Record<string, readonly string[]>> = {
  "a plain listener": ["delayed_close_timeout: 0.05s"],
  "a forgiving listener": ["delayed_close_timeout: 0.05s", "stream_error_on_invalid_http_message: true"],
  "a listener at the edge": ["delayed_close_timeout: 0.05s", "use_remote_address: true"],
};

for (const [listener, managerFields] of Object.entries(MANAGERS)) {
  testNeeding("envoy", `${listener} answers ${CASES.length} requests as Envoy's does`, async (envoyPath) => {
    await using stage = new Stage();
    const config = stage.config(managerFields);
    await using envoy = await startEnvoy(envoyPath, config);
    await using denvoy = await startProxy({ config });
    const disagreements: Record<string, unknown> = {};
    for (const one of CASES) {
      const theirs = await stage.run(envoy.listenerUrl("web"), one);
      const ours = await stage.run(denvoy.listenerUrl("web"), one);
      const agrees = isDeepStrictEqual(ours, theirs);
      if (one.differs === undefined && !agrees) disagreements[one.name] = { ours, theirs };
      if (one.differs !== undefined && agrees) disagreements[one.name] = "agrees, though marked as different";
    }
    assert.deepEqual(disagreements, {});
  });
}

/** A message with what changes from run to run taken out. */
interface Normal {
  readonly startLine: string;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
}

interface Outcome {
  readonly responses: readonly Normal[];
  /** The connection took another request after it. */
  readonly isOpen: boolean;
  /** What reached the origin. */
  readonly forwarded: readonly Normal[];
}

/** The origin both proxies have, and what it saw. */
class Stage implements AsyncDisposable {
  readonly #forwarded: RawMessage[] = [];
  readonly #origin = startRawOrigin(async (connection) => {
    for (;;) {
      const request = await connection.readMessage();
      const path = request.startLine.split(" ")[1]!;
      if (!path.startsWith("/probe")) this.#forwarded.push(request);
      const answer = ANSWERS[path.split("?")[0]!] ?? "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Origin: yes\r\n\r\nok";
      const isHead = request.startLine.startsWith("HEAD ");
      await connection.send(isHead ? answer.slice(0, answer.indexOf("\r\n\r\n") + 4) : answer);
      if (CLOSING.has(path)) return;
    }
  });
  readonly #silent = startRawOrigin(async (connection) => void await connection.readToEnd());

  config(managerFields: readonly string[]): string {
    return bootstrap({
      managerFields,
      routes: [
        directRoute("/direct", "direct"),
        "{ match: { path: /moved }, direct_response: { status: 301 } }",
        "{ match: { path: /empty }, direct_response: { status: 200 } }",
        `{ match: { path: /bad }, direct_response: { status: 400, body: { inline_string: "no" } } }`,
        "{ match: { prefix: /none }, route: { cluster: none } }",
        "{ match: { prefix: /silent }, route: { cluster: silent, timeout: 0.1s } }",
        "{ match: { prefix: /old/ }, route: { cluster: origin, prefix_rewrite: /echo/new/ } }",
        ...["/echo", "/probe", ...Object.keys(ANSWERS)].map((path) =>
          `{ match: { prefix: ${path} }, route: { cluster: origin } }`
        ),
      ],
      clusters: { origin: [this.#origin.port], silent: [this.#silent.port], none: [] },
    });
  }

  async run(address: string, { request, isHead = false, responses = 1 }: Case): Promise<Outcome> {
    this.#forwarded.length = 0;
    await using connection = await connectRaw(address);
    await connection.send(request);
    const messages: RawMessage[] = [];
    let isOpen = false;
    try {
      for (let i = 0; i < responses; i++) messages.push(await connection.readMessage({ isHead }));
      await connection.send(`GET /probe HTTP/1.1\r\n${HOST}\r\n`);
      isOpen = (await connection.readMessage()).status === 200;
    } catch {
      // The connection has ended: what was read so far is the outcome.
    }
    return { responses: messages.map(normal), isOpen, forwarded: this.#forwarded.map(normal) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#origin[Symbol.asyncDispose]();
    await this.#silent[Symbol.asyncDispose]();
  }
}

const OK = "HTTP/1.1 200 OK\r\n";

/** What the origin says, by path; everything else is a small 200. */
const ANSWERS: Readonly<Record<string, string>> = {
  "/204": "HTTP/1.1 204 No Content\r\n\r\n",
  "/304": "HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n",
  "/799": "HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n",
  "/chunked": `${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: r\r\n\r\n`,
  "/close": "",
  "/cut": `${OK}content-length: 10\r\n\r\nhalf`,
  "/hops":
    `${OK}content-length: 0\r\nconnection: x\r\nx: 1\r\nkeep-alive: 5\r\nproxy-connection: y\r\nupgrade: z\r\n\r\n`,
  "/nonsense": "SSH-2.0\r\n\r\n",
  "/own":
    `${OK}server: apache\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\nx-envoy-upstream-service-time: x\r\ncontent-length: 0\r\n\r\n`,
  "/until-close": `${OK}\r\nuntil close`,
};
const CLOSING: ReadonlySet<string> = new Set(["/close", "/cut", "/nonsense", "/until-close"]);

const DATE = /^\w{3}, \d{2} \w{3} 20\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Fields are sorted: where a proxy puts its own among the others is its business; lines of one name keep their order. */
function normal({ startLine, headers, body, trailers }: RawMessage): Normal {
  const fields = headers.map(([name, value]) => {
    if (name === "x-envoy-upstream-service-time" && /^\d+$/.test(value)) return [name, "(ms)"];
    return [name, DATE.test(value) ? "(now)" : UUID.test(value) ? "(uuid)" : value];
  });
  fields.sort(([a], [b]) => a! < b! ? -1 : a! > b! ? 1 : 0);
  return {
    startLine,
    fields: fields.map(([name, value]) => `${name}: ${value}`),
    body,
    trailers: trailers.map(([name, value]) => `${name}: ${value}`),
  };
}
