import assert from "node:assert/strict";
import { assertFormats, formatted, formattedJson } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, streamView } from "../../../test/support/stream_views.ts";
import { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import { ResponseHead } from "../../http/response_head.ts";

function response(status: number, ...fields: readonly (readonly [name: string, value: string])[]): ResponseHead {
  const head = new ResponseHead();
  head.beginLocal(status);
  for (const [name, value] of fields) head.headers.addName(name, value);
  return head;
}

Deno.test("REQ writes the first line of a field, of whatever name and place", () => {
  const request = requestHead("GET", "/p?q", { host: "h", "x-a": "one", "x-empty": "", "user-agent": "curl" });
  request.headers.addName("x-a", "two");
  request.headers.addName("x-added", "new");
  assertFormats(streamView({ request }), {
    "%REQ(x-a)%": "one",
    "%REQ(X-A)%": "one",
    "%REQ(x-added)%": "new",
    "%REQ(User-Agent)%": "curl",
    "%REQ(x-empty)%": "",
    "%REQ(x-none)%": "-",
    "%REQ(x-a):2%": "on",
    "%REQ(x-a):0%": "",
    "%REQ(x-none):0%": "-",
    "%REQ(host)%|%REQ(:authority)%": "h|h",
    "%REQUEST_HEADER(x-a)%": "one",
  });
});

Deno.test("REQ takes its alternative for a field that is absent, not for one that is empty", () => {
  const request = requestHead("GET", "/", { "x-b": "b", "x-empty": "" });
  assertFormats(streamView({ request }), {
    "%REQ(x-a?x-b)%": "b",
    "%REQ(x-b?x-a)%": "b",
    "%REQ(x-empty?x-b)%": "",
    "%REQ(x-a?x-c)%": "-",
    "%REQ(x-a?)%": "-",
    "%REQ(?x-b)%": "b",
  });
});

Deno.test("REQ sees a field no more that was removed, and what it was set to", () => {
  const request = requestHead("GET", "/", { "x-a": "a", "x-b": "b", "user-agent": "curl" });
  request.headers.removeName("x-a");
  request.headers.remove(HeaderId.userAgent);
  request.headers.set(HeaderId.userAgent, "other");
  assertFormats(streamView({ request }), { "%REQ(x-a)%": "-", "%REQ(x-b)%": "b", "%REQ(user-agent)%": "other" });
});

Deno.test("REQ has pseudo fields of the request line", () => {
  const facts = beganFacts({ isAdmitted: true });
  const request = requestHead("BREW", "/p?q", { host: "h" });
  assertFormats(streamView({ request, facts }), {
    "%REQ(:method)% %REQ(:path)% %REQ(:scheme)% %REQ(:authority)%": "BREW /p?q http h",
    "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%": "/p?q",
    "%REQ(:protocol)%": "-",
    "%REQ(:status)%": "-",
  });
  request.path = "/new";
  request.headers.set(HeaderId.xForwardedProto, "https");
  assertFormats(streamView({ request, facts }), { "%REQ(:path)% %REQ(:scheme)%": "/new https" });
});

Deno.test("REQ has a scheme from when the request was admitted, one that its target says before that", () => {
  const request = requestHead("GET", "/", { "x-forwarded-proto": "https" });
  assertFormats(streamView({ request }), { "%REQ(:scheme)%": "-" });
  request.scheme = "ftp";
  assertFormats(streamView({ request }), { "%REQ(:scheme)%": "ftp" });
});

Deno.test("REQ has nothing where no head came", () => {
  assertFormats(streamView(), { "%REQ(:path)%%REQ(a?b)%": "--" });
});

Deno.test("RESP writes fields and the status of the response", () => {
  const view = streamView({ response: response(204, ["x-a", "one"], ["server", "envoy"]) });
  assertFormats(view, {
    "%RESP(x-a)%|%RESP(SERVER)%|%RESP(:status)%|%RESP(x-b?x-a)%|%RESP(x-none)%": "one|envoy|204|one|-",
    "%RESPONSE_HEADER(x-a):1%": "o",
    "%RESP(:path)%": "-",
  });
  assertFormats(streamView(), { "%RESP(:status)%": "-" });
});

Deno.test("TRAILER writes fields of the response's trailers", () => {
  const responseTrailers = new HeaderList();
  responseTrailers.addName("grpc-status", "0");
  assertFormats(streamView({ responseTrailers }), { "%TRAILER(x?GRPC-STATUS)%%RESPONSE_TRAILER(y)%": "0-" });
  assertFormats(streamView({ response: response(200, ["t", "1"]) }), { "%TRAILER(t)%": "-" });
});

Deno.test("REQ_WITHOUT_QUERY ends before the first question mark", () => {
  const view = streamView({ request: requestHead("GET", "/a?b?c", { "x-a": "?x", "x-b": "plain" }) });
  assertFormats(view, {
    "%REQ_WITHOUT_QUERY(:path)%": "/a",
    "%REQ_WITHOUT_QUERY(x-a)%": "",
    "%REQ_WITHOUT_QUERY(x-b):3%": "pla",
    "%REQ_WITHOUT_QUERY(x-c)%": "-",
    "%REQ_WITHOUT_QUERY(x-c?:path):1%": "/",
  });
});

Deno.test("fields are escaped in log lines and in JSON, and left alone elsewhere", () => {
  const view = streamView({ request: requestHead("GET", "/", { "x-a": 'a"\\b\tc' }) });
  assert.equal(formatted("%REQ(x-a)%", view), 'a"\\b\tc');
  assert.equal(formatted("%REQ(x-a)%", view, { escapesValues: true }), "a\\x22\\x5Cb\\x09c");
  assert.equal(formattedJson({ a: "%REQ(x-a)%" }, view), '{"a":"a\\"\\\\b\\tc"}');
});

Deno.test("a value is cut before it is escaped", () => {
  const view = streamView({ request: requestHead("GET", "/", { "x-a": '""""' }) });
  assert.equal(formatted("%REQ(x-a):2%", view, { escapesValues: true }), "\\x22\\x22");
  assert.equal(formattedJson({ a: "%REQ(x-a):2%" }, view), '{"a":"\\"\\""}');
});
