/**
 * Timeouts (spec/http.md 4), each 200 ms: what the client is told, what becomes of the origin's connection, and what the
 * access log says of it. Where nothing should happen, a clock of the proxy's own says that the time is over.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import { answers, area, arrived, CLOCK, get, open, post } from "../oracle_case.ts";
import { clusterProtocol, FROM_INSIDE, INTERNAL_ADDRESSES } from "../protocol_options.ts";
import type { Variant } from "../variant.ts";

/** Longer than any case. */
const LATE = "20s";
const T = "0.2s";

const LINES = { accessLog: [textLog(USUAL_LINE)] };
const SHORT_ROUTES = [
  `{ match: { prefix: /late }, route: { cluster: origin, timeout: ${T} } }`,
  "{ match: { prefix: /off }, route: { cluster: origin, timeout: 0s } }",
  "{ match: { prefix: /soon }, route: { cluster: origin, timeout: 5s } }",
];
const toRoute = (prefix: string, fields: string) =>
  `{ match: { prefix: ${prefix} }, route: { cluster: origin, ${fields} } }`;
const logged = (fields: Omit<Variant, "accessLog">): Variant => ({ ...LINES, ...fields });

const GRPC = "content-type: application/grpc\r\n";
const UPLOAD = (path: string, fields = "") =>
  `POST ${path} HTTP/1.1\r\nhost: a.test\r\n${fields}content-length: 10\r\n\r\nhalf`;
const silent = (path: string, fields = "") => get(path, `x-origin: silent\r\n${fields}`);
const stalled = (path: string, fields = "") => get(path, `x-origin: stall\r\n${fields}`);
const waiting = (path: string, fields = "") => get(path, `x-origin: wait\r\n${fields}`);

export const TIMEOUTS = area("timeouts", {
  connection_idle: { managerFields: [`common_http_protocol_options: { idle_timeout: ${T} }`, "drain_timeout: 0.1s"] },
  connection_age: {
    managerFields: [`common_http_protocol_options: { max_connection_duration: ${T} }`, "drain_timeout: 0.1s"],
  },
  connection_age_draining: {
    managerFields: [`common_http_protocol_options: { max_connection_duration: ${T} }`, `drain_timeout: ${LATE}`],
  },
  connection_idle_draining: {
    managerFields: [`common_http_protocol_options: { idle_timeout: ${T} }`, `drain_timeout: ${LATE}`],
  },
  headers: logged({ managerFields: [`request_headers_timeout: ${T}`] }),
  request: logged({ managerFields: [`request_timeout: ${T}`] }),
  stream_idle: logged({ managerFields: [`stream_idle_timeout: ${T}`] }),
  route_idle: logged({
    managerFields: [`stream_idle_timeout: ${LATE}`],
    routes: [toRoute("/", `idle_timeout: ${T}`)],
  }),
  route_idle_off: logged({
    managerFields: [`stream_idle_timeout: ${T}`],
    routes: [toRoute("/off", "idle_timeout: 0s"), toRoute("/longer", "idle_timeout: 10s")],
  }),
  duration: logged({ managerFields: [`common_http_protocol_options: { max_stream_duration: ${T} }`] }),
  route_duration: logged({
    managerFields: [`common_http_protocol_options: { max_stream_duration: ${LATE} }`],
    routes: [toRoute("/", `max_stream_duration: { max_stream_duration: ${T} }`)],
  }),
  route_duration_off: logged({
    managerFields: [`common_http_protocol_options: { max_stream_duration: ${T} }`],
    routes: [
      toRoute("/off", "max_stream_duration: { max_stream_duration: 0s }"),
      toRoute("/empty", `timeout: ${LATE}, max_stream_duration: {}`),
    ],
  }),
  cluster_duration: logged({
    routes: ["{ match: { prefix: / }, route: { cluster: brief } }"],
    clusters: { brief: [clusterProtocol({ common: `max_stream_duration: ${T}` })] },
  }),
  route: logged({ routes: SHORT_ROUTES }),
  per_try: logged({
    routes: [
      toRoute("/once", `retry_policy: { per_try_timeout: ${T} }`),
      toRoute("/twice", `retry_policy: { retry_on: 5xx, num_retries: 1, per_try_timeout: ${T} }`),
      toRoute("/capped", `timeout: ${T}, retry_policy: { per_try_timeout: 0.3s }`),
      toRoute("/idle", `retry_policy: { per_try_idle_timeout: ${T} }`),
      toRoute(
        "/again-idle",
        `timeout: 0s, retry_policy: { retry_on: 5xx, num_retries: 1, per_try_idle_timeout: ${T} }`,
      ),
    ],
  }),
  inside: logged({ managerFields: [INTERNAL_ADDRESSES], routes: SHORT_ROUTES }),
  respecting: logged({
    managerFields: [INTERNAL_ADDRESSES],
    routes: SHORT_ROUTES,
    routerFields: ["respect_expected_rq_timeout: true"],
  }),
  suppressed: logged({
    managerFields: [INTERNAL_ADDRESSES],
    routes: SHORT_ROUTES,
    routerFields: ["suppress_envoy_headers: true"],
  }),
  strict: logged({
    managerFields: [INTERNAL_ADDRESSES],
    routerFields: ["strict_check_headers: [x-envoy-upstream-rq-timeout-ms, x-envoy-upstream-rq-per-try-timeout-ms]"],
  }),
  grpc: logged({
    routes: [
      toRoute("/max", "max_grpc_timeout: 1s"),
      toRoute("/uncapped", "max_grpc_timeout: 0s"),
      toRoute("/offset", "max_grpc_timeout: 1s, grpc_timeout_offset: 0.1s"),
      toRoute("/header", "max_stream_duration: { grpc_timeout_header_max: 1s }"),
      toRoute("/cap-off", "max_stream_duration: { grpc_timeout_header_max: 0s }"),
      toRoute(
        "/cap-offset",
        "max_stream_duration: { grpc_timeout_header_max: 1s, grpc_timeout_header_offset: 0.1s }",
      ),
    ],
  }),
  connect: logged({
    routes: [
      "{ match: { prefix: /stuck }, route: { cluster: stuck } }",
      "{ match: { prefix: /late }, route: { cluster: stuck_long, timeout: 0.2s } }",
      "{ match: { prefix: /dead }, route: { cluster: dead } }",
    ],
    clusters: { stuck: [`connect_timeout: ${T}`], stuck_long: ["connect_timeout: 5s"] },
  }),
}, [
  // ---- the connection
  { name: "an idle connection after a request", on: "connection_idle", send: get("/x"), then: "end" },
  { name: "an idle connection without a request", on: "connection_idle", send: [], answers: 0, then: "end" },
  {
    name: "a connection with a request is not idle",
    on: "connection_idle",
    send: [get("/wait"), arrived("/wait"), CLOCK, open("answer")],
  },
  {
    name: "a request on a connection that was idle",
    on: "connection_idle_draining",
    send: [get("/1"), answers(1), CLOCK, get("/2")],
    answers: 2,
    then: "close",
  },
  {
    name: "an idle connection without a request, draining",
    on: "connection_idle_draining",
    send: [],
    answers: 0,
    then: "end",
  },
  { name: "an old connection", on: "connection_age", send: get("/x"), then: "end" },
  {
    name: "a request on an old connection",
    on: "connection_age_draining",
    send: [get("/wait"), arrived("/wait"), CLOCK, open("answer")],
    then: "close",
  },
  // ---- the request's arrival
  { name: "half a request line", on: ["headers", "request", "stream_idle"], send: "GET /x HT" },
  { name: "half a head", on: ["headers", "request", "stream_idle", "duration"], send: "GET /x HTTP/1.1\r\nhost: a" },
  {
    name: "half a head on a used connection",
    on: ["headers", "request"],
    send: [get("/x"), "GET /y HTTP/1.1\r\nhost: a"],
    answers: 2,
    lines: 2,
  },
  {
    name: "half a body",
    on: ["headers", "request", "stream_idle", "route_idle", "duration", "route_duration"],
    send: [UPLOAD("/x"), arrived("half"), CLOCK, "the re"],
  },
  {
    name: "half a body of a gRPC request",
    on: ["request", "stream_idle", "duration"],
    send: [UPLOAD("/x", GRPC), arrived("half"), CLOCK, "the re"],
  },
  {
    name: "a whole request",
    on: ["headers", "request"],
    send: [get("/wait"), arrived("/wait"), CLOCK, open("answer")],
  },
  {
    name: "a whole request with a body",
    on: ["request"],
    send: [post("/wait", "hello"), arrived("hello"), CLOCK, open("answer")],
  },
  // ---- the stream
  {
    name: "a silent origin",
    on: ["stream_idle", "route_idle", "duration", "route_duration", "cluster_duration"],
    send: silent("/x"),
  },
  {
    name: "a silent origin and gRPC",
    on: ["stream_idle", "duration", "route_duration", "cluster_duration"],
    send: silent("/x", GRPC),
  },
  {
    name: "a silent origin and HEAD",
    on: ["stream_idle", "duration"],
    send: get("/x", "x-origin: silent\r\n", "HEAD"),
  },
  {
    name: "an origin that stalls",
    on: ["stream_idle", "route_idle", "duration", "route_duration", "cluster_duration"],
    send: stalled("/x"),
  },
  { name: "half a body at the origin", on: "cluster_duration", send: [UPLOAD("/x"), arrived("half"), CLOCK, "the re"] },
  { name: "idle no longer", on: "route_idle_off", send: [waiting("/off"), arrived("/off"), CLOCK, open("answer")] },
  {
    name: "idle for longer",
    on: "route_idle_off",
    send: [waiting("/longer"), arrived("/longer"), CLOCK, open("answer")],
  },
  { name: "idle elsewhere", on: "route_idle_off", send: silent("/x") },
  { name: "any duration", on: "route_duration_off", send: [waiting("/off"), arrived("/off"), CLOCK, open("answer")] },
  { name: "an empty duration", on: "route_duration_off", send: silent("/empty") },
  {
    name: "a stream duration in a field",
    on: "inside",
    send: silent("/x", `${FROM_INSIDE}x-envoy-upstream-stream-duration-ms: 200\r\n`),
  },
  {
    name: "a stream duration in a field, stalled",
    on: "inside",
    send: stalled("/x", `${FROM_INSIDE}x-envoy-upstream-stream-duration-ms: 200\r\n`),
  },
  {
    name: "a stream duration from outside",
    on: "inside",
    send: [waiting("/x", "x-envoy-upstream-stream-duration-ms: 200\r\n"), arrived("/x"), CLOCK, open("answer")],
  },
  {
    name: "a stream duration that is no number",
    on: "inside",
    send: get("/x", `${FROM_INSIDE}x-envoy-upstream-stream-duration-ms: soon\r\n`),
  },
  // ---- the route's timeout
  { name: "an answer in time", on: "route", send: get("/late") },
  { name: "a late answer", on: "route", send: silent("/late") },
  { name: "a late answer to HEAD", on: "route", send: get("/late", "x-origin: silent\r\n", "HEAD") },
  { name: "a late answer to gRPC", on: "route", send: silent("/late", GRPC) },
  { name: "a late answer after interim ones", on: "route", send: get("/late", "x-origin: hints-then-silent\r\n") },
  { name: "an answer that stalls", on: "route", send: stalled("/late") },
  { name: "no timeout", on: "route", send: [waiting("/off"), arrived("/off"), CLOCK, open("answer")] },
  {
    name: "a timeout before the request is whole",
    on: "route",
    send: [
      UPLOAD("/late", "x-origin: wait\r\n"),
      arrived("half"),
      CLOCK,
      "a body",
      arrived("halfa body"),
      open("answer"),
    ],
  },
  {
    name: "a timeout after the request is whole",
    on: "route",
    send: [UPLOAD("/late", "x-origin: silent\r\n"), arrived("half"), CLOCK, "a body"],
  },
  { name: "a try that is late", on: "per_try", send: silent("/once") },
  {
    name: "a try that stalls",
    on: "per_try",
    send: [get("/once", "x-origin: halves\r\n"), arrived("/once"), CLOCK, open("rest")],
  },
  { name: "two tries that are late", on: "per_try", send: silent("/twice") },
  { name: "a try longer than all tries", on: "per_try", send: silent("/capped") },
  { name: "a try that is idle", on: "per_try", send: silent("/idle") },
  { name: "a try that is idle while answering", on: "per_try", send: stalled("/idle") },
  { name: "two tries that are idle", on: "per_try", send: silent("/again-idle") },
  { name: "a gRPC try that is late", on: "per_try", send: silent("/once", GRPC) },
  // ---- what the client says
  ...["200", "0", "-1", "soon", "2.5", "", "1000, 2000", "99999999999", "0200"].map((value) => ({
    name: `rq-timeout-ms: ${value}`,
    on: ["inside", "strict"] as const,
    send: get("/x", `${FROM_INSIDE}x-envoy-upstream-rq-timeout-ms: ${value}\r\n`),
  })),
  {
    name: "a late answer by rq-timeout-ms",
    on: ["inside", "suppressed"],
    send: silent("/soon", `${FROM_INSIDE}x-envoy-upstream-rq-timeout-ms: 200\r\n`),
  },
  {
    name: "rq-timeout-ms of 0 turns the route's off",
    on: "inside",
    send: [
      waiting("/late", `${FROM_INSIDE}x-envoy-upstream-rq-timeout-ms: 0\r\n`),
      arrived("/late"),
      CLOCK,
      open("answer"),
    ],
  },
  {
    name: "per-try-timeout-ms",
    on: "inside",
    send: silent("/x", `${FROM_INSIDE}x-envoy-upstream-rq-per-try-timeout-ms: 200\r\n`),
  },
  {
    name: "per-try-timeout-ms that is shown",
    on: ["inside", "suppressed"],
    send: get("/x", `${FROM_INSIDE}x-envoy-upstream-rq-per-try-timeout-ms: 3000\r\n`),
  },
  {
    name: "per-try-timeout-ms over the route's",
    on: "inside",
    send: get("/soon", `${FROM_INSIDE}x-envoy-upstream-rq-per-try-timeout-ms: 6000\r\n`),
  },
  {
    name: "per-try-timeout-ms that is no number",
    on: ["inside", "strict"],
    send: get("/x", `${FROM_INSIDE}x-envoy-upstream-rq-per-try-timeout-ms: x\r\n`),
  },
  {
    name: "a late answer with another answer",
    on: "inside",
    send: silent("/late", `${FROM_INSIDE}x-envoy-upstream-rq-timeout-alt-response: 1\r\n`),
  },
  {
    name: "a late answer to HEAD with another answer",
    on: "inside",
    send: get("/late", `${FROM_INSIDE}x-origin: silent\r\nx-envoy-upstream-rq-timeout-alt-response: 1\r\n`, "HEAD"),
  },
  {
    name: "expected-rq-timeout-ms",
    on: ["inside", "respecting"],
    send: get("/x", `${FROM_INSIDE}x-envoy-expected-rq-timeout-ms: 3000\r\n`),
  },
  {
    name: "expected and rq-timeout-ms",
    on: "respecting",
    send: get("/x", `${FROM_INSIDE}x-envoy-expected-rq-timeout-ms: 3000\r\nx-envoy-upstream-rq-timeout-ms: 2000\r\n`),
  },
  {
    name: "an expected-rq-timeout-ms that is no number",
    on: "respecting",
    send: get("/x", `${FROM_INSIDE}x-envoy-expected-rq-timeout-ms: x\r\nx-envoy-upstream-rq-timeout-ms: 2000\r\n`),
  },
  {
    name: "rq-timeout-ms from outside",
    on: "inside",
    send: get("/x", "x-forwarded-for: 9.9.9.9\r\nx-envoy-upstream-rq-timeout-ms: 200\r\n"),
  },
  // ---- gRPC
  ...["/max", "/uncapped", "/offset", "/header", "/cap-off", "/cap-offset"].flatMap((path) => [
    {
      name: `grpc-timeout of 500m on ${path}`,
      on: "grpc" as const,
      send: get(path, `${GRPC}grpc-timeout: 500m\r\nx-origin: grpc-ok\r\n`, "POST"),
    },
    {
      name: `no grpc-timeout on ${path}`,
      on: "grpc" as const,
      send: get(path, `${GRPC}x-origin: grpc-ok\r\n`, "POST"),
    },
    {
      name: `grpc-timeout of 5S on ${path}`,
      on: "grpc" as const,
      send: get(path, `${GRPC}grpc-timeout: 5S\r\nx-origin: grpc-ok\r\n`, "POST"),
    },
  ]),
  ...["1H", "2M", "700000u", "800000000n", "5X", "5", "123456789m", "m", "1.5S"].map((value) => ({
    name: `grpc-timeout of ${value}`,
    on: "grpc" as const,
    send: get("/uncapped", `${GRPC}grpc-timeout: ${value}\r\nx-origin: grpc-ok\r\n`, "POST"),
  })),
  { name: "grpc-timeout without gRPC", on: "grpc", send: get("/max", "grpc-timeout: 500m\r\n") },
  { name: "a late answer by grpc-timeout", on: "grpc", send: silent("/max", `${GRPC}grpc-timeout: 200m\r\n`) },
  {
    name: "a late answer by grpc-timeout and duration",
    on: "grpc",
    send: silent("/header", `${GRPC}grpc-timeout: 200m\r\n`),
  },
  {
    name: "a grpc-timeout that its offset uses up",
    on: "grpc",
    send: silent("/cap-offset", `${GRPC}grpc-timeout: 50m\r\n`),
  },
  // ---- the connection to the origin
  { name: "nobody takes the connection", on: "connect", send: get("/stuck") },
  { name: "the route's timeout while connecting", on: "connect", send: get("/late") },
  { name: "nobody listens", on: "connect", send: get("/dead") },
]);
