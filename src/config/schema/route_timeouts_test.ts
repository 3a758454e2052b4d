/** What routes and virtual hosts may say about time, and what of a retry policy is not taken yet. */
import assert from "node:assert/strict";
import { routeConfiguration, routesFor } from "../../../test/support/route_configs.ts";
import { ConfigError } from "../../base/errors.ts";
import type { RouteActionConfig } from "../route_config.ts";

function action(fields: string, virtualHost = ""): RouteActionConfig {
  const { virtualHosts } = routeConfiguration(
    `virtual_hosts: [{ name: all, domains: ["*"], ${virtualHost} ` +
      `routes: [{ match: { prefix: / }, route: { cluster: c, ${fields} } }] }]`,
  );
  const { action } = virtualHosts[0]!.routes[0]!;
  assert.equal(action.kind, "route");
  return action as RouteActionConfig;
}

/** Why a route with these fields is refused, without the way to it. */
function refusal(fields: string): string {
  try {
    routesFor(`{ match: { prefix: / }, route: { cluster: c, ${fields} } }`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, reason }) => `${path.replace(/^.*\.route\./, "")}: ${reason}`).join("\n");
  }
  return "taken";
}

Deno.test("routeTimeouts tells zero from unset", () => {
  const unset = { timeoutMs: 15_000, idleTimeoutMs: null, maxStreamDuration: null, maxGrpcTimeoutMs: null };
  assert.deepEqual(action("").timeouts, { ...unset, grpcTimeoutOffsetMs: 0 });
  assert.deepEqual(
    action("timeout: 0s, idle_timeout: 0s, max_grpc_timeout: 0s, grpc_timeout_offset: 0.25s").timeouts,
    { timeoutMs: 0, idleTimeoutMs: 0, maxStreamDuration: null, maxGrpcTimeoutMs: 0, grpcTimeoutOffsetMs: 250 },
  );
  assert.deepEqual(action("max_stream_duration: {}").timeouts.maxStreamDuration, {
    maxStreamDurationMs: null,
    grpcTimeoutHeaderMaxMs: null,
    grpcTimeoutHeaderOffsetMs: 0,
  });
  assert.deepEqual(
    action(
      "max_stream_duration: { max_stream_duration: 0s, grpc_timeout_header_max: 0s, grpc_timeout_header_offset: 1s }",
    ).timeouts.maxStreamDuration,
    { maxStreamDurationMs: 0, grpcTimeoutHeaderMaxMs: 0, grpcTimeoutHeaderOffsetMs: 1000 },
  );
});

Deno.test("flush_timeout is taken and changes nothing: HTTP/1 streams have no window to wait for", () => {
  assert.equal(refusal("flush_timeout: 1s"), "taken");
});

const REFUSED: ReadonlyArray<[fields: string, problem: RegExp]> = [
  ["timeout: -1s", /^timeout: .*Expected positive duration/],
  ["idle_timeout: soon", /^idle_timeout: .*wanted a duration/],
  ["max_stream_duration: 5s", /^max_stream_duration: /],
];

for (const [fields, problem] of REFUSED) {
  Deno.test(`a route with ${fields} is refused`, () => assert.match(refusal(fields), problem));
}
