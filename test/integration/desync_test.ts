/**
 * Responses that leave in doubt where they end, from an origin that may mean harm: a client is told one answer to its one
 * request, never a second, and the next request has an answer of its own, on a connection to the origin that is used again
 * only if no doubt was left (spec/http.md 1.4, 1.16).
 */
import assert from "node:assert/strict";
import { Random } from "../../src/base/random.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { DataPath } from "../support/data_path.ts";
import { DESYNC_CASES, type DesyncCase } from "../support/desync_cases.ts";
import { startProxy } from "../support/proxy.ts";
import { askRaw, connectRaw, startRawOrigin } from "../support/raw_h1.ts";

/** Clients at a time. */
const LANES = 8;

const OWN = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nown";

const FEEDINGS: Readonly<Record<string, (bytes: string, random: Random) => string[]>> = {
  "in one piece": (bytes) => [bytes],
  "byte by byte": (bytes) => [...bytes],
  "cut at random": (bytes, random) => {
    const at = random.below(bytes.length);
    return [bytes.slice(0, at), bytes.slice(at)];
  },
};

for (const [feeding, split] of Object.entries(FEEDINGS)) {
  Deno.test(`${DESYNC_CASES.length} ambiguous responses are one answer each, ${feeding}`, () => {
    const random = new Random(3);
    for (const one of DESYNC_CASES) {
      // Bytes that are not there yet cannot be seen behind a response: only in one piece they are.
      run(one, split(one.bytes, random), feeding === "in one piece");
    }
  });
}

Deno.test(`${DESYNC_CASES.length} ambiguous responses of a real origin are one answer each`, async () => {
  await using origin = startRawOrigin(async (connection) => {
    for (;;) {
      const target = (await connection.readHead()).split(" ")[1]!;
      const one = DESYNC_CASES[Number(target.slice(1))];
      await connection.send(one === undefined ? OWN : one.bytes);
      if (one?.closes) return;
    }
  });
  const config = bootstrap({
    managerFields: ["delayed_close_timeout: 0.02s"],
    routes: ["{ match: { prefix: / }, route: { cluster: origin } }"],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const address = proxy.listenerUrl("web");
  const runLane = async (lane: number) => {
    for (let i = lane; i < DESYNC_CASES.length; i += LANES) {
      const one = DESYNC_CASES[i]!;
      checkAnswer(one, await ask(address, `${one.method} /${i} HTTP/1.1\r\nhost: h\r\n\r\n`, one), one.isCut);
      assert.equal((await askRaw(address, "GET /next HTTP/1.1\r\nhost: h\r\n\r\n")).body, "own", `after ${one.name}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
});

/** What a client reads of one answer and all that follows; it ends the connection once it has an answer that is whole. */
async function ask(address: string, request: string, { method, isCut }: DesyncCase): Promise<string> {
  await using connection = await connectRaw(address);
  await connection.send(request);
  if (isCut) return await connection.readToEnd();
  const { startLine, headers, body, header } = await connection.readMessage({ isHead: method === "HEAD" });
  await connection.closeWrite();
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const size = `${body.length.toString(16)}\r\n`;
  const sent = header("transfer-encoding") === null || body === "" ? body : `${size}${body}\r\n0\r\n\r\n`;
  return `${startLine}\r\n${fields}\r\n${sent}${await connection.readToEnd()}`;
}

function run(one: DesyncCase, pieces: readonly string[], isWhole: boolean): void {
  const path = new DataPath({ managerFields: ["delayed_close_timeout: 0.02s"], pieceBytes: isWhole ? Infinity : 1 });
  const client = path.connect();
  client.send(`${one.method} /x HTTP/1.1\r\nhost: h\r\n\r\n`);
  path.deliver();
  const origin = path.origin;
  for (const piece of pieces) {
    if (origin.closed === null) origin.send(piece);
    path.deliver();
  }
  if (one.closes) origin.close("flush");
  path.deliver();
  path.advance(50);
  checkAnswer(one, client.received, client.hasEnded || client.closed !== null);

  const next = path.connect();
  next.send("GET /next HTTP/1.1\r\nhost: h\r\n\r\n");
  path.deliver();
  const isReused = path.origins.length === 1;
  assert.equal(isReused, one.isReused, `${one.name}: the connection to the origin`);
  assert.match(path.origin.take(), /GET \/next HTTP\/1\.1\r\n[^]*\r\n\r\n$/, one.name);
  path.origin.send(OWN);
  path.deliver();
  assert.match(next.take(), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nown$/, `${one.name}: the next request`);
  assert.deepEqual(path.bugs, []);
}

/** The client has one answer, whole or cut, and nothing behind it. */
function checkAnswer(one: DesyncCase, text: string, hasEnded: boolean): void {
  const parts = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n([^]*)$/.exec(text);
  assert.ok(parts !== null, `${one.name}: no answer: found ${JSON.stringify(text)}`);
  const [, status = "", fields = "", content = ""] = parts;
  assert.equal(Number(status), one.status, `${one.name}: ${JSON.stringify(text)}`);
  assert.ok(!text.includes("evil"), one.name);
  const { body, isOver } = bodyOf(fields, content, one.method === "HEAD" || [101, 204, 304].includes(one.status));
  assert.equal(isOver, !one.isCut, `${one.name}: whole or cut: ${JSON.stringify(content)}`);
  if (one.body !== null) assert.equal(body, one.body, one.name);
  assert.equal(hasEnded, one.isCut, `${one.name}: the client's connection`);
}

/** Reads a body; throws at anything behind it. */
function bodyOf(fields: string, content: string, isNone: boolean): { body: string; isOver: boolean } {
  if (isNone) {
    assert.equal(content, "");
    return { body: "", isOver: true };
  }
  const length = /^content-length: (\d+)\r$/m.exec(fields)?.[1];
  if (length !== undefined) {
    assert.ok(content.length <= Number(length), "no more than the length says");
    return { body: content, isOver: content.length === Number(length) };
  }
  let body = "", rest = content;
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/.exec(rest);
    if (size === null) return { body, isOver: false };
    const end = size[0].length + parseInt(size[1]!, 16);
    body += rest.slice(size[0].length, end);
    if (size[1] === "0") {
      assert.equal(rest.slice(end), "\r\n");
      return { body, isOver: true };
    }
    rest = rest.slice(end + 2);
  }
}
