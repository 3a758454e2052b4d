import assert from "node:assert/strict";
import { checkRequestFrame, CheckResponseReader } from "./grpc_message.ts";

Deno.test("checkRequestFrame names the service, or nothing", () => {
  assert.deepEqual([...checkRequestFrame("")], [0, 0, 0, 0, 0]);
  assert.deepEqual([...checkRequestFrame("svc")], [0, 0, 0, 0, 5, 10, 3, 115, 118, 99]);
  assert.deepEqual([...checkRequestFrame("x".repeat(200)).slice(0, 8)], [0, 0, 0, 0, 203, 10, 200, 1]);
});

const FRAME = (...message: number[]) => [0, 0, 0, 0, message.length, ...message];

const CASES: readonly (readonly [body: number[], status: number, failure: string])[] = [
  [[], -1, ""],
  [FRAME(8, 1), 1, ""],
  [FRAME(8, 2), 2, ""],
  [FRAME(8, 3, 8, 1), 1, ""],
  [FRAME(), -1, ""],
  [[...FRAME(), ...FRAME(8, 1)], 1, ""],
  [FRAME(8, 1).slice(0, -1), -1, ""],
  // Fields of other numbers, one of each wire type.
  [FRAME(16, 200, 1, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 2, 9, 9, 0x2d, 1, 2, 3, 4, 8, 1), 1, ""],
  [FRAME(18, 0), 0, ""],
  [FRAME(18, 9, 0), -1, "invalid grpc.health.v1 RPC payload"],
  [FRAME(8), -1, "invalid grpc.health.v1 RPC payload"],
  [FRAME(0x0b), -1, "invalid grpc.health.v1 RPC payload"],
  [[1, 0, 0, 0, 2, 8, 1], -1, "invalid grpc.health.v1 RPC payload"],
  [[2, 0, 0, 0, 0], -1, "gRPC wire protocol decode error"],
  [[0, 0, 1, 0, 1], -1, "gRPC wire protocol decode error"],
  [[...FRAME(8, 1), ...FRAME(8, 1)], 1, "unexpected streaming"],
];

Deno.test("CheckResponseReader reads one message, whole or one byte at a time", () => {
  for (const [body, status, failure] of CASES) {
    for (const step of [body.length + 1, 1]) {
      const reader = new CheckResponseReader(), bytes = Uint8Array.from(body);
      for (let at = 0; at < body.length; at += step) reader.take(bytes, at, Math.min(at + step, body.length));
      assert.deepEqual([reader.status, reader.failure], [status, failure], `${body} by ${step}`);
    }
  }
});
