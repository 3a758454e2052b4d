/**
 * LOGICAL_DNS: one host for ever, whose address is the first that its name has at the moment (spec/upstream.md 3.4). Who
 * opens a connection takes the address of then; what is open is not touched. An answer without addresses counts as a
 * failure, and the address stays.
 *
 * Differs from Envoy: since 1.39 it puts a new host in the place of one whose address changed, which ends its connections.
 */
import type { EndpointConfig, LoadAssignment } from "../../config/cluster_config.ts";
import type { DnsDiscoveryConfig } from "../../config/dns_config.ts";
import type { Discovery, DiscoveryEvents } from "../cluster/discovery.ts";
import type { DnsOutcome } from "./dns_resolver.ts";
import { dnsNameOf } from "./endpoint_name.ts";
import { type DnsTools, NameLoops } from "./name_loops.ts";

export class LogicalDnsDiscovery implements Discovery {
  readonly #assignment: LoadAssignment;
  readonly #endpoint: EndpointConfig;
  readonly #events: DiscoveryEvents;
  readonly #loops: NameLoops;

  /** `assignment` has exactly one endpoint. */
  constructor(config: DnsDiscoveryConfig, assignment: LoadAssignment, tools: DnsTools, events: DiscoveryEvents) {
    this.#assignment = assignment;
    this.#endpoint = assignment.endpoints[0]!;
    this.#events = events;
    this.#loops = new NameLoops([dnsNameOf(this.#endpoint)], config, tools, this, events);
  }

  start(): void {
    this.#loops.start();
  }

  close(): void {
    this.#loops.close();
  }

  /** See `OutcomeTaker`. */
  take(_index: number, outcome: DnsOutcome): number | null {
    if (outcome.kind !== "answer") return null;
    const name = dnsNameOf(this.#endpoint);
    const port = this.#endpoint.address.kind === "ip" ? this.#endpoint.address.port : 0;
    const hosts = [...new Set(outcome.addresses.map(({ host }) => host))];
    const [address, ...additionalAddresses] = hosts.map((host) => ({ kind: "ip" as const, host, port }));
    const endpoint: EndpointConfig = {
      ...this.#endpoint,
      address: address!,
      additionalAddresses,
      hostname: this.#endpoint.hostname === "" ? name : this.#endpoint.hostname,
      priority: 0,
      identity: name,
    };
    this.#events.onEndpoints({ endpoints: [endpoint], policy: this.#assignment.policy });
    return outcome.addresses[0]!.ttlSeconds;
  }
}
