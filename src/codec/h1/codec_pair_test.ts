/**
 * A property: whatever message one side's codec writes, the other's reads as the same message, through a forwarding hop
 * in between, however the bytes are cut and wherever they lie.
 */
import assert from "node:assert/strict";
import { ByteBlock } from "../../base/byte_block.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId, headerMask } from "../../http/header_names.ts";
import { METHOD_NAMES } from "../../http/method.ts";
import { RequestHead } from "../../http/request_head.ts";
import { ResponseHead } from "../../http/response_head.ts";
import type { RequestEncoder, ResponseEncoder } from "../http_codec.ts";
import { H1ClientCodec } from "./client_codec.ts";
import {
  blockOf,
  CLIENT_OPTIONS,
  ClientEvents,
  type Message,
  type RequestRecorder,
  ResponseRecorder,
  SERVER_OPTIONS,
  ServerEvents,
  TextSink,
  Wire,
} from "./codec_fixture.ts";
import { H1ServerCodec } from "./server_codec.ts";

/** A small seeded generator (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  text(letters: string, maxLength: number): string {
    let text = "";
    for (let left = this.below(maxLength + 1); left > 0; left--) text += letters[this.below(letters.length)];
    return text;
  }
}

interface Plan {
  fields: [string, string][];
  pieces: string[];
  hasLength: boolean;
  trailers: [string, string][];
}

const NAME_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_!#$";
const VALUE_LETTERS = 'abcXYZ 0123456789\t"(),/:;<=>?@[]{}\u00e9\u00ff';

function planFields(random: Random, maxCount: number): [string, string][] {
  const fields: [string, string][] = [];
  for (let left = random.below(maxCount + 1); left > 0; left--) {
    const name = random.pick(["accept", "x-request-id", "cookie", `x${random.text(NAME_LETTERS, 20)}`]);
    fields.push([name, random.text(VALUE_LETTERS, random.pick([0, 10, 200])).replace(/^[ \t]+|[ \t]+$/g, "")]);
  }
  return fields;
}

function planMessage(random: Random): Plan {
  const pieces: string[] = [];
  for (let left = random.pick([0, 0, 1, 4]); left > 0; left--) {
    const size = random.pick([1, 10, 300, 5000]);
    pieces.push(random.text("abc\r\n0", 5).padEnd(size, "body"));
  }
  const hasLength = random.below(2) === 0;
  const trailers = !hasLength && pieces.length > 0 && random.below(2) === 0 ? planFields(random, 4) : [];
  return { fields: planFields(random, 12), pieces, hasLength, trailers };
}

function fill(headers: HeaderList, plan: Plan): void {
  for (const [name, value] of plan.fields) headers.addName(name, value);
  if (plan.hasLength && plan.pieces.length > 0) {
    headers.add(HeaderId.contentLength, `${plan.pieces.reduce((sum, piece) => sum + piece.length, 0)}`);
  }
}

function encodeBody(encoder: RequestEncoder | ResponseEncoder, plan: Plan, trailers: RequestHead): void {
  if (plan.pieces.length === 0) return;
  for (const piece of plan.pieces) encoder.encodeBody(blockOf(piece), 0, piece.length);
  trailers.headers.reset(new Uint8Array(0));
  for (const [name, value] of plan.trailers) trailers.headers.addName(name, value);
  encoder.encodeEnd(plan.trailers.length === 0 ? null : trailers.headers);
}

/** A client codec and a server codec on one wire. */
class Link {
  readonly clientSink = new TextSink();
  readonly serverSink = new TextSink();
  readonly clientEvents = new ClientEvents();
  readonly serverEvents = new ServerEvents();
  readonly client = new H1ClientCodec(this.clientEvents, this.clientSink, { ...CLIENT_OPTIONS, enableTrailers: true });
  readonly server = new H1ServerCodec(this.serverEvents, this.serverSink, { ...SERVER_OPTIONS, enableTrailers: true });
  readonly #toServer: Wire;
  readonly #toClient: Wire;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#toServer = new Wire(this.server, random.pick(["stay", "move"]));
    this.#toClient = new Wire(this.client, random.pick(["stay", "move"]));
    this.serverEvents.wire = this.#toServer;
  }

  carry(): void {
    const sizes = () => Array.from({ length: 8 }, () => 1 + this.#random.below(this.#random.pick([1, 20, 2000])));
    this.#toServer.send(this.clientSink.take(), ...sizes());
    this.#toClient.send(this.serverSink.take(), ...sizes());
  }
}

const HOP_BY_HOP = headerMask(HeaderId.connection, HeaderId.transferEncoding);

/** Sends a received message on, as a proxy does: hop-by-hop fields out, one of its own in. */
function forward(from: Message, head: RequestHead | ResponseHead, encode: (endStream: boolean) => void): void {
  head.headers.removeAny(HOP_BY_HOP);
  head.headers.addName("x-hop", "1");
  encode(from.body === "");
}

function checkMessage(message: Message, plan: Plan, context: string): void {
  const shown = message.fields.filter(([name]) =>
    !["host", "content-length", "transfer-encoding", "x-hop"].includes(name)
  );
  assert.deepEqual(shown, plan.fields, context);
  assert.equal(message.body, plan.pieces.join(""), context);
  assert.deepEqual(message.trailers, plan.trailers, context);
  assert.equal(message.end, "end", context);
  assert.equal(message.fields.filter(([name]) => name === "x-hop").length, 1, context);
}

function exchange(near: Link, far: Link, random: Random, context: string): void {
  const requestPlan = planMessage(random), responsePlan = planMessage(random);
  const method = random.pick(METHOD_NAMES.slice(1).filter((name) => name !== "CONNECT"));
  const status = random.pick([200, 200, 204, 304, 404, 503]);
  if (method === "HEAD" || status === 204 || status === 304) {
    Object.assign(responsePlan, { pieces: [], trailers: [] });
  }

  const head = new RequestHead(), trailers = new RequestHead();
  head.begin(new ByteBlock(new Uint8Array(0)));
  head.methodId = METHOD_NAMES.indexOf(method);
  head.path = `/${random.text("abc/?%20", 30)}`;
  head.headers.add(HeaderId.host, "h");
  fill(head.headers, requestPlan);
  const response = new ResponseRecorder();
  const encoder = near.client.openStream(response);
  encoder.encodeHead(head, requestPlan.pieces.length === 0);
  encodeBody(encoder, requestPlan, trailers);
  near.carry();

  const middle: RequestRecorder = near.serverEvents.requests.at(-1)!;
  const middleResponse = new ResponseRecorder();
  const onward = far.client.openStream(middleResponse);
  forward(middle.message, middle.head, (endStream) => onward.encodeHead(middle.head, endStream));
  encodeBody(onward, { ...requestPlan, pieces: middle.message.body === "" ? [] : [middle.message.body] }, trailers);
  far.carry();

  const origin = far.serverEvents.requests.at(-1)!;
  assert.equal(origin.message.start, `${method} ${head.path} HTTP/11`, context);
  checkMessage(origin.message, requestPlan, context);

  const answer = new ResponseHead();
  answer.beginLocal(status);
  fill(answer.headers, responsePlan);
  origin.encoder.encodeHead(answer, responsePlan.pieces.length === 0);
  encodeBody(origin.encoder, responsePlan, trailers);
  far.carry();

  forward(middleResponse.message, middleResponse.head, (endStream) => {
    middle.encoder.encodeHead(middleResponse.head, endStream);
  });
  const { body } = middleResponse.message;
  encodeBody(middle.encoder, { ...responsePlan, pieces: body === "" ? [] : [body] }, trailers);
  near.carry();
  assert.equal(response.message.start, `${status}`, context);
  checkMessage(response.message, responsePlan, context);

  for (const received of [response.head, middleResponse.head, origin.head, middle.head]) received.release();
}

Deno.test("codec pair carries random messages over two hops unchanged", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const near = new Link(random), far = new Link(random);
    for (let turn = 0; turn < 8; turn++) exchange(near, far, random, `seed ${seed}, exchange ${turn}`);
    for (const link of [near, far]) {
      assert.deepEqual(link.clientEvents.log, Array(8).fill("reusable"), `seed ${seed}`);
      assert.deepEqual(link.serverEvents.ends, Array(8).fill("keep"), `seed ${seed}`);
    }
  }
});
