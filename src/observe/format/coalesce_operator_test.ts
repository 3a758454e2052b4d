import assert from "node:assert/strict";
import { assertJsonValues, formatted } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, streamView } from "../../../test/support/stream_views.ts";

const FIELDS = '{"operators":[{"command":"REQ","param":"x-a"},{"command":"REQ","param":"x-b"},"ROUTE_NAME"]}';

const asked = (fields: Record<string, string>) => streamView({ request: requestHead("GET", "/", fields) });

Deno.test("COALESCE is the first of its operators that has a value", () => {
  const format = `%COALESCE(${FIELDS})%`;
  assert.equal(formatted(format, asked({ "x-a": "a", "x-b": "b" })), "a");
  assert.equal(formatted(format, asked({ "x-b": "b" })), "b");
  assert.equal(formatted(format, asked({})), "-");
  assert.equal(formatted(`[${format}]`, asked({}), { omitEmptyValues: true }), "[]");
});

Deno.test("COALESCE passes over a value that is empty", () => {
  const format = `%COALESCE(${FIELDS})%`;
  assert.equal(formatted(format, asked({ "x-a": "", "x-b": "b" })), "b");
  assert.equal(formatted(format, asked({ "x-a": "", "x-b": "" })), "-");
  assertJsonValues(asked({ "x-a": "", "x-b": "b" }), { [format]: '"b"' });
  assertJsonValues(asked({ "x-a": "" }), { [format]: "null" });
});

Deno.test("COALESCE keeps the type of what it found, cuts what is text, and escapes what came from outside", () => {
  const numbers = '%COALESCE({"operators":["UPSTREAM_CLUSTER","RESPONSE_CODE"]}):1%';
  const view = streamView({ facts: beganFacts({ responseCode: 503 }) });
  assert.equal(formatted(numbers, view), "5");
  assertJsonValues(view, { [numbers]: "503" });
  assertJsonValues(asked({ "x-b": "bcd" }), { [`%COALESCE(${FIELDS}):2%`]: '"bc"' });
  assert.equal(formatted(`%COALESCE(${FIELDS})%`, asked({ "x-a": '"' }), { escapesValues: true }), "\\x22");
  const own = '%COALESCE({"operators":[{"command":"REQ","param":"x-a","max_length":2},"PROTOCOL"]})%';
  assert.equal(formatted(own, asked({ "x-a": "abc" })), "ab");
});
