/**
 * The filter chain (spec/http.md 10.1, 10.2, 10.5): the health check filter in its modes, filters that are off by
 * default, and what routes and virtual hosts say about them.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { answers, area, CLOCK, CLOSE, get, inTurn, post } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const HEALTH = "type.googleapis.com/envoy.extensions.filters.http.health_check.v3.HealthCheck";
const FILTER_CONFIG = "type.googleapis.com/envoy.config.route.v3.FilterConfig";

/** A health check filter for a path. */
function health(name: string, path: string, fields: string, more = ""): string {
  const headers = `headers: [{ name: ":path", string_match: { exact: ${path} } }]`;
  return `{ name: ${name}, ${more}typed_config: { "@type": ${HEALTH}, ${fields}, ${headers} } }`;
}

const OFF = `{ "@type": ${FILTER_CONFIG}, disabled: true }`;
const ON = `{ "@type": ${FILTER_CONFIG}, config: {} }`;
const perFilter = (filter: string, config: string) => `typed_per_filter_config: { ${filter}: ${config} }`;
const routed = (match: string, more = "") =>
  `{ match: { ${match} }, route: { cluster: origin }${more === "" ? "" : `, ${more}`} }`;
const host = (name: string, domain: string, routes: readonly string[], more = "") =>
  `{ name: ${name}, domains: ["${domain}"], ${more === "" ? "" : `${more}, `}routes: [${routes.join(", ")}] }`;

const ANSWERING = health("health", "/healthz", "pass_through_mode: false");
const checked = (fields: string, more: Variant = {}): Variant => ({
  ...more,
  httpFilters: [health("health", "/healthz", fields)],
});

/** Virtual hosts and routes that turn the filter off. */
const TURNED_OFF = [
  host("plain", "a.test", [routed("path: /healthz")]),
  host("route-off", "route-off.test", [routed("path: /healthz", perFilter("health", OFF))]),
  host("host-off", "host-off.test", [routed("path: /healthz")], perFilter("health", OFF)),
  host("other-off", "other-off.test", [routed("path: /healthz", perFilter("other", OFF))]),
  host("direct", "direct.test", [
    `{ match: { path: /healthz }, direct_response: { status: 200 }, ${perFilter("health", OFF)} }`,
  ]),
];
/** Virtual hosts and routes that turn it on again. */
const TURNED_ON = [
  host("plain", "a.test", [routed("path: /healthz")]),
  host("route-on", "route-on.test", [routed("path: /healthz", perFilter("health", ON))]),
  host("host-on", "host-on.test", [routed("path: /healthz")], perFilter("health", ON)),
  host(
    "host-off-route-on",
    "host-off-route-on.test",
    [routed("path: /healthz", perFilter("health", ON))],
    perFilter("health", OFF),
  ),
  host(
    "host-on-route-off",
    "host-on-route-off.test",
    [routed("path: /healthz", perFilter("health", OFF))],
    perFilter("health", ON),
  ),
];
const OFF_NAMES = ["a", "route-off", "host-off", "other-off", "direct"];
const ON_NAMES = ["a", "route-on", "host-on", "host-off-route-on", "host-on-route-off"];
const OFF_BY_DEFAULT = health("health", "/healthz", "pass_through_mode: false", "disabled: true, ");
const healthOf = (name: string) => `GET /healthz HTTP/1.1\r\nhost: ${name}.test\r\n\r\n`;

export const FILTERS = area("filters", {
  answering: { httpFilters: [ANSWERING], routes: ["{ match: { path: /direct }, direct_response: { status: 200 } }"] },
  routeless: { httpFilters: [ANSWERING], virtualHosts: [host("one", "b.test", [routed("prefix: /")])] },
  passing: checked("pass_through_mode: true"),
  caching: checked("pass_through_mode: true, cache_time: 60s"),
  caching_failure: checked("pass_through_mode: true, cache_time: 60s"),
  caching_shortly: checked("pass_through_mode: true, cache_time: 0.2s"),
  by_cluster: checked(
    'pass_through_mode: false, cluster_min_healthy_percentages: { "filters_by_cluster.origin": { value: 50 } }',
  ),
  by_dead_cluster: checked(
    'pass_through_mode: false, cluster_min_healthy_percentages: { "filters_by_dead_cluster.none": { value: 50 } }',
    { routes: ["{ match: { prefix: /none }, route: { cluster: none } }"] },
  ),
  by_strange_cluster: checked("pass_through_mode: false, cluster_min_healthy_percentages: { strange: { value: 50 } }"),
  by_no_share: checked(
    'pass_through_mode: false, cluster_min_healthy_percentages: { "filters_by_no_share.none": { value: 0 } }',
    { routes: ["{ match: { prefix: /none }, route: { cluster: none } }"] },
  ),
  by_fields: {
    httpFilters: [
      `{ name: health, typed_config: { "@type": ${HEALTH}, pass_through_mode: false, headers: [{ name: ":path", string_match: { prefix: /health } }, { name: x-probe, string_match: { exact: "yes" } }] } }`,
    ],
  },
  everything: { httpFilters: [`{ name: health, typed_config: { "@type": ${HEALTH}, pass_through_mode: false } }`] },
  two: {
    httpFilters: [
      health("first", "/one", "pass_through_mode: false"),
      health("second", "/two", "pass_through_mode: true"),
    ],
  },
  logged: {
    httpFilters: [ANSWERING, health("passing", "/passed", "pass_through_mode: true")],
    accessLog: [textLog(USUAL_LINE)],
  },
  logged_but_checks: { httpFilters: [ANSWERING], accessLog: [textLog(USUAL_LINE, "{ not_health_check_filter: {} }")] },
  on: { httpFilters: [ANSWERING], virtualHosts: TURNED_OFF },
  off: { httpFilters: [OFF_BY_DEFAULT], virtualHosts: TURNED_OFF },
  config_off: { httpFilters: [ANSWERING], virtualHosts: TURNED_OFF, routeConfigFields: [perFilter("health", OFF)] },
  on_again: { httpFilters: [ANSWERING], virtualHosts: TURNED_ON },
  off_and_on: { httpFilters: [OFF_BY_DEFAULT], virtualHosts: TURNED_ON },
  config_off_and_on: {
    httpFilters: [ANSWERING],
    virtualHosts: TURNED_ON,
    routeConfigFields: [perFilter("health", OFF)],
  },
  config_on: { httpFilters: [OFF_BY_DEFAULT], virtualHosts: TURNED_ON, routeConfigFields: [perFilter("health", ON)] },
}, [
  // ---- the health check filter
  {
    name: "a health check",
    on: [
      "answering",
      "passing",
      "by_cluster",
      "by_dead_cluster",
      "by_strange_cluster",
      "by_no_share",
      "everything",
      "routeless",
    ],
    send: get("/healthz"),
  },
  { name: "a health check by HEAD", on: ["answering", "passing"], send: get("/healthz", "", "HEAD") },
  { name: "a health check by POST", on: ["answering", "passing"], send: post("/healthz", "hello") },
  {
    name: "a gRPC health check",
    on: ["answering"],
    send: get("/healthz", "content-type: application/grpc\r\n", "POST"),
  },
  { name: "a health check with a query", on: "answering", send: get("/healthz?a") },
  {
    name: "a health check before the body is whole",
    on: "answering",
    send: ["POST /healthz HTTP/1.1\r\nhost: a.test\r\ncontent-length: 5\r\n\r\nhe", CLOCK, CLOSE],
    answers: 0,
  },
  { name: "another path", on: ["answering", "passing", "everything"], send: get("/x") },
  { name: "a direct response", on: "answering", send: get("/direct") },
  { name: "all fields", on: "by_fields", send: get("/healthy", "x-probe: yes\r\n") },
  { name: "one of two fields", on: "by_fields", send: get("/healthy") },
  { name: "an answer of 503", on: "passing", send: get("/healthz", "x-origin: 503\r\n") },
  {
    name: "an answer that says it is unhealthy",
    on: ["passing", "answering"],
    send: get("/x", "x-origin: unhealthy\r\n"),
  },
  {
    name: "two checks, the second from the cache",
    on: "caching",
    send: inTurn(get("/healthz"), get("/healthz"), get("/x")),
    answers: 3,
  },
  {
    name: "two failing checks",
    on: "caching_failure",
    send: inTurn(get("/healthz", "x-origin: 503\r\n"), get("/healthz")),
    answers: 2,
  },
  {
    name: "two checks, the cache is too old",
    on: "caching_shortly",
    send: [get("/healthz"), answers(1), CLOCK, get("/healthz")],
    answers: 2,
  },
  { name: "a filter for each path", on: "two", send: inTurn(get("/one"), get("/two"), get("/three")), answers: 3 },
  { name: "a line of a health check", on: "logged", send: get("/healthz") },
  { name: "a line of a health check that is passed on", on: "logged", send: get("/passed") },
  { name: "no line of a health check", on: "logged_but_checks", send: inTurn(get("/healthz"), get("/x")) },
  // ---- off and on
  ...OFF_NAMES.map((name) => ({
    name: `${name}.test`,
    on: ["on", "off", "config_off"] as const,
    send: healthOf(name),
  })),
  ...ON_NAMES.map((name) => ({
    name: `${name}.test`,
    on: ["on_again", "off_and_on", "config_off_and_on", "config_on"] as const,
    send: healthOf(name),
  })),
]);
