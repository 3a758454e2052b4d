import assert from "node:assert/strict";
import type { RouteTestInputConfig } from "../../config/route_check_config.ts";
import { Method } from "../../http/method.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { routeInputOf } from "./test_request.ts";

function inputOf(changes: Partial<RouteTestInputConfig>) {
  const input: RouteTestInputConfig = {
    authority: "a.test",
    path: "/x?y",
    method: "GET",
    randomValue: 0n,
    isSsl: false,
    isInternal: false,
    requestHeaders: [],
    responseHeaders: [],
    metadata: [],
    runtimeKey: "",
    ...changes,
  };
  return routeInputOf(input, new RuntimeValues(), 7);
}

Deno.test("routeInputOf makes a head as a codec would", () => {
  const { head, random, peerCertificate } = inputOf({ requestHeaders: [{ name: "x-a", value: "1" }] });
  assert.deepEqual([head.method, head.path, head.scheme, head.methodId], ["GET", "/x?y", "http", Method.get]);
  assert.deepEqual(head.headers.entries(), [["host", "a.test"], ["x-forwarded-proto", "http"], ["x-a", "1"]]);
  assert.deepEqual([random, peerCertificate], [7, null]);
});

Deno.test("routeInputOf says https, and from inside, in headers", () => {
  const { head } = inputOf({ isSsl: true, isInternal: true, method: "BREW" });
  assert.deepEqual([head.method, head.scheme], ["BREW", "https"]);
  assert.deepEqual(head.headers.entries().slice(1), [["x-forwarded-proto", "https"], ["x-envoy-internal", "true"]]);
});

Deno.test("routeInputOf keeps lines apart but for headers that have one line", () => {
  const pair = (name: string, value: string) => ({ name, value });
  const requestHeaders = [pair("x-a", "1"), pair("accept", "a"), pair("x-a", "2"), pair("accept", "b")];
  const { head } = inputOf({ requestHeaders });
  assert.deepEqual(head.headers.entries().slice(2), [["x-a", "1"], ["x-a", "2"], ["accept", "a,b"]]);
});

Deno.test("routeInputOf writes metadata as set_metadata does", () => {
  const entry = (namespace: string, value: Record<string, unknown>, allowsOverwrite = false) => ({
    namespace,
    value,
    allowsOverwrite,
  });
  const { dynamicMetadata } = inputOf({
    metadata: [
      entry("a", { one: 1, list: [1], deep: { x: 1 } }),
      entry("a", { one: 2 }),
      entry("a", { two: 2, list: [2], deep: { y: 2 } }, true),
      entry("b", {}),
    ],
  });
  assert.deepEqual(dynamicMetadata, { a: { one: 1, two: 2, list: [1, 2], deep: { x: 1, y: 2 } }, b: {} });
});
