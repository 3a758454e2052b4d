/**
 * One kind of record of one name: asks for it in each domain of the search list until one has it, and each server in turn
 * until one gives an answer of use. A server is asked again without EDNS if it knows none, and by TCP if its answer did not
 * fit.
 */
import type { DnsResolverConfig, DnsServerAddress } from "../../config/dns_config.ts";
import { classify } from "./classify.ts";
import type { AskedQuestion, DnsExchange, NoResponse } from "./dns_exchange.ts";
import { type AddressType, type DnsResponse, isAskable } from "./dns_message.ts";
import { combined, type DnsOutcome } from "./dns_resolver.ts";
import { DNS_PORT, namesToAsk, type ResolvConf } from "./resolv_conf.ts";
import type { ServerOrder } from "./server_order.ts";

/** Where nothing says who to ask, it is the machine itself, as resolv.conf(5) has it. */
const OWN_SERVER: DnsServerAddress = { host: "127.0.0.1", port: DNS_PORT };

/** What lookups are made with. */
export interface LookupTools {
  readonly udp: DnsExchange;
  readonly tcp: DnsExchange;
  readonly order: ServerOrder;
  /** `/etc/resolv.conf`. */
  readonly system: () => ResolvConf;
}

/** What came of a lookup; the number of times that a server did not answer is for the stats. */
export interface LookupResult {
  readonly outcome: DnsOutcome;
  readonly timeouts: number;
}

export class NameLookup {
  readonly #config: DnsResolverConfig;
  readonly #tools: LookupTools;
  readonly #type: AddressType;
  readonly #signal: AbortSignal;
  #timeouts = 0;

  constructor(config: DnsResolverConfig, tools: LookupTools, type: AddressType, signal: AbortSignal) {
    this.#config = config;
    this.#tools = tools;
    this.#type = type;
    this.#signal = signal;
  }

  /** Looks for a name that is no address and is not known without a server. */
  async run(name: string): Promise<LookupResult> {
    const system = this.#tools.system();
    const search = this.#config.ignoresSearchDomains ? [] : system.search;
    let outcome: DnsOutcome | null = null;
    for (const full of namesToAsk(name, { ...system, search })) {
      if (!isAskable(full)) continue;
      const found = await this.#ask(full, system);
      outcome = outcome === null ? found : combined(outcome, found);
      // Some resolvers refuse a name of one label whatever it is; then the list goes on.
      const isLast = found.kind === "answer" || found.kind === "failure" && full.includes(".");
      if (isLast || this.#signal.aborted) break;
    }
    return { outcome: outcome ?? { kind: "failure", reason: `${name} is no name` }, timeouts: this.#timeouts };
  }

  async #ask(name: string, system: ResolvConf): Promise<DnsOutcome> {
    const { queryTries, queryTimeoutMs } = this.#config;
    const servers = this.#tools.order.arrange(this.#servers(system));
    const usesTcp = this.#config.usesTcp || system.usesTcp;
    let last: DnsOutcome = { kind: "failure", reason: `${name}: there is no DNS server` };
    for (let round = 0; round < queryTries; round++) {
      for (const server of servers) {
        const response = await this.#askServer(server, name, usesTcp, queryTimeoutMs * 2 ** round);
        if (this.#signal.aborted) return last;
        last = "reason" in response ? this.#noResponse(name, response) : classify(response, name, this.#type);
        this.#tools.order.onTried(server, last.kind !== "failure");
        if (last.kind !== "failure") return last;
      }
    }
    return last;
  }

  async #askServer(
    server: DnsServerAddress,
    name: string,
    usesTcp: boolean,
    timeoutMs: number,
  ): Promise<DnsResponse | NoResponse> {
    const { udp, tcp } = this.#tools;
    let question: AskedQuestion = { name, type: this.#type, payloadSize: this.#config.payloadSize };
    let exchange = usesTcp ? tcp : udp;
    let response = await exchange.ask(server, question, timeoutMs, this.#signal);
    if ("code" in response && response.code === "FORMERR") {
      question = { ...question, payloadSize: 0 };
      response = await exchange.ask(server, question, timeoutMs, this.#signal);
    }
    if ("code" in response && response.isTruncated && exchange === udp) {
      exchange = tcp;
      response = await exchange.ask(server, question, timeoutMs, this.#signal);
    }
    return response;
  }

  #noResponse(name: string, { isTimeout, reason }: NoResponse): DnsOutcome {
    if (isTimeout) this.#timeouts++;
    return { kind: "failure", reason: `${name}: ${reason}` };
  }

  #servers(system: ResolvConf): readonly DnsServerAddress[] {
    const { servers, isFallback } = this.#config;
    if (servers.length > 0 && !(isFallback && system.servers.length > 0)) return servers;
    return system.servers.length > 0 ? system.servers : [OWN_SERVER];
  }
}
