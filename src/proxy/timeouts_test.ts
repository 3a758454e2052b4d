/** Timeouts on the memory data path, by the clock in the test's hand (spec/http.md 4). */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../test/support/data_path.ts";
import type { HttpFilterDefinition } from "../filter/define.ts";
import { HeadStatus, PassThroughFilter } from "../filter/http_filter.ts";
import { TIMEOUT_CASES, type TimeoutCase, WATCHED_COUNTERS } from "./timeout_cases.ts";
import { PRECEDENCE_CASES, timeoutHeadersIn } from "./timeout_precedence_cases.ts";

/** A tick of the wheel: no timer is later than that. */
const TICK_MS = 10;
const DELAYED_CLOSE_MS = 50;
/** The longest connect_timeout in the table. */
const CONNECT_MS = 60_000;
const HOST = "endpoint.127.0.0.1:8080";

const TLS_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";

/** What both tables' rows have. */
type Row = Pick<TimeoutCase, "name" | "settings" | "script" | "afterMs">;

for (const one of TIMEOUT_CASES) {
  Deno.test(`timeout ${one.name}: ${one.outcome.log}`, () => {
    const { path, client } = runOut(one);
    path.advance(DELAYED_CLOSE_MS + TICK_MS);
    const found = { answer: answerIn(client.received), log: path.logged.join(), counters: countersOf(path) };
    assert.deepEqual(found, one.outcome);
    assert.equal(client.hasEnded || client.closed !== null, /closing|cut/.test(one.outcome.answer));
    finish(path, one);
  });
}

for (const one of PRECEDENCE_CASES) {
  Deno.test(`timeout precedence, ${one.name}: ${one.log} after ${one.afterMs} ms`, () => {
    const { path } = runOut(one);
    const forwarded = path.origins.length === 0 ? null : timeoutHeadersIn(path.origin.take());
    assert.deepEqual({ log: path.logged.join(), forwarded }, { log: one.log, forwarded: one.forwarded });
    finish(path, one);
  });
}

const WAITING_FOR_HTTP2 = ["stream_flush_timeout", "flush_timeout of a route", "drain_timeout between two GOAWAYs"];
const WAITING_FOR_TLS = ["transport_socket_connect_timeout", "connect_timeout with a handshake in it"];

const WAITING: ReadonlyArray<[rows: readonly string[], options: DataPathOptions]> = [
  [WAITING_FOR_HTTP2, { managerFields: ["codec_type: HTTP2"] }],
  [WAITING_FOR_TLS, { clusterFields: [`transport_socket: { name: tls, typed_config: { "@type": ${TLS_TYPE} } }`] }],
];

for (const [rows, options] of WAITING) {
  Deno.test(`timeouts that cannot be reached yet: ${rows.join(", ")}`, () => {
    assert.throws(() => new DataPath(options), /not supported yet/);
  });
}

/** Plays a row up to the end of its stream, which comes when it should and not before. */
function runOut(one: Row): { readonly path: DataPath; readonly client: Peer } {
  const path = pathFor(one);
  const client = path.connect();
  for (const [who, text] of one.script) {
    (who === "client" ? client : path.origin).send(text);
    path.deliver();
  }
  if (one.afterMs > 0) {
    path.advance(one.afterMs - TICK_MS);
    assert.deepEqual(path.logged, [], "ended before its time");
    path.advance(TICK_MS);
  } else {
    path.advance(TICK_MS);
  }
  assert.equal(path.logged.length, 1, "ended after its time");
  return { path, client };
}

function finish(path: DataPath, { settings }: Row): void {
  // A connection is still waited for when the stream that wanted it is gone.
  if (settings.isHostSilent === true) path.advance(CONNECT_MS);
  assertClean(path);
}

function pathFor({ settings }: Row): DataPath {
  const { manager = [], router = [], cluster = [], virtualHost = "", route = "", sets = {} } = settings;
  const path = new DataPath({
    managerFields: [`delayed_close_timeout: ${DELAYED_CLOSE_MS / 1000}s`, ...manager],
    routerFields: router,
    clusterFields: cluster,
    routes: `{ virtual_hosts: [{ name: all, domains: ["*"], ${virtualHost === "" ? "" : `${virtualHost}, `}` +
      `routes: [{ match: { prefix: / }, route: { cluster: web, ${route} } }] }] }`,
    filters: [`{ name: sets, typed_config: { "@type": ${SETTER_TYPE}, stat_prefix: x } }`],
    definitions: [setterOf(sets)],
    runtime: {
      "envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded": settings.hasDeadlineFeature ?? false,
    },
  });
  if (settings.isHostSilent === true) path.silenceOrigin();
  return path;
}

/** Any type of Envoy's own will do. */
const SETTER_TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** A filter that sets headers, as one before the router may. */
function setterOf(sets: Readonly<Record<string, string>>): HttpFilterDefinition {
  return {
    typeUrl: SETTER_TYPE,
    schema: z.strictObject({ stat_prefix: z.string() }),
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
  };
}

/** In the words of {@link TimeoutCase}. */
function answerIn(received: string): string {
  const [head = "", body = ""] = received.split("\r\n\r\n");
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(head)?.[1] ?? null;
  if (body === "hello") return "cut";
  const closing = field("connection") === "close" ? ", closing" : "";
  const grpcStatus = field("grpc-status");
  return (grpcStatus === null ? `${head.slice(9, 12)} ${body}` : `grpc ${grpcStatus} ${field("grpc-message") ?? ""}`) +
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
