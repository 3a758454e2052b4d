/**
 * Discovery by DNS with time and answers in a test's hand: names are asked of a resolver that says what the test says, when
 * it says so, and everything that discovery tells is written down.
 */
import { DEFAULT_ENDPOINT_HEALTH_CHECK } from "../../src/config/health_check_config.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { SILENT_LOGGER } from "../../src/base/log.ts";
import { Random } from "../../src/base/random.ts";
import { DEFAULT_ASSIGNMENT_POLICY } from "../../src/config/assignment_policy.ts";
import type { EndpointConfig, LoadAssignment } from "../../src/config/cluster_config.ts";
import type { DnsDiscoveryConfig, DnsLookupFamily } from "../../src/config/dns_config.ts";
import type { Discovery, DiscoveryEvents, DiscoveryWait } from "../../src/control/cluster/discovery.ts";
import type { DnsOutcome, DnsQuery, DnsResolver } from "../../src/control/dns/dns_resolver.ts";
import { LogicalDnsDiscovery } from "../../src/control/dns/logical_dns_discovery.ts";
import type { DnsTools } from "../../src/control/dns/name_loops.ts";
import { StrictDnsDiscovery } from "../../src/control/dns/strict_dns_discovery.ts";
import { StatStore } from "../../src/observe/stats/store.ts";
import { EventLoop } from "../../src/transport/event_loop.ts";

/** STRICT_DNS as Envoy has it when nothing is said. */
export const STRICT_DNS: DnsDiscoveryConfig = {
  kind: "dns",
  isLogical: false,
  lookupFamily: "AUTO",
  refreshRateMs: 5000,
  jitterMs: 0,
  respectsTtl: false,
  minRefreshRateMs: 0,
  failureBackoff: null,
  waitsForFirstResult: true,
  resolver: null,
};

/** An endpoint of a DNS cluster. */
export function named(host: string, changes: Partial<EndpointConfig> = {}): EndpointConfig {
  return {
    address: { kind: "ip", host, port: 80 },
    additionalAddresses: [],
    hostname: "",
    weight: 1,
    priority: 0,
    locality: { region: "", zone: "", subZone: "", weight: 0, metadata: {} },
    healthStatus: "UNKNOWN",
    healthCheck: DEFAULT_ENDPOINT_HEALTH_CHECK,
    metadata: {},
    ...changes,
  };
}

/** Addresses with a time to live of one minute: `10.0.0.1`, or `10.0.0.1 30` for half of it. */
export function answer(...addresses: string[]): DnsOutcome {
  return {
    kind: "answer",
    addresses: addresses.map((text) => {
      const [host, ttl = "60"] = text.split(" ");
      return { host: host!, ttlSeconds: Number(ttl) };
    }),
  };
}

export const NO_SUCH_NAME: DnsOutcome = { kind: "none", reason: "no such name" };
export const FAILURE: DnsOutcome = { kind: "failure", reason: "SERVFAIL" };

/** Says what the test says. */
export class ScriptedResolver implements DnsResolver {
  /** Those that wait for their outcome. */
  readonly asked: { readonly name: string; readonly family: DnsLookupFamily }[] = [];
  cancelled = 0;
  readonly #atHand = new Map<string, DnsOutcome>();
  readonly #waiting: ((outcome: DnsOutcome) => void)[] = [];

  /** The name is answered as soon as it is asked for, as names in the hosts file are. */
  know(name: string, outcome: DnsOutcome): void {
    this.#atHand.set(name, outcome);
  }

  resolve(name: string, family: DnsLookupFamily, onOutcome: (outcome: DnsOutcome) => void): DnsQuery {
    const atHand = this.#atHand.get(name);
    if (atHand !== undefined) {
      onOutcome(atHand);
      return { cancel: () => {} };
    }
    this.asked.push({ name, family });
    this.#waiting.push(onOutcome);
    return {
      cancel: () => {
        const at = this.#waiting.indexOf(onOutcome);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        this.asked.splice(at, 1);
        this.cancelled++;
      },
    };
  }

  /** Of the one who asked first for the name. */
  tell(name: string, outcome: DnsOutcome): void {
    const at = this.asked.findIndex((question) => question.name === name);
    if (at < 0) throw new Error(`Nobody asks for ${name}: found ${this.asked.map((question) => question.name)}`);
    this.asked.splice(at, 1);
    this.#waiting.splice(at, 1)[0]!(outcome);
  }
}

/** One discovery, and what it told. */
export class DiscoveryStage implements DiscoveryEvents {
  readonly clock = new ManualClock();
  readonly loop = new EventLoop({ clock: this.clock, alarm: { wakeIn() {}, silence() {} } });
  readonly resolver = new ScriptedResolver();
  readonly assignments: LoadAssignment[] = [];
  readonly waits: (DiscoveryWait | null)[] = [];
  firstResults = 0;
  readonly discovery: Discovery;
  readonly #stats = new StatStore(() => {}).scope("cluster.c");

  constructor(config: DnsDiscoveryConfig, endpoints: readonly EndpointConfig[], resolver?: DnsResolver) {
    const tools: DnsTools = {
      resolver: resolver ?? this.resolver,
      loop: this.loop,
      random: new Random(1),
      log: SILENT_LOGGER,
      stats: this.#stats,
    };
    const assignment = { endpoints, policy: DEFAULT_ASSIGNMENT_POLICY };
    const kind = config.isLogical ? LogicalDnsDiscovery : StrictDnsDiscovery;
    this.discovery = new kind(config, assignment, tools, this);
  }

  onEndpoints(assignment: LoadAssignment): void {
    this.assignments.push(assignment);
  }

  onFirstResult(): void {
    this.firstResults++;
  }

  onWaiting(wait: DiscoveryWait | null): void {
    this.waits.push(wait);
  }

  /** The latest endpoints. */
  get endpoints(): readonly EndpointConfig[] {
    return this.assignments.at(-1)?.endpoints ?? [];
  }

  /** Their addresses: `10.0.0.1:80`. */
  get addresses(): string[] {
    return this.endpoints.map(({ address }) =>
      address.kind === "ip" ? `${address.host}:${address.port}` : address.path
    );
  }

  /** Attempts, successes and failures so far. */
  get counts(): number[] {
    return ["attempt", "success", "failure"].map((name) => this.#stats.counter(`update_${name}`).value);
  }

  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.loop.tick();
  }

  /** Lets time pass until a name is asked for, and says how long it took; at most `limitMs`. */
  untilAsked(limitMs: number): number {
    const step = 10;
    for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += step) {
      if (this.resolver.asked.length > 0) return waitedMs;
      this.advance(step);
    }
    throw new Error(`Nobody asked within ${limitMs} ms`);
  }
}
