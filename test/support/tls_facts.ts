/** What a TLS handshake leaves behind, for tests. */
import type { TlsFacts } from "../../src/observe/tls_facts.ts";

/** TLS with certificates on both sides; every value says whose it is. */
export function tlsFacts(side: string): TlsFacts {
  const names = (owner: string) => ({
    subject: `CN=${side}-${owner},O=x`,
    uriSans: [`spiffe://${side}/${owner}`, "spiffe://b"],
    dnsSans: [`${side}.${owner}.test`],
    ipSans: ["10.0.0.1", "2001:db8::1"],
    emailSans: [`${owner}@${side}.test`],
    otherNameSans: [`${owner}-other`],
  });
  return {
    version: "TLSv1.3",
    cipher: "TLS_AES_128_GCM_SHA256",
    group: "X25519",
    sessionId: side === "down" ? "d00d" : "f00d",
    serverName: `${side}.sni`,
    peer: {
      ...names("peer"),
      issuer: `CN=${side}-ca`,
      serial: "0a1b",
      sha1Fingerprint: "sha1",
      sha256Fingerprint: "sha256",
      urlEncodedPem: "-----BEGIN%20CERTIFICATE-----",
      validFromMs: Date.UTC(2026, 0, 1),
      validToMs: Date.UTC(2027, 0, 1, 1, 2, 3),
      chainSerials: ["0a1b", "0c"],
      chainSha1Fingerprints: ["sha1", "sha1-b"],
      chainSha256Fingerprints: ["sha256", "sha256-b"],
      issuerSerial: "0c",
      issuerSha256Fingerprint: "sha256-b",
    },
    local: names("local"),
  };
}
