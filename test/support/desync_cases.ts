/**
 * Responses that leave in doubt where they end or what they are, each with what the client must be told and whether the
 * connection to the origin may be used again (spec/http.md 1.4, 1.16, 6.1; RFC 9112 section 6.3).
 */

/** What an origin sends, and what must come of it. */
export interface DesyncCase {
  readonly name: string;
  /** `GET` unless said otherwise. */
  readonly method: "GET" | "HEAD";
  readonly bytes: string;
  /** The origin ends the connection behind it. */
  readonly closes: boolean;
  readonly status: number;
  /** Of an answer that was forwarded; `null`: it is of the proxy's own. */
  readonly body: string | null;
  /** The client's connection ends inside the answer. */
  readonly isCut: boolean;
  readonly isReused: boolean;
}

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = "transfer-encoding: chunked\r\n";
/** No client may ever see it. */
const EVIL = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";

const base = { method: "GET", closes: false, isCut: false, isReused: false } as const;

/** Nothing of it is believed. */
const broken = (name: string, bytes: string): DesyncCase => ({ ...base, name, bytes, status: 502, body: null });
/** It is whole; what follows it, if anything does, is not. */
const whole = (name: string, bytes: string, more: Partial<DesyncCase> = {}): DesyncCase => ({
  ...base,
  name,
  bytes,
  status: 200,
  body: "hello",
  ...more,
});
const cut = (name: string, bytes: string, body = "hello"): DesyncCase => ({
  ...base,
  name,
  bytes,
  status: 200,
  body,
  isCut: true,
});

const counted = (fields: string, start = OK) => `${start}${fields}\r\nhello${EVIL}`;
const chunks = (body: string, start = OK) => `${start}${CHUNKED}\r\n${body}`;
const none = { body: "" };

const FRAMING: readonly DesyncCase[] = [
  ...[
    ["length and chunked", `content-length: 5\r\n${CHUNKED}`],
    ["chunked and length", `${CHUNKED}content-length: 5\r\n`],
    ["two lengths, equal", "content-length: 5\r\ncontent-length: 5\r\n"],
    ["two lengths", "content-length: 5\r\ncontent-length: 50\r\n"],
    ["a list of lengths", "content-length: 5, 5\r\n"],
    ["an empty length", "content-length:\r\n"],
    ["a signed length", "content-length: +5\r\n"],
    ["a negative length", "content-length: -5\r\n"],
    ["a hexadecimal length", "content-length: 0x5\r\n"],
    ["a length over 64 bits", "content-length: 18446744073709551616\r\n"],
    ["a length with NUL", "content-length: 5\0\r\n"],
    ["identity", "transfer-encoding: identity\r\n"],
    ["gzip", "transfer-encoding: gzip\r\n"],
    ["chunked twice", CHUNKED + CHUNKED],
    ["a list of codings", "transfer-encoding: gzip, chunked\r\n"],
    ["an unknown coding", "transfer-encoding: xchunked\r\n"],
    ["a coding with a vertical tab", "transfer-encoding: chunked\x0b\r\n"],
    ["a space before the colon", "content-length : 5\r\n"],
    ["a folded length", "content-length:\r\n 5\r\n"],
    ["a bare line feed", "a: b\ncontent-length: 5\r\n"],
    ["a bare CR", "a: b\rcontent-length: 5\r\n"],
  ].map(([name, fields]) => broken(`framing: ${name}`, counted(fields!))),
  whole("framing: leading zeros", `${OK}content-length: 0005\r\n\r\nhello`, { isReused: true }),
  whole("framing: chunked in capitals", `${OK}Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, {
    isReused: true,
  }),
  whole("framing: the end of the connection", `${OK}\r\nhello`, { closes: true }),
  whole(
    "framing: a length that connection names",
    `${OK}connection: content-length\r\ncontent-length: 5\r\n\r\nhello`,
    {
      isReused: true,
    },
  ),
];

const MORE_THAN_ONE: readonly DesyncCase[] = [
  whole("behind it: another response", counted("content-length: 5\r\n")),
  whole("behind it: another response, chunked", chunks(`5\r\nhello\r\n0\r\n\r\n${EVIL}`)),
  whole("behind it: one byte", `${OK}content-length: 5\r\n\r\nhellox`),
  whole("behind it: a line end", `${OK}content-length: 5\r\n\r\nhello\r\n`),
  whole("behind it: a request", `${OK}content-length: 5\r\n\r\nhelloGET /evil HTTP/1.1\r\nhost: h\r\n\r\n`),
  whole("behind it: another response, with length 0", `${OK}content-length: 0\r\n\r\n${EVIL}`, none),
  whole("HEAD: a body that was not to be sent", `${OK}content-length: 5\r\n\r\nhello`, { method: "HEAD", ...none }),
  whole("HEAD: chunks that were not to be sent", chunks("5\r\nhello\r\n0\r\n\r\n"), { method: "HEAD", ...none }),
  whole("HEAD: another response", `${OK}content-length: 5\r\n\r\n${EVIL}`, { method: "HEAD", ...none }),
  whole("HEAD: its head", `${OK}content-length: 5\r\n\r\n`, { method: "HEAD", ...none, isReused: true }),
  whole("204: a body", `HTTP/1.1 204 No Content\r\n\r\n${EVIL}`, { status: 204, ...none }),
  whole("304: a body", `HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\nhello`, { status: 304, ...none }),
  whole("304: chunks", chunks("5\r\nhello\r\n0\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n"), { status: 304, ...none }),
  whole("304: a length without a body", `HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n`, {
    status: 304,
    ...none,
    isReused: true,
  }),
  whole("204: length 0", "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", {
    status: 204,
    ...none,
    isReused: true,
  }),
  broken("204: a length", counted("content-length: 5\r\n", "HTTP/1.1 204 No Content\r\n")),
  broken("204: chunked", chunks("0\r\n\r\n", "HTTP/1.1 204 No Content\r\n")),
  broken("100: a length", counted("content-length: 5\r\n", "HTTP/1.1 100 Continue\r\n")),
  broken("103: chunked", chunks(`0\r\n\r\n${EVIL}`, "HTTP/1.1 103 Early Hints\r\n")),
  whole("101: nobody asked for it", `HTTP/1.1 101 Switching Protocols\r\n\r\n${EVIL}`, { status: 101, ...none }),
  whole(
    "101: nobody asked for it, with an upgrade field",
    `HTTP/1.1 101 Odd\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n${EVIL}`,
    {
      status: 101,
      ...none,
    },
  ),
  whole("100: before the response", `HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 5\r\n\r\nhello`, {
    isReused: true,
  }),
  whole(
    "100: many before the response",
    `${
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".repeat(20)
    }${OK}content-length: 5\r\n\r\nhello`,
    { isReused: true },
  ),
];

const HEADS: readonly DesyncCase[] = [
  ...[
    ["bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 5\n\nhello"],
    ["a bare line feed behind the status", `HTTP/1.1 200 OK\ncontent-length: 5\r\n\r\nhello`],
    ["CR CR LF", `HTTP/1.1 200 OK\r\r\ncontent-length: 5\r\n\r\nhello`],
    ["NUL in a value", `${OK}a: \0\r\ncontent-length: 5\r\n\r\nhello`],
    ["NUL in a name", `${OK}a\0: b\r\ncontent-length: 5\r\n\r\nhello`],
    ["NUL in the reason", "HTTP/1.1 200 O\0K\r\ncontent-length: 5\r\n\r\nhello"],
    ["a CR in the reason", "HTTP/1.1 200 OK\rx\r\ncontent-length: 5\r\n\r\nhello"],
    ["no colon", `${OK}abc\r\ncontent-length: 5\r\n\r\nhello`],
    ["an empty name", `${OK}: b\r\ncontent-length: 5\r\n\r\nhello`],
    ["a space in a name", `${OK}a b: c\r\ncontent-length: 5\r\n\r\nhello`],
    ["a fold", `${OK}a: b\r\n c\r\ncontent-length: 5\r\n\r\nhello`],
    ["a fold before the first field", `${OK} a: b\r\ncontent-length: 5\r\n\r\nhello`],
    ["two digits", "HTTP/1.1 20 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["four digits", "HTTP/1.1 2000 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["a status below 100", "HTTP/1.1 099 Odd\r\ncontent-length: 5\r\n\r\nhello"],
    ["a status that is no number", "HTTP/1.1 abc OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["two spaces", "HTTP/1.1  200 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["another protocol", "ICY 200 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["HTTP/2 with no minor version", "HTTP/2 200 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["a line end in front", `\r\n${OK}content-length: 5\r\n\r\nhello`],
    ["a request", "GET /evil HTTP/1.1\r\nhost: h\r\n\r\n"],
    ["HTTP/0.9", "hello"],
  ].map(([name, bytes]) => broken(`head: ${name}`, bytes!)),
  whole("head: no reason", "HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello", { isReused: true }),
  whole("head: close", `${OK}connection: close\r\ncontent-length: 5\r\n\r\nhello`),
  whole("head: HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello"),
];

const CHUNKS: readonly DesyncCase[] = [
  cut("chunk: no digit", chunks(`5\r\nhello\r\ng\r\n${EVIL}`)),
  cut("chunk: a sign", chunks(`5\r\nhello\r\n-1\r\n${EVIL}`)),
  cut("chunk: a prefix", chunks(`5\r\nhello\r\n0x0\r\n\r\n${EVIL}`)),
  cut("chunk: too big", chunks(`5\r\nhello\r\n10000000000000000\r\n${EVIL}`)),
  cut("chunk: longer than its size", chunks(`5\r\nhelloevil\r\n0\r\n\r\n`)),
  cut("chunk: a bare line feed", chunks(`5\r\nhello\n0\r\n\r\n`)),
  cut("chunk: CR and another byte", chunks(`5\r\nhello\rX0\r\n\r\n`)),
  cut("chunk: an empty size", chunks(`5\r\nhello\r\n\r\n0\r\n\r\n`)),
  cut("chunk: a malformed trailer", chunks(`5\r\nhello\r\n0\r\na b: c\r\n\r\n${EVIL}`)),
  whole("chunk: trailers that frame", chunks(`5\r\nhello\r\n0\r\ncontent-length: 30\r\n${CHUNKED}\r\n`), {
    isReused: true,
  }),
  { ...cut("cut: inside a counted body", `${OK}content-length: 50\r\n\r\nhello`), closes: true },
  { ...cut("cut: inside a chunk", chunks("50\r\nhello")), closes: true },
  { ...cut("cut: before the last chunk", chunks("5\r\nhello\r\n")), closes: true },
  { ...cut("cut: before the final line end", chunks("5\r\nhello\r\n0\r\n")), closes: true },
];

/** All of them. */
export const DESYNC_CASES: readonly DesyncCase[] = [...FRAMING, ...MORE_THAN_ONE, ...HEADS, ...CHUNKS];
