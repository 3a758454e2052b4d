/** Access log filters (spec/http.md 8.3): which requests make a line. */
import { GRPC, ROUTES, textLog, TRACED, USUAL_LINE } from "../access_log_line.ts";
import { area, arrived, bare, CLOCK, get, inTurn, open } from "../oracle_case.ts";
import type { Variant } from "../variant.ts";

const filtered = (filter: string): Variant => ({ routes: ROUTES, accessLog: [textLog(USUAL_LINE, filter)] });
const status = (op: string, code: number) =>
  `{ status_code_filter: { comparison: { op: ${op}, value: { default_value: ${code}, runtime_key: none } } } }`;
const header = (fields: string) => `{ header_filter: { header: { ${fields} } } }`;

export const LOG_FILTERS = area("log_filters", {
  failures: filtered(status("GE", 400)),
  not_200: filtered(status("NE", 200)),
  up_to_200: filtered(status("LE", 200)),
  just_404: filtered(status("EQ", 404)),
  slow: filtered("{ duration_filter: { comparison: { op: GE, value: { default_value: 200, runtime_key: none } } } }"),
  with_header: filtered(header("name: x-log")),
  with_value: filtered(header("name: x-log, string_match: { prefix: ye }")),
  without_header: filtered(header("name: x-skip, present_match: false")),
  by_path: filtered(header('name: ":path", string_match: { contains: log-me }')),
  flagged: filtered("{ response_flag_filter: {} }"),
  flagged_nr: {
    virtualHosts: [
      `{ name: one, domains: ["a.test"], routes: [${
        [...ROUTES, "{ match: { prefix: / }, route: { cluster: origin } }"].join(", ")
      }] }`,
    ],
    accessLog: [textLog(USUAL_LINE, "{ response_flag_filter: { flags: [NR, UF] } }")],
  },
  both: filtered(`{ and_filter: { filters: [${status("GE", 400)}, ${header("name: x-log")}] } }`),
  either: filtered(`{ or_filter: { filters: [${status("GE", 400)}, ${header("name: x-log")}] } }`),
  nested: filtered(
    `{ or_filter: { filters: [{ and_filter: { filters: [${header("name: x-a")}, ${header("name: x-b")}] } }, ${
      header("name: x-log")
    }] } }`,
  ),
  grpc_failed: filtered("{ grpc_status_filter: { statuses: [NOT_FOUND, UNAVAILABLE] } }"),
  grpc_not_ok: filtered("{ grpc_status_filter: { statuses: [OK], exclude: true } }"),
  never: {
    routes: ROUTES,
    accessLog: [textLog(USUAL_LINE, "{ runtime_filter: { runtime_key: none } }"), textLog("always")],
  },
  always: filtered("{ runtime_filter: { runtime_key: none, percent_sampled: { numerator: 100 } } }"),
  by_id_53: filtered("{ runtime_filter: { runtime_key: none, percent_sampled: { numerator: 53 } } }"),
  by_id_54: filtered("{ runtime_filter: { runtime_key: none, percent_sampled: { numerator: 54 } } }"),
  by_id_fine: filtered(
    "{ runtime_filter: { runtime_key: none, percent_sampled: { numerator: 1154, denominator: TEN_THOUSAND } } }",
  ),
  not_health: filtered("{ not_health_check_filter: {} }"),
  traced: { routes: ROUTES, accessLog: [textLog(USUAL_LINE, "{ traceable_filter: {} }"), textLog("always")] },
  traced_all: {
    routes: ROUTES,
    managerFields: [
      "tracing: { random_sampling: { value: 100 } }",
      "internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }",
    ],
    accessLog: [textLog(USUAL_LINE, "{ traceable_filter: {} }"), textLog("always")],
  },
  by_any_metadata: filtered(
    "{ metadata_filter: { matcher: { filter: ns, path: [{ key: k }], value: { present_match: true } } } }",
  ),
  by_metadata: {
    routes: ROUTES,
    accessLog: [
      textLog(
        USUAL_LINE,
        "{ metadata_filter: { matcher: { filter: ns, path: [{ key: k }], value: { string_match: { exact: v } } }, match_if_key_not_found: false } }",
      ),
      textLog("always"),
    ],
  },
  by_type: filtered("{ log_type_filter: { types: [DownstreamEnd] } }"),
}, [
  // ---- filters: what makes no line comes first, so that the line of the last request shows that it made none
  { name: "only failures", on: ["failures", "not_200"], send: inTurn(get("/x"), get("/404")) },
  { name: "only a local failure", on: ["failures", "not_200"], send: inTurn(get("/x"), get("/none")) },
  { name: "only one status", on: "just_404", send: inTurn(get("/x"), get("/none"), get("/404")) },
  { name: "only what is flagged", on: "flagged", send: inTurn(get("/x"), get("/404"), get("/none")) },
  {
    name: "only what has a certain flag",
    on: "flagged_nr",
    send: inTurn(get("/x"), get("/404"), bare("/x", "host: b.test\r\n")),
  },
  { name: "only what has another certain flag", on: "flagged_nr", send: inTurn(get("/x"), get("/none"), get("/dead")) },
  { name: "only successes", on: "up_to_200", send: inTurn(get("/404"), get("/x")) },
  {
    name: "only slow ones",
    on: "slow",
    send: [get("/x") + get("/wait"), arrived("/wait"), CLOCK, open("answer")],
    answers: 2,
  },
  {
    name: "only with a field",
    on: ["with_header", "either", "nested"],
    send: inTurn(get("/x"), get("/z", "x-log: yes\r\n")),
  },
  {
    name: "only with a value",
    on: "with_value",
    send: inTurn(get("/x"), get("/y", "x-log: no\r\n"), get("/z", "x-log: yes\r\n")),
  },
  { name: "only without a field", on: "without_header", send: inTurn(get("/x", "x-skip: 1\r\n"), get("/y")) },
  { name: "only a path", on: "by_path", send: inTurn(get("/x"), get("/x/log-me?y")) },
  {
    name: "only what meets two conditions",
    on: "both",
    send: inTurn(get("/x", "x-log: 1\r\n"), get("/404"), get("/404", "x-log: 1\r\n")),
  },
  { name: "what meets one of two conditions", on: "either", send: inTurn(get("/x"), get("/404")) },
  {
    name: "what meets nested conditions",
    on: "nested",
    send: inTurn(get("/x", "x-a: 1\r\n"), get("/x", "x-a: 1\r\nx-b: 1\r\n")),
  },
  {
    name: "only some gRPC statuses",
    on: "grpc_failed",
    send: inTurn(get("/x", `${GRPC}x-origin: grpc-ok\r\n`, "POST"), get("/x", `${GRPC}x-origin: grpc\r\n`, "POST")),
  },
  {
    name: "all gRPC statuses but one",
    on: "grpc_not_ok",
    send: inTurn(get("/x", `${GRPC}x-origin: grpc-ok\r\n`, "POST"), get("/x", `${GRPC}x-origin: grpc\r\n`, "POST")),
  },
  { name: "a gRPC status by HTTP status", on: "grpc_failed", send: inTurn(get("/x"), get("/503")) },
  ...([["less than its share", "by_id_53", 1], ["as much as its share", ["by_id_54", "by_id_fine"], 3]] as const).map((
    [chance, on, lines],
  ) => ({
    name: `by the request's id: ${chance}`,
    on,
    send: inTurn(
      get("/x", TRACED),
      get("/y", TRACED),
      get("/z", "x-request-id: 00000000-2222-4333-8444-555555555555\r\n"),
    ),
    lines,
  })),
  { name: "never by a runtime key", on: "never", send: get("/x") },
  { name: "always by a runtime key", on: "always", send: get("/x") },
  {
    name: "only what is traced",
    on: ["traced", "traced_all"],
    send: get("/x", "x-request-id: 11111111-2222-9333-8444-555555555555\r\n"),
  },
  {
    name: "what is traced by force",
    on: "traced_all",
    send: get("/x", "x-envoy-force-trace: true\r\nx-forwarded-for: 10.0.0.1\r\n"),
    lines: 2,
  },
  {
    name: "what its id says is traced by force",
    on: "traced_all",
    send: get("/x", "x-request-id: 11111111-2222-a333-8444-555555555555\r\n"),
    lines: 2,
  },
  {
    name: "what outsiders want to be traced",
    on: ["traced", "traced_all"],
    send: get("/x", "x-envoy-force-trace: true\r\n"),
  },
  {
    name: "what a client wants to be traced",
    on: ["traced", "traced_all"],
    send: get("/x", "x-client-trace-id: true\r\n"),
  },
  { name: "what is traced by chance", on: ["traced", "traced_all"], send: get("/x") },
  { name: "only with metadata", on: ["by_metadata", "by_any_metadata"], send: get("/x") },
  { name: "only ends of streams", on: "by_type", send: get("/x") },
  { name: "no health checks", on: "not_health", send: get("/x") },
]);
