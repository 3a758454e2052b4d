/** Timeouts on the memory data path, by the clock in the test's hand (spec/http.md 4). */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertClean, DataPath, type TestFilter } from "../../test/support/data_path.ts";
import { HeadStatus, PassThroughFilter } from "../filter/http_filter.ts";
import { TIMEOUT_CASES, type TimeoutCase, WATCHED_COUNTERS } from "./timeout_cases.ts";

/** A tick of the wheel: no timer is later than that. */
const TICK_MS = 10;
const DELAYED_CLOSE_MS = 50;
/** The longest connect_timeout in the table. */
const CONNECT_MS = 60_000;
const HOST = "endpoint.127.0.0.1:8080";

for (const one of TIMEOUT_CASES) {
  Deno.test(`timeout ${one.name}: ${one.outcome.log}`, () => {
    const path = pathFor(one);
    const client = path.connect();
    for (const [who, text] of one.script) {
      (who === "client" ? client : path.origin).send(text);
      path.deliver();
    }
    path.advance(one.afterMs - TICK_MS);
    assert.deepEqual(path.logged, [], "ended before its time");
    path.advance(TICK_MS);
    const hasEnded = path.logged.length > 0;
    path.advance(TICK_MS);
    path.advance(DELAYED_CLOSE_MS + TICK_MS);
    assert.deepEqual(
      { answer: answerIn(client.received), log: path.logged.join(), counters: countersOf(path) },
      one.outcome,
    );
    assert.equal(client.hasEnded || client.closed !== null, /closing|cut/.test(one.outcome.answer));
    assert.ok(hasEnded, "ended after its time");
    // A connection is still waited for when the stream that wanted it is gone.
    if (one.settings.isHostSilent === true) path.advance(CONNECT_MS);
    assertClean(path);
  });
}

function pathFor({ settings, name }: TimeoutCase): DataPath {
  const { manager = [], cluster = [], route = "", sets = {}, hasDeadlineFeature = false } = settings;
  const path = new DataPath({
    managerFields: [`delayed_close_timeout: ${DELAYED_CLOSE_MS / 1000}s`, ...manager],
    clusterFields: cluster,
    routes: `{ virtual_hosts: [{ name: ${JSON.stringify(name)}, domains: ["*"], ` +
      `routes: [{ match: { prefix: / }, route: { cluster: web, ${route} } }] }] }`,
    filters: [`{ name: sets, typed_config: { "@type": ${SETTER_TYPE}, stat_prefix: x } }`],
    definitions: [setterOf(sets)],
    runtime: { "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded": hasDeadlineFeature },
  });
  if (settings.isHostSilent === true) path.silenceOrigin();
  return path;
}

/** Any type of Envoy's own will do. */
const SETTER_TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** A filter that sets headers, as one before the router may. */
function setterOf(sets: Readonly<Record<string, string>>): TestFilter {
  return {
    definition: {
      typeUrl: SETTER_TYPE,
      isTerminal: false,
      createFactory: () => ({
        create: (handle) =>
          new class extends PassThroughFilter {
            override decodeHead() {
              for (const [name, value] of Object.entries(sets)) handle.request.headers.setName(name, value);
              return HeadStatus.continue;
            }
          }(),
      }),
    },
    schema: { schema: z.strictObject({ stat_prefix: z.string() }), isTerminal: false },
  };
}

/** In the words of {@link TimeoutCase}. */
function answerIn(received: string): string {
  const [head = "", body = ""] = received.split("\r\n\r\n");
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(head)?.[1] ?? null;
  if (body === "hello") return "cut";
  const closing = field("connection") === "close" ? ", closing" : "";
  const grpcStatus = field("grpc-status");
  return (grpcStatus === null ? `${head.slice(9, 12)} ${body}` : `grpc ${grpcStatus} ${field("grpc-message")}`) +
    closing;
}

function countersOf(path: DataPath): Record<string, number> {
  const scopes = { http: "http.ingress", cluster: "cluster.web", host: `cluster.web.${HOST}` };
  const found: Record<string, number> = {};
  for (const group of ["http", "cluster", "host"] as const) {
    for (const name of WATCHED_COUNTERS[group]) {
      const value = path.counter(`${scopes[group]}.${name}`);
      if (value !== 0) found[name] = value;
    }
  }
  return found;
}
