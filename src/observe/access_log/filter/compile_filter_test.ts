import assert from "node:assert/strict";
import { requestHead } from "../../../../test/support/request_heads.ts";
import { beganFacts, formatContext, streamView } from "../../../../test/support/stream_views.ts";
import { loadCel } from "../../../base/cel/cel.ts";
import { Random } from "../../../base/random.ts";
import type { AccessLogFilterConfig } from "../../../config/access_log_config.ts";
import type { MetadataMatcherConfig } from "../../../config/match_config.ts";
import type { RuntimeRecord } from "../../../config/runtime_layers.ts";
import { NO_NODE } from "../../../config/snapshot.ts";
import { HeaderList } from "../../../http/header_list.ts";
import { TraceReason } from "../../../http/request_id.ts";
import { ResponseHead } from "../../../http/response_head.ts";
import { RuntimeValues } from "../../../match/runtime_values.ts";
import type { StreamFacts } from "../../stream_facts.ts";
import type { OwnStreamView } from "../../stream_view.ts";
import { compileAccessLogFilter } from "./compile_filter.ts";

function passes(config: AccessLogFilterConfig, view: OwnStreamView, runtime: RuntimeRecord = {}): boolean {
  const context = {
    runtime: new RuntimeValues(runtime),
    random: new Random(7),
    clock: formatContext().clock,
    node: NO_NODE,
  };
  return compileAccessLogFilter(config, context).passes(view);
}

const withFacts = (changes: Partial<StreamFacts>) => streamView({ facts: beganFacts(changes) });
const code = (responseCode: number) => withFacts({ responseCode });

Deno.test("status code filters compare the code, which is 0 where nothing was sent", () => {
  const cases: [op: "EQ" | "GE" | "LE" | "NE", passing: number[], failing: number[]][] = [
    ["EQ", [404], [0, 403, 405]],
    ["NE", [0, 403, 405], [404]],
    ["GE", [404, 500], [0, 403]],
    ["LE", [0, 200, 404], [405]],
  ];
  for (const [op, passing, failing] of cases) {
    const filter = { kind: "status_code", comparison: { op, value: 404, runtimeKey: "" } } as const;
    for (const status of passing) assert.equal(passes(filter, code(status)), true, `${status} ${op} 404`);
    for (const status of failing) assert.equal(passes(filter, code(status)), false, `${status} ${op} 404`);
  }
});

Deno.test("CEL filters let pass what their expression is true of, and nothing else", async () => {
  await loadCel();
  const filter = (expression: string) => ({ kind: "cel", expression, options: [] }) as const;
  const view = streamView({
    facts: beganFacts({ responseCode: 503 }),
    request: requestHead("GET", "/", { "x-a": "1" }),
  });
  for (const expression of ["response.code >= 500", "request.headers['x-a'] == '1'", "nope || true"]) {
    assert.equal(passes(filter(expression), view), true, expression);
  }
  for (const expression of ["response.code < 500", "request.headers['x-b'] == '1'", "'true'", "1", "null", "nope"]) {
    assert.equal(passes(filter(expression), view), false, expression);
  }
});

Deno.test("comparisons take the runtime's value where there is one", () => {
  const filter = { kind: "status_code", comparison: { op: "GE", value: 500, runtimeKey: "log.from" } } as const;
  assert.equal(passes(filter, code(404)), false);
  assert.equal(passes(filter, code(404), { "log.from": 400 }), true);
  assert.equal(passes(filter, code(404), { "log.from": "x" }), false);
});

Deno.test("duration filters compare whole milliseconds, of a stream that goes on too", () => {
  const filter = (value: number) => ({ kind: "duration", comparison: { op: "GE", value, runtimeKey: "" } }) as const;
  const ended = withFacts({ startMs: 100, endMs: 299.9 });
  assert.equal(passes(filter(199), ended), true);
  assert.equal(passes(filter(200), ended), false);
  assert.equal(passes(filter(12), streamView()), true);
  assert.equal(passes(filter(13), streamView()), false);
});

Deno.test("health checks and traced requests are told by the stream's facts", () => {
  const health = { kind: "not_health_check" } as const, traceable = { kind: "traceable" } as const;
  assert.equal(passes(health, streamView()), true);
  assert.equal(passes(health, withFacts({ isHealthCheck: true })), false);
  for (const [name, traceReason] of Object.entries(TraceReason)) {
    // As in Envoy: not what chance or the client chose.
    assert.equal(passes(traceable, withFacts({ traceReason })), name === "serviceForced", name);
  }
});

Deno.test("and, or and what is in them", () => {
  const status = (op: "GE" | "LE", value: number): AccessLogFilterConfig => ({
    kind: "status_code",
    comparison: { op, value, runtimeKey: "" },
  });
  const both = { kind: "and", filters: [status("GE", 400), status("LE", 499)] } as const;
  const either = { kind: "or", filters: [status("GE", 500), both] } as const;
  for (const [value, inBoth, inEither] of [[200, false, false], [404, true, true], [503, false, true]] as const) {
    assert.equal(passes(both, code(value)), inBoth, `${value}`);
    assert.equal(passes(either, code(value)), inEither, `${value}`);
  }
});

const fraction = (numerator: number, denominator: 100 | 10_000 | 1_000_000 = 100): AccessLogFilterConfig => ({
  kind: "runtime",
  runtimeKey: "log.share",
  sampled: { numerator, denominator },
  useIndependentRandomness: false,
});

Deno.test("runtime filters draw by the number that the request's id begins with", () => {
  const asked = (id: string) => streamView({ request: requestHead("GET", "/", { "x-request-id": id }) });
  // 0x11111111 = 286331153
  const view = asked("11111111-2222-4333-8444-555555555555");
  assert.equal(passes(fraction(53), view), false);
  assert.equal(passes(fraction(54), view), true);
  assert.equal(passes(fraction(1153, 10_000), view), false);
  assert.equal(passes(fraction(1154, 10_000), view), true);
  assert.equal(passes(fraction(331_153, 1_000_000), view), false);
  assert.equal(passes(fraction(331_154, 1_000_000), view), true);
  assert.equal(passes(fraction(99), asked("000000C7")), false);
  assert.equal(passes(fraction(0), view), false);
  assert.equal(passes(fraction(100), view), true);
});

Deno.test("runtime filters take the runtime's share where there is one", () => {
  const view = streamView({ request: requestHead("GET", "/", { "x-request-id": "11111111" }) });
  assert.equal(passes(fraction(0), view, { "log.share": 54 }), true);
  assert.equal(passes(fraction(100), view, { "log.share": 53 }), false);
});

Deno.test("runtime filters leave it to chance where no id tells, or none is to", () => {
  const context = { runtime: new RuntimeValues(), random: new Random(7), clock: formatContext().clock, node: NO_NODE };
  const share = (config: AccessLogFilterConfig, view: OwnStreamView) => {
    const filter = compileAccessLogFilter(config, context);
    let count = 0;
    for (let i = 0; i < 2000; i++) if (filter.passes(view)) count++;
    return count / 2000;
  };
  const independent = { ...fraction(30), useIndependentRandomness: true } as AccessLogFilterConfig;
  const told = streamView({ request: requestHead("GET", "/", { "x-request-id": "00000000" }) });
  const untold = [
    streamView(),
    streamView({ request: requestHead("GET", "/") }),
    streamView({ request: requestHead("GET", "/", { "x-request-id": "0000000" }) }),
    streamView({ request: requestHead("GET", "/", { "x-request-id": "0000000g-2222" }) }),
  ];
  for (const view of untold) assert.ok(Math.abs(share(fraction(30), view) - 0.3) < 0.05);
  assert.equal(share(fraction(30), told), 1);
  assert.ok(Math.abs(share(independent, told) - 0.3) < 0.05);
});

Deno.test("header filters match the request; without a head no field is there", () => {
  const header = (invert: boolean): AccessLogFilterConfig => ({
    kind: "header",
    header: { name: "x-log", invert, treatMissingAsEmpty: false, test: { kind: "present", isPresent: true } },
  });
  const asked = streamView({ request: requestHead("GET", "/", { "x-log": "1" }) });
  assert.equal(passes(header(false), asked), true);
  assert.equal(passes(header(true), asked), false);
  assert.equal(passes(header(false), streamView()), false);
});

Deno.test("response flag filters want one of their flags, or any", () => {
  const filter = (...flags: string[]) => ({ kind: "response_flag", flags }) as const;
  const flagged = withFacts({});
  flagged.facts.flag("URX");
  flagged.facts.flag("UF");
  assert.equal(passes(filter(), flagged), true);
  assert.equal(passes(filter("NR", "UF"), flagged), true);
  assert.equal(passes(filter("NR"), flagged), false);
  assert.equal(passes(filter(), streamView()), false);
  assert.equal(passes(filter("UF"), streamView()), false);
});

Deno.test("gRPC status filters look at any stream's outcome; none yet is UNKNOWN", () => {
  const filter = (exclude: boolean, ...statuses: number[]) => ({ kind: "grpc_status", statuses, exclude }) as const;
  const answered = (grpcStatus: string | null, responseCode = 200) => {
    const response = new ResponseHead();
    response.beginLocal(responseCode);
    if (grpcStatus !== null) response.headers.addName("grpc-status", grpcStatus);
    return streamView({ response, facts: beganFacts({ responseCode }) });
  };
  assert.equal(passes(filter(false, 5, 14), answered("5")), true);
  assert.equal(passes(filter(true, 5, 14), answered("5")), false);
  assert.equal(passes(filter(false, 5, 14), answered("0")), false);
  assert.equal(passes(filter(false, 14), answered(null, 503)), true);
  assert.equal(passes(filter(false, 2), streamView()), true);
  assert.equal(passes(filter(false, 2), answered("x")), false);
  const trailed = answered("5");
  trailed.responseTrailers = new HeaderList();
  trailed.responseTrailers.addName("grpc-status", "0");
  assert.equal(passes(filter(false, 0), trailed), true);
});

Deno.test("log type filters want one of their types, or none of them", () => {
  const filter = (exclude: boolean, ...types: string[]) => ({ kind: "log_type", types, exclude }) as const;
  const ended = streamView({ accessLogType: "DownstreamEnd" });
  assert.equal(passes(filter(false, "DownstreamStart", "DownstreamEnd"), ended), true);
  assert.equal(passes(filter(false, "DownstreamStart"), ended), false);
  assert.equal(passes(filter(true, "DownstreamStart"), ended), true);
  assert.equal(passes(filter(false), ended), false);
  assert.equal(passes(filter(true), ended), true);
});

Deno.test("metadata filters look for a value, and say themselves what its absence means", () => {
  const matcher: MetadataMatcherConfig = {
    filter: "ns",
    path: ["a", "b"],
    value: { kind: "string", matcher: { kind: "exact", value: "v", ignoreCase: false } },
    invert: false,
  };
  const filter = (matchIfKeyNotFound: boolean, changes: Partial<MetadataMatcherConfig> = {}) =>
    ({ kind: "metadata", matcher: { ...matcher, ...changes }, matchIfKeyNotFound }) as const;
  const found = withFacts({ dynamicMetadata: { ns: { a: { b: "v" } } } });
  const other = withFacts({ dynamicMetadata: { ns: { a: { b: "w" } } } });
  for (const byDefault of [true, false]) {
    assert.equal(passes(filter(byDefault), found), true);
    assert.equal(passes(filter(byDefault), other), false);
    assert.equal(passes(filter(byDefault, { invert: true }), other), true);
    const absent = [
      streamView(),
      withFacts({ dynamicMetadata: {} }),
      withFacts({ dynamicMetadata: { ns: { a: "v" } } }),
    ];
    for (const view of absent) assert.equal(passes(filter(byDefault), view), byDefault);
    assert.equal(passes({ kind: "metadata", matcher: null, matchIfKeyNotFound: byDefault }, found), byDefault);
  }
});
