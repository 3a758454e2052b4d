/** `/etc/resolv.conf`: which servers the system asks, and for which names (resolv.conf(5)). */
import type { DnsServerAddress } from "../../config/dns_config.ts";
import { canonicalIp } from "../../base/ip_text.ts";

/** What the file says. */
export interface ResolvConf {
  /** Empty = it names none. */
  readonly servers: readonly DnsServerAddress[];
  /** Domains that names are asked for in. */
  readonly search: readonly string[];
  /** A name with so many dots is asked for as it is first. */
  readonly ndots: number;
  readonly rotatesServers: boolean;
  readonly usesTcp: boolean;
}

/** Where DNS servers listen. */
export const DNS_PORT = 53;
/** As the C libraries have it. */
const LARGEST_NDOTS = 15;

/** Reads the file's text; what cannot be read is passed over. The last `search` or `domain` counts. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: DnsServerAddress[] = [];
  let search: readonly string[] = [];
  let ndots = 1, rotatesServers = false, usesTcp = false;
  for (const line of text.split("\n")) {
    const [key, ...values] = line.replace(/[#;].*/, "").trim().split(/\s+/);
    if (key === "nameserver") {
      const server = serverAddress(values[0] ?? "");
      if (server !== null) servers.push(server);
    } else if (key === "search" || key === "domain") {
      const domains = key === "domain" ? values.slice(0, 1) : values;
      search = domains.map((domain) => domain.replace(/\.$/, "")).filter((domain) => domain !== "");
    } else if (key === "options") {
      for (const option of values) {
        const [name, value = ""] = option.split(":");
        if (name === "ndots" && /^\d{1,9}$/.test(value)) ndots = Math.min(Number(value), LARGEST_NDOTS);
        if (name === "rotate") rotatesServers = true;
        if (name === "use-vc" || name === "usevc") usesTcp = true;
      }
    }
  }
  return { servers, search, ndots, rotatesServers, usesTcp };
}

/** `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`. */
function serverAddress(text: string): DnsServerAddress | null {
  const [address, zone] = text.split("%");
  const host = canonicalIp(address!);
  if (host === null) return null;
  return { host: zone === undefined ? host : `${host}%${zone}`, port: DNS_PORT };
}

/** The names to ask for, in order, for a name that somebody wrote. A dot at its end says that it is whole. */
export function namesToAsk(name: string, { search, ndots }: Pick<ResolvConf, "search" | "ndots">): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const dots = name.split(".").length - 1;
  const inDomains = search.map((domain) => `${name}.${domain}`);
  return dots >= ndots ? [name, ...inDomains] : [...inDomains, name];
}
