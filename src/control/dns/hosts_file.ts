/** `/etc/hosts`: names that are known without a server. */
import { parseWritten } from "../../base/ip_address.ts";
import { canonicalIp } from "../../base/ip_text.ts";

/** The addresses of one name, in the order of the file. */
export interface KnownHost {
  readonly A: readonly string[];
  readonly AAAA: readonly string[];
}

/** By name, in lower case. */
export type KnownHosts = ReadonlyMap<string, KnownHost>;

const words = new Uint32Array(4);

/** Reads lines such as `127.0.0.1 localhost loopback # comment`; what is no such line is passed over. */
export function parseHosts(text: string): KnownHosts {
  const hosts = new Map<string, { readonly A: string[]; readonly AAAA: string[] }>();
  for (const line of text.split("\n")) {
    const [written, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const address = canonicalIp(written ?? "");
    if (address === null) continue;
    const type = parseWritten(address, words) === 4 ? "A" : "AAAA";
    for (const name of names) {
      const key = name.toLowerCase();
      let host = hosts.get(key);
      if (host === undefined) hosts.set(key, host = { A: [], AAAA: [] });
      if (!host[type].includes(address)) host[type].push(address);
    }
  }
  return hosts;
}
