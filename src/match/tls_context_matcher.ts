/** What a route may ask of the client's certificate: `TlsContextMatchOptions` (spec/http.md 2.2). */
import type { TlsContextMatchConfig } from "../config/match_config.ts";

/** What a TLS connection knows of its peer. */
export interface PeerCertificateFacts {
  readonly isPresented: boolean;
  readonly isValidated: boolean;
}

/** Whether the connection is as wanted; null = no TLS, which is as no certificate. */
export function matchesTlsContext(config: TlsContextMatchConfig, peer: PeerCertificateFacts | null): boolean {
  if (config.presented !== null && config.presented !== (peer?.isPresented ?? false)) return false;
  return config.validated === null || config.validated === (peer?.isValidated ?? false);
}
