/**
 * What each timeout of spec/http.md 4 does to an HTTP/1 stream: before its response and in the middle of it, with a
 * complete request and without. Run by `timeouts_test.ts` on the memory data path and by
 * `test/integration/timeouts_parity_test.ts` against real Envoy, so every row is what Envoy says.
 *
 * A row that shows that a timeout does nothing has a second, longer one that ends the stream.
 */

/** One stream that runs out of time. */
export interface TimeoutCase {
  readonly name: string;
  readonly settings: Settings;
  readonly script: Script;
  /** How long after the script's last line the stream ends. */
  readonly afterMs: number;
  readonly outcome: Outcome;
}

/** What is configured. */
export interface Settings {
  /** Lines of the connection manager's configuration, of the router's and of the cluster's. */
  readonly manager?: readonly string[];
  readonly router?: readonly string[];
  readonly cluster?: readonly string[];
  /** Fields of the `VirtualHost`, and of the `RouteAction`. */
  readonly virtualHost?: string;
  readonly route?: string;
  /** Headers that a filter before the router sets. */
  readonly sets?: Readonly<Record<string, string>>;
  /** `envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded` is on. */
  readonly hasDeadlineFeature?: boolean;
  /** The host never answers a connection attempt. */
  readonly isHostSilent?: boolean;
}

/** Who says what, in turn; each line has arrived before the next is said. */
export type Script = readonly (readonly ["client" | "origin", string])[];

/** What came of a stream. */
export interface Outcome {
  /**
   * What the client got: status and body; `grpc`, the gRPC status and message; `cut` for a response that does not come to
   * its end. `closing`: it says `connection: close`.
   */
  readonly answer: string;
  /** Code, flags and details. */
  readonly log: string;
  /** Every counter of {@link WATCHED_COUNTERS} that is not 0. */
  readonly counters: Counters;
}

type Counters = Readonly<Record<string, number>>;

/** Counters by group: `http.<stat_prefix>.`, `cluster.<name>.`, and those of the host. */
export const WATCHED_COUNTERS = {
  http: [
    "downstream_rq_header_timeout",
    "downstream_rq_timeout",
    "downstream_rq_idle_timeout",
    "downstream_rq_max_duration_reached",
    "downstream_rq_rx_reset",
    "downstream_rq_tx_reset",
    "rq_reset_after_downstream_response_started",
  ],
  cluster: [
    "upstream_rq_timeout",
    "upstream_rq_per_try_timeout",
    "upstream_rq_per_try_idle_timeout",
    "upstream_rq_max_duration_reached",
    "upstream_rq_cancelled",
    "upstream_rq_pending_failure_eject",
    "upstream_cx_connect_timeout",
    "upstream_rq_100",
    "upstream_rq_103",
    "upstream_rq_200",
    "upstream_rq_204",
    "upstream_rq_408",
    "upstream_rq_503",
    "upstream_rq_504",
  ],
  host: ["rq_timeout", "rq_error", "rq_success"],
} as const;

// ---- scripts

const PART = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello";
const POST = "POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 6\r\n\r\n";

const HALF_HEAD: Script = [["client", "GET / HTTP/1.1\r\nhost: a.te"]];
const INCOMPLETE: Script = [["client", `${POST}abc`]];
const COMPLETE: Script = [["client", "GET / HTTP/1.1\r\nhost: a.test\r\n\r\n"]];
const BEGUN_EARLY: Script = [...INCOMPLETE, ["origin", PART]];
const BEGUN: Script = [...COMPLETE, ["origin", PART]];
/** The response has begun when the rest of the request comes. */
const BEGUN_THEN_COMPLETE: Script = [...BEGUN_EARLY, ["client", "def"]];
const INTERIM: Script = [...COMPLETE, ["origin", "HTTP/1.1 100 Continue\r\n\r\n"]];
const HINTED: Script = [...COMPLETE, ["origin", "HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n"]];

const GRPC = grpc("", "abcdef");
const GRPC_INCOMPLETE = grpc("", "abc");

function grpc(fields: string, body: string): Script {
  const head =
    `POST /s/m HTTP/1.1\r\nhost: a.test\r\ncontent-type: application/grpc\r\n${fields}content-length: 6\r\n\r\n`;
  return [["client", head + body]];
}

// ---- outcomes

const CUT: Counters = { downstream_rq_rx_reset: 1, downstream_rq_tx_reset: 1, upstream_rq_200: 1, rq_success: 1 };
/** A host took too long and denvoy answered. */
const CHARGED: Counters = { upstream_rq_504: 1, rq_timeout: 1, rq_error: 1 };
/** denvoy answered before the request was complete, and reads no further. */
const EARLY: Counters = { downstream_rq_rx_reset: 1 };
const IDLE: Counters = { downstream_rq_idle_timeout: 1 };
const LONG: Counters = { downstream_rq_max_duration_reached: 1 };
const GLOBAL: Counters = { upstream_rq_timeout: 1 };
const PER_TRY: Counters = { upstream_rq_per_try_timeout: 1 };
const PER_TRY_IDLE: Counters = { upstream_rq_per_try_idle_timeout: 1 };
const TRY_LONG: Counters = { upstream_rq_max_duration_reached: 1 };

const UPSTREAM = "504 upstream request timeout";

const HEADERS_408 = outcome("408 request header timeout, closing", "408 - request_header_timeout", {
  ...EARLY,
  downstream_rq_header_timeout: 1,
});
const REQUEST_408 = outcome("408 request timeout, closing", "408 - request_overall_timeout", {
  ...EARLY,
  downstream_rq_timeout: 1,
});
const IDLE_408 = outcome("408 stream timeout, closing", "408 SI stream_idle_timeout", { ...IDLE, ...EARLY });
const IDLE_504 = outcome("504 stream timeout", "504 SI stream_idle_timeout", IDLE);
/** Nobody is charged who was not reached. */
const IDLE_WAITING = outcome("504 stream timeout", "504 SI stream_idle_timeout", { ...IDLE, upstream_rq_cancelled: 1 });
const IDLE_INTERIM = outcome("504 stream timeout", "504 SI stream_idle_timeout", { ...IDLE, upstream_rq_100: 1 });
const IDLE_GRPC_2 = outcome("grpc 2 stream timeout, closing", "200 SI stream_idle_timeout", { ...IDLE, ...EARLY });
const IDLE_GRPC_14 = outcome("grpc 14 stream timeout", "200 SI stream_idle_timeout", IDLE);
const IDLE_CUT = outcome("cut", "200 SI stream_idle_timeout", { ...IDLE, ...CUT });
const LONG_408 = outcome("408 downstream duration timeout, closing", "408 - max_duration_timeout", {
  ...LONG,
  ...EARLY,
});
const LONG_504 = outcome("504 downstream duration timeout", "504 - max_duration_timeout", LONG);
const LONG_GRPC = outcome("grpc 4 downstream duration timeout", "200 - max_duration_timeout", LONG);
const LONG_GRPC_CLOSING = outcome("grpc 4 downstream duration timeout, closing", "200 - max_duration_timeout", {
  ...LONG,
  ...EARLY,
});
const LONG_CUT = outcome("cut", "200 - max_duration_timeout", { ...LONG, ...CUT });
const GLOBAL_504 = outcome(UPSTREAM, "504 UT response_timeout", { ...GLOBAL, ...CHARGED });
const ALTERNATIVE: Counters = { ...GLOBAL, upstream_rq_204: 1, rq_timeout: 1, rq_error: 1 };
const GLOBAL_204 = outcome("204 ", "204 UT response_timeout", ALTERNATIVE);
const GLOBAL_ALT_GRPC_2 = outcome("grpc 2 ", "200 UT response_timeout", ALTERNATIVE);
const GLOBAL_ALT_GRPC_4 = outcome("grpc 4 ", "200 UT response_timeout", ALTERNATIVE);
const GLOBAL_GRPC_14 = outcome("grpc 14 upstream request timeout", "200 UT response_timeout", {
  ...GLOBAL,
  ...CHARGED,
});
const GLOBAL_GRPC_4 = outcome("grpc 4 upstream request timeout", "200 UT response_timeout", { ...GLOBAL, ...CHARGED });
const GLOBAL_CUT = outcome("cut", "200 UT response_timeout", { ...GLOBAL, ...CUT, rq_timeout: 1 });
/** An interim response is charged in place of what comes of the request. */
const GLOBAL_INTERIM = outcome(UPSTREAM, "504 UT response_timeout", { ...GLOBAL, upstream_rq_100: 1, rq_timeout: 1 });
const GLOBAL_HINTED = outcome(UPSTREAM, "504 UT response_timeout", { ...GLOBAL, upstream_rq_103: 1, rq_timeout: 1 });
const GLOBAL_WAITING = outcome(UPSTREAM, "504 UT response_timeout", {
  ...GLOBAL,
  upstream_rq_504: 1,
  upstream_rq_cancelled: 1,
});
const PER_TRY_504 = outcome(UPSTREAM, "504 UT upstream_per_try_timeout", { ...PER_TRY, ...CHARGED });
const PER_TRY_GRPC_4 = outcome("grpc 4 upstream request timeout", "200 UT upstream_per_try_timeout", {
  ...PER_TRY,
  ...CHARGED,
});
const PER_TRY_IDLE_504 = outcome(UPSTREAM, "504 UT upstream_per_try_idle_timeout", { ...PER_TRY_IDLE, ...CHARGED });
const PER_TRY_IDLE_CUT = outcome("cut", "200 UT upstream_per_try_idle_timeout", {
  ...PER_TRY_IDLE,
  ...CUT,
  rq_timeout: 1,
});
const TRY_LONG_TEXT = "upstream max stream duration reached";
const TRY_LONG_DETAILS = "UMSDR upstream_max_stream_duration_reached";
const TRY_LONG_408 = outcome(`408 ${TRY_LONG_TEXT}, closing`, `408 ${TRY_LONG_DETAILS}`, { ...TRY_LONG, ...EARLY });
const TRY_LONG_504 = outcome(`504 ${TRY_LONG_TEXT}`, `504 ${TRY_LONG_DETAILS}`, TRY_LONG);
const TRY_LONG_GRPC = outcome(`grpc 14 ${TRY_LONG_TEXT}`, `200 ${TRY_LONG_DETAILS}`, TRY_LONG);
const TRY_LONG_CUT = outcome("cut", `200 ${TRY_LONG_DETAILS}`, { ...TRY_LONG, ...CUT });
const CONNECT = {
  upstream_cx_connect_timeout: 1,
  upstream_rq_pending_failure_eject: 1,
  upstream_rq_503: 1,
  rq_error: 1,
};
const CONNECT_TEXT = "503 upstream connect error or disconnect/reset before headers. reset reason: connection timeout";
const CONNECT_LOG = "503 UF upstream_reset_before_response_started{connection_timeout}";
const CONNECT_503 = outcome(CONNECT_TEXT, CONNECT_LOG, CONNECT);
const CONNECT_503_CLOSING = outcome(`${CONNECT_TEXT}, closing`, CONNECT_LOG, { ...CONNECT, ...EARLY });

function outcome(answer: string, log: string, counters: Counters): Outcome {
  return { answer, log, counters };
}

// ---- rows

type Row = readonly [name: string, settings: Settings, script: Script, afterMs: number, outcome: Outcome];

const IDLE_1S = { manager: ["stream_idle_timeout: 1s"] };
const ROUTE_IDLE_1S = { route: "idle_timeout: 1s" };
const DURATION_1S = { manager: ["common_http_protocol_options: { max_stream_duration: 1s }"] };
const ROUTE_DURATION_1S = { route: "max_stream_duration: { max_stream_duration: 1s }" };
const GLOBAL_1S = { route: "timeout: 1s" };
const GLOBAL_1S_IDLE_2S = { manager: ["stream_idle_timeout: 2s"], route: "timeout: 1s" };
const PER_TRY_1S = { manager: ["stream_idle_timeout: 2s"], route: "retry_policy: { per_try_timeout: 1s }" };
const PER_TRY_IDLE_1S = {
  manager: ["stream_idle_timeout: 2s"],
  route: "retry_policy: { per_try_idle_timeout: 1s }",
};
const NO_CONNECTION = { cluster: ["connect_timeout: 60s"], isHostSilent: true };
const CONNECT_1S = { cluster: ["connect_timeout: 1s"], isHostSilent: true };
const TRY_DURATION_1S = { cluster: ["common_http_protocol_options: { max_stream_duration: 1s }"] };

const ROWS: readonly Row[] = [
  // ---- request_headers_timeout
  ["headers, half a head", { manager: ["request_headers_timeout: 1s"] }, HALF_HEAD, 1000, HEADERS_408],
  [
    "headers, over with the head",
    { manager: ["request_headers_timeout: 1s", "stream_idle_timeout: 2s"] },
    INCOMPLETE,
    2000,
    IDLE_408,
  ],
  // ---- request_timeout
  ["request, half a head", { manager: ["request_timeout: 1s"] }, HALF_HEAD, 1000, REQUEST_408],
  ["request, incomplete", { manager: ["request_timeout: 1s"] }, INCOMPLETE, 1000, REQUEST_408],
  [
    "request, over with the request",
    { manager: ["request_timeout: 1s"], route: "timeout: 2s" },
    COMPLETE,
    2000,
    GLOBAL_504,
  ],
  [
    "request, over where the response sets out",
    { manager: ["request_timeout: 1s", "stream_idle_timeout: 2s"] },
    BEGUN_EARLY,
    2000,
    IDLE_CUT,
  ],
  // ---- stream_idle_timeout
  ["idle, half a head", IDLE_1S, HALF_HEAD, 1000, IDLE_408],
  ["idle, incomplete", IDLE_1S, INCOMPLETE, 1000, IDLE_408],
  ["idle, complete", IDLE_1S, COMPLETE, 1000, IDLE_504],
  ["idle, incomplete gRPC", IDLE_1S, GRPC_INCOMPLETE, 1000, IDLE_GRPC_2],
  ["idle, complete gRPC", IDLE_1S, GRPC, 1000, IDLE_GRPC_14],
  ["idle, incomplete, response begun", IDLE_1S, BEGUN_EARLY, 1000, IDLE_CUT],
  ["idle, complete, response begun", IDLE_1S, BEGUN, 1000, IDLE_CUT],
  // ---- idle_timeout of the route
  ["route idle, half a head", { ...IDLE_1S, route: "idle_timeout: 0s" }, HALF_HEAD, 1000, IDLE_408],
  ["route idle, incomplete", ROUTE_IDLE_1S, INCOMPLETE, 1000, IDLE_408],
  ["route idle, complete", ROUTE_IDLE_1S, COMPLETE, 1000, IDLE_504],
  ["route idle, incomplete, response begun", ROUTE_IDLE_1S, BEGUN_EARLY, 1000, IDLE_CUT],
  ["route idle, complete, response begun", ROUTE_IDLE_1S, BEGUN, 1000, IDLE_CUT],
  ["route idle, longer than the manager's", { ...IDLE_1S, route: "idle_timeout: 2s" }, COMPLETE, 2000, IDLE_504],
  [
    "route idle, where the manager has none",
    { manager: ["stream_idle_timeout: 0s"], route: "idle_timeout: 1s" },
    COMPLETE,
    1000,
    IDLE_504,
  ],
  [
    "route idle, 0 is off",
    { ...IDLE_1S, route: "idle_timeout: 0s, timeout: 2s" },
    COMPLETE,
    2000,
    GLOBAL_504,
  ],
  // ---- max_stream_duration of the connection manager
  ["duration, half a head", DURATION_1S, HALF_HEAD, 1000, LONG_408],
  ["duration, incomplete", DURATION_1S, INCOMPLETE, 1000, LONG_408],
  ["duration, complete", DURATION_1S, COMPLETE, 1000, LONG_504],
  ["duration, incomplete gRPC", DURATION_1S, GRPC_INCOMPLETE, 1000, LONG_GRPC_CLOSING],
  ["duration, complete gRPC", DURATION_1S, GRPC, 1000, LONG_GRPC],
  ["duration, incomplete, response begun", DURATION_1S, BEGUN_EARLY, 1000, LONG_CUT],
  ["duration, complete, response begun", DURATION_1S, BEGUN, 1000, LONG_CUT],
  // ---- max_stream_duration of the route
  ["route duration, incomplete", ROUTE_DURATION_1S, INCOMPLETE, 1000, LONG_408],
  ["route duration, complete", ROUTE_DURATION_1S, COMPLETE, 1000, LONG_504],
  ["route duration, complete gRPC", ROUTE_DURATION_1S, GRPC, 1000, LONG_GRPC],
  ["route duration, incomplete, response begun", ROUTE_DURATION_1S, BEGUN_EARLY, 1000, LONG_CUT],
  ["route duration, complete, response begun", ROUTE_DURATION_1S, BEGUN, 1000, LONG_CUT],
  [
    "route duration, longer than the manager's",
    { ...DURATION_1S, route: "max_stream_duration: { max_stream_duration: 2s }" },
    COMPLETE,
    2000,
    LONG_504,
  ],
  [
    "route duration, empty leaves the manager's",
    { ...DURATION_1S, route: "max_stream_duration: {}" },
    COMPLETE,
    1000,
    LONG_504,
  ],
  [
    "route duration, 0 is off",
    {
      manager: [...DURATION_1S.manager, "stream_idle_timeout: 2s"],
      route: "max_stream_duration: { max_stream_duration: 0s }",
    },
    COMPLETE,
    2000,
    IDLE_504,
  ],
  // ---- timeout of the route
  ["global, incomplete has none", GLOBAL_1S_IDLE_2S, INCOMPLETE, 2000, IDLE_408],
  ["global, complete", GLOBAL_1S, COMPLETE, 1000, GLOBAL_504],
  ["global, complete, an interim response came", GLOBAL_1S, INTERIM, 1000, GLOBAL_INTERIM],
  ["global, complete, early hints came", GLOBAL_1S, HINTED, 1000, GLOBAL_HINTED],
  ["global, complete gRPC", GLOBAL_1S, GRPC, 1000, GLOBAL_GRPC_14],
  ["global, complete gRPC, deadline feature", { ...GLOBAL_1S, hasDeadlineFeature: true }, GRPC, 1000, GLOBAL_GRPC_4],
  ["global, complete, deadline feature", { ...GLOBAL_1S, hasDeadlineFeature: true }, COMPLETE, 1000, GLOBAL_504],
  [
    "global, complete, alternative response",
    { ...GLOBAL_1S, sets: { "x-envoy-upstream-rq-timeout-alt-response": "1" } },
    COMPLETE,
    1000,
    GLOBAL_204,
  ],
  [
    "global, complete gRPC, alternative response",
    { ...GLOBAL_1S, sets: { "x-envoy-upstream-rq-timeout-alt-response": "1" } },
    GRPC,
    1000,
    GLOBAL_ALT_GRPC_2,
  ],
  [
    "global, complete gRPC, alternative response, deadline feature",
    { ...GLOBAL_1S, sets: { "x-envoy-upstream-rq-timeout-alt-response": "1" }, hasDeadlineFeature: true },
    GRPC,
    1000,
    GLOBAL_ALT_GRPC_4,
  ],
  ["global, incomplete, response begun has none", GLOBAL_1S_IDLE_2S, BEGUN_EARLY, 2000, IDLE_CUT],
  ["global, complete, response begun", GLOBAL_1S, BEGUN, 1000, GLOBAL_CUT],
  ["global, complete after the response began", GLOBAL_1S, BEGUN_THEN_COMPLETE, 1000, GLOBAL_CUT],
  ["global, no connection yet", { ...GLOBAL_1S, ...NO_CONNECTION }, COMPLETE, 1000, GLOBAL_WAITING],
  // ---- per_try_timeout
  ["per try, incomplete has none", PER_TRY_1S, INCOMPLETE, 2000, IDLE_408],
  ["per try, complete", PER_TRY_1S, COMPLETE, 1000, PER_TRY_504],
  ["per try, complete gRPC, deadline feature", { ...PER_TRY_1S, hasDeadlineFeature: true }, GRPC, 1000, PER_TRY_GRPC_4],
  ["per try, incomplete, response begun has none", PER_TRY_1S, BEGUN_EARLY, 2000, IDLE_CUT],
  ["per try, complete, an interim response came, is ignored", PER_TRY_1S, INTERIM, 2000, IDLE_INTERIM],
  ["per try, complete, response begun is ignored", PER_TRY_1S, BEGUN, 2000, IDLE_CUT],
  ["per try, no connection yet", { ...PER_TRY_1S, ...NO_CONNECTION }, COMPLETE, 2000, IDLE_WAITING],
  // ---- per_try_idle_timeout
  ["per try idle, incomplete has none", PER_TRY_IDLE_1S, INCOMPLETE, 2000, IDLE_408],
  ["per try idle, complete", PER_TRY_IDLE_1S, COMPLETE, 1000, PER_TRY_IDLE_504],
  ["per try idle, incomplete, response begun has none", PER_TRY_IDLE_1S, BEGUN_EARLY, 2000, IDLE_CUT],
  ["per try idle, complete, response begun", PER_TRY_IDLE_1S, BEGUN, 1000, PER_TRY_IDLE_CUT],
  ["per try idle, no connection yet", { ...PER_TRY_IDLE_1S, ...NO_CONNECTION }, COMPLETE, 2000, IDLE_WAITING],
  // ---- connect_timeout of the cluster
  ["connect, incomplete", CONNECT_1S, INCOMPLETE, 1000, CONNECT_503_CLOSING],
  ["connect, complete", CONNECT_1S, COMPLETE, 1000, CONNECT_503],
  // ---- max_stream_duration of the cluster
  ["try duration, incomplete", TRY_DURATION_1S, INCOMPLETE, 1000, TRY_LONG_408],
  ["try duration, complete", TRY_DURATION_1S, COMPLETE, 1000, TRY_LONG_504],
  ["try duration, complete gRPC", TRY_DURATION_1S, GRPC, 1000, TRY_LONG_GRPC],
  [
    "try duration, complete gRPC, deadline feature",
    { ...TRY_DURATION_1S, hasDeadlineFeature: true },
    GRPC,
    1000,
    TRY_LONG_GRPC,
  ],
  ["try duration, incomplete, response begun", TRY_DURATION_1S, BEGUN_EARLY, 1000, TRY_LONG_CUT],
  ["try duration, complete, response begun", TRY_DURATION_1S, BEGUN, 1000, TRY_LONG_CUT],
  [
    "try duration, no connection yet",
    {
      manager: ["stream_idle_timeout: 2s"],
      cluster: [...TRY_DURATION_1S.cluster, ...NO_CONNECTION.cluster],
      isHostSilent: true,
    },
    COMPLETE,
    2000,
    IDLE_WAITING,
  ],
];

/** Every row. */
export const TIMEOUT_CASES: readonly TimeoutCase[] = ROWS.map(
  ([name, settings, script, afterMs, outcome]) => ({ name, settings, script, afterMs, outcome }),
);
