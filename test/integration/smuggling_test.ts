/**
 * Requests that are made to be read in two ways, in front of an origin that reads carelessly: it never gets what must be
 * refused, never two requests for one, and what it gets means the same to every reader (spec/http.md 1.7). Each comes in
 * one piece, byte by byte and cut at random, on a memory wire, where pieces are what they are said to be, and over sockets
 * to a real process, where all share the connections to the origin.
 */
import assert from "node:assert/strict";
import { Random } from "../../src/base/random.ts";
import { bootstrap } from "../support/bootstrap.ts";
import { CarelessConversation, echoOf } from "../support/careless_origin.ts";
import { type BelievedRequest, CARELESS, readCarelessly, readStrictly } from "../support/careless_reader.ts";
import { DataPath } from "../support/data_path.ts";
import { startProxy } from "../support/proxy.ts";
import { connectRaw, startRawOrigin } from "../support/raw_h1.ts";
import { SMUGGLING_CASES, type SmugglingCase } from "../support/smuggling_cases.ts";

/** Clients at a time. */
const LANES = 12;

/** So that nothing is added but `x-forwarded-proto`. */
const MANAGER_FIELDS: readonly string[] = ["generate_request_id: false", "delayed_close_timeout: 0.02s"];
const route = (cluster: string) => `{ match: { prefix: / }, route: { cluster: ${cluster}, timeout: 0s } }`;

const FEEDINGS: Readonly<Record<string, (bytes: string, random: Random) => string[]>> = {
  "in one piece": (bytes) => [bytes],
  "byte by byte": (bytes) => [...bytes],
  "cut at random": (bytes, random) => {
    const pieces: string[] = [];
    for (let at = 0; at < bytes.length; at += pieces.at(-1)!.length) {
      pieces.push(bytes.slice(at, at + 1 + random.below(40)));
    }
    return pieces;
  },
};

for (const [feeding, cut] of Object.entries(FEEDINGS)) {
  Deno.test(`${SMUGGLING_CASES.length} ambiguous requests have one meaning, ${feeding}`, () => {
    const random = new Random(11);
    for (const one of SMUGGLING_CASES) {
      const outcome = runInMemory(cut(one.bytes, random), feeding === "byte by byte" ? 1 : Infinity);
      checkAnswers(one, outcome);
      assert.deepEqual(outcome.received.flatMap((bytes) => requestsIn(bytes, one.name)), one.seen, one.name);
    }
  });
}

Deno.test(`${SMUGGLING_CASES.length} ambiguous requests reach a real origin with one meaning, whatever came before`, async () => {
  const conversations: CarelessConversation[] = [];
  await using origin = startRawOrigin(async (connection) => {
    const conversation = new CarelessConversation();
    conversations.push(conversation);
    for (;;) {
      const bytes = await connection.readSome();
      if (bytes.length === 0) return;
      const answers = conversation.take(String.fromCharCode(...bytes));
      if (answers !== "") await connection.send(answers);
    }
  });
  const config = bootstrap({
    managerFields: MANAGER_FIELDS,
    routes: [route("origin")],
    clusters: { origin: [origin.port] },
  });
  await using proxy = await startProxy({ config });
  const address = proxy.listenerUrl("web");
  const random = new Random(12);
  const tagged = Object.values(FEEDINGS).flatMap((cut, i) =>
    SMUGGLING_CASES.map((one, j) => ({ ...tag(one, `/${i}/${j}`), cut }))
  );
  const runLane = async (lane: number) => {
    for (let i = lane; i < tagged.length; i += LANES) {
      const one = tagged[i]!;
      checkAnswers(one, await runOverSocket(address, one.cut(one.bytes, random), one.answers.length));
      const { answers } = await runOverSocket(address, ["GET /probe HTTP/1.1\r\nhost: h\r\n\r\n"], 1);
      assert.equal(answers[0]!.body, "GET /probe +0", `the client after ${one.name}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
  // What was cut off may still be on its way to the origin; a request of its own that never comes whole never counts.
  const requests = conversations.flatMap(({ received }) => requestsIn(received, "all"));
  const wanted = [...tagged.flatMap(({ seen }) => seen), ...tagged.map(() => PROBE)];
  assert.deepEqual(requests.map(textOf).sort(), wanted.map(textOf).sort());
  assert.ok(conversations.length < tagged.length / 2, "connections to the origin were used again");
});

const PROBE: BelievedRequest = { start: "GET /probe", fields: ["host: h", "x-forwarded-proto: http"], body: "" };

/** The same case, told apart from the others by its target. */
function tag(one: SmugglingCase, target: string): SmugglingCase {
  const seen = one.seen.map((request) => ({ ...request, start: request.start.replace(/\/x$/, target) }));
  return { ...one, bytes: one.bytes.replace("/x", target), seen };
}

/** Holds what a client read against its case. */
function checkAnswers({ name, answers, seen }: SmugglingCase, { answers: found, hasEnded, rest }: Outcome): void {
  assert.deepEqual(found.map(({ status }) => status), answers, name);
  assert.equal(rest, "", `${name}: nothing but the answers`);
  const echoes = found.filter(({ status }) => status === 200).map(({ body }) => body);
  assert.deepEqual(echoes, seen.map(echoOf), name);
  assert.equal(hasEnded, found.at(-1)?.isLast ?? false, `${name}: the connection ended`);
  if (answers.some((status) => status >= 400)) assert.ok(hasEnded, `${name}: refused, and the connection goes on`);
}

/** The requests in what a connection carried, on which all readers agree. */
function requestsIn(bytes: string, name: string): readonly BelievedRequest[] {
  const { requests } = readStrictly(bytes);
  for (const how of CARELESS) {
    assert.deepEqual(readCarelessly(bytes, how).requests, requests, `${name}: the reader that ${how.name}`);
  }
  return requests;
}

function textOf({ start, fields, body }: BelievedRequest): string {
  return [start, ...fields, "", body].join("\n");
}

interface Answer {
  readonly status: number;
  readonly body: string;
  /** It says that the connection closes. */
  readonly isLast: boolean;
}

/** What a client saw of one case. */
interface Outcome {
  /** The final ones. */
  readonly answers: readonly Answer[];
  /** What came behind them. */
  readonly rest: string;
  /** The proxy ended the connection, not the client. */
  readonly hasEnded: boolean;
}

/** Takes answers with a length from the front of a text. */
function splitAnswers(text: string): Pick<Outcome, "answers" | "rest"> {
  const answers: Answer[] = [];
  for (let rest = text;;) {
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(rest);
    if (head === null) return { answers, rest };
    const end = head[0].length + Number(/\r\ncontent-length: (\d+)\r\n/.exec(head[0])?.[1] ?? 0);
    const body = rest.slice(head[0].length, end);
    const isLast = /\r\nconnection: close\r\n/.test(head[0]);
    if (!head[1]!.startsWith("1")) answers.push({ status: Number(head[1]), body, isLast });
    rest = rest.slice(end);
  }
}

/** Runs one case on a path of its own; also what each connection to the origin carried. */
function runInMemory(
  pieces: readonly string[],
  pieceBytes: number,
): Outcome & { readonly received: readonly string[] } {
  const routes = `{ virtual_hosts: [{ name: all, domains: ["*"], routes: [${route("web")}] }] }`;
  const path = new DataPath({ pieceBytes, managerFields: MANAGER_FIELDS, routes });
  const conversations: CarelessConversation[] = [];
  const client = path.connect();
  const settle = () => {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      path.deliver();
      path.origins.forEach((origin, i) => {
        const answers = (conversations[i] ??= new CarelessConversation()).take(origin.take());
        if (answers === "") return;
        origin.send(answers);
        isBusy = true;
      });
    }
  };
  for (const piece of pieces) {
    client.send(piece);
    settle();
  }
  path.advance(50);
  const hasEnded = client.hasEnded || client.closed !== null;
  if (!hasEnded) client.close("half");
  settle();
  path.advance(50);
  assert.deepEqual(path.bugs, []);
  return { ...splitAnswers(client.received), hasEnded, received: conversations.map(({ received }) => received) };
}

/** Sends pieces, reads so many answers and then, unless the last says that it is, ends the connection and reads the rest. */
async function runOverSocket(address: string, pieces: readonly string[], answerCount: number): Promise<Outcome> {
  await using connection = await connectRaw(address);
  for (const piece of pieces) {
    // The proxy may have answered and closed before all was sent.
    if (!await connection.send(piece).then(() => true, () => false)) break;
  }
  const answers: Answer[] = [];
  while (answers.length < answerCount) {
    const message = await connection.readMessage();
    const isLast = message.header("connection") === "close";
    if (message.status >= 200) answers.push({ status: message.status, body: message.body, isLast });
  }
  const hasEnded = answers.at(-1)?.isLast ?? false;
  if (!hasEnded) await connection.closeWrite();
  return { answers, rest: await connection.readToEnd(), hasEnded };
}
