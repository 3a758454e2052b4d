import assert from "node:assert/strict";
import { latin1Text } from "../base/ascii.ts";
import { ByteWriter } from "../base/byte_writer.ts";
import { RandomBytes } from "../base/random.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { HeaderId } from "./header_names.ts";
import { sampleOf, setTraceReason, TraceReason, traceReasonOf, writeRequestId } from "./request_id.ts";

const headersWith = (id: string) => requestHead("GET", "/", { "x-request-id": id }).headers;
const uuid = (reason: string, start = "00000000") => `${start}-0000-${reason}000-8000-000000000000`;

Deno.test("writeRequestId() writes UUIDs of version 4, each another", () => {
  const out = new ByteWriter(), random = new RandomBytes(), seen = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    out.clear();
    writeRequestId(out, random);
    const id = latin1Text(out.bytes, 0, out.length);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    seen.add(id);
  }
  assert.equal(seen.size, 1000);
});

Deno.test("sampleOf() takes the first eight digits", () => {
  const cases: readonly (readonly [id: string, sample: number])[] = [
    [uuid("4"), 0],
    [uuid("4", "0000270f"), 9999],
    [uuid("4", "00002710"), 0],
    [uuid("4", "FFFFffff"), 4294967295 % 10000],
    ["deadbeef", 0xdeadbeef % 10000],
    ["deadbeef and more", 0xdeadbeef % 10000],
    ["deadbee", -1],
    ["0000270z-0000-4000-8000-000000000000", -1],
    ["", -1],
  ];
  for (const [id, sample] of cases) assert.equal(sampleOf(headersWith(id)), sample, id);
  assert.equal(sampleOf(requestHead("GET", "/").headers), -1);
});

Deno.test("the trace reason is the 15th character of an id that is long enough", () => {
  for (const [code, reason] of [["4", 0], ["9", 1], ["a", 2], ["b", 3], ["5", 0], ["A", 0]] as const) {
    assert.equal(traceReasonOf(headersWith(uuid(code))), reason, code);
  }
  assert.equal(traceReasonOf(headersWith("deadbeefdeadbee9")), TraceReason.notTraceable);
  assert.equal(traceReasonOf(requestHead("GET", "/").headers), TraceReason.notTraceable);

  const headers = headersWith(uuid("4", "12345678"));
  setTraceReason(headers, TraceReason.clientForced);
  assert.equal(headers.get(HeaderId.xRequestId), uuid("b", "12345678"));
  setTraceReason(headers, TraceReason.sampled);
  assert.equal(traceReasonOf(headers), TraceReason.sampled);
  const other = headersWith("mine");
  setTraceReason(other, TraceReason.sampled);
  assert.equal(other.get(HeaderId.xRequestId), "mine");
});
