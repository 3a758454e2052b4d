import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { Random, RandomBytes } from "../../base/random.ts";
import type { SamplingConfig } from "../../config/forwarding_config.ts";
import type { RuntimeRecord } from "../../config/runtime_layers.ts";
import { HeaderId } from "../../http/header_names.ts";
import { TraceReason } from "../../http/request_id.ts";
import { RuntimeValues } from "../../match/runtime_values.ts";
import { RequestIdRules, TraceRules } from "./request_id_rules.ts";

const NEW = "a new one";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const KEPT_START = "00000000";
const EXTENSION = "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig";
const extension = (fields: string) => `request_id_extension: { typed_config: { "@type": ${EXTENSION}, ${fields} } }`;
const uuid = (reason: string, start = KEPT_START) => `${start}-0000-${reason}000-8000-000000000000`;

function idAfter(fields: readonly string[], isEdge: boolean, id: string | null): string | null {
  const { headers } = requestHead("GET", "/", id === null ? {} : { "x-request-id": id });
  new RequestIdRules(managerConfig(...fields), new RandomBytes()).apply(headers, isEdge);
  const after = headers.get(HeaderId.xRequestId);
  return after !== null && UUID.test(after) && !after.startsWith(KEPT_START) ? NEW : after;
}

Deno.test("a request gets an id where it has none, and another at the edge", () => {
  for (const isEdge of [false, true]) {
    assert.equal(idAfter([], isEdge, null), NEW);
    assert.equal(idAfter([], isEdge, ""), NEW);
    assert.equal(idAfter([], isEdge, "mine"), isEdge ? NEW : "mine");
    assert.equal(idAfter(["preserve_external_request_id: true"], isEdge, "mine"), "mine");
    assert.equal(idAfter(["generate_request_id: false"], isEdge, null), null);
    assert.equal(idAfter(["generate_request_id: false"], isEdge, ""), "");
    assert.equal(idAfter(["generate_request_id: false"], isEdge, "mine"), "mine");
  }
});

Deno.test("an id that is kept at the edge loses its trace reason, if reasons are packed", () => {
  const kept = "preserve_external_request_id: true";
  assert.equal(idAfter([kept], true, uuid("9")), uuid("4"));
  assert.equal(idAfter([kept], false, uuid("9")), uuid("9"));
  assert.equal(idAfter([kept, extension("pack_trace_reason: false")], true, uuid("9")), uuid("9"));
});

/** The id and the reason after the decision. */
function decided(
  fields: readonly string[],
  id: string,
  more: Record<string, string> = {},
  { runtime = {}, route = null }: { runtime?: RuntimeRecord; route?: SamplingConfig | null } = {},
): readonly [id: string, reason: number] {
  const config = managerConfig(...fields);
  const { headers } = requestHead("GET", "/", { "x-request-id": id, ...more });
  const rules = new TraceRules(config.sampling!, config.requestId, new RuntimeValues(runtime), new Random(1));
  const reason = rules.decide(headers, route);
  return [headers.get(HeaderId.xRequestId)!, reason];
}

const { notTraceable, sampled, serviceForced, clientForced } = TraceReason;
const CLIENT = { "x-client-trace-id": "c" }, FORCED = { "x-envoy-force-trace": "" };
const NO_CHANCE = "tracing: { random_sampling: { value: 0 } }";

Deno.test("tracing is decided by who asks, then by chance, and noted in the id", () => {
  const all = "tracing: {}";
  assert.deepEqual(decided([all], uuid("4")), [uuid("9"), sampled]);
  assert.deepEqual(decided([all], uuid("4"), CLIENT), [uuid("b"), clientForced]);
  assert.deepEqual(decided([NO_CHANCE], uuid("4"), FORCED), [uuid("a"), serviceForced]);
  assert.deepEqual(decided([all], uuid("4"), { ...FORCED, ...CLIENT }), [uuid("b"), clientForced]);
  assert.deepEqual(decided([NO_CHANCE], uuid("4")), [uuid("4"), notTraceable]);
  for (const [code, reason] of [["9", sampled], ["a", serviceForced], ["b", clientForced]] as const) {
    assert.deepEqual(decided([NO_CHANCE], uuid(code), CLIENT), [uuid(code), reason], "said already");
  }
  assert.deepEqual(
    decided(["tracing: { random_sampling: { value: 0 }, client_sampling: { value: 0.9 } }"], uuid("4"), CLIENT),
    [uuid("4"), notTraceable],
    "whole percents",
  );
});

Deno.test("chance is the id's: its first digits, in ten-thousandths", () => {
  const half = "tracing: { random_sampling: { value: 50 } }";
  assert.deepEqual(decided([half], uuid("4", "00001387")), [uuid("9", "00001387"), sampled]);
  assert.deepEqual(decided([half], uuid("4", "00001388")), [uuid("4", "00001388"), notTraceable]);
  assert.deepEqual(decided([half], "00001387"), ["00001387", sampled], "kept, and sampled");
  assert.deepEqual(decided([half], "mine"), ["mine", notTraceable]);
  assert.deepEqual(decided([half], "0000138z-0000-4000-8000-000000000000"), [
    "0000138z-0000-4000-8000-000000000000",
    notTraceable,
  ]);
  const least = "tracing: { random_sampling: { value: 0.01 } }";
  assert.equal(decided([least], uuid("4", "00000000"))[1], sampled);
  assert.equal(decided([least], uuid("4", "00000001"))[1], notTraceable);
});

Deno.test("overall sampling takes back what was decided, whoever did", () => {
  const none = "tracing: { overall_sampling: { value: 0 } }";
  for (const code of ["4", "9", "a", "b"]) {
    assert.deepEqual(decided([none], uuid(code), FORCED), [uuid("4"), notTraceable]);
  }
});

Deno.test("reasons that are not packed are neither read nor written", () => {
  const fields = ["tracing: {}", extension("pack_trace_reason: false")];
  assert.deepEqual(decided(fields, uuid("4")), [uuid("4"), sampled]);
  assert.deepEqual(decided(fields, uuid("b")), [uuid("b"), sampled]);
});

Deno.test("without sampling by id every request is traced, and no id is looked at", () => {
  const fields = [NO_CHANCE, extension("use_request_id_for_trace_sampling: false")];
  assert.deepEqual(decided(fields, uuid("4")), [uuid("4"), sampled]);
  assert.deepEqual(decided(fields, "mine"), ["mine", sampled]);
});

Deno.test("a route's shares stand in place of the manager's, and the runtime's in place of both", () => {
  const never = { numerator: 0, denominator: 100 } as const, always = { numerator: 1, denominator: 100 } as const;
  const route = { client: never, random: never, overall: { numerator: 100, denominator: 100 } } as const;
  assert.equal(decided(["tracing: {}"], uuid("4"), CLIENT, { route })[1], notTraceable);
  assert.equal(decided([NO_CHANCE], uuid("4"), {}, { route: { ...route, random: always } })[1], sampled);

  const runtime = { "tracing.random_sampling": 100 };
  assert.equal(decided([NO_CHANCE], uuid("4"), {}, { runtime, route })[1], sampled);
  assert.equal(decided(["tracing: {}"], uuid("4"), {}, { runtime: { "tracing.global_enabled": 0 } })[1], notTraceable);
  assert.equal(decided([NO_CHANCE], uuid("4"), CLIENT, { runtime: { "tracing.client_enabled": 0 } })[1], notTraceable);
});
