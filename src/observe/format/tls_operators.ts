/** What TLS was agreed on, and whose certificates were shown, on either side (spec/http.md 8.2). Lists are joined by commas. */
import type { StreamView } from "../stream_view.ts";
import type { CertificateFacts, PeerCertificateFacts, TlsFacts } from "../tls_facts.ts";
import { foreignText, type OperatorFactory, type OperatorTable, text } from "./operator.ts";

/** The TLS of one side; null = none. */
type Side = (view: StreamView) => TlsFacts | null;

const downstream: Side = ({ connection }) => connection.tls;
const upstream: Side = ({ facts }) => facts.upstreamConnection?.tls ?? null;

const joined = (list: readonly string[]) => list.join(",");

function agreed(side: Side, read: (tls: TlsFacts) => string): OperatorFactory {
  return text((view) => {
    const tls = side(view);
    return tls === null ? "" : read(tls);
  });
}

/** Of the peer's certificate, which the peer wrote. */
function peer(side: Side, read: (certificate: PeerCertificateFacts) => string): OperatorFactory {
  return foreignText((view) => {
    const certificate = side(view)?.peer ?? null;
    return certificate === null ? "" : read(certificate);
  });
}

function local(side: Side, read: (certificate: CertificateFacts) => string): OperatorFactory {
  return text((view) => {
    const certificate = side(view)?.local ?? null;
    return certificate === null ? "" : read(certificate);
  });
}

const DOWNSTREAM: OperatorTable = {
  DOWNSTREAM_TLS_VERSION: agreed(downstream, ({ version }) => version),
  DOWNSTREAM_TLS_CIPHER: agreed(downstream, ({ cipher }) => cipher),
  DOWNSTREAM_TLS_GROUP: agreed(downstream, ({ group }) => group),
  DOWNSTREAM_TLS_SESSION_ID: agreed(downstream, ({ sessionId }) => sessionId),
  DOWNSTREAM_PEER_SUBJECT: peer(downstream, ({ subject }) => subject),
  DOWNSTREAM_PEER_ISSUER: peer(downstream, ({ issuer }) => issuer),
  DOWNSTREAM_PEER_CERT: peer(downstream, ({ urlEncodedPem }) => urlEncodedPem),
  DOWNSTREAM_PEER_SERIAL: peer(downstream, ({ serial }) => serial),
  DOWNSTREAM_PEER_FINGERPRINT_1: peer(downstream, ({ sha1Fingerprint }) => sha1Fingerprint),
  DOWNSTREAM_PEER_FINGERPRINT_256: peer(downstream, ({ sha256Fingerprint }) => sha256Fingerprint),
  DOWNSTREAM_PEER_ISSUER_SERIAL: peer(downstream, ({ issuerSerial }) => issuerSerial),
  DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256: peer(downstream, ({ issuerSha256Fingerprint }) => issuerSha256Fingerprint),
  DOWNSTREAM_PEER_CHAIN_SERIALS: peer(downstream, ({ chainSerials }) => joined(chainSerials)),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1: peer(downstream, ({ chainSha1Fingerprints }) => joined(chainSha1Fingerprints)),
  DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256: peer(
    downstream,
    ({ chainSha256Fingerprints }) => joined(chainSha256Fingerprints),
  ),
  DOWNSTREAM_PEER_URI_SAN: peer(downstream, ({ uriSans }) => joined(uriSans)),
  DOWNSTREAM_PEER_DNS_SAN: peer(downstream, ({ dnsSans }) => joined(dnsSans)),
  DOWNSTREAM_PEER_IP_SAN: peer(downstream, ({ ipSans }) => joined(ipSans)),
  DOWNSTREAM_PEER_EMAIL_SAN: peer(downstream, ({ emailSans }) => joined(emailSans)),
  DOWNSTREAM_PEER_OTHERNAME_SAN: peer(downstream, ({ otherNameSans }) => joined(otherNameSans)),
  DOWNSTREAM_LOCAL_SUBJECT: local(downstream, ({ subject }) => subject),
  DOWNSTREAM_LOCAL_URI_SAN: local(downstream, ({ uriSans }) => joined(uriSans)),
  DOWNSTREAM_LOCAL_DNS_SAN: local(downstream, ({ dnsSans }) => joined(dnsSans)),
  DOWNSTREAM_LOCAL_IP_SAN: local(downstream, ({ ipSans }) => joined(ipSans)),
  DOWNSTREAM_LOCAL_EMAIL_SAN: local(downstream, ({ emailSans }) => joined(emailSans)),
  DOWNSTREAM_LOCAL_OTHERNAME_SAN: local(downstream, ({ otherNameSans }) => joined(otherNameSans)),
  TLS_JA3_FINGERPRINT: text(({ connection }) => connection.ja3),
  TLS_JA4_FINGERPRINT: text(({ connection }) => connection.ja4),
};

const UPSTREAM: OperatorTable = {
  UPSTREAM_TLS_VERSION: agreed(upstream, ({ version }) => version),
  UPSTREAM_TLS_CIPHER: agreed(upstream, ({ cipher }) => cipher),
  UPSTREAM_TLS_GROUP: agreed(upstream, ({ group }) => group),
  UPSTREAM_TLS_SESSION_ID: agreed(upstream, ({ sessionId }) => sessionId),
  UPSTREAM_SERVER_NAME: agreed(upstream, ({ serverName }) => serverName),
  UPSTREAM_PEER_SUBJECT: peer(upstream, ({ subject }) => subject),
  UPSTREAM_PEER_ISSUER: peer(upstream, ({ issuer }) => issuer),
  UPSTREAM_PEER_CERT: peer(upstream, ({ urlEncodedPem }) => urlEncodedPem),
  UPSTREAM_PEER_URI_SAN: peer(upstream, ({ uriSans }) => joined(uriSans)),
  UPSTREAM_PEER_DNS_SAN: peer(upstream, ({ dnsSans }) => joined(dnsSans)),
  UPSTREAM_PEER_IP_SAN: peer(upstream, ({ ipSans }) => joined(ipSans)),
  UPSTREAM_LOCAL_URI_SAN: local(upstream, ({ uriSans }) => joined(uriSans)),
  UPSTREAM_LOCAL_DNS_SAN: local(upstream, ({ dnsSans }) => joined(dnsSans)),
  UPSTREAM_LOCAL_IP_SAN: local(upstream, ({ ipSans }) => joined(ipSans)),
};

/** TLS of both connections and the certificates shown on them. */
export const TLS_OPERATORS: OperatorTable = { ...DOWNSTREAM, ...UPSTREAM };
