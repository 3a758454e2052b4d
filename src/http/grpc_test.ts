import assert from "node:assert/strict";
import { requestHead } from "../../test/support/request_heads.ts";
import { isGrpcRequest } from "./grpc.ts";

Deno.test("isGrpcRequest() tells gRPC by its content type", () => {
  const isGrpc = (type: string) => isGrpcRequest(requestHead("POST", "/", { "content-type": type }).headers);
  for (const type of ["application/grpc", "application/grpc+proto"]) assert.equal(isGrpc(type), true, type);
  for (const type of ["application/grpc-web", "application/grpcx", "text/plain", ""]) assert.equal(isGrpc(type), false);
  assert.equal(isGrpcRequest(requestHead("POST", "/").headers), false);
});
