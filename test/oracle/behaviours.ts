/** What an origin can be asked to do, by name: as a request's first path segment, or in its field `x-origin`. */
import type { Behaviour, Exchange } from "./exchange.ts";
import { valueOf } from "./wire_message.ts";

const HEAD_200 = "HTTP/1.1 200 OK\r\n";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n";

/** Every request that names no behaviour: a small answer with a field of its own. */
export const OK: Behaviour = answering(`${HEAD_200}content-length: 2\r\nX-Origin-Says: yes\r\n\r\nok`);

/** A mebibyte that is not all the same. */
const BIG = "0123456789abcdef".repeat(65_536);

/** By name. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  // ---- whole answers
  "204": answering("HTTP/1.1 204 No Content\r\n\r\n"),
  "204-length": answering("HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"),
  "204-body": closingAfter("HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nno"),
  "205": answering("HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"),
  "302": answering("HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n"),
  /** Where the request's own fields say: `x-to` is the location, `x-status` the status unless it is 302. */
  "redirect": async (exchange) => {
    if (await exchange.whole()) await exchange.send(redirectOf(exchange, ""));
  },
  "redirect-body": async (exchange) => {
    if (await exchange.whole()) await exchange.send(redirectOf(exchange, "moved"));
  },
  /** Before the request is all there. */
  "redirect-early": async (exchange) => {
    await exchange.send(redirectOf(exchange, ""));
    await exchange.gone();
  },
  "304": answering("HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n"),
  "304-length": answering("HTTP/1.1 304 Not Modified\r\ncontent-length: 17\r\n\r\n"),
  "404": answering("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone"),
  "425": answering("HTTP/1.1 425 Too Early\r\ncontent-length: 0\r\n\r\n"),
  "429": answering("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n"),
  "500": answering("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\ncontent-type: text/html\r\n\r\noops"),
  "409": answering("HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n"),
  "502": answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 3\r\n\r\nbad"),
  "504": answering("HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n"),
  "505": answering("HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-length: 0\r\n\r\n"),
  "503": answering("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"),
  "799": answering("HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n"),
  "reason": answering("HTTP/1.1 200 Quite Fine\r\ncontent-length: 0\r\n\r\n"),
  "no-reason": answering("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"),
  "chunked": answering(`${HEAD_200}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: r\r\n\r\n`),
  "chunked-empty": answering(`${HEAD_200}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  "hops": answering(
    `${HEAD_200}content-length: 0\r\nconnection: x\r\nx: 1\r\nkeep-alive: 5\r\nproxy-connection: y\r\nupgrade: z\r\n\r\n`,
  ),
  "own": answering(
    `${HEAD_200}server: apache\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\nx-envoy-upstream-service-time: x\r\n` +
      "x-request-id: theirs\r\nvia: 1.0 them\r\ncontent-length: 0\r\n\r\n",
  ),
  "cookies": answering(`${HEAD_200}set-cookie: a=b\r\nset-cookie: c=d\r\ncontent-length: 0\r\n\r\n`),
  "twice": answering(
    HEAD_200 +
      ["date", "server", "via", "content-type", "x-request-id", "x-custom", "cache-control", "grpc-status"]
        .map((name) => `${name}: 1\r\n${name}: 2\r\n`).join("") +
      "content-length: 0\r\n\r\n",
  ),
  "mixed": answering("HTTP/1.1 200 Fine\r\nContent-LENGTH: 2\r\nSerVer: x\r\nX-Up: 1\r\nx-UP: 2\r\neTag: e\r\n\r\nok"),
  "mixed-chunked": answering(
    "HTTP/1.1 200 Fine\r\nTransfer-ENCODING: chunked\r\nX-Up: 1\r\nDATE: x\r\n\r\n2\r\nok\r\n0\r\nX-Trail-ER: x\r\n\r\n",
  ),
  "many": answering(
    `${HEAD_200}${Array.from({ length: 20 }, (_, i) => `x-${i}: ${i}\r\n`).join("")}content-length: 0\r\n\r\n`,
  ),
  "big": answering(`${HEAD_200}content-length: ${BIG.length}\r\n\r\n${BIG}`),
  "big-head": answering(`${HEAD_200}x: ${"y".repeat(90_000)}\r\ncontent-length: 0\r\n\r\n`),
  "close-header": closingAfter(`${HEAD_200}connection: close\r\ncontent-length: 2\r\n\r\nok`),
  "http10": closingAfter("HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nold"),
  "http10-length": closingAfter("HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nold"),
  "until-close": closingAfter(`${HEAD_200}\r\nuntil close`),
  "grpc": answering(`${HEAD_200}content-type: application/grpc\r\ngrpc-status: 5\r\ncontent-length: 0\r\n\r\n`),
  "grpc-ok": answering(`${HEAD_200}content-type: application/grpc\r\ngrpc-status: 0\r\ncontent-length: 0\r\n\r\n`),
  "unhealthy": answering(`${HEAD_200}x-envoy-immediate-health-check-fail: true\r\ncontent-length: 0\r\n\r\n`),
  "limited": answering("HTTP/1.1 429 Too Many Requests\r\nx-envoy-ratelimited: true\r\ncontent-length: 0\r\n\r\n"),
  "limited-503": answering(
    "HTTP/1.1 503 Service Unavailable\r\nx-envoy-ratelimited: true\r\ncontent-length: 0\r\n\r\n",
  ),
  "again": answering(`${HEAD_200}x-again: yes\r\ncontent-length: 5\r\n\r\nagain`),
  "again-not": answering(`${HEAD_200}x-again: no\r\ncontent-length: 0\r\n\r\n`),
  "later": answering("HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"),
  "much-later": answering("HTTP/1.1 503 Service Unavailable\r\nretry-after: 200\r\ncontent-length: 0\r\n\r\n"),
  ...Object.fromEntries(
    ["1", "2", "4", "8", "13", "14", "99", "x"].map((status) => [
      `grpc-${status}`,
      answering(
        `${HEAD_200}content-type: application/grpc\r\ngrpc-status: ${status}\r\ncontent-length: 0\r\n\r\n`,
      ),
    ]),
  ),
  // ---- interim answers
  "early-hints": answering(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${HEAD_200}content-length: 2\r\n\r\nok`),
  "processing": answering(`HTTP/1.1 102 Processing\r\n\r\n${HEAD_200}content-length: 2\r\n\r\nok`),
  "two-hints": answering(
    `HTTP/1.1 103 Early Hints\r\na: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\na: 2\r\n\r\n${HEAD_200}content-length: 0\r\n\r\n`,
  ),
  "continue": async (exchange) => {
    await exchange.send("HTTP/1.1 100 Continue\r\nx-interim: yes\r\n\r\n");
    await OK(exchange);
  },
  "refuse": async (exchange) => {
    await exchange.send("HTTP/1.1 417 Expectation Failed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    return true;
  },
  // ---- answers that go wrong
  "close": closingAfter(""),
  "cut": closingAfter(`${HEAD_200}content-length: 10\r\n\r\nhalf`),
  "cut-chunk": closingAfter(`${HEAD_200}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`),
  "cut-head": closingAfter(`${HEAD_200}x: `),
  "nonsense": closingAfter("SSH-2.0\r\n\r\n"),
  "bad-chunk": closingAfter(`${HEAD_200}transfer-encoding: chunked\r\n\r\nx\r\n`),
  "bad-length": closingAfter(`${HEAD_200}content-length: two\r\n\r\nok`),
  "two-lengths": closingAfter(`${HEAD_200}content-length: 2\r\ncontent-length: 3\r\n\r\nok`),
  "length-and-chunked": closingAfter(`${HEAD_200}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  "bad-field": closingAfter(`${HEAD_200}a b: c\r\ncontent-length: 0\r\n\r\n`),
  "bad-value": closingAfter(`${HEAD_200}a: b\x01\r\ncontent-length: 0\r\n\r\n`),
  "extra": closingAfter(`${HEAD_200}content-length: 2\r\n\r\nokmore`),
  // ---- answers that take their time
  "silent": async (exchange) => await exchange.gone(),
  "stall": async (exchange) => {
    await exchange.whole();
    await exchange.send(`${HEAD_200}content-length: 10\r\n\r\nhalf`);
    await exchange.gone();
  },
  "hints-then-silent": async (exchange) => {
    await exchange.whole();
    await exchange.send("HTTP/1.1 103 Early Hints\r\na: 1\r\n\r\n");
    await exchange.gone();
  },
  /** Answers when the case opens the gate. */
  "wait": async (exchange) => {
    await exchange.whole();
    await exchange.gate("answer");
    await OK(exchange);
  },
  /** The second half of the body when the case opens the gate. */
  "halves": async (exchange) => {
    await exchange.whole();
    await exchange.send(`${HEAD_200}content-length: 10\r\n\r\nfirst`);
    await exchange.gate("rest");
    await exchange.send(" rest");
  },
  /** Ends in the middle of the body when the case opens the gate. */
  "half": async (exchange) => {
    await exchange.whole();
    await exchange.send(`${HEAD_200}content-length: 10\r\n\r\nfirst`);
    await exchange.gate("rest");
    return true;
  },
  // ---- answers before the request is all there
  "early": async (exchange) => {
    await exchange.send(`${HEAD_200}content-length: 5\r\n\r\nearly`);
    await exchange.gone();
  },
  "early-413": async (exchange) => {
    await exchange.send("HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 3\r\n\r\nbig");
    return true;
  },
  "early-503": async (exchange) => {
    await exchange.send("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 3\r\n\r\nbad");
    await exchange.gone();
  },
  "early-much-later": async (exchange) => {
    await exchange.send("HTTP/1.1 503 Service Unavailable\r\nretry-after: 200\r\ncontent-length: 0\r\n\r\n");
    await exchange.gone();
  },
  "hint-503": answering("HTTP/1.1 103 Early Hints\r\na: 1\r\n\r\nHTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"),
  // ---- tunnels
  "upgrade": switching(`${SWITCHING}sec-websocket-accept: yes\r\n\r\n`),
  "upgrade-bare": switching("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
  "upgrade-other": switching("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n"),
  "upgrade-greets": switching(`${SWITCHING}\r\nwelcome`),
  "upgrade-late": async (exchange) => {
    await exchange.gate("answer");
    await switching(`${SWITCHING}\r\n`)(exchange);
  },
  "upgrade-200": answering(`${HEAD_200}content-length: 2\r\n\r\nno`),
  "upgrade-302": answering("HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 2\r\n\r\nno"),
  "upgrade-403": answering("HTTP/1.1 403 Forbidden\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nno"),
  "upgrade-426": answering(
    "HTTP/1.1 426 Upgrade Required\r\nconnection: upgrade\r\nupgrade: websocket\r\ncontent-length: 2\r\n\r\nno",
  ),
  "upgrade-404": answering("HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone"),
  "upgrade-length": switching(`${SWITCHING}content-length: 5\r\n\r\nraw`),
  "upgrade-no-length": switching(`${SWITCHING}content-length: 0\r\n\r\nraw`),
  "upgrade-chunked": switching(`${SWITCHING}transfer-encoding: chunked\r\n\r\nraw`),
  "upgrade-closing": switching("HTTP/1.1 101 OK\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\nraw"),
  "upgrade-http10": switching(`${SWITCHING.replace("1.1", "1.0")}\r\nraw`),
  "upgrade-hops": switching(`${SWITCHING}keep-alive: 5\r\nproxy-connection: x\r\nvia: them\r\n\r\nraw`),
  "upgrade-hinting": switching(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${SWITCHING}\r\nraw`),
  "upgrade-continuing": switching(`HTTP/1.1 100 Continue\r\n\r\n${SWITCHING}\r\nraw`),
  "upgrade-half": switching("HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\nhalf"),
  "upgrade-until-close": closingAfter("HTTP/1.1 404 Not Found\r\n\r\nuntil close"),
  "tunnel": switching(`${HEAD_200}x-tunnel: yes\r\n\r\n`),
  "tunnel-201": switching("HTTP/1.1 201 Created\r\n\r\nraw"),
  "tunnel-204": switching("HTTP/1.1 204 No Content\r\n\r\nraw"),
  "tunnel-length": switching(`${HEAD_200}content-length: 2\r\n\r\nraw`),
  "tunnel-chunked": switching(`${HEAD_200}transfer-encoding: chunked\r\n\r\nraw`),
  "tunnel-hops": switching(`${HEAD_200}connection: keep-alive\r\nproxy-connection: keep-alive\r\n\r\nraw`),
  "tunnel-302": answering("HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 2\r\n\r\nno"),
  "tunnel-403": answering("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno"),
};

/** Reads the request, answers with these bytes; without their body to HEAD. */
function answering(text: string): Behaviour {
  return async (exchange) => {
    if (await exchange.whole()) await exchange.send(isHead(exchange) ? withoutBody(text) : text);
  };
}

function closingAfter(text: string): Behaviour {
  const answer = answering(text);
  return async (exchange) => {
    await answer(exchange);
    return true;
  };
}

/** Accepts a tunnel and sends back what comes through it; ends it after `bye`. */
function switching(head: string): Behaviour {
  return async (exchange) => {
    exchange.isTunnel = true;
    await exchange.send(head);
    for (let sent = 0;;) {
      await exchange.until(() => exchange.payload.length > sent);
      const fresh = exchange.payload.slice(sent);
      if (fresh === "") return false;
      sent += fresh.length;
      await exchange.send(fresh);
      if (fresh.includes("bye")) return true;
    }
  };
}

function redirectOf({ request }: Exchange, body: string): string {
  const fields = request?.fields ?? [], to = valueOf(fields, "x-to");
  return `HTTP/1.1 ${valueOf(fields, "x-status") ?? "302"} Moved\r\n${to === undefined ? "" : `location: ${to}\r\n`}` +
    `x-copied: one\r\nx-copied: two\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function isHead(exchange: Exchange): boolean {
  return exchange.request?.startLine.startsWith("HEAD ") ?? false;
}

function withoutBody(text: string): string {
  return text.slice(0, text.lastIndexOf("\r\n\r\n") + 4);
}
