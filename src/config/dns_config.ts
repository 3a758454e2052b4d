/** How names become hosts: discovery by DNS, and whom it asks (spec/upstream.md 3.3, 3.4). */

/** Which addresses of a name are wanted: AUTO is IPv6, or else IPv4; V4_PREFERRED the other way round. */
export type DnsLookupFamily = "AUTO" | "V4_ONLY" | "V6_ONLY" | "V4_PREFERRED" | "ALL";

/** Hosts of a cluster that are found under the names in its load assignment. */
export interface DnsDiscoveryConfig {
  readonly kind: "dns";
  /** LOGICAL_DNS: one host, whatever the addresses. */
  readonly isLogical: boolean;
  readonly lookupFamily: DnsLookupFamily;
  readonly refreshRateMs: number;
  /** Up to this much is added to a time of refresh. */
  readonly jitterMs: number;
  /** The time to live that an answer comes with takes the place of the refresh rate. */
  readonly respectsTtl: boolean;
  /** A shorter time to live counts as this. */
  readonly minRefreshRateMs: number;
  /** After a failure; null = the refresh rate. */
  readonly failureBackoff: { readonly baseMs: number; readonly maxMs: number } | null;
  /** The cluster is not ready before the first answer, or failure. */
  readonly waitsForFirstResult: boolean;
  /** Null = the process's. */
  readonly resolver: DnsResolverConfig | null;
}

/** Who is asked, and how. */
export interface DnsResolverConfig {
  /** Empty = those of the system. */
  readonly servers: readonly DnsServerAddress[];
  /** `servers` are asked only where the system has none. */
  readonly isFallback: boolean;
  readonly usesTcp: boolean;
  /** Names are asked for as they are, whatever the system's search list. */
  readonly ignoresSearchDomains: boolean;
  /** Families that no interface but loopback has are not asked for. */
  readonly skipsUnroutableFamilies: boolean;
  /** Of the first try of a server; it doubles with every round. */
  readonly queryTimeoutMs: number;
  /** Of each server. */
  readonly queryTries: number;
  /** A different server comes first each time. */
  readonly rotatesServers: boolean;
  /** The largest answer by UDP, in bytes. */
  readonly payloadSize: number;
}

/** A DNS server. */
export interface DnsServerAddress {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/** The resolver of a process whose configuration says nothing of it. The times are Envoy's. */
export const DEFAULT_DNS_RESOLVER: DnsResolverConfig = {
  servers: [],
  isFallback: false,
  usesTcp: false,
  ignoresSearchDomains: false,
  skipsUnroutableFamilies: false,
  queryTimeoutMs: 5000,
  queryTries: 4,
  rotatesServers: false,
  // What passes through any network in one piece: DNS Flag Day 2020.
  payloadSize: 1232,
};
