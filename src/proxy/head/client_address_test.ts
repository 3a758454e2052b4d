import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { HeaderId } from "../../http/header_names.ts";
import { StreamFacts } from "../../observe/stream_facts.ts";
import { ClientAddressRules } from "./client_address.ts";
import { TrustClassRules } from "./trust_class.ts";

const X = "203.0.113.128, 203.0.113.10, 203.0.113.1";
const OWN_ADDRESS = "10.9.9.9";
const INTERNAL = "internal_address_config: { cidr_ranges: [{ address_prefix: 10.0.0.0, prefix_len: 8 }] }";
const XFF = "type.googleapis.com/envoy.extensions.http.original_ip_detection.xff.v3.XffConfig";
const CUSTOM = "type.googleapis.com/envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig";

function detection(type: string, fields: string): string {
  return `original_ip_detection_extensions: [{ name: d, typed_config: { "@type": ${type}, ${fields} } }]`;
}

function cidrs(...ranges: string[]): string {
  const written = ranges.map((range) => {
    const [address, length] = range.split("/");
    return `{ address_prefix: ${address}, prefix_len: ${length} }`;
  });
  return `xff_trusted_cidrs: { cidrs: [${written.join(", ")}] }`;
}

interface Result {
  readonly trusted: string;
  readonly xff: string | null;
  readonly isInternal: boolean;
  readonly isEdge: boolean;
  readonly external: string | null;
  /** Status of the reply where the request is refused. */
  readonly refused: number;
}

function ask(managerFields: readonly string[], peerAddress: string, fields: Record<string, string>): Result {
  const config = managerConfig(...managerFields);
  const { headers } = requestHead("GET", "/", { host: "a.test", ...fields });
  const facts = new StreamFacts();
  facts.downstreamAddress = peerAddress;
  const peer = { peerAddress, localPort: 80, isSecure: false, clientCertificate: null };
  const refusal = new ClientAddressRules(config, OWN_ADDRESS).resolve(headers, peer, facts);
  const isEdge = new TrustClassRules(config.useRemoteAddress, []).apply(headers, facts);
  return {
    trusted: facts.downstreamAddress,
    xff: headers.getJoined(HeaderId.xForwardedFor),
    isInternal: facts.isInternal,
    isEdge,
    external: headers.get(HeaderId.xEnvoyExternalAddress),
    refused: refusal?.status ?? 0,
  };
}

/** The worked examples of spec/http.md 1.12, by their numbers. */
const EXAMPLES: readonly (readonly [
  row: number,
  managerFields: readonly string[],
  xffIn: string | null,
  peer: string,
  trusted: string,
  xffOut: string | null,
  isInternal: boolean,
  isEdge: boolean,
])[] = [
  [1, [edge(0)], X, "192.0.2.5", "192.0.2.5", `${X},192.0.2.5`, false, true],
  [2, [edge(0), "skip_xff_append: true"], X, "192.0.2.5", "192.0.2.5", X, false, true],
  [3, [edge(1)], X, "192.0.2.5", "203.0.113.1", `${X},192.0.2.5`, false, true],
  [4, [edge(2)], X, "192.0.2.5", "203.0.113.10", `${X},192.0.2.5`, false, true],
  [5, [edge(4)], X, "192.0.2.5", "192.0.2.5", `${X},192.0.2.5`, false, true],
  [6, [edge(0)], null, "192.0.2.5", "192.0.2.5", "192.0.2.5", false, true],
  [7, [edge(0)], null, "10.1.1.1", "10.1.1.1", "10.1.1.1", true, false],
  [8, [edge(0)], "10.2.2.2", "10.1.1.1", "10.1.1.1", "10.2.2.2,10.1.1.1", false, true],
  [9, [edge(0)], null, "127.0.0.1", "127.0.0.1", OWN_ADDRESS, false, true],
  [10, [hops(0)], X, "10.11.12.13", "203.0.113.1", X, false, false],
  [11, [hops(1)], X, "10.11.12.13", "203.0.113.10", X, false, false],
  [12, [hops(2)], X, "10.11.12.13", "203.0.113.128", X, false, false],
  [13, [hops(3)], X, "10.11.12.13", "10.11.12.13", X, false, false],
  [14, [hops(0)], "10.20.30.40", "192.0.2.77", "10.20.30.40", "10.20.30.40", true, false],
  [15, [hops(1)], "10.20.30.40", "10.0.0.9", "10.0.0.9", "10.20.30.40", false, false],
  [16, [hops(0)], null, "10.0.0.9", "10.0.0.9", null, false, false],
  [17, [detection(XFF, cidrs("192.0.2.0/24"))], X, "192.0.2.5", "203.0.113.1", X, false, false],
  [18, [detection(XFF, cidrs("192.0.2.0/24", "203.0.113.1/32"))], X, "192.0.2.5", "203.0.113.10", X, false, false],
];

function edge(trustedHops: number): string {
  return `use_remote_address: true\n          xff_num_trusted_hops: ${trustedHops}`;
}

function hops(trustedHops: number): string {
  return `xff_num_trusted_hops: ${trustedHops}`;
}

Deno.test("a request's trusted address, x-forwarded-for and class are those of the worked examples", () => {
  assert.deepEqual(EXAMPLES.map(([row]) => row), Array.from({ length: 18 }, (_, i) => i + 1));
  for (const [row, fields, xffIn, peer, trusted, xff, isInternal, isEdge] of EXAMPLES) {
    const result = ask([...fields, INTERNAL], peer, xffIn === null ? {} : { "x-forwarded-for": xffIn });
    const external = isEdge ? trusted : null;
    assert.deepEqual(result, { trusted, xff, isInternal, isEdge, external, refused: 0 }, `row ${row}`);
  }
});

Deno.test("nothing is internal unless the configuration says what is", () => {
  assert.equal(ask([edge(0)], "10.1.1.1", {}).isInternal, false);
  assert.equal(ask([], "192.0.2.5", { "x-forwarded-for": "127.0.0.1" }).isInternal, false);
});

Deno.test("a unix socket's peer has no address, and is internal if that is configured", () => {
  const unix = "internal_address_config: { unix_sockets: true }";
  const inside = ask([edge(0), unix], "", {});
  assert.deepEqual([inside.trusted, inside.xff, inside.isInternal, inside.external], ["", null, true, null]);
  const outside = ask([edge(0), INTERNAL], "", { "x-forwarded-for": X });
  assert.deepEqual([outside.trusted, outside.xff, outside.isInternal, outside.external], ["", X, false, null]);
});

Deno.test("an address is taken in its canonical spelling, and what is none not at all", () => {
  const trusted = (xff: string) => ask([], "192.0.2.5", { "x-forwarded-for": xff }).trusted;
  assert.equal(trusted("2001:DB8:0::01"), "2001:db8::1");
  for (const none of ["10.0.0.1:80", "[::1]", "somewhere", "", "10.0.0.1,"]) assert.equal(trusted(none), "192.0.2.5");
});

Deno.test("an empty x-forwarded-for is there, and is replaced by the first entry", () => {
  const result = ask([edge(0), INTERNAL], "10.1.1.1", { "x-forwarded-for": "" });
  assert.deepEqual([result.xff, result.isInternal], ["10.1.1.1", false]);
});

Deno.test("the xff extension trusts ranges or hops, and appends the peer where it is told to or knows nobody", () => {
  const inRanges = cidrs("10.0.0.0/8", "192.0.2.0/24");
  const cases: readonly (readonly [fields: string, peer: string, xffIn: string | null, wanted: Partial<Result>])[] = [
    [inRanges, "10.0.0.1", X, { trusted: "203.0.113.1", xff: X }],
    [inRanges, "10.0.0.1", "10.3.3.3, 10.1.1.1", { trusted: "10.3.3.3", isInternal: false }],
    [inRanges, "10.0.0.1", "10.3.3.3", { trusted: "10.3.3.3", isInternal: true }],
    [inRanges, "10.0.0.1", "1.1.1.1, junk, 10.1.1.1", { trusted: "10.0.0.1" }],
    [inRanges, "10.0.0.1", null, { trusted: "10.0.0.1", xff: null, isInternal: false }],
    [inRanges, "198.51.100.1", X, { trusted: "198.51.100.1", xff: `${X},198.51.100.1` }],
    [`${inRanges}, skip_xff_append: false`, "10.0.0.1", X, { trusted: "203.0.113.1", xff: `${X},10.0.0.1` }],
    ["xff_num_trusted_hops: 1", "10.0.0.1", X, { trusted: "203.0.113.10", xff: X }],
    ["xff_num_trusted_hops: 1", "192.0.2.5", "10.1.1.1", { trusted: "192.0.2.5", isInternal: false }],
    ["skip_xff_append: false", "192.0.2.5", "10.1.1.1", {
      trusted: "10.1.1.1",
      xff: "10.1.1.1,192.0.2.5",
      isInternal: true,
    }],
    ["skip_xff_append: false", "127.0.0.1", null, { trusted: "127.0.0.1", xff: OWN_ADDRESS, isInternal: false }],
  ];
  for (const [fields, peer, xffIn, wanted] of cases) {
    const result = ask([detection(XFF, fields), INTERNAL], peer, xffIn === null ? {} : { "x-forwarded-for": xffIn });
    assert.deepEqual({ ...result, ...wanted }, result, `${fields} ${peer} ${xffIn}`);
  }
});

Deno.test("the custom header extension takes the header's first value, or refuses with its status", () => {
  const trusting = detection(CUSTOM, "header_name: X-Real-IP, allow_extension_to_set_address_as_trusted: true");
  const inside = ask([trusting, INTERNAL], "192.0.2.5", { "x-real-ip": "10.1.1.1", "x-forwarded-for": X });
  assert.deepEqual([inside.trusted, inside.isInternal, inside.xff], ["10.1.1.1", true, X]);
  const plain = detection(CUSTOM, "header_name: x-real-ip");
  assert.equal(ask([plain, INTERNAL], "192.0.2.5", { "x-real-ip": "10.1.1.1" }).isInternal, false);
  assert.deepEqual(ask([plain], "192.0.2.5", { "x-real-ip": "nobody" }).trusted, "192.0.2.5");
  for (
    const [code, status] of [["Unauthorized", 401], ["401", 401], ["Found", 403], ["OK", 403], [
      "NetworkAuthenticationRequired",
      511,
    ]]
  ) {
    const refusing = detection(CUSTOM, `header_name: x-real-ip, reject_with_status: { code: ${code} }`);
    assert.equal(ask([refusing], "192.0.2.5", {}).refused, status);
    assert.equal(ask([refusing], "192.0.2.5", { "x-real-ip": "1.1.1.1, 2.2.2.2" }).refused, status);
    assert.deepEqual(ask([refusing], "192.0.2.5", { "x-real-ip": "10.1.1.1" }).trusted, "10.1.1.1");
  }
});

Deno.test("extensions are asked in order until one knows the address", () => {
  const both = 'original_ip_detection_extensions: [{ name: a, typed_config: { "@type": ' + CUSTOM +
    ', header_name: x-real-ip } }, { name: b, typed_config: { "@type": ' + XFF + ", skip_xff_append: false } }]";
  const first = ask([both], "192.0.2.5", { "x-real-ip": "9.9.9.9", "x-forwarded-for": "1.1.1.1" });
  assert.deepEqual([first.trusted, first.xff], ["9.9.9.9", "1.1.1.1"]);
  const second = ask([both], "192.0.2.5", { "x-forwarded-for": "1.1.1.1" });
  assert.deepEqual([second.trusted, second.xff], ["1.1.1.1", "1.1.1.1,192.0.2.5"]);
});
