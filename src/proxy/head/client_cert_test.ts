import assert from "node:assert/strict";
import { managerConfig } from "../../../test/support/manager_config.ts";
import { requestHead } from "../../../test/support/request_heads.ts";
import { HeaderId } from "../../http/header_names.ts";
import { ClientCertRules } from "./client_cert.ts";
import type { ClientCertificate } from "./downstream_peer.ts";

const NAMED: ClientCertificate = {
  ownUris: ["spiffe://own/a", "spiffe://own/b"],
  sha256: "9c782bdb",
  pem: "-----BEGIN CERTIFICATE-----\nMII+/w==\n-----END CERTIFICATE-----\n",
  chainPem: "-----BEGIN CERTIFICATE-----\nMII+/w==\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nAA\n",
  subject: 'CN=cli ent,O=A\\, B\\; \\"C\\"=x,C=DE',
  uris: ["spiffe://cl/a", "spiffe://cl/b"],
  dnsNames: ["a.cl", "b.cl"],
};
const BARE: ClientCertificate = { ...NAMED, ownUris: [], subject: "", uris: [], dnsNames: [] };

function applied(
  mode: string,
  certificate: ClientCertificate | null,
  received: Record<string, string> = {},
  details = "",
): string | null {
  return appliedBy(
    [`forward_client_cert_details: ${mode}`, `set_current_client_cert_details: { ${details} }`],
    certificate,
    received,
  );
}

function appliedBy(
  fields: readonly string[],
  clientCertificate: ClientCertificate | null,
  received: Record<string, string>,
  path = "/",
): string | null {
  const head = requestHead("GET", path, received);
  const peer = { peerAddress: "192.0.2.5", localPort: 80, isSecure: clientCertificate !== null, clientCertificate };
  new ClientCertRules(managerConfig(...fields).forwarding).apply(head, peer);
  return head.headers.getJoined(HeaderId.xForwardedClientCert);
}

const OLD = { "x-forwarded-client-cert": "Hash=old" };
const OWN = "By=spiffe://own/a;By=spiffe://own/b;Hash=9c782bdb";

Deno.test("x-forwarded-client-cert is treated by its mode", () => {
  const cases: readonly (readonly [mode: string, without: string | null, withCertificate: string | null])[] = [
    ["SANITIZE", null, null],
    ["FORWARD_ONLY", null, "Hash=old"],
    ["APPEND_FORWARD", null, `Hash=old,${OWN}`],
    ["SANITIZE_SET", null, OWN],
    ["ALWAYS_FORWARD_ONLY", "Hash=old", "Hash=old"],
  ];
  for (const [mode, without, withCertificate] of cases) {
    assert.equal(applied(mode, null, OLD), without, mode);
    assert.equal(applied(mode, NAMED, OLD), withCertificate, mode);
  }
  assert.equal(applied("APPEND_FORWARD", NAMED), OWN);
  assert.equal(applied("SANITIZE_SET", NAMED), OWN);
  assert.equal(applied("FORWARD_ONLY", NAMED), null);
});

Deno.test("an element has its parts in Envoy's order", () => {
  const pem = "-----BEGIN%20CERTIFICATE-----%0AMII%2B%2Fw%3D%3D%0A-----END%20CERTIFICATE-----%0A";
  const all = "subject: true, cert: true, chain: true, dns: true, uri: true";
  assert.equal(
    applied("SANITIZE_SET", NAMED, {}, all),
    `${OWN};Cert="${pem}";Chain="${pem}-----BEGIN%20CERTIFICATE-----%0AAA%0A";Subject="${NAMED.subject}";` +
      "URI=spiffe://cl/a;URI=spiffe://cl/b;DNS=a.cl;DNS=b.cl",
  );
});

Deno.test("subject and URI are named where they are empty, the others are not", () => {
  assert.equal(
    applied("SANITIZE_SET", BARE, {}, "subject: true, dns: true, uri: true"),
    'Hash=9c782bdb;Subject="";URI=',
  );
});

Deno.test("a name with a separator is quoted, so that it looks like no other element", () => {
  const sly = { ...BARE, uris: ["spiffe://a,By=b;c", 'x"y'], dnsNames: ["d=e"] };
  assert.equal(
    applied("SANITIZE_SET", sly, {}, "uri: true, dns: true"),
    'Hash=9c782bdb;URI="spiffe://a,By=b;c";URI="x\\"y";DNS="d=e"',
  );
});

const MANAGER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** `on_match` with this choice. */
function choose(mode: string, more = ""): string {
  const config =
    `"@type": type.googleapis.com/${MANAGER}.ForwardClientCertConfig, forward_client_cert_details: ${mode}`;
  return `{ action: { name: a, typed_config: { ${config}${more} } } }`;
}

/** A matcher with one entry: what this input has, if it is `1`, leads to `onMatch`. */
function matcher(type: string, fields: string, onMatch: string, text = "1"): string {
  const input = `{ name: i, typed_config: { "@type": type.googleapis.com/${type}, ${fields} } }`;
  const predicate = `{ single_predicate: { input: ${input}, value_match: { exact: "${text}" } } }`;
  return `forward_client_cert_matcher: { matcher_list: { matchers: [{ predicate: ${predicate}, on_match: ${onMatch} }] } }`;
}

Deno.test("a matcher chooses by request, and where it comes to nothing the manager's own choice stands", () => {
  const byHeader = "envoy.type.matcher.v3.HttpRequestHeaderMatchInput";
  const ALWAYS = choose("ALWAYS_FORWARD_ONLY");
  const always = matcher(byHeader, "header_name: x-a", ALWAYS);
  assert.equal(appliedBy([always], null, OLD), null);
  assert.equal(appliedBy([always], null, { ...OLD, "x-a": "2" }), null);
  assert.equal(appliedBy([always], null, { ...OLD, "x-a": "1" }), "Hash=old");
  const kept = "forward_client_cert_details: ALWAYS_FORWARD_ONLY";
  const never = matcher(byHeader, "header_name: x-a", choose("SANITIZE"));
  assert.equal(appliedBy([kept, never], null, OLD), "Hash=old");
  assert.equal(appliedBy([kept, never], null, { ...OLD, "x-a": "1" }), null);
  assert.equal(appliedBy([kept, "forward_client_cert_matcher: {}"], null, OLD), "Hash=old");
  assert.equal(appliedBy([`forward_client_cert_matcher: { on_no_match: ${ALWAYS} }`], null, OLD), "Hash=old");
  const set = choose("SANITIZE_SET", ", set_current_client_cert_details: { dns: true }");
  assert.equal(
    appliedBy([matcher(byHeader, "header_name: x-a", set)], NAMED, { "x-a": "1" }),
    `${OWN};DNS=a.cl;DNS=b.cl`,
  );
});

Deno.test("a matcher sees the head and the peer's own address", () => {
  const sees = (type: string, fields: string, text: string) =>
    appliedBy([matcher(type, fields, choose("ALWAYS_FORWARD_ONLY"), text)], null, {
      ...OLD,
      "x-forwarded-for": "9.9.9.9",
    }, "/a?q=1") !== null;
  const NETWORK = "envoy.extensions.matching.common_inputs.network.v3";
  assert.ok(sees("envoy.type.matcher.v3.HttpRequestQueryParamMatchInput", "query_param: q", "1"));
  assert.ok(sees("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", 'header_name: ":path"', "/a?q=1"));
  assert.ok(sees(`${NETWORK}.SourceIPInput`, "", "192.0.2.5"));
  assert.ok(sees(`${NETWORK}.DirectSourceIPInput`, "", "192.0.2.5"));
  assert.ok(!sees(`${NETWORK}.SourceIPInput`, "", "9.9.9.9"));
  assert.ok(!sees("envoy.type.matcher.v3.HttpResponseStatusCodeMatchInput", "", "200"));
});
