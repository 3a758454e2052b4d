import { assertFormats, assertJsonValues } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { connectionFacts, streamView } from "../../../test/support/stream_views.ts";
import type { RequestHead } from "../../http/request_head.ts";

const asked = (path: string, fields: Record<string, string> = {}) =>
  streamView({ request: requestHead("GET", path, fields) });

/** A request for `/first?a=1` that became one for `/second?b=2`. */
function rewritten(): RequestHead {
  const request = requestHead("GET", "/first?a=1", { "x-envoy-original-path": "/first?a=1" });
  request.path = "/second?b=2";
  return request;
}

Deno.test("PATH writes the path as it came or as it is, with and without the query", () => {
  assertFormats(streamView({ request: rewritten() }), {
    "%PATH%": "/first?a=1",
    "%PATH(WQ)%|%PATH(NQ)%": "/first?a=1|/first",
    "%PATH(WQ:ORIG)%|%PATH(NQ:ORIG)%": "/first?a=1|/first",
    "%PATH(WQ:PATH)%|%PATH(NQ:PATH)%": "/second?b=2|/second",
    "%PATH(NQ:ORIG_OR_PATH):3%": "/fi",
  });
  assertFormats(asked("/only"), {
    "%PATH(NQ)%|%PATH(WQ:ORIG)%|%PATH(NQ:PATH)%|%PATH(NQ:ORIG_OR_PATH)%": "/only|-|/only|/only",
  });
  assertFormats(streamView(), { "%PATH%": "-" });
});

Deno.test("QUERY_PARAMS writes the whole query; an empty one is a value", () => {
  const cases: [path: string, plain: string, decoded: string][] = [
    ["/", "-", "-"],
    ["/?", "", ""],
    ["/?a=1&b=2", "a=1&b=2", "a=1&b=2"],
    ["/?a=%41%20b+c", "a=%41%20b+c", "a=A%20b+c"],
    ["/?%3f=%2F%26%25", "%3f=%2F%26%25", "?=/&%"],
    ["/?%22%3C%3E%5c%5e%7b%7c%7d%7f%c3%A9", "%22%3C%3E%5c%5e%7b%7c%7d%7f%c3%A9", "%22%3C%3E%5c%5e%7b%7c%7d%7f%c3%A9"],
    ["/?a=%zz%4", "a=%zz%4", "a=zz%4"],
    ["/?a?b", "a?b", "a?b"],
  ];
  for (const [path, plain, decoded] of cases) {
    assertFormats(asked(path), {
      "%QUERY_PARAMS%": plain,
      "%QUERY_PARAMS(ORIG)%": plain,
      "%QUERY_PARAMS(DECODED)%": decoded,
    });
  }
  assertFormats(asked("/?abcdef"), { "%QUERY_PARAMS:3%": "abc" });
  assertFormats(streamView({ request: rewritten() }), { "%QUERY_PARAMS%": "b=2" });
});

Deno.test("QUERY_PARAM writes the first parameter of the name, decoded", () => {
  const cases: [path: string, name: string, value: string][] = [
    ["/?a=1&a=2", "a", "1"],
    ["/?b=2&a=1", "a", "1"],
    ["/?ab=2&a=1", "a", "1"],
    ["/?a", "a", ""],
    ["/?a=", "a", ""],
    ["/?a&b=1", "b", "1"],
    ["/?&&a=1", "a", "1"],
    ["/?a=1=2", "a", "1=2"],
    ["/?a=%41%zz+%2", "a", "A%zz+%2"],
    ["/?%61=1", "a", "1"],
    ["/?a%20b=1", "a b", "1"],
    ["/?%c3%a9=1", "\u00e9", "1"],
    ["/?A=1", "a", "-"],
    ["/", "a", "-"],
    ["/a=1", "a", "-"],
    ["/?a=%22", "a", '"'],
  ];
  for (const [path, name, value] of cases) assertFormats(asked(path), { [`%QUERY_PARAM(${name})%`]: value });
  assertFormats(asked("/?a=abc"), { "%QUERY_PARAM(a):2%": "ab" });
  assertJsonValues(asked("/?a=%22"), { "%QUERY_PARAM(a)%": '"\\""' });
});

Deno.test("REQUESTED_SERVER_NAME writes the server name or the host, whichever is wanted and there", () => {
  const request = requestHead("GET", "/", { host: "now.test:80", "x-envoy-original-host": "then.test" });
  const connection = connectionFacts({ requestedServerName: "sni.test" });
  assertFormats(streamView({ request, connection }), {
    "%REQUESTED_SERVER_NAME%|%REQUESTED_SERVER_NAME(SNI_FIRST)%|%REQUESTED_SERVER_NAME(SNI_ONLY)%":
      "sni.test|sni.test|sni.test",
    "%REQUESTED_SERVER_NAME(HOST_FIRST)%|%REQUESTED_SERVER_NAME(HOST_FIRST:HOST)%": "then.test|now.test:80",
    "%REQUESTED_SERVER_NAME(HOST_FIRST:ORIG)%": "then.test",
  });
  assertFormats(streamView({ request }), {
    "%REQUESTED_SERVER_NAME%|%REQUESTED_SERVER_NAME(SNI_FIRST)%|%REQUESTED_SERVER_NAME(SNI_FIRST:HOST)%":
      "-|then.test|now.test:80",
  });
  assertFormats(streamView({ request: requestHead("GET", "/", { host: "h" }), connection }), {
    "%REQUESTED_SERVER_NAME(HOST_FIRST:ORIG)%|%REQUESTED_SERVER_NAME(HOST_FIRST:ORIG_OR_HOST)%": "sni.test|h",
  });
  assertFormats(streamView({ connection: connectionFacts({ requestedServerName: 'a"b c' }) }), {
    "%REQUESTED_SERVER_NAME(HOST_FIRST)%": "a_b_c",
  });
});
