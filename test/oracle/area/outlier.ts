/**
 * Outlier detection (spec/upstream.md 6): which outcomes of tries count against a host, what detects it and what ejects it,
 * seen in the figures of the group and in the answers of a cluster without panic, whose one host is out. Every case has a
 * variant of its own, for what a host has done is remembered.
 */
import { area, CLOCK, get, inTurn, type OracleCase, type Step } from "../oracle_case.ts";
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
  readonly answers?: readonly string[];
  /** Instead of `answers`. */
  readonly send?: readonly Step[];
  readonly count?: number;
  /** The host is asked once more when it has had time to be ejected. */
  readonly asksAgain?: boolean;
  readonly fields?: string;
  readonly cluster?: string;
  readonly clusterFields?: readonly string[];
  readonly variant?: Partial<Variant>;
}

const from = (behaviour: string, fields = "") => get("/x", `x-origin: ${behaviour}\r\n${fields}`);
const times = (count: number, behaviour: string) => Array.from({ length: count }, () => behaviour);
/** A matcher of the cluster's protocol options. */
const errors = (matcher: string) =>
  `typed_extension_protocol_options: { ${HTTP_OPTIONS}: { "@type": type.googleapis.com/${HTTP_OPTIONS}, ` +
  `explicit_http_config: { http_protocol_options: {} }, outlier_detection: { error_matcher: ${matcher} } } }`;
const responseHeader = (matcher: string) => `{ http_response_headers_match: { headers: [${matcher}] } }`;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  // ---- in a row
  defaults: { detection: "", answers: times(5, "500") },
  defaults_less: { detection: "", answers: times(4, "500") },
  ejected: { detection: EJECTABLE, answers: times(5, "500"), asksAgain: true },
  broken_row: { detection: EJECTABLE, answers: [...times(4, "500"), "ok", ...times(4, "503")] },
  not_errors: { detection: EJECTABLE, answers: ["404", "204", "302", "429", "409", "425"] },
  two: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, answers: ["500", "505"], asksAgain: true },
  odd_status: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, answers: ["799", "799"] },
  never: { detection: `consecutive_5xx: 0, ${EJECTABLE}`, answers: times(6, "500") },
  twice: { detection: "consecutive_5xx: 2", answers: times(4, "500") },
  overflow: { detection: "consecutive_5xx: 2", answers: times(2, "500") },
  always_one: {
    detection: "consecutive_5xx: 2, always_eject_one_host: true",
    answers: times(2, "500"),
    asksAgain: true,
  },
  not_enforced: {
    detection: `consecutive_5xx: 2, enforcing_consecutive_5xx: 0, ${EJECTABLE}`,
    answers: times(2, "500"),
    asksAgain: true,
  },
  interim: { detection: `consecutive_5xx: 2, ${EJECTABLE}`, answers: ["hint-503", "hint-503"] },
  // ---- gateway failures
  gateway: {
    detection: `consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100, ${EJECTABLE}`,
    answers: ["502", "504"],
    asksAgain: true,
  },
  gateway_detected: { detection: `consecutive_gateway_failure: 2, ${EJECTABLE}`, answers: ["503", "503"] },
  gateway_broken: { detection: `consecutive_gateway_failure: 2, ${EJECTABLE}`, answers: ["503", "500", "503"] },
  both: {
    detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2, enforcing_consecutive_gateway_failure: 100, ` +
      EJECTABLE,
    answers: ["503", "503"],
  },
  both_detected: { detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2", answers: ["503", "503"] },
  // ---- what happens on this side of the host
  dead: {
    detection: `consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100, ${EJECTABLE}`,
    cluster: "dead",
    answers: ["ok", "ok"],
    asksAgain: true,
  },
  closed: { detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2`, answers: ["close", "close"] },
  nonsense: { detection: `consecutive_gateway_failure: 2, consecutive_5xx: 2`, answers: ["nonsense", "nonsense"] },
  late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    answers: ["silent", "silent"],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.2s } }"] },
  },
  late_alt: {
    detection: "consecutive_5xx: 2",
    answers: ["500", "silent", "500"],
    fields: "x-envoy-upstream-rq-timeout-alt-response: 1\r\nx-envoy-internal: true\r\nx-forwarded-for: 10.0.0.1\r\n",
    variant: {
      managerFields: [
        "internal_address_config: { cidr_ranges: [{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 10.0.0.0, prefix_len: 8 }] }",
      ],
      routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.2s } }"],
    },
  },
  late_interim: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    answers: ["hints-then-silent"],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.2s } }"] },
  },
  late_body: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [from("stall"), CLOCK],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.2s } }"] },
  },
  late_idle_body: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [from("stall"), CLOCK],
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s, retry_policy: { retry_on: refused-stream, per_try_idle_timeout: 0.2s } } }",
      ],
    },
  },
  late_stream: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    answers: ["silent"],
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
    answers: ["ok"],
    clusterFields: ["connect_timeout: 0.2s"],
  },
  stuck_long: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    cluster: "stuck_long",
    answers: ["ok"],
    clusterFields: ["connect_timeout: 5s"],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: stuck_long, timeout: 0.2s } }"] },
  },
  full: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    answers: ["ok"],
    clusterFields: ["circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] }"],
  },
  // ---- tries
  retried: {
    detection: "consecutive_gateway_failure: 3, consecutive_5xx: 3",
    send: [get("/x", "x-origin: 503,503,503,ok\r\n")],
    count: 1,
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, retry_policy: { retry_on: 5xx, num_retries: 3, retry_back_off: { base_interval: 0.001s } } } }",
      ],
    },
  },
  tries_late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    answers: ["silent"],
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s, retry_back_off: { base_interval: 0.001s } } } }",
      ],
    },
  },
  hedged: {
    detection: "consecutive_gateway_failure: 1, consecutive_5xx: 1",
    send: [get("/x", "x-origin: silent,ok\r\n")],
    count: 1,
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, timeout: 0s, hedge_policy: { hedge_on_per_try_timeout: true }, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s, retry_back_off: { base_interval: 0.001s } } } }",
      ],
    },
  },
  hedged_late: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    answers: ["silent"],
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, timeout: 0.5s, hedge_policy: { hedge_on_per_try_timeout: true }, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: 0.2s, retry_back_off: { base_interval: 0.001s } } } }",
      ],
    },
  },
  redirected: {
    detection: "consecutive_5xx: 2",
    send: inTurn(from("500"), get("/x", "x-origin: redirect,500\r\nx-to: http://a.test/y\r\n")),
    count: 2,
    variant: {
      routes: ["{ match: { prefix: / }, route: { cluster: origin, internal_redirect_policy: {} } }"],
    },
  },
  // ---- gRPC
  grpc: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    answers: ["grpc-14", "grpc-4"],
    fields: GRPC,
  },
  grpc_internal: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    answers: ["grpc-13", "grpc-2"],
    fields: GRPC,
  },
  grpc_fine: { detection: "consecutive_5xx: 1", answers: ["grpc-ok", "grpc", "grpc-8", "grpc-1"], fields: GRPC },
  grpc_odd: { detection: "consecutive_5xx: 1", answers: ["grpc-x"], fields: GRPC },
  grpc_odd_number: { detection: "consecutive_5xx: 1", answers: ["grpc-99"], fields: GRPC },
  grpc_http: { detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2", answers: ["503", "502"], fields: GRPC },
  grpc_unasked: { detection: "consecutive_5xx: 1", answers: ["grpc-14"] },
  // ---- split
  split_upstream: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2, " +
      "consecutive_local_origin_failure: 2",
    answers: ["503", "503"],
  },
  split_500: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["500", "500"],
  },
  split_dead: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 2, " +
      EJECTABLE,
    cluster: "dead",
    answers: ["ok", "ok"],
    asksAgain: true,
  },
  split_closed: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 1",
    answers: ["close"],
  },
  split_closed_row: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_local_origin_failure: 2",
    answers: ["close", "close"],
  },
  split_late: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 1, consecutive_local_origin_failure: 1",
    answers: ["silent"],
    variant: { routes: ["{ match: { prefix: / }, route: { cluster: origin, timeout: 0.2s } }"] },
  },
  split_not_enforced: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 2, " +
      `enforcing_consecutive_local_origin_failure: 0, ${EJECTABLE}`,
    cluster: "dead",
    answers: ["ok", "ok"],
    asksAgain: true,
  },
  unsplit_local: {
    detection: "consecutive_local_origin_failure: 1, consecutive_5xx: 9, consecutive_gateway_failure: 9",
    cluster: "dead",
    answers: ["ok", "ok"],
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
      routes: [
        "{ match: { connect_matcher: {} }, route: { cluster: dead, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }",
      ],
    },
  },
  tunnel_split: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 1, consecutive_5xx: 1",
    cluster: "dead",
    send: ["CONNECT a.test:80 HTTP/1.1\r\nhost: a.test:80\r\n\r\n"],
    count: 1,
    variant: {
      managerFields: ["upgrade_configs: [{ upgrade_type: CONNECT }]"],
      routes: [
        "{ match: { connect_matcher: {} }, route: { cluster: dead, upgrade_configs: [{ upgrade_type: CONNECT, connect_config: {} }] } }",
      ],
    },
  },
  mirrored: {
    detection: "consecutive_gateway_failure: 2, consecutive_5xx: 2",
    cluster: "dead_copy",
    send: [...inTurn(from("ok"), from("ok")), CLOCK],
    count: 2,
    variant: {
      routes: [
        "{ match: { prefix: / }, route: { cluster: origin, request_mirror_policies: [{ cluster: dead_copy }] } }",
      ],
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
      ...inTurn(from("500"), from("500")),
      CLOCK,
      from("500"),
      { does: "waits for 3 answers", run: (talk) => talk.untilAnswers(3) },
      from("500"),
      { does: "waits for 4 answers", run: (talk) => talk.untilAnswers(4) },
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
    send: [...inTurn(from("500"), from("ok"), from("500"), from("500")), CLOCK, CLOCK, from("ok")],
    count: 5,
  },
  rate_local: {
    detection: "split_external_local_origin_errors: true, consecutive_local_origin_failure: 9, " +
      "failure_percentage_minimum_hosts: 1, failure_percentage_request_volume: 2, failure_percentage_threshold: 50, " +
      "enforcing_failure_percentage_local_origin: 100, interval: 0.25s, base_ejection_time: 20s, " +
      "max_ejection_percent: 100",
    cluster: "dead",
    send: [...inTurn(from("ok"), from("ok"), from("ok")), CLOCK, CLOCK, from("ok")],
    count: 4,
  },
  // ---- which answers are errors
  matcher_404: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["404", "404", "500", "503"],
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "404" } }'))],
  },
  matcher_503: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["503", "503"],
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { prefix: "5" } }'))],
  },
  matcher_not: {
    detection: "consecutive_5xx: 1, consecutive_gateway_failure: 1",
    answers: ["500", "503"],
    clusterFields: [
      errors(`{ not_match: ${responseHeader('{ name: ":status", string_match: { prefix: "5" } }')} }`),
    ],
  },
  matcher_grpc: {
    detection: "consecutive_5xx: 1, consecutive_gateway_failure: 1",
    answers: ["grpc-14"],
    fields: GRPC,
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "404" } }'))],
  },
  matcher_grpc_http: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["grpc-ok", "grpc-ok"],
    fields: GRPC,
    clusterFields: [errors(responseHeader('{ name: ":status", string_match: { exact: "200" } }'))],
  },
  matcher_any: {
    detection: "consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["ok", "ok"],
    clusterFields: [errors("{ any_match: true }")],
  },
  matcher_and: {
    detection: "consecutive_5xx: 2",
    answers: ["again", "again-not", "again", "again"],
    clusterFields: [
      errors(
        `{ and_match: { rules: [${responseHeader('{ name: ":status", string_match: { exact: "200" } }')}, ` +
          `${responseHeader('{ name: x-again, string_match: { exact: "yes" } }')}] } }`,
      ),
    ],
  },
  matcher_or: {
    detection: "consecutive_5xx: 2",
    answers: ["again", "404"],
    clusterFields: [
      errors(
        `{ or_match: { rules: [${responseHeader('{ name: ":status", string_match: { exact: "404" } }')}, ` +
          `${responseHeader('{ name: x-again, string_match: { exact: "yes" } }')}] } }`,
      ),
    ],
  },
  matcher_split: {
    detection: "split_external_local_origin_errors: true, consecutive_5xx: 2, consecutive_gateway_failure: 2",
    answers: ["404", "404"],
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

function variantOf(name: string, { detection, cluster = "origin", clusterFields = [], variant }: Scenario): Variant {
  return {
    routes: [`{ match: { prefix: / }, route: { cluster: ${cluster} } }`],
    clusters: { [cluster]: [`outlier_detection: { ${detection} }`, NO_PANIC, ...clusterFields] },
    stats: `^cluster\\.outlier_${name}\\.${cluster}\\.(outlier_detection|membership_healthy)`,
    ...variant,
  };
}

/** The last answer is followed by the clock: what it has brought about is known to all by then. */
function stepsOf({ answers = [], send, fields = "", asksAgain = false }: Scenario): readonly Step[] {
  if (send !== undefined) return send;
  const asked = inTurn(...answers.map((answer) => from(answer, fields)));
  return asksAgain ? [...asked, CLOCK, from("ok", fields)] : [...asked, CLOCK];
}

function answersOf({ answers = [], send, count, asksAgain = false }: Scenario): number {
  if (send !== undefined) return count ?? 0;
  return answers.length + (asksAgain ? 1 : 0);
}
