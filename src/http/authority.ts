/**
 * The authority, `host[:port]`, as bytes: where its port begins, and without what spells the same host another way
 * (spec/http.md 1.9). An IPv6 literal keeps its brackets.
 */

const PLUS = 43, DOT = 46, ZERO = 48, NINE = 57, COLON = 58, CLOSE_BRACKET = 93;

const MAX_PORT_VALUE = 2 ** 32 - 1;

/** Position of the colon before the port in `bytes[start, end)`, or -1. What is behind it need not be a number. */
export function portColonOf(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] === CLOSE_BRACKET) return -1;
    if (bytes[at] === COLON) return at;
  }
  return -1;
}

/** The number in `bytes[start, end)`, with or without a plus, or -1. */
export function portNumberOf(bytes: Uint8Array, start: number, end: number): number {
  let at = bytes[start] === PLUS ? start + 1 : start;
  if (at >= end) return -1;
  let port = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return -1;
    port = port * 10 + byte - ZERO;
    if (port > MAX_PORT_VALUE) return -1;
  }
  return port;
}

/** Position of the dot that ends the host in `bytes[start, end)`, before its port if it has one; -1 = none. */
export function trailingDotOf(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] !== DOT) continue;
    return at === end - 1 || bytes[at + 1] === COLON ? at : -1;
  }
  return -1;
}

/** `host:port` without its port; an IPv6 literal keeps its brackets. */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(":");
  return colon < 0 || authority.indexOf("]", colon) >= 0 ? authority : authority.slice(0, colon);
}
