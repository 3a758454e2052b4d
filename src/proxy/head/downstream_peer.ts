/** What the treatment of heads asks about a connection: who is at its other end, and what certificate that one showed. */

/** The downstream connection of a request. */
export interface DownstreamPeer {
  /** IP address without port; empty for a unix socket. */
  readonly peerAddress: string;
  /** Of the address that was connected to; 0 for a unix socket. */
  readonly localPort: number;
  /** The connection has TLS. */
  readonly isSecure: boolean;
  /** Null without TLS, and where the client showed no certificate. */
  readonly clientCertificate: ClientCertificate | null;
}

/** The certificates of a connection with TLS on both sides. */
export interface ClientCertificate {
  /** URI SANs of the certificate that this side showed. */
  readonly ownUris: readonly string[];
  /** SHA-256 of the client's certificate (its DER form) in hexadecimal, lower case. */
  readonly sha256: string;
  /** The client's certificate in PEM. */
  readonly pem: string;
  /** It and those behind it, in PEM. */
  readonly chainPem: string;
  /** Its subject as RFC 2253 text; may be empty. */
  readonly subject: string;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
}
