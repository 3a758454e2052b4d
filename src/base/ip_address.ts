/**
 * IP addresses in text as numbers: one 32-bit word for IPv4, four for IPv6, most significant first. What `inet_pton`
 * takes is taken, and a zone (`fe80::1%eth0`) is looked over, as Envoy does; nothing is allocated.
 *
 * An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address it maps: a socket that takes both families names
 * an IPv4 peer so.
 */

/** Of what {@link parseIp} read. */
export type IpFamily = 4 | 6;

const DOT = 46, COLON = 58, ZERO = 48, NINE = 57;
/** The word before the last of an IPv4-mapped address. */
const MAPPED = 0xffff;

/**
 * Reads an address into `words` (at least four long); returns its family, or 0 when `text` is no address. An IPv4 address
 * is in `words[0]`.
 */
export function parseIp(text: string, words: Uint32Array): IpFamily | 0 {
  const family = parseWritten(text, words);
  if (family !== 6 || words[0] !== 0 || words[1] !== 0 || words[2] !== MAPPED) return family;
  words[0] = words[3]!;
  return 4;
}

/** The same, but a mapped address stays the IPv6 address that is written. */
export function parseWritten(text: string, words: Uint32Array): IpFamily | 0 {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === COLON) return parseV6(text, words) ? 6 : 0;
    if (unit === DOT) break;
  }
  const value = parseV4(text, 0, text.length);
  if (value < 0) return 0;
  words[0] = value;
  return 4;
}

/** Four decimal numbers without leading zeros, or -1. */
function parseV4(text: string, start: number, end: number): number {
  let value = 0, octet = 0, digits = 0, octets = 0;
  for (let i = start; i <= end; i++) {
    const unit = i === end ? DOT : text.charCodeAt(i);
    if (unit === DOT) {
      if (digits === 0 || octets === 4) return -1;
      value = value * 256 + octet;
      octets++;
      octet = digits = 0;
      continue;
    }
    if (unit < ZERO || unit > NINE || (digits > 0 && octet === 0)) return -1;
    octet = octet * 10 + unit - ZERO;
    digits++;
    if (octet > 255) return -1;
  }
  return octets === 4 ? value : -1;
}

/** Eight groups of up to four hexadecimal digits; `::` for one run of zero groups; the last two may be IPv4. */
function parseV6(text: string, words: Uint32Array): boolean {
  const zone = text.indexOf("%");
  const end = zone < 0 ? text.length : zone;
  if (zone === text.length - 1) return false;
  words[0] =
    words[1] =
    words[2] =
    words[3] =
      0;
  let groups = 0, gap = -1, at = 0;
  while (at < end) {
    if (text.charCodeAt(at) === COLON) {
      const isDouble = text.charCodeAt(at + 1) === COLON && at + 1 < end;
      if (isDouble) {
        if (gap >= 0) return false;
        gap = groups;
        at += 2;
        continue;
      }
      // A single colon stands between two groups.
      if (groups === 0 || gap === groups || at + 1 >= end) return false;
      at++;
    } else if (groups > 0 && gap !== groups) return false;
    const stop = groupEnd(text, at, end);
    if (stop < end && text.charCodeAt(stop) === DOT) {
      const v4 = parseV4(text, at, end);
      if (v4 < 0 || groups > 6) return false;
      putGroup(words, groups++, v4 >>> 16);
      putGroup(words, groups++, v4 & 0xffff);
      at = end;
      break;
    }
    if (stop === at || stop - at > 4 || groups === 8) return false;
    putGroup(words, groups++, parseInt(text.slice(at, stop), 16));
    at = stop;
  }
  if (gap < 0) return groups === 8;
  if (groups === 8) return false;
  spread(words, gap, groups);
  return true;
}

/** Where the hexadecimal digits from `at` end. */
function groupEnd(text: string, at: number, end: number): number {
  while (at < end) {
    const unit = text.charCodeAt(at), letter = unit | 32;
    if (!(unit >= ZERO && unit <= NINE) && !(letter >= 97 && letter <= 102)) break;
    at++;
  }
  return at;
}

function putGroup(words: Uint32Array, group: number, value: number): void {
  const word = group >> 1;
  words[word] = (group & 1) === 0 ? value << 16 : words[word]! | value;
}

function takeGroup(words: Uint32Array, group: number): number {
  const word = words[group >> 1]!;
  return (group & 1) === 0 ? word >>> 16 : word & 0xffff;
}

/** Moves the groups from `gap` on to the end, zeros in between. */
function spread(words: Uint32Array, gap: number, groups: number): void {
  const shift = 8 - groups;
  for (let group = 7; group >= gap; group--) {
    const from = group - shift;
    const value = from >= gap ? takeGroup(words, from) : 0;
    const word = group >> 1, other = words[word]!;
    words[word] = (group & 1) === 0 ? (value << 16) | (other & 0xffff) : (other & 0xffff0000) | value;
  }
}
