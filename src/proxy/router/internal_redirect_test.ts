/** Internal redirects on the memory data path: every row of the decision, what is asked next, and what is left behind. */
import assert from "node:assert/strict";
import { z } from "zod";
import { latin1Text } from "../../base/ascii.ts";
import type { ByteBlock } from "../../base/byte_block.ts";
import type { HttpFilterDefinition } from "../../filter/define.ts";
import {
  BodyStatus,
  type BodyStatusValue,
  EndStatus,
  type EndStatusValue,
  type FilterHandle,
  HeadStatus,
  type HeadStatusValue,
  PassThroughFilter,
} from "../../filter/http_filter.ts";
import { assertClean, DataPath, type DataPathOptions, type Peer } from "../../../test/support/data_path.ts";

const PACKAGE = "type.googleapis.com/envoy.extensions.internal_redirect";
const PREDICATES = {
  previous: `{name: p, typed_config: {"@type": ${PACKAGE}.previous_routes.v3.PreviousRoutesConfig}}`,
  safe: `{name: p, typed_config: {"@type": ${PACKAGE}.safe_cross_scheme.v3.SafeCrossSchemeConfig}}`,
  listed: `{name: p, typed_config: {"@type": ${PACKAGE}.allow_listed_routes.v3.AllowListedRoutesConfig, ` +
    `allowed_route_names: [good]}}`,
};

/** `/from` is forwarded and its redirects are followed, and so is all else under `a.test` and `b.test`, but not redirected. */
function routesWith(policy: string, more = ""): string {
  return `{ virtual_hosts: [{ name: all, domains: [a.test, b.test], routes: [` +
    `{ name: from, match: { prefix: /from }, route: { cluster: web, internal_redirect_policy: { ${policy} }${more} } }, ` +
    `{ name: good, match: { prefix: /good }, route: { cluster: web } }, ` +
    `{ name: here, match: { prefix: /here }, direct_response: { status: 200, body: { inline_string: here } } }, ` +
    `{ name: slow, match: { prefix: /slow }, route: { cluster: web, timeout: 1s } }, ` +
    `{ name: rest, match: { prefix: / }, route: { cluster: web } }] }] }`;
}

const GET = "GET /from HTTP/1.1\r\nhost: a.test\r\n\r\n";
const POST = "POST /from HTTP/1.1\r\nhost: a.test\r\ncontent-length: 4\r\n\r\nbody";
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const redirect = (location: string, status = 302, fields = "") =>
  `HTTP/1.1 ${status} Moved\r\n${location === "" ? "" : `location: ${location}\r\n`}${fields}content-length: 0\r\n\r\n`;
const GOOD = "http://b.test/good?a=b#c";

interface Run {
  readonly path: DataPath;
  readonly client: Peer;
  /** What the origin was asked and has answered. */
  readonly asked: string[];
}

function run(policy: string, options: DataPathOptions = {}, more = ""): Run {
  const path = new DataPath({ routes: routesWith(policy, more), hcm: { generateRequestId: false }, ...options });
  return { path, client: path.connect(), asked: [] };
}

/** Sends a request and gives the origin's answers, each on the connection where it was asked. */
function exchange({ path, client, asked }: Run, request: string, ...answers: string[]): string {
  client.send(request);
  path.deliver();
  for (const answer of answers) {
    const peer = path.origins.find(({ received }) => received !== "")!;
    asked.push(peer.take());
    peer.send(answer);
    path.deliver();
  }
  return client.take();
}

const followed = ({ path }: Run) => path.counter("cluster.web.upstream_internal_redirect_succeeded_total");
const failed = ({ path }: Run) => path.counter("cluster.web.upstream_internal_redirect_failed_total");

for (const pieceBytes of [Infinity, 1]) {
  const feeding = pieceBytes === 1 ? ", byte by byte" : "";

  Deno.test(`a redirect is followed in the client's place${feeding}`, () => {
    const test = run("", { pieceBytes });
    const answer = exchange(test, GET, redirect(GOOD), OK);
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
    const asked = test.asked.at(-1)!;
    assert.match(asked, /^GET \/good\?a=b HTTP\/1\.1\r\n/);
    assert.match(asked, /\r\nhost: b\.test\r\n/);
    assert.match(asked, /\r\nx-envoy-original-url: http:\/\/a\.test\/from\r\n/);
    assert.deepEqual(test.path.logged, ["302 - internal_redirect", "200 - via_upstream"]);
    assert.deepEqual([followed(test), failed(test)], [1, 0]);
    assert.equal(test.path.counter("cluster.web.upstream_rq_302"), 0);
    assert.equal(test.path.counter("cluster.web.upstream_rq_200"), 1);
    assert.equal(test.path.counter("http.ingress.downstream_rq_3xx"), 0);
    assert.equal(test.path.counter("http.ingress.downstream_rq_2xx"), 1);
    assert.equal(test.path.counter("http.ingress.downstream_rq_total"), 2);
    assertClean(test.path);
  });

  Deno.test(`a body goes along${feeding}`, () => {
    const test = run("redirect_response_codes: [307]", { pieceBytes });
    assert.match(exchange(test, POST, redirect(GOOD, 307), OK), /^HTTP\/1\.1 200 OK/);
    assert.match(test.asked.at(-1)!, /^POST \/good[^]*\r\ncontent-length: 4\r\n[^]*\r\n\r\nbody$/);
    assertClean(test.path);
  });

  Deno.test(`a body in chunks goes along${feeding}`, () => {
    const test = run("", { pieceBytes });
    const request =
      "POST /from HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
    assert.match(exchange(test, request, redirect(GOOD), OK), /^HTTP\/1\.1 200 OK/);
    const asked = test.asked.at(-1)!;
    assert.match(asked, /^POST \/good/);
    assert.equal(asked.slice(asked.indexOf("\r\n\r\n") + 4).replace(/[\da-f]+\r\n|\r\n/g, ""), "body");
    assertClean(test.path);
  });

  Deno.test(`303 makes a GET without body of everything but GET and HEAD${feeding}`, () => {
    for (const [method, next] of [["POST", "GET"], ["DELETE", "GET"], ["HEAD", "HEAD"], ["GET", "GET"]] as const) {
      const test = run("redirect_response_codes: [303]", { pieceBytes });
      const request = method === "POST" ? POST : GET.replace("GET", method);
      const answer = exchange(test, request, redirect(GOOD, 303), OK.slice(0, method === "HEAD" ? -2 : undefined));
      assert.match(answer, /^HTTP\/1\.1 200 OK/);
      const asked = test.asked.at(-1)!;
      assert.ok(asked.startsWith(`${next} /good?a=b HTTP/1.1\r\n`), asked);
      assert.doesNotMatch(asked, /content-length|body/);
      assertClean(test.path);
    }
  });

  Deno.test(`the body of a redirect that is followed is dropped, and its connection with it${feeding}`, () => {
    const test = run("", { pieceBytes });
    const withBody = "HTTP/1.1 302 Found\r\nlocation: http://a.test/good\r\ncontent-length: 5\r\n\r\nmoved";
    assert.match(exchange(test, GET, withBody, OK), /\r\n\r\nok$/);
    assert.equal(test.path.origins.length, 2);
    assertClean(test.path);
  });
}

/** Notes what it is shown, under a number of its own, and in `x-seen` of the request. */
class CountingFilter extends PassThroughFilter {
  readonly #name: string;
  readonly #calls: string[];
  readonly #handle: FilterHandle;

  constructor(name: string, calls: string[], handle: FilterHandle) {
    super();
    this.#name = name;
    this.#calls = calls;
    this.#handle = handle;
  }

  override decodeHead(endStream: boolean): HeadStatusValue {
    const { request } = this.#handle;
    this.#calls.push(`${this.#name} ${request.method} ${request.authority}${request.path}${endStream ? "." : ""}`);
    request.headers.addName("x-seen", this.#name);
    return HeadStatus.continue;
  }

  override decodeBody(block: ByteBlock, start: number, end: number): BodyStatusValue {
    this.#calls.push(`${this.#name} ${latin1Text(block.bytes, start, end)}`);
    return BodyStatus.continue;
  }

  override decodeEnd(): EndStatusValue {
    this.#calls.push(`${this.#name} end`);
    return EndStatus.continue;
  }

  override encodeHead(): HeadStatusValue {
    const { request, response } = this.#handle;
    this.#calls.push(`${this.#name} answers ${response.status} to ${request.authority}${request.path}`);
    return HeadStatus.continue;
  }

  override destroy(): void {
    this.#calls.push(`${this.#name} gone`);
  }
}

/** A data path whose filters write `calls`. Messages must be Envoy's own. */
function watched(policy: string, calls: string[]): Run {
  const type = "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua";
  let made = 0;
  const definition: HttpFilterDefinition = {
    typeUrl: type,
    schema: z.strictObject({}),
    isTerminal: false,
    createFactory: () => ({ create: (handle) => new CountingFilter(`#${++made}`, calls, handle) }),
  };
  return run(policy, { filters: [`{name: a, typed_config: {"@type": ${type}}}`], definitions: [definition] });
}

Deno.test("all filters are made anew, shown the request again, and never the redirect", () => {
  const calls: string[] = [];
  const test = watched("", calls);
  assert.match(exchange(test, POST, redirect(GOOD), OK), /^HTTP\/1\.1 200 OK/);
  assert.deepEqual(calls, [
    ...["#1 POST a.test/from", "#1 body", "#1 end", "#1 gone"],
    ...["#2 POST b.test/good?a=b", "#2 body", "#2 end", "#2 answers 200 to b.test/good?a=b", "#2 gone"],
  ]);
  assert.match(test.asked.at(-1)!, /x-seen: #1\r\n[^]*x-seen: #2\r\n/);
  assertClean(test.path);
});

Deno.test("a redirect that is refused late leaves the head as it was", () => {
  for (const policy of ["", `predicates: [${PREDICATES.listed}]`]) {
    const calls: string[] = [];
    const test = watched(policy, calls);
    const location = policy === "" ? "http://c.test/x" : "http://b.test/x";
    assert.match(exchange(test, GET, redirect(location)), /^HTTP\/1\.1 302 /);
    assert.deepEqual(calls, ["#1 GET a.test/from.", "#1 answers 302 to a.test/from", "#1 gone"]);
    assertClean(test.path);
  }
});

/** Each row: why a redirect is left to the client, and the counter that says so, if any. */
const LEFT: readonly [name: string, policy: string, request: string, answer: string, counter: string | null][] = [
  ["of another status", "", GET, redirect(GOOD, 301), null],
  ["of a status that is no redirect", "redirect_response_codes: [304]", GET, redirect(GOOD, 304), null],
  ["without location", "", GET, redirect(""), ""],
  ["to a path", "", GET, redirect("/good"), "bad_location"],
  ["to nothing", "", GET, "HTTP/1.1 302 Found\r\nlocation: \r\ncontent-length: 0\r\n\r\n", "bad_location"],
  ["to another scheme", "", GET, redirect("https://b.test/good"), "unsafe_scheme"],
  ["too many times", "max_internal_redirects: 0", GET, redirect(GOOD), "too_many_redirects"],
  ["without a route", "", GET, redirect("http://c.test/good"), "no_route"],
  [
    "to a route that is not listed",
    `predicates: [${PREDICATES.listed}]`,
    GET,
    redirect("http://b.test/x"),
    "predicate",
  ],
  [
    "to https for a client without TLS",
    `allow_cross_scheme_redirect: true, predicates: [${PREDICATES.safe}]`,
    GET,
    redirect("https://b.test/good"),
    "predicate",
  ],
];

for (const [name, policy, request, answer, counter] of LEFT) {
  Deno.test(`a redirect ${name} is left to the client`, () => {
    const test = run(policy);
    const status = answer.slice(9, 12);
    assert.ok(exchange(test, request, answer).startsWith(`HTTP/1.1 ${status} `));
    assert.deepEqual(test.path.logged, [`${status} - via_upstream`]);
    assert.equal(test.path.counter(`cluster.web.upstream_rq_${status}`), 1);
    assert.deepEqual([followed(test), failed(test)], [0, counter === null ? 0 : 1]);
    for (const reason of ["bad_location", "unsafe_scheme", "too_many_redirects", "no_route", "predicate"]) {
      const figure = test.path.counter(`http.ingress.passthrough_internal_redirect_${reason}`);
      assert.equal(figure, reason === counter ? 1 : 0, reason);
    }
    assertClean(test.path);
  });
}

Deno.test("a redirect of a request with more body than may be kept is left to the client", () => {
  const test = run("", { listener: { perConnectionBufferLimitBytes: 3 } });
  assert.match(exchange(test, POST, redirect(GOOD)), /^HTTP\/1\.1 302 /);
  assert.equal(test.path.counter("cluster.web.retry_or_shadow_abandoned"), 1);
  assert.deepEqual([followed(test), failed(test)], [0, 1]);
  assertClean(test.path);
});

Deno.test("a redirect before the request is complete is left to the client", () => {
  const test = run("");
  assert.match(exchange(test, POST.slice(0, -1), redirect(GOOD)), /^HTTP\/1\.1 302 /);
  assert.deepEqual([followed(test), failed(test)], [0, 1]);
  assertClean(test.path);
});

Deno.test("redirects are counted over all routes of a request, and anew for the next", () => {
  const test = run("max_internal_redirects: 2");
  const again = redirect("http://a.test/from/again");
  for (let i = 0; i < 2; i++) {
    assert.match(exchange(test, GET, again, again, again), /^HTTP\/1\.1 302 /);
    assert.deepEqual(test.path.logged.slice(-3), [
      ...["302 - internal_redirect", "302 - internal_redirect", "302 - via_upstream"],
    ]);
  }
  assert.equal(test.path.counter("http.ingress.passthrough_internal_redirect_too_many_redirects"), 2);
  assertClean(test.path);
});

Deno.test("previous_routes refuses a route that a redirect has led to", () => {
  const test = run(`max_internal_redirects: 9, predicates: [${PREDICATES.previous}]`);
  const again = redirect("http://a.test/from/again");
  assert.match(exchange(test, GET, again, again), /^HTTP\/1\.1 302 /);
  assert.deepEqual([followed(test), failed(test)], [1, 1]);
  assertClean(test.path);
});

Deno.test("headers of the redirect are copied into the request, or removed from it", () => {
  const test = run("response_headers_to_copy: [x-a, x-b]");
  const request = GET.replace("\r\n\r\n", "\r\nx-a: old\r\nx-b: old\r\n\r\n");
  exchange(test, request, redirect(GOOD, 302, "x-a: 1\r\nx-a: 2\r\n"), OK);
  assert.match(test.asked.at(-1)!, /x-a: 1\r\nx-a: 2\r\n/);
  assert.doesNotMatch(test.asked.at(-1)!, /old/);
  assertClean(test.path);
});

Deno.test("the new route may answer by itself, with the next request waiting already", () => {
  const test = run("");
  const answer = exchange(test, POST + POST, redirect("http://b.test/here"), redirect("http://b.test/here"));
  assert.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
  assert.equal(answer.match(/\r\n\r\nhere/g)?.length, 2);
  assertClean(test.path);
});

Deno.test("the new route's timeout counts, from when it is taken", () => {
  const test = run("", {}, ", timeout: 10s");
  exchange(test, GET);
  test.path.advance(5_000);
  test.path.origin.send(redirect("http://b.test/slow"));
  test.path.deliver();
  test.path.advance(900);
  assert.equal(test.client.take(), "");
  test.path.advance(200);
  assert.match(test.client.take(), /^HTTP\/1\.1 504 /);
  assertClean(test.path);
});

Deno.test("the manager's max_stream_duration goes on through redirects", () => {
  const test = run("", { managerFields: ["common_http_protocol_options: { max_stream_duration: 2s }"] });
  exchange(test, GET);
  test.path.advance(1_500);
  test.path.origin.send(redirect(GOOD));
  test.path.deliver();
  test.path.advance(700);
  assert.match(test.client.take(), /^HTTP\/1\.1 504 /);
  assertClean(test.path);
});

Deno.test("a client that goes between redirect and answer leaves nothing behind", () => {
  const test = run("");
  exchange(test, POST, redirect(GOOD));
  test.client.close("abort");
  test.path.deliver();
  assert.deepEqual(test.path.logged, ["302 - internal_redirect", "0 DC downstream_remote_disconnect"]);
  assertClean(test.path);
});

Deno.test("an origin that is gone when the redirect is followed is answered 503", () => {
  const test = run("");
  exchange(test, POST);
  test.path.stopOrigin();
  // The connection goes with the body that nobody reads.
  test.path.origin.send(`${redirect(GOOD).replace("length: 0", "length: 5")}moved`);
  test.path.deliver();
  assert.match(test.client.take(), /^HTTP\/1\.1 503 /);
  assertClean(test.path);
});

Deno.test("a big body is kept and sent again, block by block", () => {
  const test = run("", { listener: { perConnectionBufferLimitBytes: 1 << 20 } });
  const body = "0123456789abcdef".repeat(10_000);
  const request = `POST /from HTTP/1.1\r\nhost: a.test\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  assert.match(exchange(test, request, redirect(GOOD), OK), /^HTTP\/1\.1 200 OK/);
  assert.ok(test.asked.at(-1)!.endsWith(`\r\n\r\n${body}`));
  assertClean(test.path);
});
