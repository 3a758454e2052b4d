import assert from "node:assert/strict";
import { localReply } from "../filter/local_reply.ts";
import { ResponseHead } from "../http/response_head.ts";
import { writeGrpcReplyHead } from "./grpc_reply.ts";

Deno.test("writeGrpcReplyHead writes 200, the mapped status and the text", () => {
  const head = new ResponseHead();
  writeGrpcReplyHead(head, localReply(503, "50% \u00e4~\n", "x"));
  assert.equal(head.status, 200);
  assert.deepEqual(head.headers.entries(), [
    ["content-type", "application/grpc"],
    ["grpc-status", "14"],
    ["grpc-message", "50%25 %C3%A4%7E%0A"],
  ]);
});

Deno.test("writeGrpcReplyHead writes no message where there is none, and status 2 for what has no other", () => {
  const head = new ResponseHead();
  writeGrpcReplyHead(head, localReply(418, "", "x"));
  assert.deepEqual(head.headers.entries(), [["content-type", "application/grpc"], ["grpc-status", "2"]]);
});
