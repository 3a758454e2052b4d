/**
 * The header of HAProxy's PROXY protocol, which tells a host who the client is before the first byte of a connection's
 * own: version 1 is a line of text, version 2 a binary block.
 *
 * Only IP addresses have a name there. Of any other connection the header says nothing, and the host goes by the
 * addresses of the connection it is on.
 */
import { latin1Bytes } from "../../base/ascii.ts";

/** One end of the connection that is told of. */
export interface ProxyEndpoint {
  /** IP address as text, without brackets. */
  readonly host: string;
  readonly port: number;
}

const SIGNATURE: readonly number[] = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const VERSION_2_LOCAL = 0x20, VERSION_2_PROXY = 0x21;
const UNSPECIFIED = 0x00, TCP_OVER_IPV4 = 0x11, TCP_OVER_IPV6 = 0x21;
/** `::ffff:1.2.3.4`: how a socket for both families shows an IPv4 peer. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
/** Which link a link-local address is on: a matter of this machine alone. */
const ZONE = /%.*$/;

/** The header of this version; an end that is null has no IP address. */
export function proxyHeader(
  version: 1 | 2,
  source: ProxyEndpoint | null,
  destination: ProxyEndpoint | null,
): Uint8Array<ArrayBuffer> {
  const from = hostOf(source), to = hostOf(destination);
  const isIpv6 = from.includes(":");
  const isKnown = from !== "" && to !== "" && isIpv6 === to.includes(":");
  if (version === 1) {
    const ends = `${from} ${to} ${source?.port} ${destination?.port}`;
    return latin1Bytes(isKnown ? `PROXY TCP${isIpv6 ? 6 : 4} ${ends}\r\n` : "PROXY UNKNOWN\r\n");
  }
  if (!isKnown) return Uint8Array.from([...SIGNATURE, VERSION_2_LOCAL, UNSPECIFIED, 0, 0]);
  const toBytes = isIpv6 ? ipv6Bytes : ipv4Bytes;
  const addresses = [...toBytes(from), ...toBytes(to), ...portBytes(source!.port), ...portBytes(destination!.port)];
  const family = isIpv6 ? TCP_OVER_IPV6 : TCP_OVER_IPV4;
  return Uint8Array.from([...SIGNATURE, VERSION_2_PROXY, family, 0, addresses.length, ...addresses]);
}

function hostOf(endpoint: ProxyEndpoint | null): string {
  return endpoint === null ? "" : endpoint.host.replace(MAPPED_IPV4, "").replace(ZONE, "");
}

function portBytes(port: number): number[] {
  return [port >> 8, port & 255];
}

function ipv4Bytes(text: string): number[] {
  return text.split(".").map(Number);
}

/** RFC 4291 section 2.2: eight groups, one run of zeros left out, the last two perhaps as IPv4. */
function ipv6Bytes(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const before = groupBytes(head), after = groupBytes(tail ?? "");
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

function groupBytes(groups: string): number[] {
  if (groups === "") return [];
  return groups.split(":").flatMap((group) => group.includes(".") ? ipv4Bytes(group) : portBytes(parseInt(group, 16)));
}
