/**
 * The resolver: names that are addresses, `localhost` (RFC 6761 6.3), `.onion` (RFC 7686) and `/etc/hosts` are answered at
 * once, all others by DNS servers (name_lookup.ts). A lookup family is one kind of record, both, or the second if the first
 * brings no address.
 *
 * A name that the hosts file has an address of one family for is asked for in the other, as Envoy does; only `ALL` is
 * content with what the file has.
 */
import { parseWritten } from "../../base/ip_address.ts";
import { canonicalIp } from "../../base/ip_text.ts";
import type { DnsLookupFamily, DnsResolverConfig } from "../../config/dns_config.ts";
import type { EventLoop } from "../../transport/event_loop.ts";
import { type AddressType, isAskable } from "./dns_message.ts";
import { combined, type DnsOutcome, type DnsQuery, type DnsResolver } from "./dns_resolver.ts";
import type { KnownHosts } from "./hosts_file.ts";
import { type LookupResult, type LookupTools, NameLookup } from "./name_lookup.ts";
import type { ResolverStats } from "./resolver_stats.ts";

/** What a resolver works with. */
export interface ResolverTools extends LookupTools {
  readonly loop: EventLoop;
  readonly stats: ResolverStats;
  /** `/etc/hosts`. */
  readonly hosts: () => KnownHosts;
  /** The families that an interface other than loopback has an address of. */
  readonly routableTypes: () => ReadonlySet<AddressType>;
}

/** What a family asks for: the second only if the first brings no address, or both at once. */
const TYPES: Readonly<Record<DnsLookupFamily, readonly AddressType[]>> = {
  AUTO: ["AAAA", "A"],
  V4_PREFERRED: ["A", "AAAA"],
  V4_ONLY: ["A"],
  V6_ONLY: ["AAAA"],
  ALL: ["A", "AAAA"],
};

const LOOPBACK: Readonly<Record<AddressType, string>> = { A: "127.0.0.1", AAAA: "::1" };
const ENDED: DnsQuery = { cancel: () => {} };
const words = new Uint32Array(4);

export class StubResolver implements DnsResolver {
  readonly #config: DnsResolverConfig;
  readonly #tools: ResolverTools;
  readonly #underWay = new Set<AbortController>();

  constructor(config: DnsResolverConfig, tools: ResolverTools) {
    this.#config = config;
    this.#tools = tools;
  }

  resolve(name: string, family: DnsLookupFamily, onOutcome: (outcome: DnsOutcome) => void): DnsQuery {
    const atHand = addressOutcome(name, family) ?? this.#nameAtHand(name, family);
    if (atHand !== null) {
      this.#countAtHand(atHand, family);
      onOutcome(atHand);
      return ENDED;
    }
    const query = new AbortController();
    this.#underWay.add(query);
    const { loop } = this.#tools;
    const end = (tell: () => void) => {
      this.#underWay.delete(query);
      if (!query.signal.aborted) loop.runEvent(tell);
    };
    this.#lookUp(name, family, query.signal).then(
      (outcome) => end(() => onOutcome(outcome)),
      // A bug: whoever listens for them at the loop hears of it.
      (error) =>
        end(() => {
          throw error;
        }),
    );
    return { cancel: () => query.abort() };
  }

  /** Ends all questions; nobody hears of them. */
  close(): void {
    for (const query of this.#underWay) query.abort();
  }

  /** What is known without a server, or null. Of families with two turns only the first counts here. */
  #nameAtHand(name: string, family: DnsLookupFamily): DnsOutcome | null {
    if (/(^|\.)onion\.?$/i.test(name)) return { kind: "none", reason: `${name} is not for DNS` };
    if (!isAskable(name)) return { kind: "failure", reason: `${name} is no name` };
    const types = this.#typesOf(family);
    if (types.length === 0) return { kind: "failure", reason: `${name}: no interface has an address of this family` };
    const known = (family === "ALL" ? types : types.slice(0, 1)).flatMap((type) => this.#known(name, type));
    return known.length === 0 ? null : answerOf(known);
  }

  async #lookUp(name: string, family: DnsLookupFamily, signal: AbortSignal): Promise<DnsOutcome> {
    const types = this.#typesOf(family);
    if (family === "ALL") return await this.#lookUpTypes(name, types, signal);
    const first = await this.#lookUpTypes(name, types.slice(0, 1), signal);
    if (first.kind === "answer" || types.length === 1 || signal.aborted) return first;
    return combined(first, await this.#lookUpTypes(name, types.slice(1), signal));
  }

  /** All of these at once; in the stats that is one lookup. */
  async #lookUpTypes(name: string, types: readonly AddressType[], signal: AbortSignal): Promise<DnsOutcome> {
    const known = types.flatMap((type) => this.#known(name, type));
    const { stats } = this.#tools;
    stats.onStarted();
    const results: readonly LookupResult[] = known.length > 0
      ? [{ outcome: answerOf(known), timeouts: 0 }]
      : await Promise.all(types.map((type) => new NameLookup(this.#config, this.#tools, type, signal).run(name)));
    const outcome = results.map((result) => result.outcome).reduce(combined);
    const timeouts = results.reduce((sum, result) => sum + result.timeouts, 0);
    stats.onEnded(signal.aborted ? null : { outcome, timeouts });
    return outcome;
  }

  /** Envoy asks for the second kind of record even where nobody need be asked. */
  #countAtHand(outcome: DnsOutcome, family: DnsLookupFamily): void {
    const isTwice = outcome.kind !== "answer" && family !== "ALL" && TYPES[family].length > 1;
    for (let left = isTwice ? 2 : 1; left > 0; left--) {
      this.#tools.stats.onStarted();
      this.#tools.stats.onEnded({ outcome, timeouts: 0 });
    }
  }

  #known(name: string, type: AddressType): readonly string[] {
    const key = name.replace(/\.$/, "").toLowerCase();
    const known = this.#tools.hosts().get(key)?.[type] ?? [];
    if (known.length > 0) return known;
    return key === "localhost" || key.endsWith(".localhost") ? [LOOPBACK[type]] : [];
  }

  #typesOf(family: DnsLookupFamily): readonly AddressType[] {
    const types = TYPES[family];
    if (!this.#config.skipsUnroutableFamilies) return types;
    const routable = this.#tools.routableTypes();
    return types.filter((type) => routable.has(type));
  }
}

/** Of a name that is an address, or none; null = it is another name. As in Envoy, IPv4 answers to every family. */
function addressOutcome(name: string, family: DnsLookupFamily): DnsOutcome | null {
  if (name === "") return { kind: "none", reason: "there is no name" };
  const address = canonicalIp(name);
  if (address === null) return null;
  if (parseWritten(address, words) === 4 || TYPES[family].includes("AAAA")) return answerOf([address]);
  return { kind: "failure", reason: `${name} is an IPv6 address` };
}

/** Nothing is said of how long it is good. */
function answerOf(hosts: readonly string[]): DnsOutcome {
  return { kind: "answer", addresses: hosts.map((host) => ({ host, ttlSeconds: 0 })) };
}
