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
  const fields = [
    `forward_client_cert_details: ${mode}`,
    `set_current_client_cert_details: { ${details} }`,
  ];
  const { headers } = requestHead("GET", "/", received);
  new ClientCertRules(managerConfig(...fields).forwarding.clientCert).apply(headers, certificate);
  return headers.getJoined(HeaderId.xForwardedClientCert);
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
