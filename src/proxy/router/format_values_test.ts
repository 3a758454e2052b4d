/** What formats make of requests and replies, on the memory data path (spec/http.md 2.6, 2.7, 2.9, 2.11). */
import assert from "node:assert/strict";
import { assertClean, DataPath, type DataPathOptions } from "../../../test/support/data_path.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** A data path with one route. */
function pathWith(route: string, options: DataPathOptions = {}): DataPath {
  const routes = `{ virtual_hosts: [{ name: v, domains: ["*"], routes: [{ match: { prefix: / }, ${route} }] }] }`;
  return new DataPath({ ...options, routes });
}

/** The answer to a request for `target`, and what came to the origin; empty = nothing did. */
function exchange(path: DataPath, target: string, fields = ""): { readonly answer: string; readonly request: string } {
  const client = path.connect();
  client.send(`GET ${target} HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`);
  path.deliver();
  const request = path.origins.length === 0 ? "" : path.origin.take();
  if (request !== "") path.origin.send(OK);
  path.deliver();
  const answer = client.take();
  client.close();
  path.deliver();
  return { answer, request };
}

const ROUTE = 'route: { cluster: web, path_rewrite: "/%QUERY_PARAM(p)%", host_rewrite: "h%QUERY_PARAM(h)%" }, ' +
  'request_headers_to_add: [{ header: { key: x-a, value: "%QUERY_PARAM(a)%" } }], ' +
  'response_headers_to_add: [{ header: { key: x-r, value: "%QUERY_PARAM(r)%" } }]';

Deno.test("path and host go upstream as formats make them", () => {
  const path = pathWith(ROUTE), { request } = exchange(path, "/x?p=new&h=.test");
  assert.match(request, /^GET \/new\?p=new&h=\.test HTTP\/1\.1\r\n/);
  assert.match(request, /\r\nhost: h\.test\r\n/);
  assert.match(request, /\r\nx-envoy-original-path: \/x\?p=new&h=\.test\r\n/);
  assert.match(request, /\r\nx-envoy-original-host: a\.test\r\n/);
  assertClean(path);
});

for (const [query, field] of [["p=a%0d%0ab:c", ":path"], ["h=a%0a", ":authority"], ["a=%00", "x-a"]] as const) {
  Deno.test(`no request goes upstream when ?${query} would end the line of ${field}`, () => {
    const path = pathWith(ROUTE), { answer, request } = exchange(path, `/x?${query}`);
    assert.equal(request, "");
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.ok(answer.endsWith(`\r\n\r\ninvalid header value for: ${field}`), answer);
    assertClean(path);
  });
}

Deno.test("a response goes without a field whose line a format would end", () => {
  const path = pathWith(ROUTE), { answer } = exchange(path, "/x?p=new&r=a%0d%0ab:c");
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.ok(!answer.includes("x-r:") && !answer.includes("b:c"), answer);
  assert.match(exchange(path, "/x?p=new&r=a%20b").answer, /\r\nx-r: a b\r\n/);
  assertClean(path);
});

Deno.test("a redirect leaves a path alone whose line a format would end", () => {
  const path = pathWith('redirect: { path_rewrite: "/%QUERY_PARAM(p)%" }');
  assert.match(exchange(path, "/x?p=new").answer, /\r\nlocation: http:\/\/a\.test\/new\?p=new\r\n/);
  const { answer } = exchange(path, "/x?p=a%0d%0ab:c");
  assert.match(answer, /\r\nlocation: http:\/\/a\.test\/x\?p=a%0d%0ab:c\r\n/);
  assertClean(path);
});

const FORMATTED = "direct_response: { status: 404, body: { inline_string: text }, body_format: { text_format_source: " +
  '{ inline_string: "<%LOCAL_REPLY_BODY%> %RESPONSE_CODE%" }, content_type: text/html } }, ' +
  "response_headers_to_add: [{ header: { key: content-type, value: text/css } }]";

Deno.test("a direct response is what its format makes of it, and of the type that it says", () => {
  const path = pathWith(FORMATTED), { answer } = exchange(path, "/");
  assert.ok(answer.endsWith("\r\n\r\n<text> 0"), answer);
  assert.deepEqual(answer.match(/content-type: .*(?=\r)/g), ["content-type: text/html"]);
  assertClean(path);
});

Deno.test("local_reply_config takes a direct response's format for its body, and has the last word", () => {
  const path = pathWith(FORMATTED, {
    managerFields: ['local_reply_config: { body_format: { json_format: { text: "%LOCAL_REPLY_BODY%" } } }'],
  });
  const { answer } = exchange(path, "/");
  assert.ok(answer.endsWith('\r\n\r\n{"text":"<text> 0"}\n'), answer);
  assert.deepEqual(answer.match(/content-type: .*(?=\r)/g), ["content-type: application/json"]);
  assertClean(path);
});
