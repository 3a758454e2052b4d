/**
 * llhttp's own cases as the judge of the HTTP/1 codecs. Each verdict, accepted or refused, must be strict llhttp's, or
 * stand by name in `llhttp_exceptions.json` with the reason: what Envoy does there, or a `Differs from Envoy:` refusal of
 * spec/http.md 1.7. What both accept must also come out as the same number of messages and body bytes. Each case runs
 * whole and byte by byte.
 */
import assert from "node:assert/strict";
import { H1ClientCodec } from "../../src/codec/h1/client_codec.ts";
import {
  blockOf,
  CLIENT_OPTIONS,
  ClientEvents,
  type Message,
  respond,
  ResponseRecorder,
  SERVER_OPTIONS,
  ServerEvents,
  TextSink,
  Wire,
} from "../../src/codec/h1/codec_fixture.ts";
import { H1ServerCodec } from "../../src/codec/h1/server_codec.ts";
import { METHOD_NAMES } from "../../src/http/method.ts";
import { RequestHead } from "../../src/http/request_head.ts";
import exceptions from "./llhttp_exceptions.json" with { type: "json" };
import { type LlhttpCase, readCases } from "./llhttp_cases.ts";

const SHARED = Deno.env.get("DENVOY_SHARED") ?? new URL("../../../shared", import.meta.url).pathname;
const ROOT = `${SHARED}/conformance/llhttp`;

/** What was made of an input. */
interface Outcome {
  /** `accept`, or the detail of the refusal. */
  readonly verdict: string;
  /** Messages read to their end. */
  readonly messages: number;
  readonly bodyLength: number;
  /** The connection takes no further message. */
  readonly isClosed: boolean;
}

/** llhttp's code for bytes behind a message that closes the connection. */
const DATA_AFTER_CLOSE = 5;

function outcomeOf(messages: Message[], isClosed: boolean): Outcome {
  const refused = messages.find((message) => !["", "end"].includes(message.end));
  return {
    verdict: refused?.end ?? "accept",
    messages: messages.reduce((sum, message) => sum + message.interims.length + (message.end === "end" ? 1 : 0), 0),
    bodyLength: messages.reduce((sum, message) => sum + message.body.length, 0),
    isClosed,
  };
}

function judgeRequest(input: string, isFinished: boolean, sizes: number[]): Outcome {
  const events = new ServerEvents();
  const codec = new H1ServerCodec(events, new TextSink(), { ...SERVER_OPTIONS, acceptHttp10: true });
  const wire = new Wire(codec);
  events.wire = wire;
  events.answer = (request) => respond(request.encoder, 200, "");
  wire.send(input, ...sizes);
  if (isFinished) codec.receiveEnd();
  return outcomeOf(events.messages, events.ends.some((end) => end.startsWith("close")));
}

/** Delivers each piece with a request under way, as long as the connection takes one. */
function judgeResponse(pieces: string[], test: LlhttpCase, sizes: number[]): Outcome {
  const events = new ClientEvents();
  const codec = new H1ClientCodec(events, new TextSink(), CLIENT_OPTIONS);
  const wire = new Wire(codec);
  const responses: ResponseRecorder[] = [];
  for (const piece of pieces) {
    const isIdle = responses.length === 0 || responses.at(-1)!.message.end === "end";
    if (isIdle && !events.log.includes("close")) {
      const head = new RequestHead(), response = new ResponseRecorder();
      head.begin(blockOf(""));
      head.methodId = METHOD_NAMES.indexOf(test.skipsBody ? "HEAD" : "GET");
      head.path = "/";
      responses.push(response);
      codec.openStream(response).encodeHead(head, true);
    }
    wire.send(piece, ...sizes);
  }
  if (test.isFinished) codec.receiveEnd();
  return outcomeOf(responses.map((response) => response.message), events.log.includes("close"));
}

function judge(test: LlhttpCase, isByteByByte: boolean): Outcome {
  const sizes = isByteByByte ? [1] : [];
  if (test.kind === "url") return judgeRequest(`GET ${test.input} HTTP/1.1\r\nhost: x\r\n\r\n`, false, sizes);
  if (test.kind === "request") return judgeRequest(test.input, test.isFinished, sizes);
  // A client never has two responses in one piece: it asks for the second when it has the first.
  const cuts = [0, ...test.completeAt, test.input.length];
  const pieces = cuts.slice(1).map((cut, index) => test.input.slice(cuts[index], cut)).filter((piece) => piece !== "");
  return judgeResponse(pieces, test, sizes);
}

/** Whether `outcome` is what strict llhttp says. */
function agrees(test: LlhttpCase, outcome: Outcome): boolean {
  const isAccepted = outcome.verdict === "accept";
  if (test.strictInstead === "refuse") return !isAccepted;
  if (test.error === DATA_AFTER_CLOSE || test.strictInstead === "close") {
    return isAccepted && outcome.isClosed && outcome.messages === 1;
  }
  const accepts = test.error === 0 && test.finish !== 2;
  if (!accepts || !isAccepted || test.kind === "url" || test.endsInTunnel) return accepts === isAccepted;
  const messages = test.completeAt.length + (test.finish === 1 ? 1 : 0);
  return outcome.messages === messages && outcome.bodyLength === test.bodyLength;
}

function allCases(): LlhttpCase[] {
  const paths = ["request", "response"].flatMap((folder) =>
    [...Deno.readDirSync(`${ROOT}/${folder}`)].map((entry) => `${folder}/${entry.name}`).sort()
  );
  return [...paths, "url.md"].flatMap((path) => readCases(path, Deno.readTextFileSync(`${ROOT}/${path}`)));
}

Deno.test("h1 codecs give strict llhttp's verdict on each of its cases, or a listed one", () => {
  const cases = allCases();
  const listed = new Map<string, { verdict: string; reason: string }>(Object.entries(exceptions));
  const wrong: string[] = [];
  let right = 0;
  for (const test of cases) {
    const exception = listed.get(test.name);
    listed.delete(test.name);
    const before = wrong.length;
    for (const isByteByByte of [false, true]) {
      const outcome = judge(test, isByteByByte);
      const isRight = exception === undefined
        ? agrees(test, outcome)
        : exception.verdict === outcome.verdict && !agrees(test, outcome);
      if (isRight) continue;
      const { error, finish, strictInstead, completeAt, bodyLength } = test;
      wrong.push(
        `${test.name}, ${isByteByByte ? "byte by byte" : "whole"}: ${outcome.verdict}, ` +
          `${outcome.messages} messages, ${outcome.bodyLength} body bytes (llhttp: error ${error}, finish ${finish}, ` +
          `strict ${strictInstead}, ${completeAt.length} messages, ${bodyLength} body bytes)`,
      );
    }
    if (wrong.length === before) right++;
  }
  for (const name of listed.keys()) wrong.push(`${name}: listed, but there is no such case`);
  console.log(`llhttp: ${right} of ${cases.length} verdicts, ${Object.keys(exceptions).length} of them listed`);
  assert.ok(cases.length > 200, `Found only ${cases.length} cases in ${ROOT}`);
  assert.deepEqual(wrong, []);
});
