import assert from "node:assert/strict";
import { KeptLines, KeptLogs } from "../../../test/support/kept_lines.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { accessLogServices, streamView } from "../../../test/support/stream_views.ts";
import { loadCel } from "../../base/cel/cel.ts";
import type { AccessLogConfig } from "../../config/access_log_config.ts";
import { parseFormat } from "../../config/format/parse_format.ts";
import { AccessLogger } from "./logger.ts";

const config = (path: string, changes: Partial<AccessLogConfig> = {}): AccessLogConfig => ({
  sink: "file",
  path,
  format: null,
  filter: null,
  ...changes,
});

const textFormat = (format: string) =>
  ({ kind: "text", pieces: parseFormat(format), omitEmptyValues: false, contentType: "" }) as const;

Deno.test("AccessLogger writes the same line to each of its sinks", () => {
  const logs = new KeptLogs();
  const logger = new AccessLogger([config("a"), config("b")], accessLogServices(logs));
  logger.log(streamView({ request: requestHead("GET", "/one") }));
  logger.log(streamView({ request: requestHead("GET", "/two") }));
  assert.match(logs.sinkFor({ path: "a" }).text, /^\[.*"GET \/one .*\n\[.*"GET \/two .*\n$/);
  assert.equal(logs.sinkFor({ path: "b" }).text, logs.sinkFor({ path: "a" }).text);
});

Deno.test("AccessLogger goes on with the next sink when one is full", () => {
  const full = new KeptLines(0), other = new KeptLines();
  const sinks = { sinkFor: ({ path }: { readonly path: string }) => path === "full" ? full : other };
  const logger = new AccessLogger([config("full"), config("b")], accessLogServices(sinks));
  logger.log(streamView({ request: requestHead("GET", "/") }));
  assert.equal(full.text, "");
  assert.equal(other.lines, 1);
});

Deno.test("AccessLogger.of is nothing without a log", () => {
  assert.equal(AccessLogger.of([], accessLogServices(new KeptLogs())), null);
});

Deno.test("AccessLogger writes each log in its format, where its filter lets the stream pass", () => {
  const logs = new KeptLogs();
  const logger = new AccessLogger([
    config("text", { format: textFormat("%REQ(:PATH)% %REQ(X)%|") }),
    config("ends", { format: textFormat("."), filter: { kind: "log_type", types: ["DownstreamEnd"], exclude: false } }),
  ], accessLogServices(logs));
  const request = requestHead("GET", "/", { x: 'a"b' });
  logger.log(streamView({ request, accessLogType: "DownstreamStart" }));
  logger.log(streamView({ request, accessLogType: "DownstreamEnd" }));
  assert.equal(logs.sinkFor({ path: "text" }).text, "/ a\\x22b|/ a\\x22b|");
  assert.equal(logs.sinkFor({ path: "ends" }).text, ".");
});

await loadCel();

Deno.test("AccessLogger wants trailers only where something reads them", () => {
  const reads = (changes: Partial<AccessLogConfig>) =>
    new AccessLogger([config("a", changes)], accessLogServices(new KeptLogs())).readsTrailers;
  const json = (text: string) => ({
    kind: "json",
    root: {
      kind: "object",
      fields: [{ key: "k", value: { kind: "list", items: [{ kind: "text", pieces: parseFormat(text) }] } }],
    },
    omitEmptyValues: false,
    contentType: "",
  } as const);
  const grpc = { kind: "grpc_status", statuses: [], exclude: false } as const;
  assert.equal(reads({}), false);
  assert.equal(reads({ format: textFormat("%RESP(x)%") }), false);
  assert.equal(reads({ format: textFormat("%TRAILER(x)%") }), true);
  assert.equal(reads({ format: textFormat('%COALESCE({"operators":["GRPC_STATUS"]})%') }), true);
  assert.equal(reads({ format: json("%REQ(x)%") }), false);
  assert.equal(reads({ format: json("x%RESPONSE_TRAILERS_BYTES%") }), true);
  assert.equal(reads({ filter: { kind: "and", filters: [{ kind: "traceable" }, grpc] } }), true);
  assert.equal(reads({ filter: { kind: "traceable" } }), false);
  const cel = (expression: string) => ({ kind: "cel", expression, options: [] }) as const;
  assert.equal(reads({ filter: cel("response.grpc_status == 0") }), true);
  assert.equal(reads({ filter: cel("request.path == '/'") }), false);
  assert.equal(reads({ format: textFormat("%CEL(response.trailers.x)%") }), true);
  assert.equal(reads({ format: json("%TYPED_CEL(request.headers)%") }), false);
});
