import assert from "node:assert/strict";
import { assertFormats, assertJsonValues, formatted, formattedJson } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { formatContext, streamView } from "../../../test/support/stream_views.ts";
import { loadCel } from "../../base/cel/cel.ts";
import { NO_NODE } from "../../config/snapshot.ts";

await loadCel();

const VIEW = streamView({ request: requestHead("GET", "/a/b", { "x-a": 'q"\xc3\xa4' }) });

Deno.test("CEL writes what its expression gives as text, a dash for an error", () => {
  assertFormats(VIEW, {
    "%CEL(request.path)%": "/a/b",
    "%CEL(request.path):3%": "/a/",
    "%TYPED_CEL(request.path):3%": "/a/",
    "%CEL(request.nope)%": "-",
    "[%CEL('')%]": "[]",
    "%CEL(1.0 / 3.0)%|%TYPED_CEL(true)%|%CEL([1])%": "0.333333|true|CelList value",
    "%CEL('a)b')%|%CEL('%')%": "a)b|%",
    '%COALESCE({"operators":[{"command":"CEL","param":"nope"},{"command":"CEL","param":"request.method"}]})%': "GET",
  });
  assert.equal(formatted("[%CEL(nope)%]", VIEW, { omitEmptyValues: true }), "[]");
});

Deno.test("CEL is a text in JSON, TYPED_CEL has its type", () => {
  assertJsonValues(VIEW, {
    "%CEL(1)%": '"1"',
    "%TYPED_CEL(1)%": "1",
    "%CEL(true)%": '"true"',
    "%TYPED_CEL({'b': [1.5, null], 'a': 'x'})%": '{"a":"x","b":[1.5,null]}',
    "%CEL([1])%": '"CelList value"',
    "%CEL(nope)%": "null",
    "%TYPED_CEL(nope)%": "null",
    "%TYPED_CEL(null)%": "null",
    "%TYPED_CEL(1.0 / 0.0)%": "null",
    "%CEL(request.headers['x-a'])%": '"q\\"\xc3\xa4"',
    "%TYPED_CEL(request.headers['x-a'])%": '"q\\"\xc3\xa4"',
  });
});

Deno.test("of TYPED_CEL texts alone are cut, in bytes", () => {
  assertJsonValues(VIEW, {
    "%TYPED_CEL(request.path):3%": '"/a/"',
    "%TYPED_CEL('ä'):1%": '"\\u00c3"',
    "%TYPED_CEL(12345):3%": "12345",
    "%CEL(12345):3%": '"123"',
    "%TYPED_CEL(['abcd']):2%": '["abcd"]',
  });
});

Deno.test("values of expressions are escaped in log lines", () => {
  assert.equal(formatted("%CEL(request.headers['x-a'])%", VIEW, { escapesValues: true }), "q\\x22\xc3\xa4");
});

Deno.test("expressions know the node", () => {
  const context = formatContext({ node: { ...NO_NODE, id: "n", metadata: { role: "edge" } } });
  assert.equal(formatted("%CEL(xds.node.id)%/%CEL(xds.node.metadata.role)%", VIEW, { context }), "n/edge");
  assert.equal(formattedJson({ k: "%TYPED_CEL(xds.node.metadata)%" }, VIEW, { context }), '{"k":{"role":"edge"}}');
});
