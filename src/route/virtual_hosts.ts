/**
 * Which virtual host answers for a host name: exact domain, then the longest `*suffix`, then the longest `prefix*`, then
 * `*` (spec/http.md 2.1). A wildcard stands for at least one character; ports are plain text; letter case is ignored.
 *
 * A host with n different lengths of wildcard costs n + 1 hash probes, however many virtual hosts there are. A table with
 * nothing but `*` never looks at the host.
 */

/** Wildcard patterns of one kind, by the length of their fixed text, longest first. */
interface WildcardLevel<Host> {
  readonly length: number;
  readonly hosts: Map<string, Host>;
}

export class VirtualHosts<Host> {
  readonly #exact = new Map<string, Host>();
  readonly #suffixes: WildcardLevel<Host>[] = [];
  readonly #prefixes: WildcardLevel<Host>[] = [];
  #any: Host | null = null;

  /** Adds a domain as it stands in the configuration; duplicates were refused when that was loaded. */
  add(domain: string, host: Host): void {
    const key = domain.toLowerCase();
    if (key === "*") this.#any = host;
    else if (key.startsWith("*")) addWildcard(this.#suffixes, key.slice(1), host);
    else if (key.endsWith("*")) addWildcard(this.#prefixes, key.slice(0, -1), host);
    else this.#exact.set(key, host);
  }

  /** The virtual host for every name, when there is no other; else null. */
  get only(): Host | null {
    return this.#exact.size + this.#suffixes.length + this.#prefixes.length === 0 ? this.#any : null;
  }

  /** The domain, as it is looked up, by which `name` finds its virtual host; null = it finds none. */
  domainOf(name: string): string | null {
    const key = name.toLowerCase();
    if (this.#exact.has(key)) return key;
    for (const { length, hosts } of this.#suffixes) {
      if (key.length > length && hosts.has(key.slice(key.length - length))) return `*${key.slice(key.length - length)}`;
    }
    for (const { length, hosts } of this.#prefixes) {
      if (key.length > length && hosts.has(key.slice(0, length))) return `${key.slice(0, length)}*`;
    }
    return this.#any === null ? null : "*";
  }

  /** The virtual host for `name`, or null. */
  find(name: string): Host | null {
    const key = name.toLowerCase();
    const exact = this.#exact.get(key);
    if (exact !== undefined) return exact;
    for (const { length, hosts } of this.#suffixes) {
      if (key.length <= length) continue;
      const host = hosts.get(key.slice(key.length - length));
      if (host !== undefined) return host;
    }
    for (const { length, hosts } of this.#prefixes) {
      if (key.length <= length) continue;
      const host = hosts.get(key.slice(0, length));
      if (host !== undefined) return host;
    }
    return this.#any;
  }
}

function addWildcard<Host>(levels: WildcardLevel<Host>[], text: string, host: Host): void {
  let level = levels.find(({ length }) => length === text.length);
  if (level === undefined) {
    level = { length: text.length, hosts: new Map() };
    levels.push(level);
    levels.sort((a, b) => b.length - a.length);
  }
  level.hosts.set(text, host);
}
