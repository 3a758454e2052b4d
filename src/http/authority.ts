/** Hosts with and without ports, as a `host` field names them (RFC 3986 section 3.2). */

/** `host:port` without its port; an IPv6 literal keeps its brackets. */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(":");
  return colon < 0 || authority.indexOf("]", colon) >= 0 ? authority : authority.slice(0, colon);
}
