import assert from "node:assert/strict";
import { localReply } from "../filter/local_reply.ts";
import { ResponseHead } from "../http/response_head.ts";
import { beginReply } from "./local_reply.ts";

Deno.test("beginReply says who has too much to do: the upstream side or this process", () => {
  for (
    const [options, name] of [
      [{ isOverload: true }, "x-envoy-overloaded"],
      [{ isLocalOverload: true }, "x-envoy-local-overloaded"],
    ] as const
  ) {
    const head = new ResponseHead();
    beginReply(head, localReply(503, "", "overload", options));
    assert.equal(head.status, 503);
    assert.deepEqual(head.headers.entries(), [[name, "true"]]);
  }
});
