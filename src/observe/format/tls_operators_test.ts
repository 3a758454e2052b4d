import assert from "node:assert/strict";
import { assertFormats, formatted } from "../../../test/support/formats.ts";
import { beganFacts, connectionFacts, hostFacts, streamView } from "../../../test/support/stream_views.ts";
import { tlsFacts } from "../../../test/support/tls_facts.ts";
import { UpstreamConnectionFacts } from "../connection_facts.ts";
import type { TlsFacts } from "../tls_facts.ts";
import { TLS_OPERATORS } from "./tls_operators.ts";

function secureView(down: TlsFacts | null, up: TlsFacts | null) {
  const host = hostFacts("10.0.0.7:443");
  const remote = { kind: "ip", host: "10.0.0.7", port: 443 } as const;
  const upstreamConnection = new UpstreamConnectionFacts(1, host, remote, null, 11, 0, 1);
  upstreamConnection.tls = up;
  return streamView({
    facts: beganFacts({ upstreamConnection }),
    connection: connectionFacts({ tls: down, ja3: "ja3-hash", ja4: "ja4-hash" }),
  });
}

Deno.test("TLS of the downstream connection is written", () => {
  assertFormats(secureView(tlsFacts("down"), null), {
    "%DOWNSTREAM_TLS_VERSION%|%DOWNSTREAM_TLS_CIPHER%|%DOWNSTREAM_TLS_GROUP%|%DOWNSTREAM_TLS_SESSION_ID%":
      "TLSv1.3|TLS_AES_128_GCM_SHA256|X25519|d00d",
    "%DOWNSTREAM_PEER_SUBJECT%|%DOWNSTREAM_PEER_ISSUER%|%DOWNSTREAM_PEER_SERIAL%": "CN=down-peer,O=x|CN=down-ca|0a1b",
    "%DOWNSTREAM_PEER_CERT%": "-----BEGIN%20CERTIFICATE-----",
    "%DOWNSTREAM_PEER_FINGERPRINT_1%|%DOWNSTREAM_PEER_FINGERPRINT_256%": "sha1|sha256",
    "%DOWNSTREAM_PEER_ISSUER_SERIAL%|%DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256%": "0c|sha256-b",
    "%DOWNSTREAM_PEER_CHAIN_SERIALS%|%DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1%": "0a1b,0c|sha1,sha1-b",
    "%DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256%": "sha256,sha256-b",
    "%DOWNSTREAM_PEER_URI_SAN%|%DOWNSTREAM_PEER_DNS_SAN%": "spiffe://down/peer,spiffe://b|down.peer.test",
    "%DOWNSTREAM_PEER_IP_SAN%|%DOWNSTREAM_PEER_EMAIL_SAN%|%DOWNSTREAM_PEER_OTHERNAME_SAN%":
      "10.0.0.1,2001:db8::1|peer@down.test|peer-other",
    "%DOWNSTREAM_LOCAL_SUBJECT%|%DOWNSTREAM_LOCAL_URI_SAN%": "CN=down-local,O=x|spiffe://down/local,spiffe://b",
    "%DOWNSTREAM_LOCAL_DNS_SAN%|%DOWNSTREAM_LOCAL_IP_SAN%": "down.local.test|10.0.0.1,2001:db8::1",
    "%DOWNSTREAM_LOCAL_EMAIL_SAN%|%DOWNSTREAM_LOCAL_OTHERNAME_SAN%": "local@down.test|local-other",
    "%DOWNSTREAM_PEER_CERT_V_START%|%DOWNSTREAM_PEER_CERT_V_END%": "2026-01-01T00:00:00.000Z|2027-01-01T01:02:03.000Z",
    "%DOWNSTREAM_PEER_CERT_V_END(%b %d %H:%M:%S %Y %Z)%": "Jan 01 01:02:03 2027 UTC",
    "%TLS_JA3_FINGERPRINT%|%TLS_JA4_FINGERPRINT%": "ja3-hash|ja4-hash",
    "%UPSTREAM_TLS_VERSION%": "-",
  });
});

Deno.test("TLS of the upstream connection is written", () => {
  assertFormats(secureView(null, tlsFacts("up")), {
    "%UPSTREAM_TLS_VERSION%|%UPSTREAM_TLS_CIPHER%|%UPSTREAM_TLS_GROUP%|%UPSTREAM_TLS_SESSION_ID%":
      "TLSv1.3|TLS_AES_128_GCM_SHA256|X25519|f00d",
    "%UPSTREAM_SERVER_NAME%|%UPSTREAM_PEER_SUBJECT%|%UPSTREAM_PEER_ISSUER%": "up.sni|CN=up-peer,O=x|CN=up-ca",
    "%UPSTREAM_PEER_CERT%": "-----BEGIN%20CERTIFICATE-----",
    "%UPSTREAM_PEER_URI_SAN%|%UPSTREAM_PEER_DNS_SAN%|%UPSTREAM_PEER_IP_SAN%":
      "spiffe://up/peer,spiffe://b|up.peer.test|10.0.0.1,2001:db8::1",
    "%UPSTREAM_LOCAL_URI_SAN%|%UPSTREAM_LOCAL_DNS_SAN%|%UPSTREAM_LOCAL_IP_SAN%":
      "spiffe://up/local,spiffe://b|up.local.test|10.0.0.1,2001:db8::1",
    "%UPSTREAM_PEER_CERT_V_START(%Y)%|%UPSTREAM_PEER_CERT_V_END(%Y)%": "2026|2027",
    "%DOWNSTREAM_TLS_VERSION%": "-",
  });
});

Deno.test("without TLS, and without certificates, there is nothing", () => {
  const bare = { ...tlsFacts("down"), peer: null, local: null, sessionId: "" };
  for (const name of Object.keys(TLS_OPERATORS).filter((name) => !name.startsWith("TLS_JA"))) {
    assert.equal(formatted(`%${name}%`, streamView()), "-", name);
    if (/_(PEER|LOCAL)_|SESSION/.test(name)) assert.equal(formatted(`%${name}%`, secureView(bare, bare)), "-", name);
  }
});

Deno.test("what a peer wrote into its certificate is escaped in log lines", () => {
  const tls = tlsFacts("down");
  const view = secureView({ ...tls, peer: { ...tls.peer!, subject: 'CN="x"' } }, null);
  assert.equal(formatted("%DOWNSTREAM_PEER_SUBJECT%", view, { escapesValues: true }), "CN=\\x22x\\x22");
});
