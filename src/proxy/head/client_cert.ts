/**
 * `x-forwarded-client-cert`: what upstream hears about the client's certificate (spec/http.md 1.13). Where a client shows
 * none, what it says about one is not believed, but in the one mode that forwards it whatever comes.
 *
 * An element is `Key=value` pairs joined by `;`, several elements are joined by `,`.
 *
 * Differs from Envoy: names of the client's that hold a separator are quoted, as the format has it. Envoy writes them as
 * they are, so that a certificate's URI could look like another element.
 */
import type { ClientCertConfig, ClientCertDetails, ForwardingConfig } from "../../config/forwarding_config.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { RequestHead } from "../../http/request_head.ts";
import { compileMatcherTree, type MatcherTree } from "../../match/matcher_tree.ts";
import type { ClientCertificate, DownstreamPeer } from "./downstream_peer.ts";

const SEPARATOR = /[,;="]/;
/** What a URL may not hold of a certificate's base64 lines. */
const UNSAFE_IN_URL = /[\n +/=]/g;

/** What becomes of `x-forwarded-client-cert`. */
export class ClientCertRules {
  readonly #config: ClientCertConfig;
  /** Chooses by request; null = there is one choice for all. */
  readonly #matcher: MatcherTree<ClientCertConfig> | null;

  constructor({ clientCert, clientCertMatcher }: ForwardingConfig) {
    this.#config = clientCert;
    this.#matcher = clientCertMatcher === null ? null : compileMatcherTree(clientCertMatcher, (config) => config);
  }

  /** Removes, keeps, adds to or sets the field. */
  apply(head: RequestHead, peer: DownstreamPeer): void {
    const { headers } = head, certificate = peer.clientCertificate;
    if (certificate === null && !headers.has(HeaderId.xForwardedClientCert)) return;
    const { mode, details } = this.#choice(head, peer);
    if (mode === "ALWAYS_FORWARD_ONLY") return;
    if (mode === "SANITIZE" || certificate === null) return headers.remove(HeaderId.xForwardedClientCert);
    if (mode === "FORWARD_ONLY") return;
    const element = elementOf(certificate, details);
    const received = mode === "APPEND_FORWARD" ? headers.getJoined(HeaderId.xForwardedClientCert) ?? "" : "";
    headers.set(HeaderId.xForwardedClientCert, received === "" ? element : `${received},${element}`);
  }

  /** As in Envoy the client's address is still the peer's here, whatever `x-forwarded-for` says. */
  #choice(request: RequestHead, { peerAddress }: DownstreamPeer): ClientCertConfig {
    if (this.#matcher === null) return this.#config;
    const data = { request, response: null, sourceAddress: peerAddress, directSourceAddress: peerAddress };
    return this.#matcher.match(data) ?? this.#config;
  }
}

/** One element; `details` says which pairs it has beside the two that are always there. */
export function elementOf(certificate: ClientCertificate, details: ClientCertDetails): string {
  const pairs = certificate.ownUris.map((uri) => `By=${quoted(uri)}`);
  pairs.push(`Hash=${certificate.sha256}`);
  if (details.cert) pairs.push(`Cert="${urlEncoded(certificate.pem)}"`);
  if (details.chain) pairs.push(`Chain="${urlEncoded(certificate.chainPem)}"`);
  // RFC 2253 has escaped what is special in it.
  if (details.subject) pairs.push(`Subject="${certificate.subject}"`);
  if (details.uri) {
    pairs.push(...(certificate.uris.length === 0 ? [""] : certificate.uris).map((uri) => `URI=${quoted(uri)}`));
  }
  if (details.dns) pairs.push(...certificate.dnsNames.map((name) => `DNS=${quoted(name)}`));
  return pairs.join(";");
}

function quoted(value: string): string {
  return SEPARATOR.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
}

function urlEncoded(pem: string): string {
  return pem.replace(UNSAFE_IN_URL, (unsafe) => encodeURIComponent(unsafe));
}
