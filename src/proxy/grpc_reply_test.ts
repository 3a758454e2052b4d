import assert from "node:assert/strict";
import { ResponseHead } from "../http/response_head.ts";
import { makeGrpcReply } from "./grpc_reply.ts";
import { PLAIN_TEXT } from "./reply_mapping.ts";

function reply(status: number, text: string, contentType = PLAIN_TEXT, explicit: number | null = null) {
  const head = new ResponseHead();
  head.beginLocal(status);
  makeGrpcReply(head, { status, body: new TextEncoder().encode(text), contentType }, explicit);
  assert.equal(head.status, 200);
  return head.headers.entries();
}

Deno.test("makeGrpcReply writes 200, the mapped status and the text", () => {
  assert.deepEqual(reply(503, "50% \u00e4~\n"), [
    ["content-type", "application/grpc"],
    ["grpc-status", "14"],
    ["grpc-message", "50%25 %C3%A4%7E%0A"],
  ]);
});

Deno.test("makeGrpcReply writes no message where there is none, and status 2 for what has no other", () => {
  assert.deepEqual(reply(418, ""), [["content-type", "application/grpc"], ["grpc-status", "2"]]);
});

Deno.test("makeGrpcReply takes an outcome that is said, and no line end of a JSON text", () => {
  assert.deepEqual(reply(503, `{"a":1}\n`, "application/json", 4), [
    ["content-type", "application/grpc"],
    ["grpc-status", "4"],
    ["grpc-message", `{"a":1}`],
  ]);
});
