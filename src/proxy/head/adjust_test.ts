import assert from "node:assert/strict";
import { DataPath, type Peer } from "../../../test/support/data_path.ts";
import { streamView } from "../../../test/support/stream_views.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import type { ClientCertificate } from "./downstream_peer.ts";
import { adjustRequest } from "./request_adjust.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
const VIEW = streamView();
const BEGUN = { facts: VIEW.facts, view: VIEW };
const PEER = { peerAddress: "192.0.2.5", localPort: 10000, isSecure: false, clientCertificate: null };
const NORMAL = "normalize_path: true";
const INTERNAL = "internal_address_config: { cidr_ranges: [{ address_prefix: 127.0.0.0, prefix_len: 8 }] }";
const EDGE = "use_remote_address: true";
const DETECTION = 'original_ip_detection_extensions: [{ name: d, typed_config: { "@type": ' +
  "type.googleapis.com/envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig, " +
  "header_name: x-real-ip, reject_with_status: { code: 422 } } }]";

function pathWith(...managerFields: string[]): DataPath {
  return new DataPath({ managerFields });
}

function get(path: string, ...fields: string[]): string {
  return `GET ${path} HTTP/1.1\r\n${["host: a.test", ...fields].map((field) => `${field}\r\n`).join("")}\r\n`;
}

/** What reached the origin of a request, and what came back. */
function exchange(path: DataPath, request: string, response = OK): readonly [forwarded: string, answer: string] {
  const client: Peer = path.connect();
  client.send(request);
  path.deliver();
  const forwarded = path.origins.at(-1)?.take() ?? "";
  if (forwarded !== "") path.origin.send(response);
  path.deliver();
  return [forwarded, client.take()];
}

/** Why the request is refused, or null. */
function refusal({ context }: DataPath, method: string, target: string, fields: Record<string, string>) {
  const head = requestHead(method, target, fields);
  return adjustRequest(head, BEGUN, context, PEER);
}

/** The lines of a head that begin with one of the names. */
function lines(head: string, ...names: string[]): string[] {
  return head.split("\r\n").filter((line) => names.some((name) => line.startsWith(`${name}:`)));
}

Deno.test("a refused request is answered as Envoy answers it", () => {
  const cases: readonly (readonly [
    managerFields: readonly string[],
    method: string,
    target: string,
    fields: Record<string, string>,
    reply: readonly [status: number, details: string, flag: string | null, closes: boolean],
    counter: string,
  ])[] = [
    [[], "GET", "/", {}, [400, "missing_host_header", null, false], ""],
    [[], "GET", "", { host: "a" }, [404, "missing_path_rejected", null, false], ""],
    [
      [],
      "OPTIONS",
      "*",
      { host: "a" },
      [404, "absolute_path_rejected", null, false],
      "downstream_rq_non_relative_path",
    ],
    [
      [],
      "GET",
      "/a#b",
      { host: "a" },
      [400, "path_normalization_failed", null, false],
      "downstream_rq_failed_path_normalization",
    ],
    [
      [NORMAL],
      "GET",
      "/%00",
      { host: "a" },
      [400, "path_normalization_failed", null, false],
      "downstream_rq_failed_path_normalization",
    ],
    [
      ["path_with_escaped_slashes_action: REJECT_REQUEST"],
      "GET",
      "/%2f",
      { host: "a" },
      [400, "path_normalization_failed", null, false],
      "downstream_rq_failed_path_normalization",
    ],
    [
      ["path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT"],
      "GET",
      "/%2f",
      { host: "a" },
      [307, "path_normalization_failed", null, false],
      "downstream_rq_redirected_with_normalized_path",
    ],
    [
      ["path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT"],
      "POST",
      "/%2f",
      { host: "a", "content-type": "application/grpc" },
      [400, "path_normalization_failed", null, false],
      "downstream_rq_failed_path_normalization",
    ],
    [[], "QUERY", "/", { host: "a" }, [400, "query_missing_content_type", null, false], ""],
    [
      [],
      "GET",
      "/",
      { host: "a", connection: "x-forwarded-for" },
      [400, "http1.connection_header_rejected", "DPE", true],
      "",
    ],
    [[], "GET", "/", { host: "a", connection: "host" }, [400, "missing_host_header", null, false], ""],
    [
      [DETECTION],
      "GET",
      "/",
      { host: "a" },
      [422, "rejecting_because_detection_failed", null, false],
      "downstream_rq_rejected_via_ip_detection",
    ],
  ];
  for (const [managerFields, method, target, fields, [status, details, flag, closes], counter] of cases) {
    const path = pathWith(...managerFields);
    const reply = refusal(path, method, target, fields)!;
    const found = [reply.status, reply.details, reply.flag, reply.closes];
    assert.deepEqual(found, [status, details, flag, closes], `${method} ${target} ${JSON.stringify(fields)}`);
    if (counter !== "") assert.equal(path.counter(`http.ingress.${counter}`), 1, counter);
  }
});

Deno.test("an empty host, and a CONNECT, which has no path, are let through", () => {
  assert.equal(refusal(pathWith(), "GET", "/", { host: "" }), null);
  assert.equal(refusal(pathWith(NORMAL, "merge_slashes: true"), "CONNECT", "", { host: "a:1" }), null);
});

Deno.test("a path is redirected to its normal form, and a gRPC client told that it is wrong", () => {
  const path = pathWith("path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT", NORMAL, "merge_slashes: true");
  const client = path.connect();
  client.send(get("/a%2F..%2fb?c=%2f"));
  path.deliver();
  const answer = client.take();
  assert.match(answer, /^HTTP\/1\.1 307 Temporary Redirect\r\n/);
  assert.deepEqual(lines(answer, "location", "connection", "content-length"), [
    "location: /b?c=%2f",
    "content-length: 0",
  ]);
  client.send(get("/a%2fb", "content-type: application/grpc"));
  path.deliver();
  const grpc = client.take();
  assert.match(grpc, /^HTTP\/1\.1 200 OK\r\n/);
  assert.deepEqual(lines(grpc, "grpc-status", "connection"), ["grpc-status: 13", "connection: close"]);
  assert.deepEqual(path.origins, []);
});

Deno.test("a normal path is what is routed and forwarded", () => {
  const [forwarded] = exchange(pathWith(NORMAL, "merge_slashes: true"), get("//a/./b/%2e%2E//c?d=//"));
  assert.match(forwarded, /^GET \/a\/c\?d=\/\/ HTTP\/1\.1\r\nhost: a\.test\r\n/);
});

Deno.test("a fragment is cut off where the runtime does not refuse it", () => {
  const runtime = { "envoy.reloadable_features.http_reject_path_with_fragment": false };
  const path = new DataPath({ runtime });
  assert.match(exchange(path, get("/a?b#c?d"))[0], /^GET \/a\?b HTTP\/1\.1\r\n/);
});

Deno.test("a host without its port is what is routed and forwarded", () => {
  const [forwarded] = exchange(pathWith("strip_matching_host_port: true"), get("/").replace("a.test", "a.test:10000"));
  assert.deepEqual(lines(forwarded, "host"), ["host: a.test"]);
});

Deno.test("fields on several lines go on as one", () => {
  const received = ["via: a", "via: b", "te: gzip", "te: trailers", "x-b: 1", "x-b: 2", "x-forwarded-for: 1.1.1.1"];
  const [forwarded] = exchange(pathWith(), get("/", ...received, "x-forwarded-for: 2.2.2.2"));
  assert.deepEqual(
    lines(forwarded, "via", "te", "x-b", "x-forwarded-for"),
    [
      "x-b: 1",
      "x-b: 2",
      "te: trailers",
      "x-forwarded-for: 1.1.1.1,2.2.2.2",
      "via: a,b",
    ].toSorted((a, b) => forwarded.indexOf(a) - forwarded.indexOf(b)),
  );
});

Deno.test("via is appended in both directions, to local replies too", () => {
  const path = pathWith("via: me");
  const [forwarded, answer] = exchange(
    path,
    get("/", "via: 1.1 you"),
    OK.replace("\r\n\r\n", "\r\nvia: 1.1 up\r\n\r\n"),
  );
  assert.deepEqual(lines(forwarded, "via"), ["via: 1.1 you, me"]);
  assert.deepEqual(lines(answer, "via"), ["via: 1.1 up, me"]);
  assert.deepEqual(lines(exchange(path, get("/#"))[1], "via"), ["via: me"]);
});

Deno.test("the proxy names itself as the caller where it is told to", () => {
  const path = pathWith("add_user_agent: true");
  const [forwarded] = exchange(path, get("/", "user-agent:", "x-envoy-downstream-service-cluster: forged"));
  assert.deepEqual(lines(forwarded, "user-agent", "x-envoy-downstream-service-cluster").toSorted(), [
    "user-agent: front",
    "x-envoy-downstream-service-cluster: front",
  ]);
});

Deno.test("a request from inside may force a trace, and its id is shown to it", () => {
  const path = pathWith(EDGE, INTERNAL, "tracing: { random_sampling: { value: 0 } }");
  const id = "x-request-id: 00000000-0000-4000-8000-000000000000", traced = id.replace("-4", "-a");
  const [forwarded, answer] = exchange(path, get("/", id, "x-envoy-force-trace: 1"));
  assert.deepEqual(lines(forwarded, "x-request-id", "x-envoy-internal"), [traced, "x-envoy-internal: true"]);
  assert.deepEqual(lines(answer, "x-request-id"), [traced]);
  assert.deepEqual(lines(exchange(path, get("/", id))[1], "x-request-id"), []);
  assert.equal(path.counter("http.ingress.tracing.service_forced"), 1);
  assert.equal(path.counter("http.ingress.tracing.not_traceable"), 1);
  assert.equal(path.counter("cluster.web.internal.upstream_rq_completed"), 2);
});

Deno.test("interim responses lose their hop-by-hop fields", () => {
  const hints = "HTTP/1.1 103 Unknown\r\nlink: a\r\nconnection: x\r\nupgrade: y\r\nproxy-connection: z\r\n\r\n";
  const [, answer] = exchange(pathWith("proxy_100_continue: true", "via: me"), get("/"), hints + OK);
  assert.match(answer, /^HTTP\/1\.1 103 Unknown\r\nlink: a\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});

Deno.test("a recommended status is what is sent and counted", () => {
  const path = new DataPath({
    managerFields: ["proxy_status_config: { set_recommended_response_code: true }"],
    routes: '{ virtual_hosts: [{ name: a, domains: ["*"], routes: [] }] }',
  });
  const [, answer] = exchange(path, get("/"));
  assert.match(answer, /^HTTP\/1\.1 500 Internal Server Error\r\n/);
  assert.deepEqual(lines(answer, "proxy-status"), [
    'proxy-status: envoy; error=destination_not_found; details="route_not_found; NR"',
  ]);
  assert.equal(path.counter("http.ingress.downstream_rq_5xx"), 1);
});

Deno.test("underscores in names are counted over all listeners", () => {
  const common = (action: string) => `common_http_protocol_options: { headers_with_underscores_action: ${action} }`;
  const dropping = pathWith(common("DROP_HEADER"));
  assert.deepEqual(lines(exchange(dropping, get("/", "x_a: 1", "x-b: 2"))[0], "x_a", "x-b"), ["x-b: 2"]);
  assert.equal(dropping.counter("http1.dropped_headers_with_underscores"), 1);
  const refusing = pathWith(common("REJECT_REQUEST"));
  assert.match(
    exchange(refusing, get("/", "x_a: 1"))[1],
    /^HTTP\/1\.1 400 Bad Request\r\n.*connection: close\r\n\r\nBad Request$/s,
  );
  assert.equal(refusing.counter("http1.requests_rejected_with_underscores_in_headers"), 1);
  assert.match(exchange(pathWith(), get("/", "x_a: 1"))[0], /x_a: 1\r\n/);
});

Deno.test("names keep their spelling through the proxy", () => {
  const formatter =
    "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";
  const path = pathWith(
    `http_protocol_options: { header_key_format: { stateful_formatter: { name: p, typed_config: { "@type": ${formatter} } } } }`,
  );
  const [forwarded, answer] = exchange(path, "GET / HTTP/1.1\r\nHoSt: a.test\r\nX-Request-ID:\r\n\r\n");
  assert.match(forwarded, /^GET \/ HTTP\/1\.1\r\nHoSt: a\.test\r\nx-forwarded-proto: http\r\nX-Request-ID: /);
  assert.match(answer, /\r\ncontent-length: 2\r\n/);
});

Deno.test("a client's certificate is told upstream once a connection has one", () => {
  const { context } = pathWith("forward_client_cert_details: SANITIZE_SET", EDGE);
  const clientCertificate: ClientCertificate = {
    ownUris: ["spiffe://own"],
    sha256: "ab",
    pem: "",
    chainPem: "",
    subject: "",
    uris: [],
    dnsNames: [],
  };
  const head = requestHead("GET", "/", { host: "a" });
  const peer = { ...PEER, isSecure: true, clientCertificate };
  assert.equal(adjustRequest(head, BEGUN, context, peer), null);
  assert.equal(head.scheme, "https");
  assert.deepEqual(
    head.headers.entries().filter(([name]) => /cert|proto/.test(name)),
    [["x-forwarded-proto", "https"], ["x-forwarded-client-cert", "By=spiffe://own;Hash=ab"]],
  );
});

Deno.test("early mutations see the head in its one spelling and the peer, and are trusted no more than the client", () => {
  const type = "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";
  const append = (key: string, value: string) => `{ append: { header: { key: ${key}, value: "${value}" } } }`;
  const steps = [
    append("x-seen", "%REQ(:PATH)% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
    append("x-envoy-retry-on", "5xx"),
    append("x-forwarded-for", "9.9.9.9"),
  ];
  const path = pathWith(
    NORMAL,
    `early_header_mutation_extensions: [{ name: e, typed_config: { "@type": ${type}, mutations: [${steps}] } }]`,
  );
  const [forwarded] = exchange(path, get("/a/../b"));
  assert.deepEqual(lines(forwarded, "x-seen", "x-envoy-retry", "x-forwarded-for"), [
    "x-seen: /b 127.0.0.1",
    "x-forwarded-for: 9.9.9.9",
  ]);
  assert.match(exchange(path, get("/b#c"))[1], /^HTTP\/1\.1 400 /);
});
