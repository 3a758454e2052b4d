/**
 * The life of connections and messages (spec/http.md 1.4, 1.5, 1.10, 1.16): what keeps and what ends a connection,
 * HTTP/1.0, Expect and interim answers, pipelining, answers that come early, and both sides breaking off.
 */
import { textLog, USUAL_LINE } from "../access_log_line.ts";
import {
  answers,
  area,
  arrived,
  bare,
  CLOCK,
  CLOSE,
  END,
  FIN,
  get,
  inTurn,
  open,
  type OracleCase,
  post,
  received,
} from "../oracle_case.ts";
import { clusterProtocol } from "../protocol_options.ts";

const INTERIM = "src/proxy/router/upstream_request.ts: each interim response is handed on, with its phrase";

const http1 = (fields: string) => `http_protocol_options: { ${fields} }`;
const old = (path: string, fields = "host: a.test\r\n") => `GET ${path} HTTP/1.0\r\n${fields}\r\n`;
const expecting = (path: string, fields = "", body = "hi") =>
  `POST ${path} HTTP/1.1\r\nhost: a.test\r\nexpect: 100-continue\r\n${fields}content-length: 2\r\n\r\n${body}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const UPLOAD = "POST /x HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n";
const BIG = "0123456789abcdef".repeat(40_000);

const DIRECT = ['{ match: { prefix: /direct }, direct_response: { status: 200, body: { inline_string: "direct" } } }'];

export const CONNECTIONS = area("connections", {
  plain: { routes: DIRECT },
  logged: { routes: DIRECT, accessLog: [textLog(USUAL_LINE)] },
  two_requests: { managerFields: ["common_http_protocol_options: { max_requests_per_connection: 2 }"], routes: DIRECT },
  one_request: { managerFields: ["common_http_protocol_options: { max_requests_per_connection: 1 }"], routes: DIRECT },
  old: { managerFields: [http1("accept_http_10: true")], routes: DIRECT },
  old_with_host: {
    managerFields: [http1("accept_http_10: true, default_host_for_http_10: default.test")],
    routes: DIRECT,
  },
  continuing: { managerFields: ["proxy_100_continue: true"], routes: DIRECT },
  old_continuing: { managerFields: ["proxy_100_continue: true", http1("accept_http_10: true")], routes: DIRECT },
  safe_age: {
    managerFields: [
      "common_http_protocol_options: { max_connection_duration: 0.2s }",
      "http1_safe_max_connection_duration: true",
    ],
  },
  closing_at_once: { managerFields: ["delayed_close_timeout: 0s"], routes: DIRECT },
  one_upstream_request: { clusters: { origin: [clusterProtocol({ common: "max_requests_per_connection: 1" })] } },
  upstream_by_url: { clusters: { origin: [clusterProtocol({ http1: "send_fully_qualified_url: true" })] } },
}, [
  // ---- what ends a connection
  { name: "connection: close", on: ["plain", "old"], send: get("/x", "connection: close\r\n") },
  { name: "connection: Close, other", on: "plain", send: get("/x", "connection: Close, other\r\n") },
  { name: "connection: keep-alive", on: ["plain", "old"], send: get("/x", "connection: keep-alive\r\n") },
  { name: "proxy-connection: close", on: "plain", send: get("/x", "proxy-connection: close\r\n") },
  { name: "connection: close and a direct response", on: "plain", send: get("/direct", "connection: close\r\n") },
  {
    name: "a request after connection: close",
    on: "plain",
    send: get("/x", "connection: close\r\n") + get("/y"),
    then: "end",
  },
  {
    name: "three requests in turn",
    on: ["plain", "two_requests", "one_request"],
    send: inTurn(get("/1"), get("/2"), get("/3")),
    answers: 3,
  },
  {
    name: "three direct responses in turn",
    on: ["two_requests", "one_request"],
    send: inTurn(get("/direct"), get("/direct"), get("/direct")),
    answers: 3,
  },
  {
    name: "two requests with bodies",
    on: "two_requests",
    send: inTurn(post("/1", "one"), post("/2", "two")),
    answers: 2,
  },
  {
    name: "three requests at once",
    on: ["plain", "two_requests"],
    send: get("/1") + get("/2") + get("/3"),
    answers: 3,
  },
  {
    name: "requests with bodies at once",
    on: "plain",
    send: post("/1", "one") + `${UPLOAD}${chunk("two")}0\r\n\r\n` + get("/3"),
    answers: 3,
  },
  { name: "a bad request after a good one", on: "plain", send: `${get("/1")}a b c\r\n\r\n`, answers: 2 },
  { name: "an old request after a good one", on: ["plain", "old"], send: get("/1") + old("/2"), answers: 2 },
  {
    name: "empty lines between requests",
    on: "plain",
    send: [get("/1"), answers(1), `\r\n\r\n${get("/2")}`],
    answers: 2,
  },
  { name: "too many direct responses at once", on: "plain", send: get("/direct").repeat(6), answers: 6, then: "end" },
  { name: "a bad request, the end", on: ["plain", "closing_at_once"], send: get("/x", "a b: c\r\n"), then: "end" },
  {
    name: "a bad request and more",
    on: ["plain", "closing_at_once"],
    send: [get("/x", "a b: c\r\n"), answers(1), END],
    then: "end",
  },
  {
    name: "an old connection, safely",
    on: "safe_age",
    send: [get("/1"), answers(1), CLOCK, get("/2")],
    answers: 2,
    then: "end",
  },
  {
    name: "a request on an old connection, safely",
    on: "safe_age",
    send: [get("/wait"), arrived("/wait"), CLOCK, open("answer")],
  },
  // ---- the client's end
  {
    name: "the client ends writing after a request",
    on: "logged",
    send: [get("/wait"), arrived("/wait"), FIN, END],
    answers: 0,
    then: "end",
  },
  {
    name: "the client ends writing after an answer",
    on: "logged",
    send: [get("/x"), answers(1), FIN, END],
    then: "end",
  },
  { name: "the client ends writing at once", on: "plain", send: [FIN, END], answers: 0, then: "end" },
  {
    name: "the client ends writing in a head",
    on: "logged",
    send: ["GET /x HTTP/1.1\r\nhost", FIN, END],
    answers: 0,
    then: "end",
  },
  {
    name: "the client ends writing in a body",
    on: "logged",
    send: [UPLOAD, arrived("POST /x"), chunk("half"), arrived("half"), FIN, END],
    answers: 0,
    then: "end",
  },
  {
    name: "the client closes in a body",
    on: "logged",
    send: [UPLOAD, arrived("POST /x"), chunk("half"), arrived("half"), CLOSE],
  },
  { name: "the client closes in an answer", on: "logged", send: [get("/halves"), received("first"), CLOSE] },
  // ---- HTTP/1.0
  { name: "HTTP/1.0", on: ["plain", "old"], send: old("/x") },
  { name: "HTTP/1.0 without a host", on: ["old", "old_with_host"], send: old("/x", "") },
  { name: "HTTP/1.0 with an empty host", on: "old_with_host", send: old("/x", "host:\r\n") },
  { name: "HTTP/1.0 with a host", on: "old_with_host", send: old("/x") },
  { name: "HTTP/1.0 with keep-alive", on: "old", send: old("/x", "host: a.test\r\nconnection: keep-alive\r\n") },
  { name: "HTTP/1.0 with Keep-Alive", on: "old", send: old("/x", "host: a.test\r\nconnection: Keep-Alive\r\n") },
  { name: "HTTP/1.0 with close", on: "old", send: old("/x", "host: a.test\r\nconnection: close\r\n") },
  { name: "HTTP/1.0 and a chunked answer", on: "old", send: old("/chunked"), then: "end" },
  {
    name: "HTTP/1.0, keep-alive and a chunked answer",
    on: "old",
    send: old("/chunked", "host: a.test\r\nconnection: keep-alive\r\n"),
    then: "end",
  },
  { name: "HTTP/1.0 and an answer without a length", on: "old", send: old("/until-close"), then: "end" },
  { name: "HTTP/1.0 and HEAD", on: "old", send: "HEAD /x HTTP/1.0\r\nhost: a.test\r\n\r\n" },
  { name: "HTTP/1.0 and HEAD of a chunked answer", on: "old", send: "HEAD /chunked HTTP/1.0\r\nhost: a.test\r\n\r\n" },
  { name: "HTTP/1.0 with a body", on: "old", send: "POST /x HTTP/1.0\r\nhost: a.test\r\ncontent-length: 2\r\n\r\nhi" },
  {
    name: "HTTP/1.0 with a chunked body",
    on: "old",
    send: "POST /x HTTP/1.0\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  },
  { name: "HTTP/1.0 and a direct response", on: "old", send: old("/direct") },
  {
    name: "HTTP/1.0, keep-alive and a direct response",
    on: "old",
    send: old("/direct", "host: a.test\r\nconnection: keep-alive\r\n"),
  },
  { name: "HTTP/1.0 and an absolute target", on: "old", send: old("http://b.test/x", "") },
  {
    name: "HTTP/1.0 and an upgrade",
    on: "old",
    send: old("/x", "host: a.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n"),
  },
  { name: "HTTP/1.0 and a bad field", on: "old", send: old("/x", "a b: c\r\n") },
  {
    name: "HTTP/0.9",
    on: "old",
    send: "GET /x\r\n\r\n",
    then: "end",
    differs: "src/codec/h1/request_head_parser.ts: a request line has a version",
  },
  { name: "HTTP/1.2", on: "old", send: "GET /x HTTP/1.2\r\nhost: a.test\r\n\r\n" },
  // ---- Expect and interim answers
  { name: "Expect", on: ["plain", "continuing"], send: expecting("/x") },
  { name: "Expect, the body when told", on: "plain", send: [expecting("/x", "", ""), received("100 Continue"), "hi"] },
  { name: "Expect in capitals", on: "plain", send: expecting("/x").replace("100-continue", "100-Continue") },
  { name: "Expect something else", on: ["plain", "continuing"], send: expecting("/x").replace("100-continue", "more") },
  {
    name: "Expect and an answer that refuses",
    on: ["plain", "continuing"],
    send: expecting("/refuse", "", ""),
    then: "end",
  },
  {
    name: "Expect and an origin that says 100",
    on: "continuing",
    send: [expecting("/continue", "", ""), received("100 Continue"), "hi"],
  },
  { name: "an origin that says 100 unasked", on: ["plain", "continuing"], send: get("/continue") },
  { name: "Expect without a body", on: ["plain", "continuing"], send: get("/x", "expect: 100-continue\r\n") },
  { name: "Expect and a direct response", on: ["plain", "continuing"], send: expecting("/direct") },
  {
    name: "Expect and no host",
    on: "plain",
    send: bare("/x", "expect: 100-continue\r\ncontent-length: 2\r\n", "POST"),
  },
  { name: "Expect and HTTP/1.0", on: ["old", "old_continuing"], send: expecting("/x").replace("HTTP/1.1", "HTTP/1.0") },
  { name: "/early-hints", on: ["plain", "continuing", "old_continuing"], send: get("/early-hints") },
  ...["/processing", "/two-hints"].flatMap((path): OracleCase[] => [
    { name: path, on: "plain", send: get(path) },
    { name: path, on: ["continuing", "old_continuing"], send: get(path), differs: INTERIM },
  ]),
  { name: "interim answers to HTTP/1.0", on: ["old", "old_continuing"], send: old("/early-hints") },
  // ---- early answers
  {
    name: "an answer before the body is whole",
    on: ["plain", "logged"],
    send: ["POST /early HTTP/1.1\r\nhost: a.test\r\ncontent-length: 10\r\n\r\nhalf"],
    then: "end",
  },
  {
    name: "a refusal before the body is whole",
    on: ["plain", "logged"],
    send: ["POST /early-413 HTTP/1.1\r\nhost: a.test\r\ncontent-length: 10\r\n\r\nhalf"],
    then: "end",
  },
  {
    name: "a direct response before the body is whole",
    on: ["plain", "logged"],
    send: ["POST /direct HTTP/1.1\r\nhost: a.test\r\ncontent-length: 10\r\n\r\nhalf"],
    then: "end",
  },
  {
    name: "a direct response and then the rest of the body",
    on: "plain",
    send: ["POST /direct HTTP/1.1\r\nhost: a.test\r\ncontent-length: 10\r\n\r\nhalf", answers(1), "a body"],
    then: "end",
  },
  // ---- the origin's end
  ...["/cut", "/cut-chunk"].map((path) => ({
    name: path,
    on: ["plain", "logged"] as const,
    send: get(path),
    then: "end" as const,
  })),
  { name: "/close", on: ["plain", "logged"], send: get("/close") },
  ...["/until-close", "/close-header", "/http10", "/http10-length"].map((path) => ({
    name: path,
    on: ["plain", "logged"] as const,
    send: get(path),
  })),
  {
    name: "an answer that breaks off later",
    on: ["plain", "logged"],
    send: [get("/half"), received("first"), open("rest")],
    then: "end",
  },
  { name: "an answer in two halves", on: ["plain", "logged"], send: [get("/halves"), received("first"), open("rest")] },
  {
    name: "three requests, the second breaks off",
    on: "plain",
    send: get("/1") + get("/close") + get("/3"),
    answers: 3,
  },
  // ---- messages
  ...[
    "/204",
    "/204-length",
    "/205",
    "/302",
    "/304",
    "/304-length",
    "/404",
    "/500",
    "/799",
    "/reason",
    "/no-reason",
    "/chunked",
    "/chunked-empty",
    "/big",
  ]
    .flatMap((path) => [
      { name: path, on: "plain" as const, send: get(path) },
      { name: `HEAD ${path}`, on: "plain" as const, send: get(path, "", "HEAD") },
    ]),
  { name: "HEAD /until-close", on: "plain", send: get("/until-close", "", "HEAD") },
  {
    name: "a body in pieces",
    on: "logged",
    send: [UPLOAD, arrived("POST /x"), chunk("one"), arrived("one"), chunk("two"), arrived("two"), "0\r\n\r\n"],
  },
  {
    name: "a body with a length in pieces",
    on: "logged",
    send: [
      "POST /x HTTP/1.1\r\nhost: a.test\r\ncontent-length: 6\r\n\r\n",
      arrived("POST /x"),
      "one",
      arrived("one"),
      "two",
    ],
  },
  { name: "a big body", on: "logged", send: post("/x", BIG) },
  { name: "a big chunked body", on: "logged", send: `${UPLOAD}${chunk(BIG)}${chunk(BIG)}0\r\n\r\n` },
  { name: "a head in pieces", on: "plain", send: ["GET /x HT", "TP/1.1\r", "\nhost: a.t", "est\r\n", "\r", "\n"] },
  {
    name: "a request that ends with its connection",
    on: "one_upstream_request",
    send: inTurn(get("/1"), get("/2")),
    answers: 2,
  },
  { name: "a target with scheme and host for the origin", on: "upstream_by_url", send: get("/x?y") },
]);
