/** `source.*`, `destination.*`, `connection.*` and `upstream.*` (Envoy's page on attributes). */
import { CelUnsigned } from "../../base/cel/values.ts";
import type { EndAddress } from "../connection_facts.ts";
import { clientOf, endText } from "../end_address.ts";
import type { StreamView } from "../stream_view.ts";
import type { TlsFacts } from "../tls_facts.ts";
import { type AttributeTable, spanOf, textOf } from "./attribute.ts";
import { localityMessage, MessageFields } from "./field_maps.ts";

function ends(read: (view: StreamView) => EndAddress): AttributeTable {
  return {
    address: (view) => endText(read(view)),
    port: (view) => portOf(read(view)),
  };
}

function portOf(address: EndAddress): bigint | undefined {
  return address.kind === "ip" ? BigInt(address.port) : undefined;
}

/** What TLS says of either side; nothing without it. Of several names the first. */
function secure(tlsOf: (view: StreamView) => TlsFacts | null): AttributeTable {
  const read = (part: (tls: TlsFacts) => string | undefined) => (view: StreamView) => {
    const tls = tlsOf(view);
    return tls === null ? undefined : part(tls);
  };
  return {
    tls_version: read(({ version }) => version),
    subject_local_certificate: read(({ local }) => local?.subject ?? ""),
    subject_peer_certificate: read(({ peer }) => peer?.subject ?? ""),
    uri_san_local_certificate: read(({ local }) => local?.uriSans[0]),
    uri_san_peer_certificate: read(({ peer }) => peer?.uriSans[0]),
    dns_san_local_certificate: read(({ local }) => local?.dnsSans[0]),
    dns_san_peer_certificate: read(({ peer }) => peer?.dnsSans[0]),
    sha256_peer_certificate_digest: read(({ peer }) => peer?.sha256Fingerprint ?? ""),
  };
}

const CONNECTION: AttributeTable = {
  ...secure(({ connection }) => connection.tls),
  id: ({ connection }) => new CelUnsigned(BigInt(connection.id)),
  mtls: ({ connection: { tls } }) => tls !== null && tls.peer !== null,
  requested_server_name: ({ connection }) => connection.requestedServerName,
  termination_details: ({ connection }) => textOf(connection.terminationDetails),
  transport_failure_reason: ({ connection }) => textOf(connection.transportFailure),
};

const UPSTREAM: AttributeTable = {
  ...secure(({ facts }) => facts.upstreamConnection?.tls ?? null),
  address: ({ facts }) => textOf(facts.upstreamHost),
  port: ({ facts: { upstreamHost } }) => {
    const port = /:(\d+)$/.exec(upstreamHost)?.[1];
    return port === undefined ? undefined : BigInt(port);
  },
  local_address: ({ facts }) => {
    const local = facts.upstreamConnection?.local ?? null;
    return local === null ? undefined : endText(local);
  },
  transport_failure_reason: ({ facts }) => facts.host === null ? undefined : facts.upstreamTransportFailure,
  request_attempt_count: ({ facts }) => new CelUnsigned(BigInt(facts.attempts)),
  cx_pool_ready_duration: ({ facts }) => facts.poolWaitMs < 0 ? undefined : spanOf(0, facts.poolWaitMs),
  locality: ({ facts: { host } }) => host === null ? undefined : new MessageFields(localityMessage(host.locality)),
};

/** By the name in front of the dot. */
export const CONNECTION_ATTRIBUTES: Readonly<
  Record<"source" | "destination" | "connection" | "upstream", AttributeTable>
> = {
  source: ends(clientOf),
  destination: ends(({ connection }) => connection.local),
  connection: CONNECTION,
  upstream: UPSTREAM,
};
