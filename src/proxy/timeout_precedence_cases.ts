/**
 * Which of several times counts, and what the upstream is told of it: rules 1 to 3 of "effective global timeout" in
 * spec/http.md 4, the duration of a try, and `strict_check_headers`. Run by the same tests as `timeout_cases.ts`.
 */
import type { Script, Settings } from "./timeout_cases.ts";

/** One request whose answer never comes. */
export interface PrecedenceCase {
  readonly name: string;
  readonly settings: Settings;
  readonly script: Script;
  /** How long after the request the stream ends. */
  readonly afterMs: number;
  /** Code, flags and details. */
  readonly log: string;
  /** Headers about time that reached the host; null = the request did not. */
  readonly forwarded: Headers | null;
}

type Headers = Readonly<Record<string, string>>;

const EXPECTED = "x-envoy-expected-rq-timeout-ms";
const GRPC = "grpc-timeout";
const ASKED = "x-envoy-upstream-rq-timeout-ms";
const PER_TRY = "x-envoy-upstream-rq-per-try-timeout-ms";
const ALTERNATIVE = "x-envoy-upstream-rq-timeout-alt-response";
const TRY_DURATION = "x-envoy-upstream-stream-duration-ms";

/** Headers about time in a request's head as it stood on the wire. */
export function timeoutHeadersIn(head: string): Headers {
  const names = [EXPECTED, GRPC, ASKED, PER_TRY, ALTERNATIVE, TRY_DURATION];
  const lines = head.split("\r\n").slice(1).map((line) => line.split(": ") as [string, string]);
  return Object.fromEntries(lines.filter(([name]) => names.includes(name)));
}

const PLAIN = request("");
const GRPC_PLAIN = request("content-type: application/grpc\r\n");

function request(fields: string): Script {
  return [["client", `GET / HTTP/1.1\r\nhost: a.test\r\n${fields}\r\n`]];
}

function grpc(timeout: string): Script {
  return request(`content-type: application/grpc\r\ngrpc-timeout: ${timeout}\r\n`);
}

const GLOBAL = "504 UT response_timeout";
const GRPC_GLOBAL = "200 UT response_timeout";
const TRY = "504 UT upstream_per_try_timeout";
const IDLE = "504 SI stream_idle_timeout";
const GRPC_IDLE = "200 SI stream_idle_timeout";
const DURATION = "504 - max_duration_timeout";
const GRPC_DURATION = "200 - max_duration_timeout";
const TRY_TOO_LONG = "504 UMSDR upstream_max_stream_duration_reached";

/** Ends a stream that nothing else ends. */
const IDLE_2S = ["stream_idle_timeout: 2s"];
const MANAGER_1S = ["common_http_protocol_options: { max_stream_duration: 1s }"];
const MANAGER_2S = ["common_http_protocol_options: { max_stream_duration: 2s }"];
const TOLD_1S: Headers = { [EXPECTED]: "1000" };
const TOLD_GRPC_1S: Headers = { [EXPECTED]: "1000", [GRPC]: "1000m" };
const ONLY_GRPC_1S: Headers = { [GRPC]: "1000m" };

/** A route's `max_stream_duration` with these fields. */
function duration(fields: string): Settings {
  return { route: `max_stream_duration: { ${fields} }`, manager: IDLE_2S };
}

/** A route's fields, idling ends what they do not. */
function route(fields: string, more: Omit<Settings, "route" | "manager"> = {}): Settings {
  return { route: fields, manager: IDLE_2S, ...more };
}

type Row = readonly [
  name: string,
  settings: Settings,
  script: Script,
  afterMs: number,
  log: string,
  forwarded: Headers | null,
];

/** The route with `max_stream_duration`: its own timeout is out of force. */
const STREAM_DURATION: readonly Row[] = [
  ["an empty one silences timeout", route("timeout: 1s, max_stream_duration: {}"), PLAIN, 2000, IDLE, {}],
  [
    "one silences timeout and counts itself",
    { route: "timeout: 1s, max_stream_duration: { max_stream_duration: 2s }" },
    PLAIN,
    2000,
    DURATION,
    {},
  ],
  [
    "one silences max_grpc_timeout",
    route("max_grpc_timeout: 1s, max_stream_duration: {}"),
    grpc("1S"),
    2000,
    GRPC_IDLE,
    { [GRPC]: "1S" },
  ],
  ["gRPC is told it", duration("max_stream_duration: 1s"), GRPC_PLAIN, 1000, GRPC_DURATION, ONLY_GRPC_1S],
  [
    "grpc-timeout does not count by itself",
    duration("max_stream_duration: 1s"),
    grpc("5S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout below its maximum",
    duration("grpc_timeout_header_max: 5s"),
    grpc("1S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout above its maximum",
    duration("grpc_timeout_header_max: 1s"),
    grpc("5S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout without a maximum",
    duration("grpc_timeout_header_max: 0s"),
    grpc("1S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout wins over max_stream_duration",
    duration("max_stream_duration: 5s, grpc_timeout_header_max: 0s"),
    grpc("1S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout less its offset",
    duration("grpc_timeout_header_max: 0s, grpc_timeout_header_offset: 2s"),
    grpc("3S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout capped, then less its offset",
    duration("grpc_timeout_header_max: 3s, grpc_timeout_header_offset: 2s"),
    grpc("9S"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout of which the offset leaves nothing",
    duration("grpc_timeout_header_max: 0s, grpc_timeout_header_offset: 2s"),
    grpc("1S"),
    0,
    GRPC_DURATION,
    { [GRPC]: "0m" },
  ],
  [
    "grpc-timeout that is none",
    duration("max_stream_duration: 1s, grpc_timeout_header_max: 0s"),
    grpc("5s"),
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "grpc-timeout of another request counts and stays as it is",
    duration("grpc_timeout_header_max: 0s"),
    request("grpc-timeout: 1S\r\n"),
    1000,
    DURATION,
    { [GRPC]: "1S" },
  ],
  [
    "an empty one tells gRPC the manager's",
    { route: "max_stream_duration: {}", manager: MANAGER_1S },
    GRPC_PLAIN,
    1000,
    GRPC_DURATION,
    ONLY_GRPC_1S,
  ],
  [
    "0 takes the manager's away, and grpc-timeout with it",
    { route: "max_stream_duration: { max_stream_duration: 0s }", manager: [...MANAGER_1S, ...IDLE_2S] },
    grpc("1S"),
    2000,
    GRPC_IDLE,
    {},
  ],
  [
    "0 where there is none leaves grpc-timeout",
    duration("max_stream_duration: 0s"),
    grpc("1S"),
    2000,
    GRPC_IDLE,
    { [GRPC]: "1S" },
  ],
  ["the manager's alone leaves timeout", { route: "timeout: 1s", manager: MANAGER_2S }, PLAIN, 1000, GLOBAL, TOLD_1S],
];

/** `timeout`, and `grpc-timeout` in its place. */
const ROUTE_TIMEOUT: readonly Row[] = [
  ["timeout", route("timeout: 1s"), PLAIN, 1000, GLOBAL, TOLD_1S],
  ["timeout 0 is off", route("timeout: 0s"), PLAIN, 2000, IDLE, {}],
  ["timeout of gRPC", route("timeout: 1s"), grpc("5S"), 1000, GRPC_GLOBAL, { [EXPECTED]: "1000", [GRPC]: "5S" }],
  ["max_grpc_timeout 0 is no maximum", route("max_grpc_timeout: 0s"), grpc("1S"), 1000, GRPC_GLOBAL, TOLD_GRPC_1S],
  ["max_grpc_timeout caps", route("max_grpc_timeout: 1s"), grpc("5S"), 1000, GRPC_GLOBAL, TOLD_GRPC_1S],
  ["max_grpc_timeout in place of none", route("max_grpc_timeout: 1s"), GRPC_PLAIN, 1000, GRPC_GLOBAL, TOLD_GRPC_1S],
  ["max_grpc_timeout 0 and none is for ever", route("max_grpc_timeout: 0s"), GRPC_PLAIN, 2000, GRPC_IDLE, {}],
  [
    "grpc_timeout_offset",
    route("max_grpc_timeout: 0s, grpc_timeout_offset: 2s"),
    grpc("3S"),
    1000,
    GRPC_GLOBAL,
    TOLD_GRPC_1S,
  ],
  [
    "grpc_timeout_offset that would leave nothing is not applied",
    route("max_grpc_timeout: 0s, grpc_timeout_offset: 1s"),
    grpc("1S"),
    1000,
    GRPC_GLOBAL,
    TOLD_GRPC_1S,
  ],
  [
    "max_grpc_timeout is for gRPC only",
    route("timeout: 1s, max_grpc_timeout: 5s"),
    request("grpc-timeout: 3S\r\n"),
    1000,
    GLOBAL,
    { [EXPECTED]: "1000", [GRPC]: "3S" },
  ],
];

/** What the request's own headers say. */
const HEADERS: readonly Row[] = [
  ["asked for", route("timeout: 5s", { sets: { [ASKED]: "1000" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  ["asked for 0", route("timeout: 1s", { sets: { [ASKED]: "0" } }), PLAIN, 2000, IDLE, {}],
  ["asked for nonsense", route("timeout: 1s", { sets: { [ASKED]: "soon" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  ["asked for in other words", route("timeout: 1s", { sets: { [ASKED]: "1.5" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  ["asked for with a sign", route("timeout: 5s", { sets: { [ASKED]: "+1000" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  ["asked for less than nothing", route("timeout: 1s", { sets: { [ASKED]: "-5" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  [
    "asked for, where max_stream_duration silences timeout",
    route("max_stream_duration: {}", { sets: { [ASKED]: "1000" } }),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  [
    "asked for, over grpc-timeout",
    route("max_grpc_timeout: 5s", { sets: { [ASKED]: "1000" } }),
    grpc("4S"),
    1000,
    GRPC_GLOBAL,
    TOLD_GRPC_1S,
  ],
  ["expected by somebody before", route("timeout: 1s", { sets: { [EXPECTED]: "300" } }), PLAIN, 1000, GLOBAL, TOLD_1S],
  [
    "expected, respected",
    route("timeout: 5s", { sets: { [EXPECTED]: "1000" }, router: ["respect_expected_rq_timeout: true"] }),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  [
    "expected, respected, over what is asked for, which stays",
    route("timeout: 5s", {
      sets: { [EXPECTED]: "1000", [ASKED]: "3000" },
      router: ["respect_expected_rq_timeout: true"],
    }),
    PLAIN,
    1000,
    GLOBAL,
    { [EXPECTED]: "1000", [ASKED]: "3000" },
  ],
  [
    "expected nonsense, respected",
    route("timeout: 1s", { sets: { [EXPECTED]: "x", [ASKED]: "3000" }, router: ["respect_expected_rq_timeout: true"] }),
    PLAIN,
    1000,
    GLOBAL,
    { [EXPECTED]: "1000", [ASKED]: "3000" },
  ],
  [
    "nothing expected, asked for",
    route("timeout: 5s", { sets: { [ASKED]: "1000" }, router: ["respect_expected_rq_timeout: true"] }),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  ["nobody is told", route("timeout: 1s", { router: ["suppress_envoy_headers: true"] }), PLAIN, 1000, GLOBAL, {}],
  [
    "nobody is told, what was there stays",
    route("timeout: 1s", { sets: { [EXPECTED]: "300" }, router: ["suppress_envoy_headers: true"] }),
    PLAIN,
    1000,
    GLOBAL,
    { [EXPECTED]: "300" },
  ],
  [
    "an alternative response is asked for",
    route("timeout: 1s", { sets: { [ALTERNATIVE]: "false" } }),
    PLAIN,
    1000,
    "204 UT response_timeout",
    TOLD_1S,
  ],
];

/** `per_try_timeout` and the duration of a try. */
const TRIES: readonly Row[] = [
  ["per try", route("timeout: 5s, retry_policy: { per_try_timeout: 1s }"), PLAIN, 1000, TRY, TOLD_1S],
  ["per try, no global", route("timeout: 0s, retry_policy: { per_try_timeout: 1s }"), PLAIN, 1000, TRY, TOLD_1S],
  [
    "per try, global is shorter",
    route("timeout: 1s, retry_policy: { per_try_timeout: 2s }"),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  [
    "per try, global is the same",
    route("timeout: 1s, retry_policy: { per_try_timeout: 1s }"),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  [
    "per try asked for",
    route("timeout: 5s, retry_policy: { per_try_timeout: 3s }", { sets: { [PER_TRY]: "1000" } }),
    PLAIN,
    1000,
    TRY,
    TOLD_1S,
  ],
  ["per try asked for, no policy", route("timeout: 5s", { sets: { [PER_TRY]: "1000" } }), PLAIN, 1000, TRY, TOLD_1S],
  [
    "per try asked for nonsense",
    route("timeout: 5s, retry_policy: { per_try_timeout: 1s }", { sets: { [PER_TRY]: "x" } }),
    PLAIN,
    1000,
    TRY,
    TOLD_1S,
  ],
  [
    "per try asked for 0",
    route("timeout: 1s, retry_policy: { per_try_timeout: 0.5s }", { sets: { [PER_TRY]: "0" } }),
    PLAIN,
    1000,
    GLOBAL,
    TOLD_1S,
  ],
  [
    "per try of gRPC",
    route("max_grpc_timeout: 5s, retry_policy: { per_try_timeout: 1s }"),
    grpc("4S"),
    1000,
    "200 UT upstream_per_try_timeout",
    TOLD_GRPC_1S,
  ],
  [
    "per try, alternative response",
    route("timeout: 5s, retry_policy: { per_try_timeout: 1s }", { sets: { [ALTERNATIVE]: "1" } }),
    PLAIN,
    1000,
    "204 UT upstream_per_try_timeout",
    TOLD_1S,
  ],
  [
    "per try of the virtual host",
    route("timeout: 5s", { virtualHost: "retry_policy: { per_try_timeout: 1s, num_retries: 0 }" }),
    PLAIN,
    1000,
    TRY,
    TOLD_1S,
  ],
  [
    "per try of the virtual host, the route has a policy",
    route("timeout: 0s, retry_policy: { per_try_idle_timeout: 1s }", {
      virtualHost: "retry_policy: { per_try_timeout: 0.5s }",
    }),
    PLAIN,
    1000,
    "504 UT upstream_per_try_idle_timeout",
    {},
  ],
  [
    "duration of a try asked for",
    route("timeout: 5s", {
      cluster: ["common_http_protocol_options: { max_stream_duration: 3s }"],
      sets: { [TRY_DURATION]: "1000" },
    }),
    PLAIN,
    1000,
    TRY_TOO_LONG,
    { [EXPECTED]: "5000" },
  ],
  [
    "duration of a try asked for 0",
    route("timeout: 0s", {
      cluster: ["common_http_protocol_options: { max_stream_duration: 1s }"],
      sets: { [TRY_DURATION]: "0" },
    }),
    PLAIN,
    2000,
    IDLE,
    {},
  ],
  [
    "duration of a try asked for nonsense",
    route("timeout: 5s", {
      cluster: ["common_http_protocol_options: { max_stream_duration: 1s }"],
      sets: { [TRY_DURATION]: "x" },
    }),
    PLAIN,
    1000,
    TRY_TOO_LONG,
    { [EXPECTED]: "5000" },
  ],
  [
    "duration of a try, from outside",
    route("timeout: 5s"),
    request(`${TRY_DURATION}: 1000\r\n`),
    2000,
    IDLE,
    { [EXPECTED]: "5000" },
  ],
];

/** `strict_check_headers`. */
const STRICT: readonly Row[] = [
  strict("a number that is none", [ASKED], { [ASKED]: "soon" }, ASKED),
  strict("two, in an order of its own", [PER_TRY, ASKED], { [PER_TRY]: "y", [ASKED]: "x" }, ASKED),
  strict("a number of retries", ["x-envoy-max-retries"], { "x-envoy-max-retries": "many" }, "x-envoy-max-retries"),
  strict("an unknown condition", ["x-envoy-retry-on"], { "x-envoy-retry-on": "5xx,sometimes" }, "x-envoy-retry-on"),
  strict(
    "a condition of gRPC elsewhere",
    ["x-envoy-retry-on"],
    { "x-envoy-retry-on": "cancelled" },
    "x-envoy-retry-on",
  ),
  strict(
    "an unknown gRPC condition",
    ["x-envoy-retry-grpc-on"],
    { "x-envoy-retry-grpc-on": "5xx" },
    "x-envoy-retry-grpc-on",
  ),
  strict("known conditions", ["x-envoy-retry-on", "x-envoy-retry-grpc-on"], {
    "x-envoy-retry-on": "5xx, gateway-error,,reset , retriable-4xx,envoy-ratelimited,reset-before-request",
    "x-envoy-retry-grpc-on": "cancelled,internal,unavailable,deadline-exceeded,resource-exhausted",
  }, null),
  strict("what is not looked at", [PER_TRY], { [ASKED]: "soon" }, null),
  strict("nothing there", [PER_TRY, ASKED], {}, null),
];

function strict(name: string, checks: readonly string[], sets: Headers, refused: string | null): Row {
  const settings = route("timeout: 1s", { sets, router: [`strict_check_headers: [${checks.join(", ")}]`] });
  return refused === null
    ? [`strict: ${name}`, settings, PLAIN, 1000, GLOBAL, TOLD_1S]
    : [`strict: ${name}`, settings, PLAIN, 0, `400 IH request_headers_failed_strict_check{${refused}}`, null];
}

/** Every row. */
export const PRECEDENCE_CASES: readonly PrecedenceCase[] = [
  ...STREAM_DURATION,
  ...ROUTE_TIMEOUT,
  ...HEADERS,
  ...TRIES,
  ...STRICT,
].map(([name, settings, script, afterMs, log, forwarded]) => ({ name, settings, script, afterMs, log, forwarded }));
