/**
 * Whom a request is from and what it may say for that (spec/http.md 1.12, 1.13), in the corners: chains that are broken,
 * the extensions that find addresses, and certificates that nobody has shown.
 */
import { textLog } from "../access_log_line.ts";
import { area, get, inTurn } from "../oracle_case.ts";
import { INTERNAL_ADDRESSES, typed } from "../protocol_options.ts";

const EDGE = "use_remote_address: true";
const ONLY_TEN = "internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }";

const XFF = "type.googleapis.com/envoy.extensions.http.original_ip_detection.xff.v3.XffConfig";
const CUSTOM = "type.googleapis.com/envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig";
/** One method of detection; `fields` in flow style. */
const method = (type: string, fields: string) => `{ name: d, typed_config: { "@type": ${type}, ${fields} } }`;
const detection = (...methods: string[]) => `original_ip_detection_extensions: [${methods.join(", ")}]`;
const TRUSTED_CIDRS =
  "xff_trusted_cidrs: { cidrs: [{ address_prefix: 127.0.0.0, prefix_len: 8 }, { address_prefix: 10.0.0.0, prefix_len: 8 }] }";

const ADDRESS_LOG = [textLog("%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS%")];

export const TRUST = area("trust", {
  edge_internal: { managerFields: [EDGE, INTERNAL_ADDRESSES] },
  edge_hop_1: { managerFields: [EDGE, "xff_num_trusted_hops: 1"], accessLog: ADDRESS_LOG },
  internal: { managerFields: [ONLY_TEN], accessLog: ADDRESS_LOG },
  by_cidr: { managerFields: [ONLY_TEN, detection(method(XFF, TRUSTED_CIDRS))], accessLog: ADDRESS_LOG },
  by_cidr_appending: {
    managerFields: [ONLY_TEN, detection(method(XFF, `${TRUSTED_CIDRS}, skip_xff_append: false`))],
    accessLog: ADDRESS_LOG,
  },
  by_header: {
    managerFields: [
      ONLY_TEN,
      detection(method(
        CUSTOM,
        "header_name: x-real-ip, allow_extension_to_set_address_as_trusted: true, reject_with_status: { code: 422 }",
      )),
    ],
    accessLog: ADDRESS_LOG,
  },
  by_header_status_unknown: {
    managerFields: [detection(method(CUSTOM, "header_name: x-real-ip, reject_with_status: { code: 302 }"))],
    accessLog: ADDRESS_LOG,
  },
  by_header_then_chain: {
    managerFields: [
      detection(method(CUSTOM, "header_name: x-real-ip"), method(XFF, "skip_xff_append: false")),
    ],
    accessLog: ADDRESS_LOG,
  },
  xfcc_sanitize: { managerFields: ["forward_client_cert_details: SANITIZE"] },
  xfcc_forward: { managerFields: ["forward_client_cert_details: FORWARD_ONLY"] },
  xfcc_append: {
    managerFields: [
      "forward_client_cert_details: APPEND_FORWARD",
      "set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true }",
    ],
  },
  xfcc_chosen: {
    managerFields: [
      chosenBy("x-want", "it", "ALWAYS_FORWARD_ONLY"),
      "forward_client_cert_details: SANITIZE",
    ],
  },
  xfcc_chosen_by_address: {
    managerFields: [
      "forward_client_cert_matcher: { matcher_tree: { " +
      `input: ${typed("envoy.extensions.matching.common_inputs.network.v3.SourceIPInput")}, ` +
      `exact_match_map: { map: { 127.0.0.1: ${choose("ALWAYS_FORWARD_ONLY")} } } } }`,
    ],
  },
  xfcc_always: { managerFields: ["forward_client_cert_details: ALWAYS_FORWARD_ONLY"] },
}, [
  // ---- whom is trusted
  ...[
    "10.20.30.40,",
    "10.20.30.40:80",
    "10.20.30.40, 10.1.1.1",
    "010.1.2.3",
    "10.1.2",
    "2001:DB8:0::0001",
    "1:0:0:2:0:0:0:3",
    ", ,",
    "junk, 10.1.2.3",
    "unknown",
  ].map((chain) => ({
    name: `the chain ${chain}`,
    on: ["internal", "edge_internal", "edge_hop_1", "by_cidr", "by_cidr_appending"] as const,
    send: get(
      "/x",
      `x-forwarded-for: ${chain}\r\nx-envoy-retry-on: 5xx\r\nx-envoy-max-retries: 0\r\nx-request-id: mine\r\n`,
    ),
  })),
  {
    name: "an internal address in IPv6's spelling",
    on: ["internal", "by_cidr", "by_cidr_appending"],
    send: get("/x", "x-forwarded-for: ::ffff:10.1.2.3\r\n"),
    differs: "src/match/ip_ranges.ts: it is the address it spells",
  },
  {
    name: "an address with a zone",
    on: ["internal", "edge_hop_1", "by_cidr", "by_cidr_appending"],
    send: get("/x", "x-forwarded-for: fe80::1%lo\r\n"),
    differs: "src/base/ip_text.ts: it is no address",
  },
  ...["1.1.1.1, 2.2.2.2, 10.1.1.1", "10.3.3.3, 10.1.1.1", "1.1.1.1, junk, 10.1.1.1", "1.1.1.1,, 10.1.1.1"].map((
    chain,
  ) => ({
    name: `a chain by ranges: ${chain}`,
    on: ["by_cidr", "by_cidr_appending"] as const,
    send: get("/x", `x-forwarded-for: ${chain}\r\n`),
  })),
  ...[
    "x-real-ip: 10.1.1.1\r\n",
    "x-real-ip: 1.1.1.1\r\nx-forwarded-for: 10.1.1.1\r\n",
    "x-real-ip: 1.1.1.1\r\nx-real-ip: 10.2.2.2\r\n",
    "x-real-ip: 1.1.1.1 , 2.2.2.2\r\n",
    "x-real-ip:\r\n",
    "x-real-ip: [::1]\r\n",
    "x-real-ip: 1.1.1.1:80\r\n",
    "x-forwarded-for: 9.8.7.6\r\n",
    "",
  ].map((fields) => ({
    name: `an address in a field: ${JSON.stringify(fields)}`,
    on: ["by_header", "by_header_status_unknown", "by_header_then_chain"] as const,
    send: get("/x", fields),
  })),
  {
    name: "no address in a field with gRPC",
    on: "by_header",
    send: get("/x", "content-type: application/grpc\r\n"),
  },
  // ---- certificates, without TLS
  ...["Hash=abc\r\nx-forwarded-client-cert: Hash=def", "", 'By=x;Subject="a;b,c"'].map((value) => ({
    name: `the certificate ${JSON.stringify(value)}`,
    on: ["xfcc_sanitize", "xfcc_forward", "xfcc_append", "xfcc_always"] as const,
    send: get("/x", `x-forwarded-client-cert: ${value}\r\n`),
  })),
  {
    name: "a certificate forwarded where it is wanted",
    on: "xfcc_chosen",
    send: inTurn(
      get("/x", "x-forwarded-client-cert: Hash=a\r\n"),
      get("/y", "x-forwarded-client-cert: Hash=a\r\nx-want: it\r\n"),
      get("/z", "x-forwarded-client-cert: Hash=a\r\nx-want: it\r\nx-want: it\r\n"),
    ),
    answers: 3,
  },
  {
    name: "a certificate forwarded for whom it is from",
    on: "xfcc_chosen_by_address",
    send: inTurn(
      get("/x", "x-forwarded-client-cert: Hash=a\r\n"),
      get("/y", "x-forwarded-client-cert: Hash=a\r\nx-forwarded-for: 9.9.9.9\r\n"),
    ),
    answers: 2,
  },
]);

/** What a client certificate matcher does. */
function choose(mode: string): string {
  const manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
  return `{ action: ${typed(`${manager}.ForwardClientCertConfig`, `forward_client_cert_details: ${mode}`)} }`;
}

function chosenBy(header: string, value: string, mode: string): string {
  const input = typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", `header_name: ${header}`);
  const predicate = `{ single_predicate: { input: ${input}, value_match: { exact: ${value} } } }`;
  return "forward_client_cert_matcher: { matcher_list: { matchers: " +
    `[{ predicate: ${predicate}, on_match: ${choose(mode)} }] } }`;
}
