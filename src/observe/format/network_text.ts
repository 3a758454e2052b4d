/** The network an address lies in, as `10.1.0.0/16` or `2001:db8::/32` (RFC 5952 for the latter's form). */
import { type IpFamily, parseWritten } from "../../base/ip_address.ts";

const words = () => new Uint32Array(4);

/** The network of so many bits round `host`; longer than an address has bits: all of them. Empty for what is no such network. */
export function networkText(host: string, prefix: number): string {
  const address = words();
  const family = parseWritten(host, address);
  if (family === 0 || prefix < 0) return "";
  const length = Math.min(prefix, family === 4 ? 32 : 128);
  const count = family === 4 ? 1 : 4;
  for (let i = 0; i < count; i++) {
    const kept = Math.min(32, Math.max(0, length - i * 32));
    address[i]! &= kept === 0 ? 0 : 0xffffffff << (32 - kept);
  }
  return `${addressOf(address, family)}/${length}`;
}

function addressOf(address: Uint32Array, family: IpFamily): string {
  if (family === 4) return [24, 16, 8, 0].map((shift) => address[0]! >>> shift & 255).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (address[i >> 1]! >>> (i % 2 === 0 ? 16 : 0)) & 0xffff);
  const { start, length } = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
