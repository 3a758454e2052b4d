/**
 * Mirrored requests (spec/http.md 2.13): what the copy says, who gets one, and that nothing of it reaches the client. The
 * copy goes to the origin too: its host, or a path that its route was given, tells the two apart.
 */
import { answers, area, arrived, CLOCK, get, open, post, received } from "../oracle_case.ts";

/** Of `copy`, unless told otherwise. */
const mirrored = (match: string, policies: string, more = "", cluster = "origin") =>
  `{ match: { ${match} }, route: { cluster: ${cluster}, request_mirror_policies: [${policies}]` +
  `${more === "" ? "" : `, ${more}`} } }`;
const ALL = "prefix: /";
const COPY = "{ cluster: copy }";
const fraction = (numerator: number, key = "") =>
  `{ cluster: copy, runtime_fraction: { default_value: { numerator: ${numerator} }${
    key === "" ? "" : `, runtime_key: ${key}`
  } } }`;

const mutating = (...steps: string[]) => `{ cluster: copy, request_headers_mutations: [${steps.join(", ")}] }`;

const withHost = (host: string, path = "/") => `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
const SHADOW = arrived("-shadow");

const CHUNKS = "transfer-encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n";

export const MIRRORS = area("mirrors", {
  plain: { routes: [mirrored(ALL, COPY)] },
  twice: { routes: [mirrored(ALL, `${COPY}, { cluster: copy, host_rewrite_literal: other-shadow.test }`)] },
  as_is: { routes: [mirrored(ALL, "{ cluster: copy, disable_shadow_host_suffix_append: true }")] },
  renamed: { routes: [mirrored(ALL, "{ cluster: copy, host_rewrite_literal: 'copy-shadow.test:81' }")] },
  renamed_as_is: {
    routes: [
      mirrored(
        ALL,
        "{ cluster: copy, disable_shadow_host_suffix_append: true, host_rewrite_literal: copy-shadow.test }",
      ),
    ],
  },
  by_header: { routes: [mirrored(ALL, "{ cluster_header: x-copy }")], clusters: { copy: [] } },
  sampled: { routes: [mirrored("prefix: /never", fraction(0)), mirrored("prefix: /always", fraction(100))] },
  dead: { routes: [mirrored(ALL, "{ cluster: dead }")] },
  none: { routes: [mirrored(ALL, "{ cluster: none }")] },
  stuck: { routes: [mirrored(ALL, "{ cluster: stuck }")] },
  of_dead: { routes: [mirrored(ALL, COPY, "", "dead")] },
  of_none: { routes: [mirrored(ALL, COPY, "", "none")] },
  rewritten: {
    routes: [mirrored("prefix: /old", COPY, "prefix_rewrite: /new, host_rewrite_literal: 'b.test:80'")],
  },
  mutated: {
    routes: [
      mirrored(
        "prefix: /steps",
        mutating(
          "{ append: { header: { key: x-a, value: '%REQ(x-b)%' } } }",
          "{ remove: x-b }",
          "{ append: { header: { key: x-c, value: '<%REQ(x-b)%>' } } }",
          "{ remove_on_match: { key_matcher: { prefix: x-gone } } }",
          "{ append: { header: { key: x-a, value: over }, append_action: OVERWRITE_IF_EXISTS } }",
          "{ append: { header: { key: x-none, value: over }, append_action: OVERWRITE_IF_EXISTS } }",
          "{ append: { header: { key: x-d, value: '%PROTOCOL% %RESPONSE_CODE% %ROUTE_NAME%' } } }",
          "{ append: { header: { key: x-one }, keep_empty_value: true } }",
        ),
      ),
      mirrored(
        "prefix: /host",
        mutating("{ append: { header: { key: x-host, value: '%REQ(:AUTHORITY)% %REQ(:PATH)%' } } }"),
        "host_rewrite_literal: 'b.test:80', prefix_rewrite: /new",
      ),
      mirrored(
        "prefix: /literal",
        mutating("{ append: { header: { key: x-host, value: '%REQ(:AUTHORITY)%' } } }").replace(
          "cluster: copy",
          "cluster: copy, host_rewrite_literal: copy-shadow.test",
        ),
      ),
      mirrored(
        "prefix: /said",
        mutating(
          "{ append: { header: { key: x-envoy-internal, value: 'no' }, append_action: OVERWRITE_IF_EXISTS_OR_ADD } }",
          "{ append: { header: { key: x-forwarded-for, value: 10.9.9.9 } } }",
          "{ append: { header: { key: x-told, value: '%REQ(x-envoy-internal)% %REQ(x-forwarded-for)%' } } }",
        ),
      ),
      mirrored("prefix: /length", mutating("{ remove: content-length }")),
      mirrored("prefix: /made", mutating("{ append: { header: { key: x-made, value: '[%QUERY_PARAM(a)%]' } } }")),
      mirrored("prefix: /named", mutating("{ remove: x-copy }").replace("cluster: copy", "cluster_header: x-copy")),
      mirrored(
        "prefix: /route",
        `${mutating("{ append: { header: { key: x-a, value: '%REQ(x-a)%' } } }")}, ${COPY}`,
      ).replace("route:", "request_headers_to_add: [{ header: { key: x-a, value: route } }], route:"),
    ],
  },
  forwarding: { managerFields: ["use_remote_address: true"], routes: [mirrored(ALL, COPY)] },
  vhost: {
    virtualHosts: [
      "{ name: a, domains: [a.test], request_mirror_policies: [{ cluster: copy }], routes: [" +
      "{ match: { prefix: / }, route: { cluster: origin } }] }",
      "{ name: b, domains: [b.test], request_mirror_policies: [{ cluster: none }], routes: [" +
      `${mirrored(ALL, COPY)}] }`,
    ],
  },
  brief: { routes: [mirrored(ALL, COPY, "timeout: 0.2s")] },
  trailers: {
    managerFields: ["http_protocol_options: { enable_trailers: true }"],
    routes: [mirrored(ALL, COPY)],
    clusters: {
      origin: [
        `typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": ` +
        `type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: ` +
        `{ http_protocol_options: { enable_trailers: true } } } }`,
      ],
      copy: [
        `typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": ` +
        `type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: ` +
        `{ http_protocol_options: { enable_trailers: true } } } }`,
      ],
    },
  },
  of_cluster: {
    routes: ["{ match: { prefix: / }, route: { cluster: mirrored } }"],
    clusters: {
      mirrored: [
        `typed_extension_protocol_options: { envoy.extensions.upstreams.http.v3.HttpProtocolOptions: { "@type": ` +
        `type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: ` +
        `{ http_protocol_options: {} }, request_mirror_policies: [{ cluster: mirrors_of_cluster.copy }] } }`,
      ],
      copy: [],
    },
  },
  counted: {
    routes: [mirrored(ALL, COPY)],
    stats: "^cluster\\.mirrors_counted\\.copy\\.(internal\\.)?upstream_rq_(\\d..|completed|total)$",
  },
  websocket: {
    managerFields: ["upgrade_configs: [{ upgrade_type: websocket }]"],
    routes: [mirrored(ALL, COPY)],
  },
  redirecting: {
    routes: [
      mirrored("prefix: /redirect", COPY, "internal_redirect_policy: {}"),
      "{ match: { prefix: / }, route: { cluster: origin } }",
    ],
  },
}, [
  {
    name: "copied",
    on: ["plain", "twice", "renamed", "renamed_as_is", "forwarding", "vhost", "of_cluster"],
    send: [get("/"), SHADOW],
  },
  { name: "under the same host", on: "as_is", send: [get("/"), arrived("x-envoy-internal")] },
  ...["a.test:80", "a.test:", "[::1]", "[::1]:80", "1.2.3.4:8080", "a"].map((host) => ({
    name: `of ${host}`,
    on: "plain" as const,
    send: [withHost(host), SHADOW],
  })),
  { name: "with a body", on: ["plain", "forwarding"], send: [post("/", "body"), SHADOW] },
  { name: "with an empty body", on: "plain", send: [post("/", ""), SHADOW] },
  { name: "with a body in pieces", on: "plain", send: [post("/", "body").slice(0, -2), arrived("bo"), "dy", SHADOW] },
  {
    name: "with chunks",
    on: "plain",
    send: [`POST / HTTP/1.1\r\nhost: a.test\r\n${CHUNKS}\r\n`, SHADOW],
  },
  {
    name: "with trailers",
    on: ["trailers", "plain"],
    send: [`POST / HTTP/1.1\r\nhost: a.test\r\n${CHUNKS}t: 1\r\n\r\n`, SHADOW],
  },
  { name: "of HEAD", on: "plain", send: [get("/", "", "HEAD"), SHADOW] },
  { name: "of DELETE", on: "plain", send: [get("/", "", "DELETE"), SHADOW] },
  {
    name: "with fields of its own",
    on: ["plain", "forwarding"],
    send: [get("/", "x-forwarded-for: 10.0.0.1, 10.0.0.2\r\nx-envoy-internal: true\r\nx-a: 1\r\n"), SHADOW],
  },
  { name: "two in turn", on: "plain", send: [get("/"), SHADOW, answers(1), get("/b")], answers: 2 },
  { name: "with what a format makes", on: "mutated", send: [get("/made?a=b"), SHADOW] },
  { name: "with what would end its line", on: "mutated", send: [get("/made?a=b%0d%0ac:%20d"), CLOCK] },
  { name: "named by a header", on: "by_header", send: [get("/", "x-copy: mirrors_by_header.copy\r\n"), SHADOW] },
  { name: "named by no header", on: "by_header", send: get("/") },
  { name: "to no known cluster", on: "by_header", send: get("/", "x-copy: nobody\r\n") },
  { name: "always", on: "sampled", send: [get("/always"), SHADOW] },
  { name: "never", on: "sampled", send: get("/never") },
  { name: "answered by the one", on: ["dead", "none", "stuck"], send: get("/") },
  { name: "answered by the one, with a body", on: ["dead", "none", "stuck"], send: post("/", "body") },
  { name: "of an answer that fails", on: ["plain"], send: [get("/503"), SHADOW] },
  { name: "copied all the same", on: "of_dead", send: [get("/"), SHADOW] },
  { name: "not copied", on: "of_none", send: get("/") },
  { name: "as it is rewritten", on: "rewritten", send: [get("/old/x"), SHADOW] },
  { name: "of the route, not its virtual host", on: "vhost", send: [withHost("b.test"), SHADOW] },
  {
    name: "with other fields",
    on: "mutated",
    send: [get("/steps", "x-b: 1\r\nx-b: 2\r\nx-gone-a: 1\r\nx-gone: 2\r\n"), SHADOW],
  },
  ...["/host", "/literal", "/route"].map((path) => ({
    name: `with other fields on ${path}`,
    on: "mutated" as const,
    send: [get(path), SHADOW],
  })),
  {
    name: "with other fields of its own",
    on: "mutated",
    send: [get("/said", "x-forwarded-for: 10.0.0.1\r\n"), SHADOW],
  },
  { name: "that loses its length", on: "mutated", send: [post("/length", "body"), SHADOW] },
  {
    name: "that loses the name of its cluster",
    on: "mutated",
    send: [get("/named", "x-copy: mirrors_mutated.copy\r\n"), SHADOW],
  },
  ...["/", "/503", "/close", "/nonsense", "/cut", "/bad-chunk", "/big"].map((path) => ({
    name: `counted ${path}`,
    on: "counted" as const,
    // By then the answer to the copy has been counted, too.
    send: [get(path), SHADOW, CLOCK],
    then: "close" as const,
  })),
  { name: "that takes too long", on: "brief", send: [get("/silent"), SHADOW] },
  { name: "of a request that waits", on: "plain", send: [get("/wait"), SHADOW, CLOCK, open("answer")] },
  { name: "of halves", on: "plain", send: [get("/halves"), SHADOW, received("first"), open("rest")] },
  {
    name: "of a websocket",
    on: "websocket",
    send: [get("/upgrade", "connection: upgrade\r\nupgrade: websocket\r\n"), received("101")],
    then: "close",
    differs: "src/proxy/router/mirror.ts: upgrades are not copied",
  },
  {
    name: "of a redirect that is followed",
    on: "redirecting",
    send: [get("/redirect", "x-to: http://b.test/there\r\n")],
  },
]);
