/**
 * `x-forwarded-client-cert`: what upstream hears about the client's certificate (spec/http.md 1.13). Where a client shows
 * none, what it says about one is not believed, but in the one mode that forwards it whatever comes.
 *
 * An element is `Key=value` pairs joined by `;`, several elements are joined by `,`.
 *
 * Differs from Envoy: names of the client's that hold a separator are quoted, as the format has it. Envoy writes them as
 * they are, so that a certificate's URI could look like another element.
 */
import type { ClientCertConfig, ClientCertDetails } from "../../config/forwarding_config.ts";
import type { HeaderList } from "../../http/header_list.ts";
import { HeaderId } from "../../http/header_names.ts";
import type { ClientCertificate } from "./downstream_peer.ts";

const SEPARATOR = /[,;="]/;
/** What a URL may not hold of a certificate's base64 lines. */
const UNSAFE_IN_URL = /[\n +/=]/g;

export class ClientCertRules {
  readonly #mode: ClientCertConfig["mode"];
  readonly #details: ClientCertDetails;

  constructor({ mode, details }: ClientCertConfig) {
    this.#mode = mode;
    this.#details = details;
  }

  /** Removes, keeps, adds to or sets the field. */
  apply(headers: HeaderList, certificate: ClientCertificate | null): void {
    if (this.#mode === "ALWAYS_FORWARD_ONLY") return;
    if (this.#mode === "SANITIZE" || certificate === null) return headers.remove(HeaderId.xForwardedClientCert);
    if (this.#mode === "FORWARD_ONLY") return;
    const element = elementOf(certificate, this.#details);
    const received = this.#mode === "APPEND_FORWARD" ? headers.getJoined(HeaderId.xForwardedClientCert) ?? "" : "";
    headers.set(HeaderId.xForwardedClientCert, received === "" ? element : `${received},${element}`);
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
