/**
 * What a TLS connection was agreed on and whose certificates were shown: made once, at the end of the handshake. Texts
 * are ready to be logged, in Envoy's forms (spec/http.md 8.2): subjects as in RFC 2253, serial numbers and fingerprints in
 * lower-case hexadecimal.
 */

/** One TLS connection, seen from here. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  /** OpenSSL's name of the cipher suite. */
  readonly cipher: string;
  /** Of the key agreement: `X25519`. */
  readonly group: string;
  /** Empty with TLS 1.3. */
  readonly sessionId: string;
  /** The name this side asked for, of a connection it opened. */
  readonly serverName: string;
  /** Null: the peer showed none. */
  readonly peer: PeerCertificateFacts | null;
  /** Null: this side showed none. */
  readonly local: CertificateFacts | null;
}

/** A certificate of either side. */
export interface CertificateFacts {
  readonly subject: string;
  readonly uriSans: readonly string[];
  readonly dnsSans: readonly string[];
  readonly ipSans: readonly string[];
  readonly emailSans: readonly string[];
  readonly otherNameSans: readonly string[];
}

/** The other side's certificate, with its chain. */
export interface PeerCertificateFacts extends CertificateFacts {
  readonly issuer: string;
  readonly serial: string;
  readonly sha1Fingerprint: string;
  readonly sha256Fingerprint: string;
  /** The certificate in PEM, URL-encoded. */
  readonly urlEncodedPem: string;
  /** Milliseconds since 1970. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** Of every certificate that was shown, the peer's own first. */
  readonly chainSerials: readonly string[];
  readonly chainSha1Fingerprints: readonly string[];
  readonly chainSha256Fingerprints: readonly string[];
  /** Of the verified issuer; empty where nothing was verified. */
  readonly issuerSerial: string;
  readonly issuerSha256Fingerprint: string;
}
