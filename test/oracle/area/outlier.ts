/**
 * Outlier detection (spec/upstream.md 6): which outcomes of tries count against a host, what detects it and what ejects it,
 * seen in the figures of the group and in the answers of a cluster without panic, whose one host is out. Every case has a
 * variant of its own, for what a host has done is remembered.
 */
import { answers, area, CLOCK, get, inTurn, MAIN_THREAD, type OracleCase, type Step } from "../oracle_case.ts";
import { FROM_INSIDE, INTERNAL_ADDRESSES } from "../protocol_options.ts";
import type { Variant } from "../variant.ts";

/** No share of hosts has to be left, and a host that is out is not asked. */
const EJECTABLE = "max_ejection_percent: 100, interval: 20s";
const NO_PANIC = "common_lb_config: { healthy_panic_threshold: { value: 0 }, update_merge_window: 0s }";
const HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const GRPC = "content-type: application/grpc\r\n";

interface Scenario {
  /** Of `outlier_detection`, flow style. */
  readonly detection: string;
  /** What the origin answers, request by request. */
  readonly origin?: readonly string[];
  /** Instead of `origin`. */
  readonly send?: readonly Step[];
  readonly count?: number;
  /** The host is asked once more when it has had time to be ejected; in a cluster without panic, one that is out is not. */
  readonly asksAgain?: boolean;
  readonly fields?: string;
  readonly cluster?: string;
  readonly clusterFields?: readonly string[];
  readonly variant?: Partial<Variant>;
}

const from = (behaviour: string, fields = "") => get("/x", `x-origin: ${behaviour}\r\n${fields}`);
/** The one route, with these fields of its `RouteAction`. */
const toOrigin = (action: string) => [`{ match: { prefix: / }, route: { cluster: origin, ${action} } }`];
const SOON = "retry_back_off: { base_interval: 0.001s }";
const HEDGED = "hedge_policy: { hedge_on_per_try_timeout: true }";
const LATE = toOrigin("timeout: 0.2s");
/** CONNECT ends here, at a host that refuses. */
const ENDING = [
  "{ match: { connect_matcher: {} }, route: { cluster: dead, " +
  "upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }",
];
const twice = (behaviour: string) => [from(behaviour), from(behaviour)];
const times = (count: number, behaviour: string) => Array.from({ length: count }, () => behaviour);
/** A matcher of the cluster's protocol options. */
const errors = (matcher: string) =>
  `typed_extension_protocol_options: { ${HTTP_OPTIONS}: { "@type": type.googleapis.com/${HTTP_OPTIONS}, ` +
  `explicit_http_config: { http_protocol_options: {} }, outlier_detection: { error_matcher: ${matcher} } } }`;
const responseHeader = (matcher: string) => `{ http_response_headers_match: { headers: [${matcher}] } }`;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  // ---- in a row
  defaults: { detection: "", origin: times(5, "500") },
  defaults_less: { detection: "", origin: times(4, "500") },
  ejected: { detection: EJECTABLE, origin: times(5, "500"), asksAgain: true },
  broken_row: { detection: EJECTABLE, origin: [...times(4, "500"), "ok", ...times(4, "503")] },
  not_errors: { detection: EJECTABLE, origin: ["404", "204", "302", "429", "409", "425"] },
  two: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, origin: ["500", "505"], asksAgain: true },
  odd_status: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, origin: ["799", "799"] },
  never: { detection: `consecutive_5xx: 0, ${EJECTABLE}`, origin: times(6, "500") },
  twice: {
    detection: "consecutive_5xx: 2",
    // In between the row is started anew, which takes a moment.
    send: [...inTurn(...twice("500")), CLOCK, CLOCK, from("500"), answers(3), from("500"), answers(4), CLOCK],
    count: 4,
  },
  overflow: { detection: "consecutive_5xx: 2", origin: times(2, "500") },
  always_one: {
    detection: "consecutive_5xx: 2, always_eject_one_host: true",
    origin: times(2, "500"),
    asksAgain: true,
  },
  not_enforced: {
    detection: `consecutive_5xx: 2, enforcing_consecutive_5xx: 0, ${EJECTABLE}`,
    origin: times(2, "500"),
    asksAgain: true,
  },
  interim: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, origin: ["hint-503", "hint-503"] },
  // ---- gateway failures
  gateway: {
    detection: `consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100, ${EJECTABLE}`,
    origin: ["502", "504"],
    asksAgain: true,
  },
  gateway_detected: { detection: `consecutive_gateway_failure: 2, ${EJECTABLE}`, origin: ["503", "503"] },
  gateway_broken: { detection: `consecutive_gateway_failure: 2, ${EJECTABLE}`, origin: ["503", "500", "503"] },
  both: {
    detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2, enforcing_consecutive_gateway_failure: 100, ` +
      EJECTABLE,
    origin: ["503", "503"],
  },
  both_detected: { detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2", origin: ["503", "503"] },
  // ---- what happens on this side of the host
  dead: {
    detection: `consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100, ${EJECTABLE}`,
    cluster: "dead",
    origin: ["ok", "ok"],
    asksAgain: true,
  },
  closed: { detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2`, origin: ["close", "close"] },
  nonsense: { detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2`, origin: ["nonsense", "nonsense"] },
  late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    origin: ["silent", "silent"],
    variant: { routes: LATE },
  },
  late_alt: {
    detection: "consecutive_5xx: 2",
    send: [
      ...inTurn(
        from("500"),
        from(
          "silent",
          `${FROM_INSIDE}x-envoy-upstream-rq-timeout-ms: 200\r\nx-envoy-upstream-rq-timeout-alt-response: 1\r\n`,
        ),
        from("500"),
      ),
      CLOCK,
    ],
    count: 3,
    variant: { managerFields: [INTERNAL_ADDRESSES] },
  },
  late_interim: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    origin: ["hints-then-silent"],
    variant: { routes: LATE },
  },
  late_body: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [from("stall"), CLOCK, CLOCK],
    variant: { routes: LATE },
  },
  late_idle_body: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [from("stall"), CLOCK, CLOCK],
    variant: {
      routes: toOrigin("timeout: 0s, retry_policy: { retry_on: refused-stream, per_try_idle_timeout: 0.2s }"),
    },
  },
  late_stream: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    origin: ["silent"],
    clusterFields: [
      `typed_extension_protocol_options: { ${HTTP_OPTIONS}: { "@type": type.googleapis.com/${HTTP_OPTIONS}, ` +
      "common_http_protocol_options: { max_stream_duration: 0.2s }, " +
      "explicit_http_config: { http_protocol_options: {} } } }",
    ],
  },
  cut: { detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1", send: [from("cut"), CLOCK], count: 0 },
  stuck: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    cluster: "stuck",
    origin: ["ok"],
    clusterFields: ["connect_timeout: 0.2s"],
  },
  stuck_long: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    cluster: "stuck_long",
    origin: ["ok"],
    clusterFields: ["connect_timeout: 5s"],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: stuck_long, timeout: 0.2s } }"] },
  },
  full: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    origin: ["ok"],
    clusterFields: ["circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] }"],
  },
  // ---- tries
  retried: {
    detection: "consecutive_gateway_failure: 3, consecutive_5xx: 3",
    send: [get("/x", "x-origin: 503,503,503,ok\r\n")],
    count: 1,
    variant: {
      routes: toOrigin(`timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 3, ${SOON} }`),
    },
  },
  tries_late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    origin: ["silent"],
    variant: {
      routes: toOrigin(`timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s, ${SOON} }`),
    },
  },
  hedged: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [get("/x", "x-origin: silent,ok\r\n")],
    count: 1,
    variant: {
      routes: toOrigin(
        `timeout: 0s, ${HEDGED}, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.6s, ${SOON} }`,
      ),
    },
  },
  hedged_late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    origin: ["silent"],
    variant: {
      // What is told of the time that is left depends on the back-off.
      routerFields: ["suppress_envoy_headers: true"],
      routes: toOrigin(
        `timeout: 1.5s, ${HEDGED}, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s, ${SOON} }`,
      ),
    },
  },
  redirected: {
    detection: "consecutive_5xx: 2",
    send: inTurn(from("500"), get("/x", "x-origin: redirect,500\r\nx-to: http://a.test/y\r\n")),
    count: 2,
    variant: {
      routes: toOrigin("internal_redirect_policy: {}"),
    },
  },
  // ---- gRPC
  grpc: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    origin: ["grpc-14", "grpc-4"],
    fields: GRPC,
  },
  grpc_internal: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    origin: ["grpc-13", "grpc-2"],
    fields: GRPC,
  },
  grpc_fine: { detection: "consecutive_5xx: 1", origin: ["grpc-ok", "grpc", "grpc-8", "grpc-1"], fields: GRPC },
  grpc_odd: { detection: "consecutive_5xx: 1", origin: ["grpc-x"], fields: GRPC },
  grpc_odd_number: { detection: "consecutive_5xx: 1", origin: ["grpc-99"], fields: GRPC },
  grpc_http: { detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2", origin: ["503", "502"], fields: GRPC },
  grpc_unasked: { detection: "consecutive_5xx: 1", origin: ["grpc-14"] },
  // ---- split
  split_upstream: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2, " +
      "consecutive_local_origin_failure: 2",
    origin: ["503", "503"],
  },
  split_500: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["500", "500"],
  },
  split_dead: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 2, " +
      EJECTABLE,
    cluster: "dead",
    origin: ["ok", "ok"],
    asksAgain: true,
  },
  split_closed: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 1",
    origin: ["close"],
  },
  split_closed_row: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 2",
    origin: ["close", "close"],
  },
  split_late: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 1, consecutive_local_origin_failure: 1",
    origin: ["silent"],
    variant: { routes: LATE },
  },
  split_not_enforced: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 2, " +
      `enforcing_consecutive_local_origin_failure: 0, ${EJECTABLE}`,
    cluster: "dead",
    origin: ["ok", "ok"],
    asksAgain: true,
  },
  unsplit_local: {
    detection: "consecutive_local_origin_failure: 1, consecutive_5xx: 9, consecutive_gateway_failure: 9",
    cluster: "dead",
    origin: ["ok", "ok"],
  },
  // ---- tunnels and copies
  tunnel: {
    detection: "consecutive_5xx: 2",
    send: [
      ...inTurn(
        from("500"),
        "GET /x HTTP/1.1\r\nhost: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-origin: upgrade\r\n\r\n",
      ),
      "bye",
    ],
    count: 2,
    variant: { managerFields: ["upgrade_configs: [{ upgrade_type: websocket }]"] },
  },
  tunnel_dead: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    cluster: "dead",
    send: ["CONNECT a.test:80 HTTP/1.1\r\nhost: a.test:80\r\n\r\n"],
    count: 1,
    variant: {
      managerFields: ["upgrade_configs: [{ upgrade_type: CONNECT }]"],
      routes: ENDING,
    },
  },
  tunnel_split: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 1, consecutive_5xx: 1",
    cluster: "dead",
    send: ["CONNECT a.test:80 HTTP/1.1\r\nhost: a.test:80\r\n\r\n"],
    count: 1,
    variant: {
      managerFields: ["upgrade_configs: [{ upgrade_type: CONNECT }]"],
      routes: ENDING,
    },
  },
  mirrored: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    cluster: "dead_copy",
    send: [...inTurn(from("ok"), from("ok")), CLOCK],
    count: 2,
    variant: {
      routes: toOrigin("request_mirror_policies: [{ cluster: dead_copy }]"),
    },
  },
  // ---- coming back
  back: {
    detection: "consecutive_5xx: 2, max_ejection_percent: 100, interval: 0.05s, base_ejection_time: 0.05s",
    send: [...inTurn(from("500"), from("500")), CLOCK, from("ok")],
    count: 3,
  },
  back_again: {
    detection: "consecutive_5xx: 2, max_ejection_percent: 100, interval: 0.05s, base_ejection_time: 0.05s, " +
      "max_ejection_time: 0.06s, max_ejection_time_jitter: 0.01s",
    send: [
      ...inTurn(...twice("500")),
      CLOCK,
      CLOCK,
      from("500"),
      answers(3),
      from("500"),
      answers(4),
      CLOCK,
      from("ok"),
    ],
    count: 5,
  },
  // ---- sweeps
  rate: {
    detection: "consecutive_5xx: 9, consecutive_gateway_failure: 9, success_rate_minimum_hosts: 1, " +
      "success_rate_request_volume: 2, failure_percentage_minimum_hosts: 1, failure_percentage_request_volume: 2, " +
      "failure_percentage_threshold: 50, enforcing_failure_percentage: 100, interval: 0.25s, " +
      "base_ejection_time: 20s, max_ejection_percent: 100",
    send: [...inTurn(from("500"), from("ok"), from("500"), from("500")), CLOCK, CLOCK],
    count: 4,
  },
  rate_local: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 9, " +
      "failure_percentage_minimum_hosts: 1, failure_percentage_request_volume: 2, failure_percentage_threshold: 50, " +
      "enforcing_failure_percentage_local_origin: 100, interval: 0.25s, base_ejection_time: 20s, " +
      "max_ejection_percent: 100",
    cluster: "dead",
    send: [...inTurn(from("ok"), from("ok"), from("ok")), CLOCK, CLOCK],
    count: 3,
  },
  // ---- which answers are errors
  matcher_404: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["404", "404", "500", "503"],
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "404" } }'))],
  },
  matcher_503: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["503", "503"],
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { prefix: "5" } }'))],
  },
  matcher_not: {
    detection: "consecutive_5xx: 1, consecutive_gateway_failure: 1",
    origin: ["500", "503"],
    clusterFields: [
      errors(`{ not_match: ${responseHeader('{ name: ":status", string_match: { prefix: "5" } }')} }`),
    ],
  },
  matcher_grpc: {
    detection: "consecutive_5xx: 1, consecutive_gateway_failure: 1",
    origin: ["grpc-14"],
    fields: GRPC,
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "404" } }'))],
  },
  matcher_grpc_http: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["grpc-ok", "grpc-ok"],
    fields: GRPC,
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "200" } }'))],
  },
  matcher_any: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["ok", "ok"],
    clusterFields: [errors("{ any_match: true }")],
  },
  matcher_and: {
    detection: "consecutive_5xx: 2",
    origin: ["again", "again-not", "again", "again"],
    clusterFields: [
      errors(
        `{ and_match: { rules: [${responseHeader('{ name: ":status", string_match: { exact: "200" } }')}, ` +
          `${responseHeader('{ name: x-again, string_match: { exact: "yes" } }')}] } }`,
      ),
    ],
  },
  matcher_or: {
    detection: "consecutive_5xx: 2",
    origin: ["again", "404"],
    clusterFields: [
      errors(
        `{ or_match: { rules: [${responseHeader('{ name: ":status", string_match: { exact: "404" } }')}, ` +
          `${responseHeader('{ name: x-again, string_match: { exact: "yes" } }')}] } }`,
      ),
    ],
  },
  matcher_split: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2",
    origin: ["404", "404"],
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "404" } }'))],
  },
};

export const OUTLIER = area(
  "outlier",
  Object.fromEntries(Object.entries(SCENARIOS).map(([name, scenario]) => [name, variantOf(name, scenario)])),
  Object.entries(SCENARIOS).map(([name, scenario]): OracleCase => ({
    name: name.replaceAll("_", " "),
    on: name,
    send: stepsOf(scenario),
    answers: answersOf(scenario),
    then: "close",
  })),
);

function variantOf(name: string, scenario: Scenario): Variant {
  const { detection, asksAgain = false, cluster = "origin", clusterFields = [], variant } = scenario;
  const fields = [`outlier_detection: { ${detection} }`, ...asksAgain ? [NO_PANIC] : [], ...clusterFields];
  return {
    routes: [`{ match: { prefix: / }, route: { cluster: ${cluster} } }`],
    clusters: { [cluster]: fields },
    stats: `^cluster\\.outlier_${name}\\.${cluster}\\.(outlier_detection|membership_healthy)`,
    ...variant,
  };
}

/**
 * The last answer is followed by the clock: what it has brought about is known to all by then. Main ejects, so who asks again
 * waits for it first.
 */
function stepsOf({ origin = [], send, fields = "", asksAgain = false }: Scenario): readonly Step[] {
  if (send !== undefined) return send;
  const asked = inTurn(...origin.map((behaviour) => from(behaviour, fields)));
  return asksAgain ? [...asked, MAIN_THREAD, CLOCK, from("ok", fields)] : [...asked, CLOCK];
}

function answersOf({ origin = [], send, count, asksAgain = false }: Scenario): number {
  if (send !== undefined) return count ?? 0;
  return origin.length + (asksAgain ? 1 : 0);
}
