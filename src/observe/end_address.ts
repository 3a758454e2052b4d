/** One end of a connection as logs have it. */
import type { EndAddress } from "./connection_facts.ts";
import type { StreamView } from "./stream_view.ts";

/** The trusted client. One that is not the peer came without a port. */
export function clientOf({ connection, facts }: StreamView): EndAddress {
  const { peer } = connection, trusted = facts.downstreamAddress;
  return trusted === "" || peer.kind === "ip" && peer.host === trusted ? peer : { kind: "ip", host: trusted, port: 0 };
}

/** `ip:port`, with brackets round an IPv6 address; a pipe is its path. */
export function endText(address: EndAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
