import assert from "node:assert/strict";
import { formattedJson } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, streamView } from "../../../test/support/stream_views.ts";

const VIEW = streamView({
  request: requestHead("GET", "/", { "x-a": 'a"b', "x-empty": "", "x-latin": "\xe9" }),
  facts: beganFacts({ responseCode: 503, bytesSent: 7 }),
});

Deno.test("JsonFormatter keeps the type of a command that stands alone; text round it makes a string", () => {
  assert.equal(
    formattedJson(
      { a: "%RESPONSE_CODE%", b: "%RESPONSE_CODE% ", c: "%RESPONSE_CODE%%BYTES_SENT%", d: "%REQ(x-a)%" },
      VIEW,
    ),
    '{"a":503,"b":"503 ","c":"5037","d":"a\\"b"}',
  );
});

Deno.test("JsonFormatter writes constants as they are, numbers in their shortest form", () => {
  assert.equal(
    formattedJson({ a: "text", b: 1.5, c: true, d: null, e: "", f: 1e21, g: "100%%", h: -0.5 }, VIEW),
    '{"a":"text","b":1.5,"c":true,"d":null,"e":"","f":1e+21,"g":"100%","h":-0.5}',
  );
});

Deno.test("JsonFormatter sorts keys by their bytes, at every level", () => {
  assert.equal(
    formattedJson({ b: 1, B: 2, a: { z: 1, "\u00e9": 2, y: 3 }, "10": 4, "9": 5, 'q"': 6 }, VIEW),
    '{"10":4,"9":5,"B":2,"a":{"y":3,"z":1,"\u00c3\u00a9":2},"b":1,"q\\"":6}',
  );
});

Deno.test("JsonFormatter goes into objects and lists", () => {
  assert.equal(
    formattedJson({ a: { b: ["%RESPONSE_CODE%", { c: "%REQ(x-none)%" }, [[], {}]] } }, VIEW),
    '{"a":{"b":[503,{"c":null},[[],{}]]}}',
  );
});

Deno.test("JsonFormatter writes null for what has no value, a dash inside of text", () => {
  assert.equal(
    formattedJson({ a: "%REQ(x-none)%", b: "%REQ(x-empty)%", c: "<%REQ(x-none)%>" }, VIEW),
    '{"a":null,"b":"","c":"<->"}',
  );
});

Deno.test("JsonFormatter leaves out what has no value where that is wanted, and objects that are left empty", () => {
  const format = {
    a: "%REQ(x-none)%",
    b: { c: "%REQ(x-none)%", d: { e: "%REQ(x-none)%" } },
    f: ["%REQ(x-none)%", 1, { g: "%REQ(x-none)%" }],
    h: "<%REQ(x-none)%>",
    i: {},
    j: [],
    k: null,
    l: "%REQ(x-empty)%",
    m: "%RESPONSE_CODE%",
  };
  assert.equal(
    formattedJson(format, VIEW, { omitEmptyValues: true }),
    '{"f":[1],"h":"<>","j":[],"l":"","m":503}',
  );
  assert.equal(formattedJson({ a: "%REQ(x-none)%" }, VIEW, { omitEmptyValues: true }), "{}");
});

Deno.test("JsonFormatter escapes each value by itself: one that is no UTF-8 spoils no other", () => {
  assert.equal(
    formattedJson({ a: "%REQ(x-latin)%", b: "\u00e9 %REQ(x-latin)% %REQ(x-a)%" }, VIEW),
    '{"a":"\\u00e9","b":"\u00c3\u00a9 \\u00e9 a\\"b"}',
  );
});
