import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { routesFor } from "../../test/support/route_configs.ts";
import { streamView } from "../../test/support/stream_views.ts";
import { DirectResponse } from "./direct_response.ts";

function directResponse(fields: string): DirectResponse {
  const { action } = routesFor(`{ match: { prefix: / }, direct_response: { ${fields} } }`).virtualHosts[0]!.routes[0]!;
  assert.ok(action.kind === "direct_response");
  return new DirectResponse(action, TEST_FORMATS);
}

const TEXT = "status: 200, body: { inline_string: text }";

const cases: Array<[what: string, fields: string, body: string, contentType: string | null]> = [
  ["its own body", TEXT, "text", null],
  ["no body", "status: 204", "", null],
  ["a text format", `${TEXT}, body_format: { text_format: "<%LOCAL_REPLY_BODY%> %REQ(:PATH)%" }`, "<text> /x", null],
  ["a format of nothing", 'status: 200, body_format: { text_format: "[%LOCAL_REPLY_BODY%]" }', "[]", null],
  ["a status that is not told yet", `${TEXT}, body_format: { text_format: "%RESPONSE_CODE%" }`, "0", null],
  [
    "a type of its own",
    `${TEXT}, body_format: { text_format: "%REQ(x)%", content_type: text/html }`,
    "-",
    "text/html",
  ],
  ["what is left out", `${TEXT}, body_format: { text_format: "%REQ(x)%", omit_empty_values: true }`, "", null],
  [
    "JSON",
    `${TEXT}, body_format: { json_format: { b: "%LOCAL_REPLY_BODY%", a: 1 } }`,
    '{"a":1,"b":"text"}\n',
    "application/json",
  ],
  [
    "JSON of a type of its own",
    `${TEXT}, body_format: { json_format: {}, content_type: application/problem+json }`,
    "{}\n",
    "application/problem+json",
  ],
];

for (const [what, fields, body, contentType] of cases) {
  Deno.test(`DirectResponse answers with ${what}`, () => {
    const view = streamView({ request: requestHead("GET", "/x") }), action = directResponse(fields);
    assert.equal(new TextDecoder().decode(action.bodyFor({ view })), body);
    assert.equal(action.contentType, contentType);
    assert.equal(view.localReplyBody, null);
  });
}
