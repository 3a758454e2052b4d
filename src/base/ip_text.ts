/**
 * IP addresses from numbers back to text, as `inet_ntop` writes them (RFC 5952 with the addresses that embed IPv4 in its
 * dotted form): one text for each address, however it was spelled.
 */
import { type IpFamily, parseWritten } from "./ip_address.ts";

const words = new Uint32Array(4);

/**
 * The address in the one spelling, or null when `text` is none.
 * Differs from Envoy: one with a zone is none, for it means nothing elsewhere; there `fe80::1%lo` is `fe80::1%1`.
 */
export function canonicalIp(text: string): string | null {
  if (text.includes("%")) return null;
  const family = parseWritten(text, words);
  if (family === 0) return null;
  return family === 4 ? text : ipText(words, family);
}

/** Text of what `parseWritten` read. */
export function ipText(address: Uint32Array, family: IpFamily): string {
  if (family === 4) return dotted(address[0]!);
  const groups = Array.from(address, (word) => [word >>> 16, word & 0xffff]).flat();
  const [gapStart, gapEnd] = longestZeros(groups);
  // ::a.b.c.d and ::ffff:a.b.c.d; `::1` and `::` are no such addresses.
  const embedsIpv4 = gapStart === 0 && (gapEnd === 6 || gapEnd === 5 && groups[5] === 0xffff);
  const count = embedsIpv4 ? 6 : 8;
  let text = "";
  for (let at = 0; at < count;) {
    if (at === gapStart && gapEnd > gapStart) {
      text += "::";
      at = gapEnd;
    } else {
      if (text !== "" && !text.endsWith(":")) text += ":";
      text += groups[at++]!.toString(16);
    }
  }
  if (!embedsIpv4) return text;
  return (text.endsWith(":") ? text : `${text}:`) + dotted(address[3]!);
}

/** The first of the longest runs of two or more zero groups. */
function longestZeros(groups: readonly number[]): readonly [start: number, end: number] {
  let start = 0, end = 0;
  for (let at = 0; at < groups.length; at++) {
    let stop = at;
    while (stop < groups.length && groups[stop] === 0) stop++;
    if (stop - at >= 2 && stop - at > end - start) [start, end] = [at, stop];
    at = stop;
  }
  return [start, end];
}

function dotted(word: number): string {
  return `${word >>> 24}.${word >>> 16 & 255}.${word >>> 8 & 255}.${word & 255}`;
}
