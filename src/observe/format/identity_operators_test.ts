import assert from "node:assert/strict";
import { assertFormats, assertJsonValues, formatted, formattedJson } from "../../../test/support/formats.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { beganFacts, formatContext, streamView } from "../../../test/support/stream_views.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

Deno.test("STREAM_ID is the request's id; single tries have none", () => {
  const request = requestHead("GET", "/", { "x-request-id": "id-1" });
  assertFormats(streamView({ request, accessLogType: "DownstreamEnd" }), { "%STREAM_ID%": "id-1" });
  for (const accessLogType of ["UpstreamPoolReady", "UpstreamPeriodic", "UpstreamEnd"] as const) {
    assertFormats(streamView({ request, accessLogType }), { "%STREAM_ID%": "-" });
  }
  assertFormats(streamView({ request: requestHead("GET", "/") }), { "%STREAM_ID%": "-" });
  assertFormats(streamView(), { "%STREAM_ID%": "-" });
});

Deno.test("UNIQUE_ID is another one each time", () => {
  const texts = formatted("%UNIQUE_ID% %UNIQUE_ID%", streamView()).split(" ");
  for (const text of texts) assert.match(text, UUID);
  assert.notEqual(texts[0], texts[1]);
});

Deno.test("TRACE_ID and SPAN_ID are those of a traced request", () => {
  assertFormats(streamView(), { "%TRACE_ID%|%SPAN_ID%": "-|-" });
  const facts = beganFacts({ traceId: "abc", spanId: "def" });
  assertFormats(streamView({ facts }), { "%TRACE_ID%|%SPAN_ID%": "abc|def" });
});

Deno.test("LOCAL_REPLY_BODY is the body of the reply that is made, and empty otherwise", () => {
  const localReplyBody = new TextEncoder().encode('no "route"');
  assertFormats(streamView({ localReplyBody }), { "%LOCAL_REPLY_BODY%": 'no "route"' });
  assert.equal(
    formatted("%LOCAL_REPLY_BODY%", streamView({ localReplyBody }), { escapesValues: true }),
    "no \\x22route\\x22",
  );
  assertFormats(streamView(), { "[%LOCAL_REPLY_BODY%]": "[]" });
  assertJsonValues(streamView(), { "%LOCAL_REPLY_BODY%": '""' });
});

Deno.test("ACCESS_LOG_TYPE is what the line is written for", () => {
  assertFormats(streamView({ accessLogType: "DownstreamStart" }), { "%ACCESS_LOG_TYPE%": "DownstreamStart" });
  assertFormats(streamView(), { "%ACCESS_LOG_TYPE%": "NotSet" });
});

Deno.test("ENVIRONMENT and HOSTNAME are the process's; a variable that is not set is a dash everywhere", () => {
  assertFormats(streamView(), {
    "%ENVIRONMENT(NAME)%|%ENVIRONMENT(NAME):2%|%ENVIRONMENT(OTHER)%": "value|va|-",
    "%HOSTNAME%": "proxy-1",
  });
  assert.equal(formatted("%ENVIRONMENT(OTHER)%", streamView(), { omitEmptyValues: true }), "-");
  assert.equal(formattedJson({ k: "%ENVIRONMENT(OTHER)%" }, streamView(), { omitEmptyValues: true }), '{"k":"-"}');
  const context = formatContext({ hostname: "", env: () => "" });
  assert.equal(formatted("%HOSTNAME%|%ENVIRONMENT(NAME)%", streamView(), { context }), "-|");
});
