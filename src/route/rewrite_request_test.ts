/** Rewrites by format: what they see of one another, and what cannot be sent. */
import assert from "node:assert/strict";
import { TEST_FORMATS } from "../../test/support/format_context.ts";
import { requestHead } from "../../test/support/request_heads.ts";
import { routesFor } from "../../test/support/route_configs.ts";
import { streamView } from "../../test/support/stream_views.ts";
import type { RequestHead } from "../http/request_head.ts";
import { rewriteRequest } from "./rewrite_request.ts";
import { RouteTable } from "./route_table.ts";
import { routeInput } from "../../test/support/route_inputs.ts";

/** The request for `path` as a route with these fields sends it. */
function sent(fields: string, path: string, headers: Record<string, string> = {}): RequestHead {
  const table = new RouteTable(routesFor(`{ match: { prefix: / }, route: { cluster: c, ${fields} } }`), TEST_FORMATS);
  const head = requestHead("GET", path, { host: "a.test", ...headers });
  const { action } = table.resolve(routeInput(head))!;
  assert.ok(action.kind === "route");
  rewriteRequest(action, head, { view: streamView({ request: head }) }, true);
  return head;
}

const cases: Array<[fields: string, path: string, result: string, originalPath: string | null]> = [
  ['path_rewrite: "/new"', "/a?q", "a.test/new?q", "/a?q"],
  ['path_rewrite: "/new%REQ(:PATH)%"', "/a?q", "a.test/new/a?q?q", "/a?q"],
  ['path_rewrite: "%REQ(x-none)%"', "/a?q", "a.test/a?q", null],
  ['path_rewrite: "/n/%REQ(x-none)%"', "/a", "a.test/n/", "/a"],
  ['path_rewrite: "bare"', "/a", "a.testbare", "/a"],
  ['host_rewrite: "%REQ(x-name)%.test"', "/a", "n.test/a", null],
  ['host_rewrite: "%REQ(x-none)%"', "/a", "-/a", null],
  ['host_rewrite: "b", path_rewrite: "/%REQ(:AUTHORITY)%/%REQ(x-envoy-original-host)%"', "/a", "b/b/a.test", "/a"],
];

for (const [fields, path, result, originalPath] of cases) {
  Deno.test(`rewriteRequest with ${fields} makes ${result} of ${path}`, () => {
    const { headers, path: rewritten, authority } = sent(fields, path, { "x-name": "n" });
    assert.equal(`${authority}${rewritten}`, result);
    assert.equal(headers.getName("x-envoy-original-path"), originalPath);
    assert.equal(headers.unsendable, null);
  });
}

Deno.test("rewriteRequest tells what would end its line", () => {
  const both = 'path_rewrite: "/p%QUERY_PARAM(p)%", host_rewrite: "h%QUERY_PARAM(h)%"';
  assert.equal(sent(both, "/?p=a%0d%0ab:c").headers.unsendable, ":path");
  assert.equal(sent(both, "/?h=%0a").headers.unsendable, ":authority");
  assert.equal(sent(both, "/?p=%7f&h=%00").headers.unsendable, ":authority");
  assert.equal(sent(both, "/?p=a%20b%09&h=%e9").headers.unsendable, null);
});
