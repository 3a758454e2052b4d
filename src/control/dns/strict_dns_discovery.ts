/**
 * STRICT_DNS: every address of every name is a host, with what the name's endpoint says (spec/upstream.md 3.3). An answer
 * without addresses takes a name's hosts away; a failure leaves them.
 */
import type { EndpointConfig, LoadAssignment } from "../../config/cluster_config.ts";
import type { DnsDiscoveryConfig } from "../../config/dns_config.ts";
import type { Discovery, DiscoveryEvents } from "../cluster/discovery.ts";
import type { DnsAddress, DnsOutcome } from "./dns_resolver.ts";
import { dnsNameOf } from "./endpoint_name.ts";
import { type DnsTools, NameLoops } from "./name_loops.ts";

const NONE: readonly DnsAddress[] = [];

export class StrictDnsDiscovery implements Discovery {
  readonly #assignment: LoadAssignment;
  readonly #events: DiscoveryEvents;
  readonly #loops: NameLoops;
  /** Of each endpoint of the assignment, those that were found. */
  readonly #found: (readonly EndpointConfig[])[];

  constructor(config: DnsDiscoveryConfig, assignment: LoadAssignment, tools: DnsTools, events: DiscoveryEvents) {
    this.#assignment = assignment;
    this.#events = events;
    this.#found = assignment.endpoints.map(() => []);
    this.#loops = new NameLoops(assignment.endpoints.map(dnsNameOf), config, tools, this, events);
  }

  start(): void {
    this.#loops.start();
  }

  close(): void {
    this.#loops.close();
  }

  /** See `OutcomeTaker`. */
  take(index: number, outcome: DnsOutcome): number | null {
    if (outcome.kind === "failure") return null;
    const addresses = outcome.kind === "answer" ? outcome.addresses : NONE;
    this.#found[index] = hostsOf(this.#assignment.endpoints[index]!, index, addresses);
    this.#events.onEndpoints({ endpoints: this.#found.flat(), policy: this.#assignment.policy });
    return addresses.length === 0 ? 0 : Math.min(...addresses.map(({ ttlSeconds }) => ttlSeconds));
  }
}

/** Each address once; the same one of another endpoint is another host. */
function hostsOf(named: EndpointConfig, index: number, addresses: readonly DnsAddress[]): EndpointConfig[] {
  const port = named.address.kind === "ip" ? named.address.port : 0;
  return [...new Set(addresses.map(({ host }) => host))].map((host) => ({
    ...named,
    address: { kind: "ip", host, port },
    hostname: named.hostname === "" ? dnsNameOf(named) : named.hostname,
    identity: `${index} ${host}`,
  }));
}
