/**
 * Requests that mean one thing to one parser and another to the next, each with the one reading that is right: what must
 * reach the origin, and what the client must be told (spec/http.md 1.7, 1.10; RFC 9112 sections 2.2, 5, 6, 7.1).
 */
import type { BelievedRequest } from "./careless_reader.ts";

/** What a client sends, and what must come of it. */
export interface SmugglingCase {
  readonly name: string;
  readonly bytes: string;
  /** Statuses of the answers, in order; after one that is refused the connection must end. */
  readonly answers: readonly number[];
  /** Whole requests that the origin must have got, and no others. */
  readonly seen: readonly BelievedRequest[];
}

const HOST = "host: h\r\n";
const CHUNKED = "transfer-encoding: chunked\r\n";
/** Hidden wherever a body is: no origin may ever take it for a request. */
const EVIL = "GET /evil HTTP/1.1\r\nhost: h\r\n\r\n";

const head = (fields: string, start = "POST /x HTTP/1.1") => `${start}\r\n${HOST}${fields}\r\n`;
const chunked = (body: string, fields = "") => `${head(CHUNKED + fields)}${body}`;

/** A request as the origin must get it: its own fields between `host` and what the proxy adds. */
function seen(start: string, body: string, { host = "h", fields = [], framing }: {
  host?: string;
  fields?: readonly string[];
  framing?: string;
} = {}): BelievedRequest {
  const ending = framing === undefined ? [] : [framing];
  return { start, fields: [`host: ${host}`, ...fields, "x-forwarded-proto: http", ...ending], body };
}

const asChunks = (body: string, fields: readonly string[] = []) =>
  seen("POST /x", body, { fields, framing: "transfer-encoding: chunked" });
const counted = (body: string, length = String(body.length)) =>
  seen("POST /x", body, { fields: [`content-length: ${length}`] });
const empty = (fields: readonly string[] = []) => seen("POST /x", "", { fields, framing: "content-length: 0" });
const get = (fields: readonly string[] = [], target = "/x") => seen(`GET ${target}`, "", { fields });
const evil = seen("GET /evil", "");

/** Refused before anything of it is forwarded. */
const refused = (status: number, name: string, bytes: string): SmugglingCase => ({
  name,
  bytes,
  answers: [status],
  seen: [],
});
/** Means one request, and that is what arrives. */
const passes = (name: string, bytes: string, ...requests: BelievedRequest[]): SmugglingCase => ({
  name,
  bytes,
  answers: requests.map(() => 200),
  seen: requests,
});

const HIDDEN_CHUNKS = `${EVIL.length.toString(16)}\r\n${EVIL}\r\n0\r\n\r\n`;

const LENGTH_AND_CODING: readonly SmugglingCase[] = [
  ["length, then chunked", `content-length: 5\r\n${CHUNKED}`],
  ["chunked, then length", `${CHUNKED}content-length: 5\r\n`],
  ["length of the whole, then chunked", `content-length: ${5 + EVIL.length}\r\n${CHUNKED}`],
  ["length 0 and chunked", `content-length: 0\r\n${CHUNKED}`],
  ["length and chunked in capitals", "CONTENT-LENGTH: 5\r\nTRANSFER-ENCODING: CHUNKED\r\n"],
  ["length and an unknown coding", "content-length: 5\r\ntransfer-encoding: xchunked\r\n"],
  ["length and identity", "content-length: 5\r\ntransfer-encoding: identity\r\n"],
  ["length and an empty coding", "content-length: 5\r\ntransfer-encoding:\r\n"],
  ["length and two codings", `content-length: 5\r\n${CHUNKED}transfer-encoding: identity\r\n`],
  ["length between two codings", `${CHUNKED}content-length: 5\r\n${CHUNKED}`],
].map(([name, fields]) => refused(400, `CL.TE: ${name}`, `${head(fields!)}0\r\n\r\n${EVIL}`));

const CODINGS: readonly SmugglingCase[] = [
  ...[
    "xchunked",
    "chunked, identity",
    "identity, chunked",
    "chunked, chunked",
    "gzip, chunked",
    "chunked;q=1",
    '"chunked"',
    "'chunked'",
    "chunked,",
    ",chunked",
    "chunk",
    "chunked chunked",
    "chunked\xa0",
    "\xefchunked",
    "",
    ",",
    "identity",
    "x: chunked",
    "chunked:",
  ].map((value) =>
    refused(501, `TE.TE: ${JSON.stringify(value)}`, `${head(`transfer-encoding: ${value}\r\n`)}${HIDDEN_CHUNKS}`)
  ),
  ...["chunked\x0b", "\x0bchunked", "chunked\x0c", "chunked\0", "\0chunked", "chunked\x7f", "chunked\x01"].map((
    value,
  ) => refused(400, `TE.TE: ${JSON.stringify(value)}`, `${head(`transfer-encoding: ${value}\r\n`)}${HIDDEN_CHUNKS}`)),
  ...["CHUNKED", "cHuNkEd", " chunked", "chunked ", "\tchunked", "chunked\t", "chunked \t "].map((value) =>
    passes(
      `TE.TE: ${JSON.stringify(value)} is chunked`,
      `${head(`Transfer-Encoding:${value}\r\n`)}${HIDDEN_CHUNKS}`,
      asChunks(EVIL),
    )
  ),
  refused(501, "TE.TE: chunked twice", `${head(CHUNKED + CHUNKED)}${HIDDEN_CHUNKS}`),
  refused(501, "TE.TE: chunked, then identity", `${head(`${CHUNKED}transfer-encoding: identity\r\n`)}${HIDDEN_CHUNKS}`),
  refused(501, "TE.TE: identity, then chunked", `${head(`transfer-encoding: identity\r\n${CHUNKED}`)}${HIDDEN_CHUNKS}`),
  refused(
    501,
    "TE.TE: chunked, then an empty line of it",
    `${head(`${CHUNKED}transfer-encoding:\r\n`)}${HIDDEN_CHUNKS}`,
  ),
  refused(426, "TE.TE: chunked from HTTP/1.0", head(CHUNKED, "POST /x HTTP/1.0") + HIDDEN_CHUNKS),
];

/** Spellings that are no `transfer-encoding` line: a reader that takes one for it sees a body that is not there. */
const CODING_LINES: readonly SmugglingCase[] = [
  ["a space before the colon", "transfer-encoding : chunked\r\n"],
  ["a tab before the colon", "transfer-encoding\t: chunked\r\n"],
  ["a NUL before the colon", "transfer-encoding\0: chunked\r\n"],
  ["a CR before the colon", "transfer-encoding\r: chunked\r\n"],
  ["a line feed before the colon", "transfer-encoding\n: chunked\r\n"],
  ["a name that begins with a space", " transfer-encoding: chunked\r\n"],
  ["a name that begins with a tab", "\ttransfer-encoding: chunked\r\n"],
  ["a name that begins with NUL", "\0transfer-encoding: chunked\r\n"],
  ["a name that begins with a colon", ":transfer-encoding: chunked\r\n"],
  ["no colon", "transfer-encoding chunked\r\n"],
  ["a quoted name", '"transfer-encoding": chunked\r\n'],
  ["a name with a byte past ASCII", "transfer-encod\xefng: chunked\r\n"],
  ["behind a bare line feed", "a: b\ntransfer-encoding: chunked\r\n"],
  ["behind a bare CR", "a: b\rtransfer-encoding: chunked\r\n"],
  ["behind a fold", "a: b\r\n transfer-encoding: chunked\r\n"],
  ["folded before its value", "transfer-encoding:\r\n chunked\r\n"],
  ["folded behind its value", "transfer-encoding: chunked\r\n , identity\r\n"],
  ["ended by a bare line feed", "transfer-encoding: chunked\n"],
  ["ended by CR CR LF", "transfer-encoding: chunked\r\r\n"],
].map(([name, fields]) => refused(400, `TE line: ${name}`, `${head(fields!)}${HIDDEN_CHUNKS}`));

const LENGTHS: readonly SmugglingCase[] = [
  ...["", "+3", "-3", "0x3", "3 3", "3,3", "3, 3", "3;3", "3.0", "3e0", "03h", '"3"', "three", "\xb3", "3\xa0"].map((
    value,
  ) => refused(400, `length: ${JSON.stringify(value)}`, `${head(`content-length: ${value}\r\n`)}abc${EVIL}`)),
  ...["18446744073709551616", "99999999999999999999", "-0", "+0", "0x0", "0,0", " , 0"].map((value) =>
    refused(400, `length: ${JSON.stringify(value)}`, `${head(`content-length: ${value}\r\n`)}${EVIL}`)
  ),
  ...["3\x0b", "\x0c3", "3\0", "3\x7f"].map((value) =>
    refused(400, `length: ${JSON.stringify(value)}`, `${head(`content-length: ${value}\r\n`)}abc${EVIL}`)
  ),
  refused(400, "length: twice, equal", `${head("content-length: 3\r\ncontent-length: 3\r\n")}abc${EVIL}`),
  refused(
    400,
    "length: twice, unequal",
    `${head(`content-length: 3\r\ncontent-length: ${3 + EVIL.length}\r\n`)}abc${EVIL}`,
  ),
  refused(400, "length: twice, the first 0", `${head("content-length: 0\r\nContent-Length: 3\r\n")}abc${EVIL}`),
  refused(400, "length: a space before the colon", `${head("content-length : 3\r\n")}abc`),
  refused(400, "length: folded", `${head("content-length:\r\n 3\r\n")}abc`),
  refused(400, "length: behind a bare line feed", `${head("a: b\ncontent-length: 3\r\n")}abc`),
  refused(400, "length: behind a bare CR", `${head("a: b\rcontent-length: 3\r\n")}abc`),
  passes("length: leading zeros", `${head("content-length: 003\r\n")}abc`, counted("abc", "003")),
  passes("length: white space around it", `${head("content-length:\t 3 \t\r\n")}abc`, counted("abc")),
  passes(
    "length: a request as its body",
    `${head(`content-length: ${EVIL.length}\r\n`)}${EVIL}`,
    counted(EVIL),
  ),
  passes("length: 0, and another request", `${head("content-length: 0\r\n")}${EVIL}`, counted(""), evil),
  { name: "length: more than comes", bytes: `${head("content-length: 300\r\n")}${EVIL}`, answers: [], seen: [] },
  {
    name: "length: an underscore in its name makes it another field",
    bytes: `${head("content_length: 3\r\n")}abc${EVIL}`,
    answers: [200, 400],
    seen: [empty(["content_length: 3"])],
  },
];

const LINE_ENDS: readonly SmugglingCase[] = [
  ["bare line feeds", `POST /x HTTP/1.1\nhost: h\n\n`],
  ["a bare line feed behind the request line", `POST /x HTTP/1.1\n${HOST}\r\n`],
  ["a bare line feed behind a field", `POST /x HTTP/1.1\r\nhost: h\na: b\r\n\r\n`],
  ["a bare line feed at the end", `POST /x HTTP/1.1\r\n${HOST}\n`],
  ["two line feeds at the end", "POST /x HTTP/1.1\r\nhost: h\n\n"],
  ["CR CR LF", `POST /x HTTP/1.1\r\nhost: h\r\r\n\r\n`],
  ["LF CR", `POST /x HTTP/1.1\n\rhost: h\n\r\n\r`],
  ["a bare CR behind the request line", `POST /x HTTP/1.1\rhost: h\r\r`],
  ["a bare CR in a value", head("a: b\rc: d\r\n")],
  ["a CR before the empty line", head("\r\r\n")],
  ["a line feed before the request", `\n${head("")}`],
  ["a CR before the request", `\r${head("")}`],
  ["a fold", head("a: b\r\n c\r\n")],
  ["a fold with a tab", head("a: b\r\n\tc\r\n")],
  ["a fold of white space only", head("a: b\r\n \r\n")],
  ["a fold before the first field", `POST /x HTTP/1.1\r\n a: b\r\n${HOST}\r\n`],
  ["a folded host", "POST /x HTTP/1.1\r\nhost:\r\n h\r\n\r\n"],
].map(([name, bytes]) => refused(400, `line: ${name}`, bytes! + EVIL));

const DECODED = "hello";
const CHUNKS: readonly SmugglingCase[] = [
  ...[
    ["no digit", "g\r\nhello\r\n0\r\n\r\n"],
    ["a sign", "-5\r\nhello\r\n0\r\n\r\n"],
    ["a plus", "+5\r\nhello\r\n0\r\n\r\n"],
    ["a prefix", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["a space before", " 5\r\nhello\r\n0\r\n\r\n"],
    ["a space behind", "5 \r\nhello\r\n0\r\n\r\n"],
    ["a tab behind", "5\t\r\nhello\r\n0\r\n\r\n"],
    ["an underscore", "0_5\r\nhello\r\n0\r\n\r\n"],
    ["a dot", "5.0\r\nhello\r\n0\r\n\r\n"],
    ["nothing", "\r\nhello\r\n0\r\n\r\n"],
    ["64 bits and more", "10000000000000005\r\nhello\r\n0\r\n\r\n"],
    ["64 bits", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"],
    ["a bare line feed behind", "5\nhello\r\n0\r\n\r\n"],
    ["a bare CR behind", "5\rhello\r\n0\r\n\r\n"],
    ["an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"],
    ["a space before the extension", "5 ;a=b\r\nhello\r\n0\r\n\r\n"],
    ["NUL in the extension", "5;a=\0\r\nhello\r\n0\r\n\r\n"],
    ["a control byte in the extension", "5;a=\x1f\r\nhello\r\n0\r\n\r\n"],
    ["a line feed in the extension", `5;a=b\nhello\r\n0\r\n\r\n`],
    ["a CR in the extension", `5;a=b\rc\r\nhello\r\n0\r\n\r\n`],
    ["a line end in a quoted extension", `5;a="\r\n0\r\n\r\n${EVIL}`],
    ["data longer than it", `5\r\nhello!\r\n0\r\n\r\n`],
    ["data with a request behind it", `5\r\nhello${EVIL}\r\n0\r\n\r\n`],
    ["data shorter than it", `6\r\nhello\r\n0\r\n\r\n`],
    ["data without a line end", `5\r\nhello0\r\n\r\n`],
    ["data ended by a bare line feed", `5\r\nhello\n0\r\n\r\n`],
    ["data ended by a bare CR", `5\r\nhello\r0\r\n\r\n`],
    ["data ended by CR and another byte", `5\r\nhello\rX0\r\n\r\n`],
    ["data ended by another byte and a line feed", `5\r\nhelloX\n0\r\n\r\n`],
    ["a negative last chunk", "5\r\nhello\r\n-0\r\n\r\n"],
    ["a prefixed last chunk", "5\r\nhello\r\n0x0\r\n\r\n"],
    ["a space behind the last chunk", "5\r\nhello\r\n0 \r\n\r\n"],
    ["a bare line feed behind the last chunk", "5\r\nhello\r\n0\n\r\n"],
    ["a bare line feed at the end", "5\r\nhello\r\n0\r\n\n"],
    ["a bare CR at the end", "5\r\nhello\r\n0\r\n\rX"],
    ["a malformed trailer", "5\r\nhello\r\n0\r\na b: c\r\n\r\n"],
    ["a trailer with a space before its colon", "5\r\nhello\r\n0\r\ncontent-length : 3\r\n\r\nabc"],
    ["a folded trailer", "5\r\nhello\r\n0\r\na: b\r\n c\r\n\r\n"],
    ["a trailer behind a bare line feed", "5\r\nhello\r\n0\r\na: b\nc: d\r\n\r\n"],
    ["NUL in a trailer", "5\r\nhello\r\n0\r\na: \0\r\n\r\n"],
    ["two lengths in the trailers", "5\r\nhello\r\n0\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n"],
  ].map(([name, body]) => refused(400, `chunk: ${name}`, chunked(body!) + EVIL)),
  ...[
    ["capitals and leading zeros", "0000000000000000000000005\r\nhello\r\n000\r\n\r\n"],
    ["an extension", "5;a\r\nhello\r\n0;b=c\r\n\r\n"],
    ["a quoted extension", '5;a="0\\"; x"\r\nhello\r\n0\r\n\r\n'],
    ["a tab in the extension", "5;a=\tb\r\nhello\r\n0\r\n\r\n"],
    ["trailers that frame are dropped", `5\r\nhello\r\n0\r\ncontent-length: 30\r\n${CHUNKED}host: evil\r\n\r\n`],
    ["pieces", "1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n"],
  ].map(([name, body]) => passes(`chunk: ${name}`, chunked(body!), asChunks(DECODED))),
  passes("chunk: a request as its data", chunked(HIDDEN_CHUNKS), asChunks(EVIL)),
  passes("chunk: another request behind the last", chunked(`5\r\nhello\r\n0\r\n\r\n${EVIL}`), asChunks(DECODED), evil),
  { name: "chunk: no final line end", bytes: chunked("5\r\nhello\r\n0\r\n"), answers: [], seen: [] },
  { name: "chunk: no last chunk", bytes: chunked("5\r\nhello\r\n"), answers: [], seen: [] },
];

const REQUEST_LINES: readonly SmugglingCase[] = [
  ...[
    ["HTTP/0.9", "GET /x\r\n\r\n"],
    ["HTTP/0.9 with fields", `GET /x\r\n${HOST}\r\n`],
    ["two spaces", `GET  /x HTTP/1.1\r\n${HOST}\r\n`],
    ["two spaces before the version", `GET /x  HTTP/1.1\r\n${HOST}\r\n`],
    ["a tab", `GET\t/x HTTP/1.1\r\n${HOST}\r\n`],
    ["a space in front", ` GET /x HTTP/1.1\r\n${HOST}\r\n`],
    ["a space behind", `GET /x HTTP/1.1 \r\n${HOST}\r\n`],
    ["a word behind", `GET /x HTTP/1.1 HTTP/1.1\r\n${HOST}\r\n`],
    ["a version in lower case", `GET /x http/1.1\r\n${HOST}\r\n`],
    ["a version of two digits", `GET /x HTTP/1.10\r\n${HOST}\r\n`],
    ["a version without a dot", `GET /x HTTP/11\r\n${HOST}\r\n`],
    ["a space in the target", `GET /x y HTTP/1.1\r\n${HOST}\r\n`],
    ["NUL in the target", `GET /x\0y HTTP/1.1\r\n${HOST}\r\n`],
    ["DEL in the target", `GET /x\x7f HTTP/1.1\r\n${HOST}\r\n`],
    ["a byte past ASCII in the target", `GET /\xe4 HTTP/1.1\r\n${HOST}\r\n`],
    ["a CR in the target", `GET /x\rHTTP/1.1 HTTP/1.1\r\n${HOST}\r\n`],
    ["a request line in the target", `GET /x HTTP/1.1\nGET /evil HTTP/1.1\r\n${HOST}\r\n`],
    ["a method with a colon", `GET: /x HTTP/1.1\r\n${HOST}\r\n`],
    ["a method with NUL", `GE\0T /x HTTP/1.1\r\n${HOST}\r\n`],
    ["a method in lower case", `get /x HTTP/1.1\r\n${HOST}\r\n`],
    ["the HTTP/2 preface", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`],
  ].map(([name, bytes]) => refused(400, `request line: ${name}`, bytes! + EVIL)),
  refused(426, "request line: HTTP/1.0", `GET /x HTTP/1.0\r\n${HOST}\r\n${EVIL}`),
  refused(426, "request line: HTTP/1.2", `GET /x HTTP/1.2\r\n${HOST}\r\n${EVIL}`),
];

const FIELDS: readonly SmugglingCase[] = [
  ...[
    ["NUL in a name", "a\0b: c\r\n"],
    ["NUL in a value", "a: b\0c\r\n"],
    ["DEL in a value", "a: \x7f\r\n"],
    ["a vertical tab in a value", "a: b\x0bc\r\n"],
    ["a space in a name", "a b: c\r\n"],
    ["an empty name", ": c\r\n"],
    ["no colon", "abc\r\n"],
    ["a byte past ASCII in a name", "\xe4: c\r\n"],
    ["a parenthesis in a name", "a(b): c\r\n"],
    ["a pseudo field", ":path: /evil\r\n"],
    ["a request line among the fields", "GET /evil HTTP/1.1\r\n"],
    ["two hosts, equal", "host: h\r\n"],
    ["two hosts", "Host: evil\r\n"],
    ["a second host with a space before its colon", "host : evil\r\n"],
  ].map(([name, fields]) => refused(400, `field: ${name}`, head(fields!) + EVIL)),
  ...["evil@h", "h evil", "h/evil", "h#evil", "h\\evil", '"h"', "h\x00", "h\tevil", "h\xe4"].map((host) =>
    refused(400, `host: ${JSON.stringify(host)}`, `GET /x HTTP/1.1\r\nhost: ${host}\r\n\r\n${EVIL}`)
  ),
  refused(400, "host: none", `GET /x HTTP/1.1\r\n\r\n${EVIL}`),
  refused(400, "host: folded", `GET /x HTTP/1.1\r\nhost: h\r\n evil\r\n\r\n${EVIL}`),
  passes(
    "target: a URL's host wins over the field's",
    "GET http://h/x HTTP/1.1\r\nhost: evil\r\n\r\n",
    get(),
  ),
  passes("target: a URL's host counts without a field", "GET http://h/x HTTP/1.1\r\n\r\n", {
    ...get(),
    fields: ["host: h", "x-forwarded-proto: http"],
  }),
  passes("target: a URL's user is dropped", "GET http://evil@h/x HTTP/1.1\r\nhost: evil\r\n\r\n", get()),
  refused(400, "target: a URL beside two hosts", "GET http://h/x HTTP/1.1\r\nhost: h\r\nhost: evil\r\n\r\n"),
  refused(400, "target: a URL with two users", "GET http://a@b@h/x HTTP/1.1\r\nhost: h\r\n\r\n"),
  refused(400, "target: another scheme", "GET gopher://h/x HTTP/1.1\r\nhost: h\r\n\r\n"),
  refused(400, "target: a URL without a host", "GET http:///x HTTP/1.1\r\nhost: h\r\n\r\n"),
  refused(400, "target: an authority", "GET h:80 HTTP/1.1\r\nhost: h\r\n\r\n"),
  passes(
    "field: space around values is no part of them",
    "GET /x HTTP/1.1\r\nHOST:\t h \t\r\nA:b\r\n\r\n",
    get(["a: b"]),
  ),
];

const BODIES: readonly SmugglingCase[] = [
  passes(
    "body: of a GET, counted",
    `${head(`content-length: ${EVIL.length}\r\n`, "GET /x HTTP/1.1")}${EVIL}`,
    seen("GET /x", EVIL, { fields: [`content-length: ${EVIL.length}`] }),
  ),
  passes(
    "body: of a GET, chunked",
    `${head(CHUNKED, "GET /x HTTP/1.1")}${HIDDEN_CHUNKS}`,
    seen("GET /x", EVIL, { framing: "transfer-encoding: chunked" }),
  ),
  passes(
    "body: of a DELETE",
    `${head(`content-length: ${EVIL.length}\r\n`, "DELETE /x HTTP/1.1")}${EVIL}`,
    seen("DELETE /x", EVIL, { fields: [`content-length: ${EVIL.length}`] }),
  ),
  passes("body: none of a GET, and another request", `${head("", "GET /x HTTP/1.1")}${EVIL}`, get(), evil),
  passes("body: none of a POST, and another request", `${head("")}${EVIL}`, empty(), evil),
  passes(
    "body: awaited with Expect",
    `${head(`expect: 100-continue\r\ncontent-length: ${EVIL.length}\r\n`)}${EVIL}`,
    counted(EVIL),
  ),
  passes("body: empty lines between requests", `${head("content-length: 0\r\n")}\r\n\r\n${EVIL}`, counted(""), evil),
];

const HOPS: readonly SmugglingCase[] = [
  refused(
    403,
    "upgrade: websocket with a request behind it",
    head("connection: upgrade\r\nupgrade: websocket\r\n", "GET /x HTTP/1.1") + EVIL,
  ),
  refused(403, "upgrade: anything", head("connection: Upgrade\r\nupgrade: evil\r\n", "GET /x HTTP/1.1") + EVIL),
  passes(
    "upgrade: h2c is not heard",
    head("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n", "GET /x HTTP/1.1"),
    get(),
  ),
  passes("upgrade: without connection it is not heard", head("upgrade: websocket\r\n", "GET /x HTTP/1.1"), get()),
  refused(400, "CONNECT: with a body", head("content-length: 5\r\n", "CONNECT h:80 HTTP/1.1") + EVIL),
  refused(501, "CONNECT: with a coding", head(CHUNKED, "CONNECT h:80 HTTP/1.1") + EVIL),
  refused(400, "CONNECT: with a path", head("", "CONNECT /x HTTP/1.1") + EVIL),
  passes(
    "connection: names content-length",
    `${head(`connection: content-length\r\ncontent-length: ${EVIL.length}\r\n`)}${EVIL}`,
    asChunks(EVIL),
  ),
  passes(
    "connection: names transfer-encoding",
    `${head(`connection: transfer-encoding\r\n${CHUNKED}`)}${HIDDEN_CHUNKS}`,
    asChunks(EVIL),
  ),
  passes("connection: names a field", head("connection: x-secret\r\nx-secret: 1\r\n", "GET /x HTTP/1.1"), get()),
  passes(
    "connection: names a field in capitals",
    head("Connection: X-SECRET\r\nx-Secret: 1\r\n", "GET /x HTTP/1.1"),
    get(),
  ),
  refused(400, "connection: names host", head("connection: host\r\n", "GET /x HTTP/1.1") + EVIL),
  refused(
    400,
    "connection: names x-forwarded-proto",
    head("connection: x-forwarded-proto\r\n", "GET /x HTTP/1.1") + EVIL,
  ),
  refused(
    400,
    "connection: names x-forwarded-for",
    head("connection: close, X-Forwarded-For\r\n", "GET /x HTTP/1.1") + EVIL,
  ),
  refused(400, "connection: names a pseudo field", head("connection: :authority\r\n", "GET /x HTTP/1.1") + EVIL),
  {
    name: "connection: close, and a request behind it",
    bytes: head("connection: close\r\n", "GET /x HTTP/1.1") + EVIL,
    answers: [200],
    seen: [get()],
  },
  passes(
    "hop: keep-alive and proxy-connection",
    head("keep-alive: 5\r\nproxy-connection: keep-alive\r\n", "GET /x HTTP/1.1"),
    get(),
  ),
  passes("hop: te", head("te: trailers, deflate\r\n", "GET /x HTTP/1.1"), get(["te: trailers"])),
  passes("hop: te without trailers", head("te: chunked\r\n", "GET /x HTTP/1.1"), get()),
];

/** All of them. */
export const SMUGGLING_CASES: readonly SmugglingCase[] = [
  ...LENGTH_AND_CODING,
  ...CODINGS,
  ...CODING_LINES,
  ...LENGTHS,
  ...LINE_ENDS,
  ...CHUNKS,
  ...REQUEST_LINES,
  ...FIELDS,
  ...BODIES,
  ...HOPS,
];
