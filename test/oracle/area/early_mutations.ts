/**
 * Early header mutations (spec/http.md 1.1): what they see of a request before anything else was done to it, and what the
 * rest makes of what they set.
 */
import { area, bare, get } from "../oracle_case.ts";

const TYPE = "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation";

const early = (...steps: string[]) =>
  `early_header_mutation_extensions: [{ name: e, typed_config: { "@type": ${TYPE}, mutations: [${
    steps.join(", ")
  }] } }]`;
const set = (key: string, value: string, more = "append_action: OVERWRITE_IF_EXISTS_OR_ADD") =>
  `{ append: { header: { key: ${key}, value: "${value}" }, ${more} } }`;
const SEEN = [":SCHEME", ":METHOD", ":PATH", ":AUTHORITY", "CONNECTION", "X-FORWARDED-FOR", "X-FORWARDED-PROTO"];

export const EARLY_MUTATIONS = area("early_mutations", {
  plain: {
    managerFields: [early("{ remove: x-gone }", set("x-early", "yes", "append_action: APPEND_IF_EXISTS_OR_ADD"))],
  },
  seen: { managerFields: [early(...SEEN.map((name, i) => set(`x-seen-${i}`, `[%REQ(${name})%]`)))] },
  facts: {
    managerFields: [early(
      set("x-protocol", "[%PROTOCOL%]"),
      set("x-code", "[%RESPONSE_CODE%]"),
      set("x-route", "[%ROUTE_NAME%]"),
      set("x-id", "[%REQ(X-REQUEST-ID)%][%STREAM_ID%]"),
      set("x-received", "[%BYTES_RECEIVED%]"),
    )],
  },
  trust: {
    managerFields: [
      "use_remote_address: true",
      early(set("x-forwarded-for", "203.0.113.7"), set("x-envoy-internal", "true"), set("x-envoy-max-retries", "7")),
    ],
  },
  hops: { managerFields: [early(set("x-forwarded-for", "203.0.113.7"), set("x-forwarded-proto", "https"))] },
  id: { managerFields: [early(set("x-request-id", "11111111-2222-4333-8444-555555555555"))] },
  upgrade: { managerFields: [early(set("connection", "x-hop"), set("x-hop", "1"))] },
  empty: { managerFields: [early(set("x-empty", "%REQ(X-NONE)%"), set("x-dash", "[%REQ(X-NONE)%]"))] },
  kept_empty: { managerFields: [early(set("x-empty", "", "keep_empty_value: true"))] },
  actions: {
    managerFields: [early(
      set("x-add", "new", "append_action: ADD_IF_ABSENT"),
      set("x-over", "new", "append_action: OVERWRITE_IF_EXISTS"),
    )],
  },
}, [
  { name: "removed and added", on: "plain", send: get("/x", "x-gone: 1\r\nx-early: before\r\n") },
  { name: "of the host", on: "plain", send: bare("/x", "host: b.test\r\n") },
  { name: "of a HEAD", on: "plain", send: get("/x", "x-gone: 1\r\n", "HEAD") },
  { name: "what is seen", on: "seen", send: get("/x?y") },
  { name: "nominated fields", on: "seen", send: get("/x", "connection: x-hop\r\nx-hop: 1\r\n") },
  ...[
    "x-none",
    "X-Hop",
    "close, x-hop",
    "x-hop,keep-alive",
    " x-hop ,, keep-alive",
    "keep-alive, te",
    "te, x-hop",
    "keep-alive, x-hop , te",
    "Keep-Alive",
  ]
    .map((options) => ({
      name: `connection: ${options}`,
      on: "seen" as const,
      send: get("/x", `connection: ${options}\r\nx-hop: 1\r\nte: trailers\r\n`),
    })),
  {
    name: "connection in two lines",
    on: "seen",
    send: get("/x", "connection: keep-alive, x-a\r\nconnection: x-hop\r\nx-hop: 1\r\n"),
  },
  { name: "connection: close", on: "seen", send: get("/x", "connection: close\r\n") },
  { name: "connection: keep-alive", on: "seen", send: get("/x", "connection: keep-alive\r\n") },
  { name: "an absolute target", on: "seen", send: "GET http://c.test/x HTTP/1.1\r\nhost: a.test\r\n\r\n" },
  {
    name: "what came of earlier hops",
    on: "seen",
    send: get("/x", "x-forwarded-for: 1.2.3.4\r\nx-forwarded-proto: https\r\n"),
  },
  { name: "what is known", on: "facts", send: get("/x") },
  {
    name: "what is known of an id",
    on: "facts",
    send: get("/x", "x-request-id: 11111111-2222-4333-8444-555555555555\r\n"),
  },
  { name: "no more trusted than the client", on: "trust", send: get("/x") },
  { name: "addresses", on: "hops", send: get("/x") },
  { name: "a request id", on: "id", send: get("/x") },
  { name: "a nomination", on: "upgrade", send: get("/x") },
  { name: "of nothing", on: "empty", send: get("/x") },
  { name: "of an empty value", on: "kept_empty", send: get("/x", "x-empty: before\r\n") },
  { name: "of what is there", on: "actions", send: get("/x", "x-add: old\r\nx-over: old\r\n") },
  { name: "of what is not there", on: "actions", send: get("/x") },
]);
