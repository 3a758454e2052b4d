/**
 * Normalisation of path and host (spec/http.md 1.8, 1.9), seen in what is routed, what reaches the origin and what is
 * answered. The routes tell apart what normalisation brings together.
 */
import { area, bare, get } from "../oracle_case.ts";
import { OWN_PORT } from "../talk.ts";

const ROUTES = [
  direct("path: /a/b", "exactly a b"),
  direct("prefix: /private", "private"),
  "{ match: { prefix: /old/ }, route: { cluster: origin, prefix_rewrite: /new/ } }",
];

/** The same routes on hosts told apart by their names. */
const HOSTS = [
  `{ name: bare, domains: ["a.test"], routes: [${
    direct("path: /who", "a.test")
  }, { match: { prefix: / }, route: { cluster: origin } }] }`,
  `{ name: ported, domains: ["a.test:81"], routes: [${
    direct("path: /who", "a.test:81")
  }, { match: { prefix: / }, route: { cluster: origin } }] }`,
  `{ name: dotted, domains: ["a.test."], routes: [${
    direct("path: /who", "a.test.")
  }, { match: { prefix: / }, route: { cluster: origin } }] }`,
  `{ name: six, domains: ["[::1]"], routes: [${
    direct("path: /who", "six")
  }, { match: { prefix: / }, route: { cluster: origin } }] }`,
  `{ name: wild, domains: ["*.wild.test"], routes: [${direct("path: /who", "wild")}] }`,
];

const NORMALIZE = "normalize_path: true";
const MERGE = "merge_slashes: true";
const slashes = (action: string) => `path_with_escaped_slashes_action: ${action}`;

/** Paths that differ in what normalisation does to them. */
const PATHS = [
  ...["/a/./b", "/a/x/../b", "/a/x/..", "/..", "/../../a/b", "/./", "/.", "/a/.", "/a/...", "/a/b/", "/a/b?c=/../d"],
  ...["/a//b", "//a/b", "///", "//", "/a/b//", "/a//b?c=//d", "/a/x//../b", "/private//x", "/public/../private/x"],
  ...[
    "/%61/b",
    "/a/%2e/b",
    "/a/x/%2E%2e/b",
    "/a/x/.%2e/b",
    "/%7Ea",
    "/a%20b",
    "/a%zz",
    "/a%2",
    "/a%",
    "/%00",
    "/a%C3%A9",
  ],
  ...["/a%2fb", "/a%2Fb?c=%2f", "/a%5cb", "/a%5Cb", "/a/x%2f..%2fb", "/a%2f%2fb", "/a%252fb", "/private%2fx"],
  ...["/a\\b", "/a\\..\\b", "/old/x/../y", "/old/../a/b", "/old//x", "/x;a=b/../c", "/a/b;p", "/?", "/a/b?", "/a?x?y"],
  ...['/"<>', "/a+b&c=d,e@f:g!h$i*j(k)l'm", "/a|b^c`d{e}f[g]h"],
] as const;

/** Enough of them to see one setting beside the others. */
const FEW = [
  "/a/x/../b",
  "/a//b",
  "/a%2fb",
  "/a%5Cb?c=%2f",
  "/a/x%2f..%2fb",
  "/a%2f%2fb",
  "/a%2f..%2f..%2fb",
  "/private%2fx",
] as const;

const FULL = ["plain", "normal"] as const;
const BRIEF = ["merging", "both", "kept", "refusing", "redirecting", "forwarding"] as const;

export const PATHS_AND_HOSTS = area("paths", {
  plain: { routes: ROUTES },
  normal: { managerFields: [NORMALIZE], routes: ROUTES },
  merging: { managerFields: [MERGE], routes: ROUTES },
  both: { managerFields: [NORMALIZE, MERGE], routes: ROUTES },
  kept: { managerFields: [slashes("KEEP_UNCHANGED"), NORMALIZE, MERGE], routes: ROUTES },
  refusing: { managerFields: [slashes("REJECT_REQUEST")], routes: ROUTES },
  redirecting: { managerFields: [slashes("UNESCAPE_AND_REDIRECT"), NORMALIZE, MERGE], routes: ROUTES },
  forwarding: { managerFields: [slashes("UNESCAPE_AND_FORWARD"), NORMALIZE, MERGE], routes: ROUTES },
  hosts: { virtualHosts: HOSTS },
  any_port: { managerFields: ["strip_any_host_port: true"], virtualHosts: HOSTS },
  own_port: { managerFields: ["strip_matching_host_port: true"], virtualHosts: HOSTS },
  dot: { managerFields: ["strip_trailing_host_dot: true"], virtualHosts: HOSTS },
  dot_and_port: { managerFields: ["strip_trailing_host_dot: true", "strip_any_host_port: true"], virtualHosts: HOSTS },
  ignoring_port: { routeConfigFields: ["ignore_port_in_host_matching: true"], virtualHosts: HOSTS },
  ignoring_parameters: {
    routeConfigFields: ["ignore_path_parameters_in_path_matching: true"],
    routes: [
      ...["/x", "/a/b", "/a/b/c", "/a//b", "//b"].map((path) => direct(`path: ${path}`, `exactly ${path}`)),
      direct('safe_regex: { regex: "/r/[a-z]+" }', "regex"),
      "{ match: { prefix: /old/ }, route: { cluster: origin, prefix_rewrite: /new/ } }",
      "{ match: { prefix: /UP/, case_sensitive: false }, route: { cluster: origin, prefix_rewrite: /new/ } }",
      "{ match: { path: /whole/x }, route: { cluster: origin, prefix_rewrite: /other } }",
      '{ match: { safe_regex: { regex: "/rx/.*" } }, route: { cluster: origin, prefix_rewrite: /gone } }',
      "{ match: { prefix: /moved/ }, redirect: { prefix_rewrite: /new/ } }",
      direct(`path_match_policy: ${template("/t/{a}/b")}`, "template"),
    ],
  },
}, [
  ...PATHS.map((path) => ({ name: path, on: FULL, send: get(path) })),
  ...FEW.map((path) => ({ name: path, on: BRIEF, send: get(path) })),
  ...(["/a/./b//c", "///", "//x///y?p=//", "/a/%2e%2e/c"] as const).map((path) => ({
    name: path,
    on: ["merging", "both"] as const,
    send: get(path),
  })),
  {
    name: "a gRPC request with an escaped slash",
    on: ["refusing", "redirecting"],
    send: get("/a%2fb", "content-type: application/grpc\r\n", "POST"),
  },
  { name: "a fragment", on: ["normal", "both"], send: get("/a/x/../b#c") },
  { name: "OPTIONS *", on: "normal", send: get("*", "", "OPTIONS") },
  { name: "an absolute target", on: "both", send: get("http://a.test//x/../y") },
  ...[
    ...["/x", "/x;v", "/x;", "/a;v=1/b", "/a;/b", "/a;v;w/b;x", "/a;v/b;w/c;x", "/a/;v/b", "/;v/b", "/x;v?a;b/c"],
    ...["/x?a;b", "/r;v/abc", "/r/abc;def", "/r/ABC;v", "/old/a;v?b;c", "/old;v/abc", "/y;v/x"],
    ...["/up/a;v", "/up;v/a", "/whole/x;v?q", "/whole;v/x", "/rx/a;v?q", "/rx;v/a", "/moved/a;v", "/moved;v/a?q"],
    ...["/t/1;v/b", "/t/1/b;v", "/t;v/1/b", "/t/1/b?;"],
  ].map((path) => ({ name: path, on: "ignoring_parameters" as const, send: get(path) })),
  // ---- hosts
  ...[
    "a.test",
    "A.Test",
    "a.test:81",
    "a.test:80",
    "a.test.",
    "a.test.:81",
    "[::1]",
    "[::1]:80",
    "x.wild.test",
    "wild.test",
    "y.x.wild.test:1",
    "strange.test",
  ]
    .flatMap((host) => [
      {
        name: `who is ${host}`,
        on: ["hosts", "any_port", "own_port", "dot", "dot_and_port", "ignoring_port"] as const,
        send: bare("/who", `host: ${host}\r\n`),
      },
      {
        name: `what reaches the origin of ${host}`,
        on: ["any_port", "dot_and_port", "ignoring_port"] as const,
        send: bare("/x", `host: ${host}\r\n`),
      },
    ]),
  {
    name: "the listener's own port",
    on: ["hosts", "any_port", "own_port"],
    send: bare("/who", `host: a.test:${OWN_PORT}\r\n`),
  },
  {
    name: "the listener's own port at the origin",
    on: ["hosts", "any_port", "own_port"],
    send: bare("/x", `host: a.test:${OWN_PORT}\r\n`),
  },
  { name: "an absolute target with a port", on: ["any_port", "own_port"], send: get("http://a.test:81/x") },
]);

function template(text: string): string {
  const type = "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  return `{ name: template, typed_config: { "@type": ${type}, path_template: "${text}" } }`;
}

function direct(match: string, body: string): string {
  return `{ match: { ${match} }, direct_response: { status: 200, body: { inline_string: "${body}" } } }`;
}
