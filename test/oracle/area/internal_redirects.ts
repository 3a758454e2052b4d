/**
 * Internal redirects (spec/http.md 3): the decision row by row, what the origin is asked the second time, and the lines of
 * the log, one for each request that was made of it.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { answers, area, arrived, CLOCK, get, open, post } from "../oracle_case.ts";

const PACKAGE = "type.googleapis.com/envoy.extensions.internal_redirect";
const PREVIOUS_ROUTES =
  `{ name: previous, typed_config: { "@type": ${PACKAGE}.previous_routes.v3.PreviousRoutesConfig } }`;
const SAFE_CROSS_SCHEME =
  `{ name: safe, typed_config: { "@type": ${PACKAGE}.safe_cross_scheme.v3.SafeCrossSchemeConfig } }`;
const allowListed = (names: string) =>
  `{ name: listed, typed_config: { "@type": ${PACKAGE}.allow_listed_routes.v3.AllowListedRoutesConfig, ` +
  `allowed_route_names: [${names}] } }`;

const LINE = `${USUAL_LINE} %ROUTE_NAME% %REQ(:AUTHORITY)%`;

/** A route whose redirects are followed. */
const following = (match: string, policy: string, more = "", name = "") =>
  `{ ${name === "" ? "" : `name: ${name}, `}match: { ${match} }, ` +
  `route: { cluster: origin, internal_redirect_policy: { ${policy} }${more === "" ? "" : `, ${more}`} } }`;

const START = "prefix: /redirect";
const to = (location: string, status = "302", more = "") => `x-to: ${location}\r\nx-status: ${status}\r\n${more}`;
const asked = (location: string, status?: string, more?: string) => get("/redirect", to(location, status, more));
const posted = (location: string, status?: string, more?: string) =>
  post("/redirect", "body", to(location, status, more));
const THERE = "http://b.test/there";

/** What a location may look like, and where it should lead. */
const LOCATIONS = [
  "http://b.test/there?a=b",
  "http://b.test/there#part",
  "http://b.test/there?a=b#part",
  "http://b.test",
  "http://b.test?a=b",
  "http://b.test#part",
  "http://b.test:8080/there",
  "http://b.test:/there",
  "http://b.test:99999/there",
  "http://[::1]:80/there",
  "http://[::1]/there",
  "HTTP://B.Test/There",
  "http://user@b.test/there",
  "http://b.test/a%20b/%zz",
  "http://b.test/there//x/../y",
  "http://b.test/a b",
  "http:///there",
  "http://",
  "http:/there",
  "/there",
  "there",
  "//b.test/there",
  "?a=b",
  "ftp://b.test/there",
  "",
  "http://b_b.test/there",
  "http://@b.test/there",
  "http://u:p@b.test:80/there",
  "http://a@b@c.test/there",
  "http://b.test:080/there",
  "http://b.test:65536/there",
  "http://b.test:80:80/there",
  "http://b.test/there?b?c",
  'http://b.test/there"<>|{}^',
  "http://b.test/there#a#b?c",
  "http://b.test/there#a b",
  "http://b.test/th\u00e9re",
  "http://b.test/there?\u00e9",
  "http://b.test/th\tre",
  "http://[fe80::1%25eth0]/there",
  "http://[::1/there",
  "http://[]/there",
  "http://b..test./there",
  "http://%62.test/there",
  "https://b.test/there",
  "http://b.test\\there",
];

export const INTERNAL_REDIRECTS = area("internal_redirects", {
  once: { routes: [following(START, "")] },
  twice: { routes: [following(START, "max_internal_redirects: 2")] },
  none: { routes: [following(START, "max_internal_redirects: 0")] },
  codes: { routes: [following(START, "redirect_response_codes: [301, 303, 307, 308, 304]")] },
  old: {
    routes: [
      "{ match: { prefix: /redirect }, route: { cluster: origin, internal_redirect_action: HANDLE_INTERNAL_REDIRECT } }",
    ],
  },
  old_none: {
    routes: [
      "{ match: { prefix: /redirect }, route: { cluster: origin, max_internal_redirects: 0, " +
      "internal_redirect_action: HANDLE_INTERNAL_REDIRECT } }",
    ],
  },
  unmatched: {
    virtualHosts: [
      `{ name: a, domains: [a.test], routes: [${
        following(START, "response_headers_to_copy: [x-copied, x-status]", "prefix_rewrite: /redirect/x")
      }] }`,
    ],
  },
  other_actions: {
    routes: [
      following(START, ""),
      "{ name: direct, match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: here } } }",
      "{ name: away, match: { prefix: /away }, redirect: { host_redirect: c.test } }",
      "{ name: nowhere, match: { prefix: /nowhere }, route: { cluster: none } }",
      "{ name: dead, match: { prefix: /dead }, route: { cluster: dead } }",
    ],
  },
  cross_scheme: { routes: [following(START, "allow_cross_scheme_redirect: true")] },
  safe: {
    routes: [following(START, `allow_cross_scheme_redirect: true, predicates: [${SAFE_CROSS_SCHEME}]`)],
  },
  listed: {
    routes: [
      following(START, `predicates: [${allowListed("good")}]`),
      "{ name: good, match: { prefix: /good }, route: { cluster: origin } }",
      "{ name: bad, match: { prefix: /bad }, route: { cluster: origin } }",
    ],
  },
  previous: {
    routes: [
      following(START, `max_internal_redirects: 5, predicates: [${PREVIOUS_ROUTES}]`, "", "again"),
      following("prefix: /other", `max_internal_redirects: 5, predicates: [${PREVIOUS_ROUTES}]`, "", "other"),
    ],
  },
  previous_unnamed: {
    routes: [following(START, `max_internal_redirects: 5, predicates: [${PREVIOUS_ROUTES}]`)],
  },
  copying: { routes: [following(START, "response_headers_to_copy: [x-copied, x-gone, X-Origin-Says]")] },
  rewriting: {
    routes: [
      following(
        START,
        "",
        "prefix_rewrite: /redirect/new, host_rewrite_literal: c.test, append_x_forwarded_host: true",
      ),
      "{ match: { prefix: /there }, route: { cluster: origin, prefix_rewrite: /elsewhere, host_rewrite_literal: d.test } }",
    ],
  },
  forwarding: {
    managerFields: ["use_remote_address: true", "generate_request_id: true"],
    routes: [following(START, "")],
  },
  small: { listenerFields: ["per_connection_buffer_limit_bytes: 3"], routes: [following(START, "")] },
  trailers: {
    managerFields: ["http_protocol_options: { enable_trailers: true }"],
    routes: [following(START, "")],
  },
  timeouts: {
    routes: [
      following(START, "", "timeout: 10s"),
      "{ match: { prefix: /silent }, route: { cluster: origin, timeout: 0.2s } }",
    ],
  },
  lines: {
    accessLog: [textLog(LINE)],
    routes: [
      following(START, "redirect_response_codes: [302, 303]", "", "first"),
      "{ name: second, match: { prefix: / }, route: { cluster: origin } }",
    ],
  },
}, [
  { name: "followed", on: ["once", "twice", "old", "cross_scheme", "forwarding"], send: asked(THERE) },
  { name: "left to the client", on: ["none", "codes", "old_none"], send: asked(THERE) },
  { name: "without location", on: "once", send: get("/redirect") },
  ...LOCATIONS.map((location) => ({
    name: `to ${JSON.stringify(location)}`,
    on: "once" as const,
    send: asked(location),
  })),
  ...["301", "303", "304", "307", "308", "300", "305"].map((status) => ({
    name: status,
    on: "codes" as const,
    send: asked(THERE, status),
  })),
  ...["GET", "HEAD", "POST", "DELETE"].map((method) => ({
    name: `303 to ${method}`,
    on: "codes" as const,
    send: get("/redirect", to(THERE, "303"), method),
  })),
  ...["301", "303", "307", "308"].map((status) => ({
    name: `${status} with a body`,
    on: "codes" as const,
    send: posted(THERE, status),
  })),
  {
    name: "303 to GET with a body",
    on: "codes",
    send: `GET /redirect HTTP/1.1\r\nhost: a.test\r\n${to(THERE, "303")}content-length: 4\r\n\r\nbody`,
  },
  {
    name: "with a body in pieces",
    on: "once",
    send: [posted(THERE).slice(0, -2), arrived("bo"), "dy"],
  },
  {
    name: "with chunks",
    on: "once",
    send: `POST /redirect HTTP/1.1\r\nhost: a.test\r\n${
      to(THERE)
    }transfer-encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n`,
  },
  {
    name: "with empty chunks",
    on: "once",
    send: `POST /redirect HTTP/1.1\r\nhost: a.test\r\n${to(THERE)}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  { name: "with a body past the limit", on: "small", send: posted(THERE) },
  {
    name: "with trailers",
    on: "trailers",
    send: `POST /redirect HTTP/1.1\r\nhost: a.test\r\n${
      to(THERE)
    }transfer-encoding: chunked\r\n\r\n2\r\nbo\r\n0\r\nt: 1\r\n\r\n`,
  },
  {
    name: "before the request is complete",
    on: "once",
    send: [
      `POST /redirect HTTP/1.1\r\nhost: a.test\r\nx-origin: redirect-early\r\n${to(THERE)}content-length: 4\r\n\r\nbo`,
    ],
    then: "end",
  },
  { name: "of an answer with a body", on: "once", send: get("/redirect-body", to(THERE)) },
  { name: "to the same route again", on: ["once", "twice"], send: asked("http://b.test/redirect/on") },
  { name: "by https", on: ["once", "cross_scheme", "safe"], send: asked("https://b.test/there") },
  { name: "by http", on: "safe", send: asked(THERE) },
  { name: "without a route", on: "unmatched", send: asked(THERE) },
  ...["/direct", "/away", "/nowhere", "/dead"].map((path) => ({
    name: `to ${path}`,
    on: "other_actions" as const,
    send: asked(`http://b.test${path}`),
  })),
  { name: "to an accepted route", on: "listed", send: asked("http://b.test/good") },
  { name: "to another route", on: "listed", send: asked("http://b.test/bad") },
  {
    name: "once to each route",
    on: ["previous", "previous_unnamed"],
    send: asked("http://b.test/redirect/on"),
  },
  { name: "to and fro", on: "previous", send: asked("http://b.test/other", "302", "x-origin: redirect\r\n") },
  { name: "with headers", on: "copying", send: asked(THERE, "302", "x-copied: zero\r\nx-gone: yes\r\n") },
  { name: "of a rewritten request", on: "rewriting", send: asked(THERE) },
  { name: "two in turn", on: "once", send: [asked(THERE), answers(1), asked(THERE)], answers: 2 },
  { name: "two at once", on: "once", send: asked(THERE) + asked("http://c.test/there"), answers: 2 },
  { name: "to a route that is slow", on: "timeouts", send: asked("http://b.test/silent") },
  { name: "followed, in lines", on: "lines", send: asked(THERE), lines: 2 },
  { name: "left, in lines", on: "lines", send: asked("/there"), lines: 1 },
  { name: "with a body, in lines", on: "lines", send: posted(THERE), lines: 2 },
  { name: "303 with a body, in lines", on: "lines", send: posted(THERE, "303"), lines: 2 },
  {
    name: "of a websocket",
    on: "once",
    send: get("/redirect", `${to(THERE)}connection: upgrade\r\nupgrade: websocket\r\n`),
  },
  {
    name: "with a slow second answer",
    on: "once",
    send: [asked("http://b.test/wait"), arrived("/wait"), CLOCK, open("answer")],
  },
]);
