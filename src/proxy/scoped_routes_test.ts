/** Scoped routes on the memory data path: which scope routes a request, when it is chosen anew, and who is trusted by which. */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../test/support/data_path.ts";
import { scopedRoutes } from "../../test/support/route_configs.ts";
import type { HttpFilterDefinition } from "../filter/define.ts";
import { type FilterHandle, HeadStatus, type HeadStatusValue, PassThroughFilter } from "../filter/http_filter.ts";
import { RouteTable } from "../route/route_table.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Routes everything to the origin and tells it so. */
function forwarding(name: string, more = "", action = ""): string {
  return `{ request_headers_to_add: [{ header: { key: x-scope, value: ${name} } }]${more}, virtual_hosts: [{ name: all, ` +
    `domains: ["*"], routes: [{ name: of-${name}, match: { prefix: / }, route: { cluster: web${action} } }] }] }`;
}

function pathWith(
  extractor: string,
  scopes: Readonly<Record<string, string>>,
  options: DataPathOptions = {},
): DataPath {
  const config = scopedRoutes(
    [extractor],
    Object.fromEntries(Object.entries(scopes).map(([key, yaml]) => [`scope ${key}`, [[key], yaml]])),
  );
  return new DataPath({ ...options, hcm: { ...options.hcm, generateRequestId: false, scopedRoutes: config } });
}

const BY_KEY = "{ name: x-key, index: 0 }";

function get(path: string, ...fields: readonly string[]): string {
  return `GET ${path} HTTP/1.1\r\n${["host: a.test", ...fields].map((field) => `${field}\r\n`).join("")}\r\n`;
}

/** The client's answer, and the requests that came to the origin, which gave these answers. */
function exchange(path: DataPath, request: string, ...answers: readonly string[]): [answer: string, asked: string[]] {
  const client: Peer = path.connect(), asked: string[] = [];
  client.send(request);
  path.deliver();
  for (const answer of answers) {
    const peer = path.origins.find(({ received }) => received !== "")!;
    asked.push(peer.take());
    peer.send(answer);
    path.deliver();
  }
  return [client.take(), asked];
}

for (const pieceBytes of [Infinity, 1]) {
  const feeding = pieceBytes === 1 ? ", byte by byte" : "";

  Deno.test(`a request goes where the routes of its scope say${feeding}`, () => {
    const direct = "{ virtual_hosts: [{ name: all, domains: [a.test], routes: " +
      "[{ name: here, match: { prefix: / }, direct_response: { status: 201 } }] }] }";
    const path = pathWith(BY_KEY, { "1": forwarding("one"), "2": direct }, { pieceBytes });
    const [answer, asked] = exchange(path, get("/", "x-key: 1"), OK);
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
    assert.match(asked[0]!, /\r\nx-scope: one\r\n/);
    assert.match(exchange(path, get("/", "x-key: 2"))[0], /^HTTP\/1\.1 201 /);
    assert.deepEqual(path.logged, ["200 - via_upstream", "201 - direct_response"]);
    assertClean(path);
  });

  Deno.test(`a request without a scope has no route${feeding}`, () => {
    const path = pathWith(BY_KEY, { "1": forwarding("one") }, { pieceBytes });
    for (const fields of [[], ["x-key: 2"], ["x-key:"], ["x-key: 2", "x-key: 1"]]) {
      assert.match(exchange(path, get("/", ...fields))[0], /^HTTP\/1\.1 404 Not Found\r\n[^]*content-length: 0\r\n/);
    }
    assert.deepEqual(path.logged, Array.from({ length: 4 }, () => "404 NR route_not_found"));
    assert.equal(path.counter("http.ingress.no_route"), 4);
    assertClean(path);
  });
}

Deno.test("a redirect that is followed chooses the scope anew", () => {
  const following = forwarding("a", "", ", internal_redirect_policy: {}");
  const path = pathWith("{ name: ':authority', index: 0 }", { "a.test": following, "b.test": forwarding("b") });
  const redirect = (to: string) => `HTTP/1.1 302 Found\r\nlocation: ${to}\r\ncontent-length: 0\r\n\r\n`;
  const [answer, asked] = exchange(path, get("/from"), redirect("http://b.test/to"), OK);
  assert.match(answer, /^HTTP\/1\.1 200 OK/);
  assert.match(asked[1]!, /^GET \/to [^]*\r\nx-scope: a\r\n[^]*\r\nx-scope: b\r\n/);
  assert.match(exchange(path, get("/from"), redirect("http://c.test/to"))[0], /^HTTP\/1\.1 302 Found/);
  assert.equal(path.counter("http.ingress.passthrough_internal_redirect_no_route"), 1);
  assertClean(path);
});

/** Messages must be Envoy's own; this one has no field that must be there. */
const TYPE = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";

/** Says another key than the client has. */
class KeyFilter extends PassThroughFilter {
  readonly #handle: FilterHandle;

  constructor(handle: FilterHandle) {
    super();
    this.#handle = handle;
  }

  override decodeHead(): HeadStatusValue {
    const { headers } = this.#handle.request;
    headers.removeName("x-key");
    headers.addName("x-key", "2");
    this.#handle.clearRouteCache();
    return HeadStatus.continue;
  }
}

const KEY_FILTER: HttpFilterDefinition = {
  typeUrl: TYPE,
  schema: z.strictObject({}),
  isTerminal: false,
  createFactory: () => ({ create: (handle) => new KeyFilter(handle) }),
};

Deno.test("a filter that has the route chosen anew leads to another scope", () => {
  const path = pathWith(BY_KEY, { "1": forwarding("one"), "2": forwarding("two") }, {
    filters: [`{ name: keys, typed_config: { "@type": ${TYPE} } }`],
    definitions: [KEY_FILTER],
  });
  assert.match(exchange(path, get("/", "x-key: 1"), OK)[1][0]!, /\r\nx-scope: two\r\n/);
  assertClean(path);
});

Deno.test("the scope of the head as it came says what only insiders may say", () => {
  const scopes = {
    "/a//b": forwarding("raw", ", internal_only_headers: [x-secret]"),
    "/a/b": forwarding("merged"),
  };
  const path = pathWith("{ name: ':path', index: 0 }", scopes, { managerFields: ["merge_slashes: true"] });
  const secretsOf = (target: string, ...fields: readonly string[]) => {
    const [, [asked]] = exchange(path, get(target, "x-forwarded-for: 8.8.8.8", "x-secret: s", ...fields), OK);
    assert.match(asked!, /\r\nx-scope: merged\r\n/);
    return /\r\nx-secret: s\r\n/.test(asked!);
  };
  assert.equal(secretsOf("/a//b"), false);
  assert.equal(secretsOf("/a/b"), true);
  assertClean(path);
});

Deno.test("a key that its connection nominates is no key to anybody", () => {
  const scopes = { "1": forwarding("one", ", internal_only_headers: [x-secret]") };
  const path = pathWith(BY_KEY, scopes);
  assert.match(exchange(path, get("/", "connection: x-key", "x-key: 1"))[0], /^HTTP\/1\.1 404 /);
  assertClean(path);
});

Deno.test("what the configuration does not scope costs nothing", () => {
  const plain = new DataPath({});
  assert.ok(plain.context.routes.table instanceof RouteTable);
  assert.equal(plain.context.headPlan.routedTrustClass, null);
  const scoped = pathWith(BY_KEY, { "1": forwarding("one") });
  assert.equal(scoped.context.headPlan.routedTrustClass, null);
});
